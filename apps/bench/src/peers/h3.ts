import { H3, useSession as sessionOf } from "h3";
import { onFetch } from "../hosts/fetch.ts";
import { type Payload, secret } from "../measure/payload.ts";
import { act, type Subject } from "../measure/subject.ts";
import { attributes } from "./attributes.ts";

export const h3Peer: Subject = {
  name: "h3 useSession",
  host: "h3",
  keeps: "cookie",
  webCrypto: true,
  open: () => (action) => {
    const app = new H3();
    app.get("/", async (event) => {
      const session = await sessionOf<Partial<Payload>>(event, { password: secret, cookie: attributes });
      let written: Promise<unknown> | undefined;
      const set = (values: Partial<Payload>) => {
        written = session.update(values);
      };
      const body = act(action, { get: (key) => session.data[key] as never, set });
      await written;
      return body;
    });
    return onFetch((request) => app.fetch(request));
  },
};
