import { onFetch } from "../hosts/fetch.ts";
import type { Action, Subject } from "../measure/subject.ts";

/** A peer on Hono. All that it is asked for when it has been opened shares one storage. */
export function honoPeer<Storage>(
  name: string,
  keeps: Subject["keeps"],
  makeStorage: () => Storage,
  makeApp: (action: Action, storage: Storage) => { fetch(request: Request): Response | Promise<Response> },
): Subject {
  return {
    name,
    host: "Hono",
    keeps,
    webCrypto: true,
    open() {
      const storage = makeStorage();
      return (action) => onFetch(makeApp(action, storage).fetch);
    },
  };
}
