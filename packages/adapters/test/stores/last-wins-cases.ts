import { createSessions, type SessionStore } from "@websession/core";
import type { ContractCase } from "@websession/core/testing";
import { expect } from "vitest";
import { type ConnectStoreLike, connectStore } from "../../src/stores/connect.ts";
import { aRecord, newId, seconds } from "./records.ts";
import { until } from "./servers/server-process.ts";
import { cookieOf, request, secrets, visit } from "./visits.ts";

/** What sessions promise in a store for express-session, as plain cases. */
export function lastWinsCases(connect: ConnectStoreLike): ContractCase[] {
  const store = connectStore(connect);
  return [...sessionCases(store), ...endingCases(store, connect), ...(store.operations.list ? ownerCases(store) : [])];
}

function sessionCases(store: SessionStore): ContractCase[] {
  const sessions = createSessions({ secrets, store });
  const begin = async () => cookieOf(await visit(sessions, undefined, (session) => session.set("first", true)));
  const load = (cookie: string) => sessions.load(request(cookie));

  return [
    {
      name: "signs in, writes, reads and signs out",
      async run() {
        const former = await begin();
        const cookie = cookieOf(await visit(sessions, former, (session) => session.login("ada")));
        await visit(sessions, cookie, (session) => session.set("cart", ["é 🍏"]));
        const session = await load(cookie);
        expect([session.owner, session.get("first"), session.get("cart")]).toEqual(["ada", true, ["é 🍏"]]);
        await visit(sessions, cookie, (ending) => ending.destroy());
        expect((await load(cookie)).ended).toBe("revoked");
      },
    },
    {
      name: "lets the last of parallel writers win",
      async run() {
        const cookie = await begin();
        const writers = await Promise.all(Array.from({ length: 8 }, () => load(cookie)));
        const commits = writers.map((session, i) => {
          session.set(`key ${i}`, i);
          return sessions.commit(session, new Response("ok"));
        });
        await Promise.all(commits);
        const winners = [...(await load(cookie)).keys()].filter((key) => key !== "first");
        expect(winners).toHaveLength(1);
      },
    },
    {
      name: "does not bring back a session that ended before the write",
      async run() {
        const cookie = await begin();
        const late = await load(cookie);
        late.set("late", true);
        await visit(sessions, cookie, (session) => session.destroy());
        const response = await sessions.commit(late, new Response("late"));
        expect(response.headers.getSetCookie()).toEqual([]);
        expect((await load(cookie)).isNew).toBe(true);
      },
    },
    {
      name: "keeps an unchanged session alive",
      async run() {
        const cookie = await begin();
        const { id } = await load(cookie);
        const before = await store.operations.read(id);
        const later = createSessions({ secrets, store, now: () => Date.now() + 100_000, lifetime: { refresh: 10 } });
        await visit(later, cookie, (session) => session.get("first"));
        const after = await store.operations.read(id);
        expect(Number(after?.usedAt) - Number(before?.usedAt)).toBeGreaterThanOrEqual(100);
        expect(Number(after?.expiresAt) - Number(before?.expiresAt)).toBeGreaterThanOrEqual(100);
      },
    },
    {
      name: "remembers sessions that have ended, as the store of `revocations`",
      async run() {
        const inCookie = createSessions({ secrets, revocations: store });
        const cookie = cookieOf(await visit(inCookie, undefined, (session) => session.set("n", 1)));
        expect((await inCookie.load(request(cookie))).get("n")).toBe(1);
        await visit(inCookie, cookie, (session) => session.destroy());
        expect((await inCookie.load(request(cookie))).ended).toBe("revoked");
      },
    },
  ];
}

/** By real time, and asks the store itself: what has expired must not fill it. */
function endingCases({ operations }: SessionStore, connect: ConnectStoreLike): ContractCase[] {
  return [
    {
      name: "has the store itself forget a session at its end, also where a touch has moved that",
      async run() {
        const id = newId();
        await operations.create(id, aRecord());
        expect(await given(connect, id)).toBeTruthy();
        await operations.touch(id, seconds(), seconds() + 1, 1);
        await until(async () => !(await given(connect, id)));
      },
    },
  ];
}

/** What the store gives for an id. Undefined for an error too: some know no other way to say that there is nothing. */
function given(connect: ConnectStoreLike, id: string): Promise<unknown> {
  return new Promise((resolve) => connect.get(id, (error, session) => resolve(error ? undefined : session)));
}

function ownerCases(store: SessionStore): ContractCase[] {
  const sessions = createSessions({ secrets, store });
  const limited = createSessions({ secrets, store, sessionsPerOwner: { max: 1, beyond: "end-oldest" } });
  return [
    {
      name: "limits the sessions of an owner",
      async run() {
        const owner = `ada ${newId()}`;
        const signIn = async () => cookieOf(await visit(limited, undefined, (session) => session.login(owner)));
        const [first, second] = [await signIn(), await signIn()];
        expect((await limited.load(request(first))).ended).toBe("revoked");
        expect((await limited.load(request(second))).owner).toBe(owner);
      },
    },
    {
      name: "lists the sessions of an owner, and ends them",
      async run() {
        const owner = `ada ${newId()}`;
        const signIn = () => visit(sessions, undefined, (session) => session.login(owner));
        const cookies = [cookieOf(await signIn()), cookieOf(await signIn())];
        expect(await sessions.list(owner)).toHaveLength(2);
        const { id } = await sessions.load(request(cookies[0]));
        expect(await sessions.revokeAll(owner, { except: id })).toBe(1);
        expect((await sessions.list(owner)).map((session) => session.id)).toEqual([id]);
      },
    },
  ];
}
