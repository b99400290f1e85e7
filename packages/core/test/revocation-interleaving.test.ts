import fc from "fast-check";
import { expect, it } from "vitest";
import { createSessions, defineStore, memoryStore } from "../src/index.ts";
import { SECRET } from "./helpers.ts";

type Act = "set" | "regenerate" | "destroy" | "revokeAll";

const requests = fc.array(
  fc.array(fc.constantFrom<Act>("set", "regenerate", "destroy", "revokeAll"), { minLength: 1, maxLength: 3 }),
  {
    minLength: 2,
    maxLength: 4,
  },
);

/** Requests with the same cookie at once, against a list of revocations whose answers come in the scheduler's order. */
async function run(scheduler: fc.Scheduler, acts: readonly (readonly Act[])[]) {
  const { operations } = memoryStore();
  const slow = <T extends unknown[], R>(operation: (...args: T) => Promise<R>) =>
    scheduler.scheduleFunction(operation.bind(operations));
  const { read, create, update, touch, delete: remove } = operations;
  const busy = createSessions<Record<string, unknown>>({
    secrets: SECRET,
    revocations: defineStore({
      read: slow(read),
      create: slow(create),
      update: slow(update),
      touch: slow(touch),
      delete: slow(remove),
    }),
  });
  const calm = createSessions<Record<string, unknown>>({ secrets: SECRET, revocations: defineStore(operations) });
  const load = (sessions: typeof calm, cookie: string) => sessions.load({ headers: new Headers({ cookie }) });
  const cookieOf = (response: Response) => response.headers.getSetCookie()[0]?.split(";")[0];

  const start = await calm.load({ headers: new Headers() });
  start.login("ada");
  const cookie = String(cookieOf(await calm.commit(start, new Response("ok"))));
  const serve = async (own: readonly Act[], index: number) => {
    const session = await load(busy, cookie);
    for (const act of own) {
      if (act === "set") session.set(`key ${index}`, true);
      if (act === "regenerate") session.regenerate();
      if (act === "destroy") session.destroy();
      if (act === "revokeAll") await busy.revokeAll("ada");
    }
    return busy.commit(session, new Response("ok"));
  };
  const responses = await scheduler.waitFor(Promise.all(acts.map(serve)));
  const issued = responses.flatMap((response) => cookieOf(response) ?? []).filter((each) => !each.endsWith("="));
  const loaded = await Promise.all([cookie, ...issued].map((each) => load(calm, each)));
  const alive = loaded.filter((session) => session.owner === "ada");
  return { original: alive.includes(loaded[0] as (typeof alive)[number]), ids: new Set(alive.map(({ id }) => id)) };
}

it("a session in the cookie that was ended stays so, and a new id has one heir at most", async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), requests, async (scheduler, acts) => {
      const { original, ids } = await run(scheduler, acts);
      const kinds = new Set(acts.flat());
      expect(ids.size).toBeLessThanOrEqual(1);
      if (kinds.has("destroy") || kinds.has("revokeAll")) expect(ids.size).toBe(0);
      else expect(original).toBe(!kinds.has("regenerate"));
    }),
    { numRuns: 100 },
  );
}, 60_000);
