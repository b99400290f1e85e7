import { createSessions, type SessionStore } from "@websession/core";
import type { ContractCase } from "@websession/core/testing";

export const secrets = "a secret for the tests of stores, long enough";

type Data = Record<string, unknown>;

/** Rounds of 64 parallel requests: enough to count to 3200, and where others have counted already. */
export const ROUNDS = { once: 50, again: 3 };

/** Milliseconds that a case may take on a busy machine. */
export const PATIENCE = 180_000;

/** In Deno and Bun the tests of Node are run again. */
const isRepetition = "Deno" in globalThis || "Bun" in globalThis;

export interface ConcurrencyOptions {
  /** Default `ROUNDS.once`, and `ROUNDS.again` in Deno and Bun. */
  readonly rounds?: number;
  /** How many requests at once. Default 64. */
  readonly parallel?: number;
}

const SLOW_WRITERS = 100;

/** What sessions promise on a store that compares and sets, as plain cases: many requests at once, over the public face. */
export function concurrencyCases(
  store: SessionStore,
  { rounds = isRepetition ? ROUNDS.again : ROUNDS.once, parallel = 64 }: ConcurrencyOptions = {},
): ContractCase[] {
  const sessions = createSessions<Data>({ secrets, store });
  const load = (cookie: string) => sessions.load(new Request("https://example.com/", { headers: { cookie } }));
  const begin = async (data: Data) => {
    const response = await sessions.handle(new Request("https://example.com/"), (session) => {
      for (const [key, value] of Object.entries(data)) session.set(key, value);
      return new Response("ok");
    });
    return String(response.headers.getSetCookie()[0]?.split(";")[0]);
  };
  const visit = (cookie: string, write: (session: Awaited<ReturnType<typeof load>>) => unknown) =>
    sessions.handle(new Request("https://example.com/", { headers: { cookie } }), async (session) => {
      await write(session);
      return new Response("ok");
    });

  return [
    {
      name: `counts ${parallel} parallel increments, ${rounds} times, exactly`,
      async run() {
        const cookie = await begin({ n: 0 });
        for (let round = 0; round < rounds; round++) {
          const increment = () => visit(cookie, (session) => session.update("n", (n) => Number(n) + 1));
          await Promise.all(Array.from({ length: parallel }, increment));
        }
        same((await load(cookie)).get("n"), rounds * parallel);
      },
    },
    {
      name: `keeps all of ${parallel} keys that parallel requests set`,
      async run() {
        const cookie = await begin({ first: true });
        const write = (_: unknown, i: number) => visit(cookie, (session) => session.set(`key ${i}`, i));
        await Promise.all(Array.from({ length: parallel }, write));
        same((await load(cookie)).size, parallel + 1);
      },
    },
    {
      name: `stays logged out in the middle of ${SLOW_WRITERS} slow writers`,
      async run() {
        const cookie = await begin({ user: "ada" });
        const writers = await Promise.all(Array.from({ length: SLOW_WRITERS }, () => load(cookie)));
        const commits = writers.map(async (session, i) => {
          session.set(`key ${i}`, i);
          await new Promise((resolve) => setTimeout(resolve, Math.random() * 50));
          return sessions.commit(session, new Response("late"));
        });
        await new Promise((resolve) => setTimeout(resolve, 20));
        await visit(cookie, (session) => session.destroy());
        const responses = await Promise.all(commits);
        same(responses.flatMap((response) => response.headers.getSetCookie()).length, 0);
        const after = await load(cookie);
        same([after.isNew, after.size], [true, 0]);
      },
    },
  ];
}

function same(found: unknown, expected: unknown): void {
  const [actual, wanted] = [JSON.stringify(found), JSON.stringify(expected)];
  if (actual !== wanted) throw new Error(`expected ${wanted}, but found ${actual}`);
}
