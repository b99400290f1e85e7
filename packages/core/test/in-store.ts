import { memoryStore, type Session, type SessionOptions, type SessionStore } from "../src/index.ts";
import { cookieIn, setUp } from "./helpers.ts";

type Data = Record<string, unknown>;
export type Write = (session: Session<Data>) => unknown;

/** Sessions whose data is in a store under the same clock; `wrap` makes of it the store that they get. */
export function setUpInStore(
  options: Partial<SessionOptions> = {},
  wrap: (store: SessionStore) => SessionStore = (store) => store,
) {
  const time = { now: () => 0 };
  const inner = memoryStore({ now: () => time.now() });
  const test = setUp({ store: wrap(inner), ...options });
  time.now = () => test.clock.seconds * 1000;
  const load = (cookie?: string) =>
    test.sessions.load(new Request("http://localhost/", cookie === undefined ? {} : { headers: { cookie } }));
  const commit = (session: Session<Data>) => test.sessions.commit(session, new Response("ok"));
  const signIn = async (owner: string) => cookieIn(await test.visit(undefined, (session) => session.login(owner)));
  const ownerOf = async (cookie: string) => (await load(cookie)).owner;
  return { ...test, inner, load, commit, signIn, ownerOf };
}
