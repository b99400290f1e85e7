import { describe, expect, it } from "vitest";
import { memoryStore, type Session, type SessionOptions } from "../../src/index.ts";
import { faulty } from "../../src/testing.ts";
import { START, setUp } from "../helpers.ts";
import { Jar } from "../jar.ts";

const DAY = 86_400;

/** A browser, and another one that has copied its cookies, in front of sessions whose store goes by the same clock. */
function browsing(makeOptions: (store: ReturnType<typeof memoryStore>) => Partial<SessionOptions>) {
  const time = { seconds: START };
  const options = makeOptions(memoryStore({ now: () => time.seconds * 1000 }));
  const test = setUp({ ...options, now: () => time.seconds * 1000 });
  const jar = new Jar();
  const send = (act: (session: Session) => unknown, from = jar) => test.visit(from.header, act);
  const browse = async (act: (session: Session) => unknown, from = jar) => {
    const response = await send(act, from);
    from.take(response);
    return response;
  };
  const ownerIn = async (from = jar) =>
    (await test.sessions.load({ headers: new Headers(from.header ? { cookie: from.header } : {}) })).owner;
  return { ...test, time, jar, send, browse, ownerIn };
}

/** A handler that waits until it is told to answer, and says when it has begun. */
function slowly(act: (session: Session) => unknown) {
  let answer = () => {};
  let begun = () => {};
  const started = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const released = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const handler = async (session: Session) => {
    act(session);
    begun();
    await released;
  };
  return { handler, started, answer: () => answer() };
}

const places: [place: string, makeOptions: Parameters<typeof browsing>[0]][] = [
  ["in a store", (store) => ({ store })],
  ["in a store, with a cookie that outlives the browser", (store) => ({ store, persistent: true })],
  ["in a store, with copies", (store) => ({ store, cacheFor: 60 })],
  ["in the token, with revocations", (revocations) => ({ revocations })],
];

describe.each(places)("a session %s", (_place, makeOptions) => {
  it("signs in by the second of two clicks, whose first answer got lost", async () => {
    const { browse, send, ownerIn } = browsing(makeOptions);
    await browse((session) => session.set("csrf", "token"));
    await send((session) => session.login("alice"));
    await browse((session) => {
      expect(session.get("csrf")).toBe("token");
      session.login("alice");
    });
    expect(await ownerIn()).toBe("alice");
  });

  it.each(["login", "empties", "logout"])("is not blocked by a slow page beside a request that %s", async (way) => {
    const { browse, send, jar, time, ownerIn } = browsing(makeOptions);
    await browse((session) => session.set("cart", ["apple"]));
    // The refresh of the session is due.
    time.seconds += 2 * DAY;
    const slow = slowly((session) => session.get("cart"));
    const page = send(slow.handler);
    await slow.started;
    await browse((session) => {
      if (way === "login") session.login("alice");
      if (way === "empties") session.clear();
      if (way === "logout") session.destroy();
    });
    time.seconds += 1;
    slow.answer();
    jar.take(await page);
    if (way === "login" && !_place.includes("token")) expect(await ownerIn()).toBe("alice");
    for (const seconds of [11, DAY, DAY]) {
      time.seconds += seconds;
      await browse((session) => session.owner ?? session.login("alice"));
      expect(await ownerIn()).toBe("alice");
    }
  });

  it.each(["regenerate", "login"])(
    "is the only one that a change of the password spares, after %s as well",
    async (first) => {
      const { browse, sessions, ownerIn } = browsing(makeOptions);
      const elsewhere = new Jar();
      await browse((session) => session.login("alice"));
      await browse((session) => session.login("alice"), elsewhere);
      await browse(async (session) => {
        if (first === "login") session.login("alice");
        else session.regenerate();
        await sessions.revokeAll("alice", { except: session.id });
      });
      expect(await ownerIn()).toBe("alice");
      await browse((session) => expect(session.owner).toBe("alice"));
    },
  );

  it.each(["logout", "another login", "revokeAll"])("does not come back by a slow read after %s", async (way) => {
    const { browse, send, jar, time, sessions, ownerIn } = browsing(makeOptions);
    await browse((session) => void session.set("secret", 1).login("alice"));
    time.seconds += 61;
    const slow = slowly((session) => session.get("secret"));
    const page = send(slow.handler);
    await slow.started;
    if (way === "logout") await browse((session) => session.destroy());
    if (way === "another login") await browse((session) => session.login("bob"));
    if (way === "revokeAll") await sessions.revokeAll("alice");
    time.seconds += 600;
    slow.answer();
    jar.take(await page);
    expect(await ownerIn()).toBe(way === "another login" ? "bob" : undefined);
  });
});

describe("a session in a store", () => {
  it.each([
    ["regenerate", "before"],
    ["regenerate", "after"],
    ["login", "before"],
    ["login", "after"],
  ] as const)("lives on where the store fails while it gets a new token: %s, %s", async (way, place) => {
    let failing = false;
    const { browse, ownerIn, time } = browsing((store) => ({
      store: faulty(store, { failure: (operation) => (failing && operation === "update" ? place : undefined) }),
    }));
    await browse((session) => void session.set("n", 3).login("alice"));
    failing = true;
    const renewing = browse((session) => (way === "login" ? session.login("alice") : session.regenerate()));
    const outcome = await renewing.then(
      () => "saved",
      (error) => error.code,
    );
    // Where only the answer got lost, the record is looked up.
    expect(outcome).toBe(place === "after" ? "saved" : "ERR_STORE");
    failing = false;
    for (const seconds of [0, 11]) {
      time.seconds += seconds;
      expect(await ownerIn()).toBe("alice");
    }
  });

  it("is not saved by a thief who takes new tokens while all of the owner's sessions are ended", async () => {
    for (let trial = 0; trial < 5; trial++) {
      const { browse, sessions, ownerIn } = browsing((store) => ({ store: faulty(store, { latency: 2 }) }));
      const thief = new Jar();
      await browse((session) => session.login("alice"), thief);
      let running = true;
      const looping = (async () => {
        for (let i = 0; running; i++) {
          const act = (session: Session) => {
            if (session.owner === undefined) return;
            if (i % 2) session.login(session.owner);
            else session.regenerate();
          };
          await browse(act, thief).catch((error) => expect(error.code).toBe("ERR_SESSION_ENDED"));
        }
      })();
      await new Promise((resolve) => setTimeout(resolve, 10));
      await sessions.revokeAll("alice");
      running = false;
      await looping;
      expect(await ownerIn(thief)).toBeUndefined();
    }
  });

  it("works without a copy where that would be too large", async () => {
    const { browse, jar, time, ownerIn } = browsing((store) => ({ store, cacheFor: 5 }));
    await browse((session) => session.set("a", 1));
    await browse((session) => session.set("list", "x".repeat(5000)));
    for (let i = 0; i < 3; i++) {
      time.seconds += 60;
      await browse((session) => expect(session.get("a")).toBe(1));
    }
    await browse((session) => session.login("alice"));
    expect([await ownerIn(), jar.names]).toEqual(["alice", ["__Host-session"]]);
    await browse((session) => expect(String(session.get("list"))).toHaveLength(5000));
  });
});
