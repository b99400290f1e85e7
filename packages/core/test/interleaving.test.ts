import fc from "fast-check";
import { expect, it } from "vitest";
import { createSessions, defineStore, memoryStore, type StoreOperations } from "../src/index.ts";
import { SECRET } from "./helpers.ts";

type Kind = "set" | "update" | "flash" | "login" | "regenerate" | "destroy" | "revoke";
type Act = { readonly kind: Kind };
type Request = readonly Act[];

const kinds: readonly Kind[] = ["set", "update", "flash", "login", "regenerate", "destroy", "revoke"];
const act = fc.record<Act>({ kind: fc.constantFrom(...kinds) });
const gentle = fc.record<Act>({ kind: fc.constantFrom("set", "update", "flash") });
const requestsOf = (acts: fc.Arbitrary<Act>) =>
  fc.array(fc.array(acts, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 4 });

/** A store whose answers come in the order that the scheduler chooses. */
function scheduled(scheduler: fc.Scheduler) {
  const { operations } = memoryStore();
  const slow = <T extends unknown[], R>(operation: (...args: T) => Promise<R>) =>
    scheduler.scheduleFunction(operation.bind(operations));
  const { read, create, update, touch, delete: remove } = operations;
  const store: StoreOperations = {
    read: slow(read),
    create: slow(create),
    update: slow(update),
    touch: slow(touch),
    delete: slow(remove),
  };
  return { swift: defineStore(operations), slow: defineStore(store) };
}

async function run(scheduler: fc.Scheduler, requests: readonly Request[]) {
  const { swift, slow } = scheduled(scheduler);
  const calm = createSessions<Record<string, unknown>>({ secrets: SECRET, store: swift });
  const busy = createSessions<Record<string, unknown>>({ secrets: SECRET, store: slow });
  const start = await calm.load(new Request("http://localhost/"));
  start.set("n", 0).set("origin", true);
  const { id } = start;
  const cookieOf = (response: Response) => response.headers.getSetCookie()[0]?.split(";")[0];
  const cookie = String(cookieOf(await calm.commit(start, new Response("ok"))));
  const load = (sessions: typeof calm, cookie: string) =>
    sessions.load(new Request("http://localhost/", { headers: { cookie } }));

  const serve = async (acts: Request, index: number) => {
    const session = await load(busy, cookie);
    for (const [i, { kind }] of acts.entries()) {
      if (kind === "set") session.set(`key ${index}`, i);
      if (kind === "flash") session.flash("info", `${index}.${i}`);
      if (kind === "update") await session.update("n", (n) => Number(n ?? 0) + 1);
      if (kind === "regenerate") session.regenerate();
      if (kind === "login") session.login("ada");
      if (kind === "destroy") session.destroy();
      if (kind === "revoke") await busy.revoke(id);
    }
    return busy.commit(session, new Response("ok"));
  };
  const responses = await scheduler.waitFor(Promise.all(requests.map(serve)));
  const issued = responses.flatMap((response) => cookieOf(response) ?? []).filter((each) => !each.endsWith("="));
  const alive = await Promise.all([cookie, ...issued].map((each) => load(calm, each)));
  return {
    original: await load(calm, cookie),
    ids: new Set(alive.filter((session) => !session.isNew && session.has("origin")).map((session) => session.id)),
  };
}

it("no update is lost, in whatever order the answers come", async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), requestsOf(gentle), async (scheduler, requests) => {
      const { original } = await run(scheduler, requests);
      const count = (kind: Act["kind"]) => requests.flat().filter((each) => each.kind === kind).length;
      const setters = requests.filter((acts) => acts.some(({ kind }) => kind === "set")).length;
      expect(original.get("n")).toBe(count("update"));
      expect([...original.keys()].filter((key) => key.startsWith("key")).length).toBe(setters);
      expect(original.flashes().length).toBe(count("flash"));
    }),
    { numRuns: 60 },
  );
}, 60_000);

it("what was ended stays so whoever holds a token of it, and a new token opens the one session", async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), requestsOf(act), async (scheduler, requests) => {
      const { original, ids } = await run(scheduler, requests);
      const done = (...some: Kind[]) => requests.flat().some(({ kind }) => some.includes(kind));
      expect(ids.size).toBeLessThanOrEqual(done("destroy", "revoke") ? 0 : 1);
      expect(original.isNew).toBe(done("destroy", "revoke", "regenerate", "login"));
    }),
    { numRuns: 200 },
  );
}, 60_000);
