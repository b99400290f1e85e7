import { describe, expect, it } from "vitest";
import { encrypted } from "../src/encrypted.ts";
import {
  chunk,
  createSessions,
  deflate,
  header,
  memoryStore,
  type Session,
  type SessionOptions,
  signed,
} from "../src/index.ts";
import {
  CHUNKED,
  COMPRESSED,
  ENCRYPTED,
  IN_HEADER,
  IN_STORE,
  IN_STORE_WITH_COPIES,
  IN_TOKEN,
  type Living,
  OF_OLDER_SECRET,
  OVERFLOWING,
  REVOCABLE,
  type Records,
  type Vector,
} from "./former-version-vectors.ts";
import { OLD_SECRET, SECRET, START, touch } from "./helpers.ts";
import { Jar } from "./jar.ts";

type Data = Record<string, unknown>;
type Handler = (session: Session<Data>) => unknown;
type Options = Partial<SessionOptions<Data>>;

const HOUR = 3600;
const DAY = 86_400;

/** Seconds for which the former version sends no cookie to a client whose cookie was replaced. */
const REPLACED_FOR = 30;

/** A browser, or a client that keeps its token itself and sends it in a header. */
interface Client {
  headers(): Record<string, string>;
  take(response: Response): void;
}

function browserWith(cookie: string): Client {
  const pairs = cookie.split("; ").map((pair): [string, string] => {
    const at = pair.indexOf("=");
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
  const jar = new Jar(pairs);
  return {
    headers: () => (jar.header === undefined ? {} : { cookie: jar.header }),
    take: (response) => void jar.take(response),
  };
}

function nativeClientWith(token: string): Client {
  let value = token;
  return {
    headers: () => (value === "" ? {} : { "x-session": value }),
    take: ({ headers }) => {
      value = headers.get("x-session") ?? value;
    },
  };
}

/** One way to configure the library, and what clients and stores had of it. */
interface Deployment {
  readonly name: string;
  readonly vectors: Readonly<Record<string, Vector>>;
  readonly options?: Options;
  readonly clientWith?: (cookie: string) => Client;
}

/** Where it can't, vectors.test.ts has what becomes of a compressed token. */
const canInflate = typeof DecompressionStream === "function";

const inCookies: Deployment[] = [
  { name: "in the token", vectors: IN_TOKEN },
  { name: "encrypted", vectors: ENCRYPTED, options: { codec: encrypted() } },
  { name: "compressed", vectors: canInflate ? COMPRESSED : {}, options: { codec: signed({ compress: deflate }) } },
  { name: "in several cookies", vectors: CHUNKED, options: { overflow: chunk } },
  { name: "in a header", vectors: IN_HEADER, options: { transport: header() }, clientWith: nativeClientWith },
];
const ofOlderSecret = {
  name: "of an older secret",
  vectors: OF_OLDER_SECRET,
  options: { secrets: [SECRET, OLD_SECRET] },
} satisfies Deployment;
const inStore: Deployment[] = [
  { name: "in a store", vectors: IN_STORE },
  { name: "in a store, with copies", vectors: IN_STORE_WITH_COPIES, options: { cacheFor: 60 } },
  { name: "in a store, without copies any more", vectors: IN_STORE_WITH_COPIES },
];
const overflowing: Deployment = {
  name: "overflowing into a store",
  vectors: OVERFLOWING,
  options: { overflow: "store" },
};
const revocable: Deployment = { name: "with revocations", vectors: REVOCABLE };

const deployments = [...inCookies, ofOlderSecret, ...inStore, overflowing, revocable];

/** One client of a vector: its session, or its cookie alone where the session has ended. */
interface Case<Of> {
  readonly vector: Vector;
  readonly deployment: Deployment;
  readonly of: Of;
}

function casesOf<Of>(
  from: readonly Deployment[],
  pick: (vector: Vector) => Readonly<Record<string, Of>> | undefined,
): [name: string, each: Case<Of>][] {
  return from.flatMap((deployment) =>
    Object.entries(deployment.vectors).flatMap(([key, vector]) =>
      Object.entries(pick(vector) ?? {}).map(([client, of]): [string, Case<Of>] => [
        `${deployment.name}: ${key}, ${client}`,
        { vector, deployment, of },
      ]),
    ),
  );
}

const livingIn = (...from: readonly Deployment[]) => casesOf(from, ({ living }) => living);
const endedIn = (...from: readonly Deployment[]) => casesOf(from, ({ ended }) => ended);

const living = livingIn(...deployments);
const ended = endedIn(...deployments);

/** The version of today, with the stores as the former version left them. */
async function deploy({ vector, deployment }: Pick<Case<unknown>, "vector" | "deployment">) {
  const { options, clientWith = browserWith } = deployment;
  const clock = { seconds: vector.at };
  const now = () => clock.seconds * 1000;
  const filled = async (records: Records) => {
    const store = memoryStore({ now });
    for (const [id, record] of records) await store.operations.create(id, record);
    return store;
  };
  const sessions = createSessions<Data>({
    secrets: SECRET,
    now,
    ...(vector.store && { store: await filled(vector.store) }),
    ...(vector.notes && { revocations: await filled(vector.notes) }),
    ...options,
  });
  const load = (client: Client) => sessions.load({ headers: new Headers(client.headers()) });
  const visit = async (client: Client, handler: Handler) => {
    const request = new Request("https://example.com/", { headers: client.headers() });
    const response = await sessions.handle(request, async (session) => {
      await handler(session);
      return new Response("ok");
    });
    client.take(response);
    return response;
  };
  /** Nothing of this is saved. */
  const seenBy = async (client: Client) => contentOf(await load(client));
  return { sessions, clock, clientWith, load, visit, seenBy };
}

function contentOf(session: Session<Data>) {
  return {
    isNew: session.isNew,
    id: session.id,
    data: Object.fromEntries(session),
    owner: session.owner,
    persistent: session.persistent,
    flashes: session.flashes(),
    createdAt: session.createdAt.getTime() / 1000,
  };
}

/** What a client with a living session sees. */
function contentBefore({ id, data, owner, persistent, flashes, createdAt }: Living) {
  return { isNew: false, id, data, owner, persistent, flashes, createdAt };
}

const nothing = expect.objectContaining({ isNew: true, data: {}, owner: undefined, flashes: [] });

/** Seconds later: at once, within the half minute, and when a refresh is not due yet, and when it is. */
const moments = [0, 20, HOUR, 2 * DAY];

describe("a session that the former version issued", () => {
  it.each(living)("opens as it was, until it expires (%s)", async (_name, each) => {
    const { clock, clientWith, seenBy } = await deploy(each);
    const client = clientWith(each.of.cookie);
    for (const seconds of [...moments.map((moment) => each.vector.at + moment), each.of.expiresAt - HOUR]) {
      clock.seconds = seconds;
      expect(await seenBy(client)).toEqual(contentBefore(each.of));
    }
    clock.seconds = each.of.expiresAt;
    expect(await seenBy(client)).toEqual(nothing);
  });

  it.each(living)("opens as it was after any number of reads (%s)", async (_name, each) => {
    const { clock, clientWith, visit, seenBy } = await deploy(each);
    const client = clientWith(each.of.cookie);
    for (let read = 0; read < 10; read++) {
      await visit(client, touch);
      expect(await seenBy(client)).toEqual(contentBefore(each.of));
      clock.seconds += 2 * DAY;
    }
  });

  it.each(living)("keeps what is written in it (%s)", async (_name, each) => {
    for (const moment of moments) {
      const { clock, clientWith, visit, seenBy } = await deploy(each);
      const client = clientWith(each.of.cookie);
      clock.seconds += moment;
      await visit(client, async (session) => {
        session.set("written", { deep: [1] });
        await session.update("count", (count) => Number(count ?? 0) + 1);
      });
      await visit(client, async (session) => {
        (session.get("written") as { deep: number[] }).deep.push(2);
        await session.update("count", (count) => Number(count) + 1);
      });
      const before = contentBefore(each.of);
      const data = { ...before.data, written: { deep: [1, 2] }, count: 2 };
      expect(await seenBy(client)).toEqual({ ...before, data });
    }
  });

  it.each(living)("shows its messages once (%s)", async (_name, each) => {
    const { clientWith, visit, seenBy } = await deploy(each);
    const client = clientWith(each.of.cookie);
    await visit(client, (session) => {
      session.set("seen", true);
      expect(session.flashes()).toEqual(each.of.flashes);
    });
    expect(await seenBy(client)).toMatchObject({ flashes: [], data: { seen: true }, owner: each.of.owner });
  });

  it.each(living)("can be emptied by a visitor (%s)", async (_name, each) => {
    const { clientWith, visit, seenBy } = await deploy(each);
    const client = clientWith(each.of.cookie);
    await visit(client, (session) => {
      session.clear();
      session.flashes();
    });
    expect(await seenBy(client)).toMatchObject({ data: {}, owner: each.of.owner, flashes: [] });
  });

  it.each(living)("is signed in by login, with its data (%s)", async (_name, each) => {
    for (const moment of moments) {
      const { clock, clientWith, visit, seenBy } = await deploy(each);
      const client = clientWith(each.of.cookie);
      clock.seconds += moment;
      await visit(client, (session) => session.login("ada"));
      const { data, flashes } = each.of;
      const signedIn = { isNew: false, owner: "ada", data, flashes };
      expect(await seenBy(client)).toMatchObject(signedIn);
      clock.seconds += HOUR;
      expect(await seenBy(client)).toMatchObject(signedIn);
    }
  });

  it.each(living)("shows nothing of a former owner to the next one (%s)", async (_name, each) => {
    const { clientWith, visit, seenBy } = await deploy(each);
    const client = clientWith(each.of.cookie);
    await visit(client, (session) => session.login("grace"));
    const data = each.of.owner === undefined ? each.of.data : {};
    expect(await seenBy(client)).toMatchObject({ isNew: false, owner: "grace" });
    expect((await seenBy(client)).data).toEqual(data);
  });

  it.each(living)("goes on after regenerate (%s)", async (_name, each) => {
    const { clientWith, visit, seenBy, clock } = await deploy(each);
    const client = clientWith(each.of.cookie);
    await visit(client, (session) => session.regenerate());
    clock.seconds += HOUR;
    const { id: _, ...before } = contentBefore(each.of);
    expect(await seenBy(client)).toEqual({ ...before, id: expect.any(String) });
  });

  it.each(living)("ends with destroy (%s)", async (_name, each) => {
    const { clientWith, visit, seenBy } = await deploy(each);
    const client = clientWith(each.of.cookie);
    await visit(client, (session) => session.destroy());
    expect(await seenBy(client)).toEqual(nothing);
  });
});

describe("a cookie that the former version issued, where a store knows of the end", () => {
  const known = livingIn(...inStore, revocable);

  it.each(known)("is worthless after a login or regenerate (%s)", async (_name, each) => {
    for (const renew of [(session) => session.login("ada"), (session) => session.regenerate()] satisfies Handler[]) {
      const { clock, clientWith, visit, seenBy } = await deploy(each);
      await visit(clientWith(each.of.cookie), renew);
      clock.seconds += HOUR;
      expect(await seenBy(clientWith(each.of.cookie))).toEqual(nothing);
    }
  });

  it.each(known)("is worthless after destroy or revoke (%s)", async (_name, each) => {
    for (const how of ["destroy", "revoke"]) {
      const { clock, sessions, clientWith, visit, seenBy } = await deploy(each);
      if (how === "revoke") await sessions.revoke(each.of.id);
      else await visit(clientWith(each.of.cookie), (session) => session.destroy());
      clock.seconds += each.deployment.options?.cacheFor ?? 0;
      expect(await seenBy(clientWith(each.of.cookie))).toEqual(nothing);
    }
  });

  it.each(known.filter(([, { of }]) => of.owner !== undefined))(
    "is worthless after revokeAll (%s)",
    async (_name, each) => {
      const { clock, sessions, clientWith, visit, seenBy } = await deploy(each);
      await sessions.revokeAll("ada", { except: each.of.id });
      expect(await seenBy(clientWith(each.of.cookie))).toEqual(contentBefore(each.of));
      await sessions.revokeAll("ada");
      clock.seconds += each.deployment.options?.cacheFor ?? 0;
      const client = clientWith(each.of.cookie);
      expect(await seenBy(client)).toEqual(nothing);
      await visit(client, (session) => session.login("ada"));
      expect(await seenBy(client)).toMatchObject({ isNew: false, owner: "ada" });
    },
  );

  it.each(livingIn(...inStore))("loses nothing that two requests write at once (%s)", async (_name, each) => {
    const { sessions, clientWith, load, seenBy } = await deploy(each);
    const client = clientWith(each.of.cookie);
    const [first, second] = [await load(client), await load(client)];
    first.set("first", true);
    second.set("second", true);
    for (const session of [second, first]) client.take(await sessions.commit(session, new Response("ok")));
    expect((await seenBy(client)).data).toEqual({ ...each.of.data, first: true, second: true });
  });
});

describe("a cookie that the former version issued for a session in a store", () => {
  const issuedBy = (response: Response) =>
    response.headers.getSetCookie().filter((line) => line.startsWith("__Host-session="));

  it.each(livingIn(...inStore))(
    "goes on as it is with reads and writes, since it names the session as well as one of today's (%s)",
    async (_name, each) => {
      const { clientWith, visit } = await deploy(each);
      const client = clientWith(each.of.cookie);
      expect(issuedBy(await visit(client, touch))).toEqual([]);
      expect(issuedBy(await visit(client, (session) => session.set("n", 1)))).toEqual([]);
      expect(issuedBy(await visit(client, (session) => session.regenerate()))).toHaveLength(1);
    },
  );
});

describe("an owner's list", () => {
  const [stored] = inStore as [Deployment];

  it.each([
    ["one that has just signed in", IN_STORE.signedIn],
    ["one that has just been regenerated", IN_STORE.regenerated],
    ["two browsers", IN_STORE.twoOfOneOwner],
    ["none that has ended", IN_STORE.ended],
  ] satisfies [string, Vector][])("has each session of the former version once: %s", async (_name, vector: Vector) => {
    const { sessions } = await deploy({ vector, deployment: stored });
    const clients = Object.values(vector.living ?? {});
    const listed = (await sessions.list("ada")).map(({ id, createdAt }) => [id, createdAt.getTime() / 1000]);
    expect(listed.sort()).toEqual(clients.map(({ id, createdAt }) => [id, createdAt]).sort());
  });
});

describe("a session that ended under the former version", () => {
  it.each(ended)("opens as nothing (%s)", async (_name, each) => {
    for (const moment of [...moments, REPLACED_FOR + 1, 13 * DAY]) {
      const { clock, clientWith, seenBy } = await deploy(each);
      clock.seconds += moment;
      expect(await seenBy(clientWith(each.of))).toEqual(nothing);
    }
  });

  it.each(ended)("is not brought back by a write, nor is one beside it harmed (%s)", async (_name, each) => {
    for (const moment of [...moments, REPLACED_FOR + 1]) {
      const { clock, clientWith, visit, seenBy } = await deploy(each);
      clock.seconds += moment;
      await visit(clientWith(each.of), (session) => session.set("late", true));
      expect(await seenBy(clientWith(each.of))).toEqual(nothing);
      for (const other of Object.values(each.vector.living ?? {})) {
        expect(await seenBy(clientWith(other.cookie))).toEqual(contentBefore(other));
      }
    }
  });

  it.each(ended)("keeps nobody from signing in for long (%s)", async (_name, each) => {
    const { clock, clientWith, visit, seenBy } = await deploy(each);
    const client = clientWith(each.of);
    const signIn = async () => {
      await visit(client, (session) => session.login("ada"));
      return (await seenBy(client)).owner;
    };
    const atOnce = await signIn();
    clock.seconds += REPLACED_FOR + 1;
    expect(atOnce ?? (await signIn())).toBe("ada");
    expect(await seenBy(client)).toMatchObject({ isNew: false, owner: "ada", data: {} });
    expect(await seenBy(clientWith(each.of))).toEqual(nothing);
    for (const other of Object.values(each.vector.living ?? {})) {
      expect(await seenBy(clientWith(other.cookie))).toEqual(contentBefore(other));
    }
  });
});

/** This the former version did not do. */
describe("a token of the former version opens in no mode but its own", () => {
  const asVisitor = async (each: Case<Living>, options: Options) => {
    const { clock, clientWith, visit } = await deploy({
      vector: { at: each.vector.at },
      deployment: { ...each.deployment, options },
    });
    for (const moment of moments) {
      clock.seconds = each.vector.at + moment;
      const response = await visit(clientWith(each.of.cookie), (session) => {
        expect(contentOf(session)).toEqual(nothing);
        expect(session.id).not.toBe(each.of.id);
      });
      expect(response.headers.getSetCookie()).toEqual([]);
    }
  };
  const withData = livingIn({ name: "in the token", vectors: IN_TOKEN }, revocable);
  const withoutData = livingIn(...inStore.slice(0, 2), {
    name: "overflowing into a store",
    vectors: { large: OVERFLOWING.large, largeSignedIn: OVERFLOWING.largeSignedIn },
  });

  it.each(withData)("with the data in it, it is none where the data lives in a store (%s)", async (_name, each) => {
    await asVisitor(each, { store: memoryStore() });
    await asVisitor(each, { store: memoryStore(), cacheFor: 60 });
  });

  it.each(withoutData)("with an id for a store, it is none where the token has the data (%s)", async (_name, each) => {
    await asVisitor(each, {});
    await asVisitor(each, { revocations: memoryStore() });
  });
});

/** Nor this: it trusted the copy for `cacheFor` seconds. */
describe("a copy in a token of the former version", () => {
  const [, withCopies] = inStore as [Deployment, Deployment];

  it.each(livingIn({ ...withCopies, vectors: { written: IN_STORE_WITH_COPIES.written } }))(
    "does not hide what the store has (%s)",
    async (_name, each) => {
      const { clock, clientWith, seenBy } = await deploy(each);
      clock.seconds = START + 20;
      expect(await seenBy(clientWith(each.of.cookie))).toEqual(contentBefore(each.of));
    },
  );

  it.each(endedIn({ ...withCopies, vectors: { ended: IN_STORE_WITH_COPIES.ended } }))(
    "does not hide that it has ended (%s)",
    async (_name, each) => {
      const { clock, clientWith, seenBy } = await deploy(each);
      clock.seconds = START + 20;
      expect(await seenBy(clientWith(each.of))).toEqual(nothing);
    },
  );
});
