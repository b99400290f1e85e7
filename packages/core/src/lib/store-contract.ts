import type { SessionRecord, StoreOperations } from "./store.ts";

/** One requirement: `run` rejects where the store does not meet it. */
export interface ContractCase {
  readonly name: string;
  run(): Promise<void>;
}

export interface ContractOptions {
  /** How many ids the case of many ids takes. Default 10 000. */
  readonly many?: number;
  /** How many writers the case of concurrent writers takes. Default 64. */
  readonly writers?: number;
  /** Moves the store's clock, where it takes one: then expiry in the course of time is tested too. */
  readonly advance?: (seconds: number) => void | Promise<void>;
}

const now = () => Math.floor(Date.now() / 1000);

/**
 * What every store must do, as plain cases without a test runner: give each to the `it` of yours.
 *
 * Ids are random, so the store need not be empty; it must be one that nobody cares about.
 */
export function storeContract(store: StoreOperations, options: ContractOptions = {}): ContractCase[] {
  const { many = 10_000, writers = 64, advance } = options;
  const cases: ContractCase[] = [
    {
      name: "reads back what was created, to the last character",
      async run() {
        const record = aRecord({ owner: "ada", data: JSON.stringify({ text: awkward, nested: { list: [1, null] } }) });
        const id = newId();
        equal(await store.create(id, record), true);
        equal(await store.read(id), record);
      },
    },
    {
      name: "reads a record without an owner as one without an owner",
      async run() {
        const id = await created(store);
        equal((await store.read(id))?.owner, undefined);
      },
    },
    {
      name: "reads nothing where nothing is",
      async run() {
        equal(await store.read(newId()), undefined);
      },
    },
    {
      name: "keeps 60 KB of data",
      async run() {
        const record = aRecord({ data: JSON.stringify("é".repeat(30_000)) });
        const id = newId();
        await store.create(id, record);
        equal(await store.read(id), record);
      },
    },
    {
      name: "creates only where nothing is",
      async run() {
        const id = await created(store, { data: '"first"' });
        equal(await store.create(id, aRecord({ data: '"second"' })), false);
        equal((await store.read(id))?.data, '"first"');
      },
    },
    {
      name: "updates a record of the version that was read",
      async run() {
        const id = await created(store);
        const next = aRecord({ version: 2, data: '"new"', owner: "bob", expiresAt: now() + 7200 });
        equal(await store.update(id, next, 1), "saved");
        equal(await store.read(id), next);
      },
    },
    {
      name: "never creates a record by an update",
      async run() {
        const id = newId();
        equal(await store.update(id, aRecord({ version: 2 }), 1), "missing");
        equal(await store.read(id), undefined);
      },
    },
    {
      name: "moves the times by touch, and nothing else",
      async run() {
        const record = aRecord({ owner: "ada" });
        const id = newId();
        await store.create(id, record);
        const times = { usedAt: record.usedAt + 5, expiresAt: record.expiresAt + 5 };
        equal(await store.touch(id, times.usedAt, times.expiresAt), true);
        equal(await store.read(id), { ...record, ...times });
      },
    },
    {
      name: "lets an update follow a touch: a touch is no new version",
      async run() {
        const id = await created(store);
        await store.touch(id, now(), now() + 5000);
        equal(await store.update(id, aRecord({ version: 2 }), 1), "saved");
      },
    },
    {
      name: "never creates a record by a touch",
      async run() {
        const id = newId();
        equal(await store.touch(id, now(), now() + 60), false);
        equal(await store.read(id), undefined);
      },
    },
    {
      name: "deletes, and does not mind deleting again",
      async run() {
        const id = await created(store);
        await store.delete(id);
        equal(await store.read(id), undefined);
        await store.delete(id);
        equal(await store.update(id, aRecord({ version: 2 }), 1), "missing");
        equal(await store.touch(id, now(), now() + 60), false);
        equal(await store.read(id), undefined);
      },
    },
    {
      name: "counts an expired record as missing",
      async run() {
        const past = { usedAt: now() - 100, createdAt: now() - 100, expiresAt: now() - 1 };
        const id = await created(store, past);
        equal(await store.read(id), undefined);
        equal(await store.update(id, aRecord({ version: 2 }), 1), "missing");
        equal(await store.touch(id, now(), now() + 60), false);
        equal(await store.create(id, aRecord({ data: '"fresh"' })), true);
        equal((await store.read(id))?.data, '"fresh"');
      },
    },
    {
      name: "can be told by touch that a record has expired",
      async run() {
        const id = await created(store);
        await store.touch(id, now() - 10, now() - 1);
        equal(await store.read(id), undefined);
      },
    },
    {
      name: "can be told by an update that a record has expired",
      async run() {
        const id = await created(store, { owner: "ada" });
        equal(await store.update(id, aRecord({ version: 2, usedAt: now() - 10, expiresAt: now() - 1 }), 1), "saved");
        equal(await store.read(id), undefined);
        equal(await store.update(id, aRecord({ version: 3 }), 2), "missing");
      },
    },
    {
      name: "gives copies: what becomes of them does not matter",
      async run() {
        const id = newId();
        const record = aRecord();
        await store.create(id, record);
        Object.assign(record, { data: '"changed"' });
        Object.assign((await store.read(id)) ?? {}, { data: '"changed"' });
        equal((await store.read(id))?.data, "{}");
      },
    },
    {
      name: `keeps ${many} records apart`,
      async run() {
        const ids = Array.from({ length: many }, newId);
        await inBatches(ids, async (id) => void (await store.create(id, aRecord({ data: JSON.stringify(id) }))));
        await inBatches(ids, async (id) => equal((await store.read(id))?.data, JSON.stringify(id)));
        await inBatches(ids, (id) => store.delete(id));
        await inBatches(ids.slice(0, 10), async (id) => equal(await store.read(id), undefined));
      },
    },
  ];
  if (store.atomic !== false) cases.push(...atomicCases(store, writers));
  if (store.list) cases.push(...ownerCases(store, store.list.bind(store)));
  if (store.sweep) cases.push(sweepCase(store, store.sweep.bind(store)));
  if (advance) cases.push(clockCase(store, advance));
  return cases;
}

function atomicCases(store: StoreOperations, writers: number): ContractCase[] {
  return [
    {
      name: "refuses an update of another version, and keeps what is there",
      async run() {
        const id = await created(store, { version: 3, data: '"mine"' });
        equal(await store.update(id, aRecord({ version: 3, data: '"theirs"' }), 2), "changed");
        equal((await store.read(id))?.data, '"mine"');
      },
    },
    {
      name: `loses no update of ${writers} concurrent writers`,
      async run() {
        const id = await created(store, { data: "0" });
        await Promise.all(Array.from({ length: writers }, () => increment(store, id)));
        equal((await store.read(id))?.data, String(writers));
        equal((await store.read(id))?.version, writers + 1);
      },
    },
    {
      name: "lets one of several concurrent creators win",
      async run() {
        const id = newId();
        const won = await Promise.all(Array.from({ length: 8 }, (_, i) => store.create(id, aRecord({ data: `${i}` }))));
        equal(won.filter(Boolean).length, 1);
        equal((await store.read(id))?.data, String(won.indexOf(true)));
      },
    },
    {
      name: "never brings a deleted record back, whoever writes at the same time",
      async run() {
        const id = await created(store, { data: "0" });
        const writing = Array.from({ length: 16 }, () => increment(store, id));
        await Promise.all([...writing, store.delete(id)]);
        equal(await store.read(id), undefined);
      },
    },
  ];
}

function ownerCases(store: StoreOperations, list: NonNullable<StoreOperations["list"]>): ContractCase[] {
  const idsOf = async (owner: string) => (await list(owner)).map(({ id }) => id).sort();
  return [
    {
      name: "lists the records of an owner, and only those",
      async run() {
        const [ada, bob] = [`ada ${newId()}`, `bob ${newId()} é/:*'"%_\\`];
        const record = aRecord({ owner: ada, data: '"first"' });
        const [first, second, third] = [newId(), newId(), newId()];
        await store.create(first, record);
        await store.create(second, aRecord({ owner: ada }));
        await store.create(third, aRecord({ owner: bob }));
        await store.create(newId(), aRecord());
        equal(await idsOf(ada), [first, second].sort());
        equal(await idsOf(bob), [third]);
        equal(await idsOf(`nobody ${newId()}`), []);
        equal((await list(ada)).find(({ id }) => id === first)?.record, record);
      },
    },
    {
      name: "lists neither deleted nor expired records",
      async run() {
        const owner = `ada ${newId()}`;
        const [kept, deleted, touched] = [newId(), newId(), newId()];
        for (const id of [kept, deleted, touched]) await store.create(id, aRecord({ owner }));
        await store.create(newId(), aRecord({ owner, expiresAt: now() - 1 }));
        await store.delete(deleted);
        await store.touch(touched, now(), now() - 1);
        equal(await idsOf(owner), [kept]);
      },
    },
    {
      name: "follows an update to another owner, or to none",
      async run() {
        const [ada, bob] = [`ada ${newId()}`, `bob ${newId()}`];
        const id = await created(store, { owner: ada });
        await store.update(id, aRecord({ version: 2, owner: bob }), 1);
        equal([await idsOf(ada), await idsOf(bob)], [[], [id]]);
        await store.update(id, aRecord({ version: 3 }), 2);
        equal([await idsOf(ada), await idsOf(bob)], [[], []]);
      },
    },
    {
      name: "lists the times and the version as they are now",
      async run() {
        const owner = `ada ${newId()}`;
        const id = await created(store, { owner });
        await store.update(id, aRecord({ version: 2, owner }), 1);
        await store.touch(id, now() + 7, now() + 4000);
        const [only] = await list(owner);
        equal(only, { id, record: await store.read(id) });
      },
    },
  ];
}

function sweepCase(store: StoreOperations, sweep: NonNullable<StoreOperations["sweep"]>): ContractCase {
  return {
    name: "sweeps what has expired, and nothing else",
    async run() {
      const kept = await created(store);
      for (let i = 0; i < 3; i++) await created(store, { expiresAt: now() - 1 });
      while ((await sweep()) > 0);
      equal(await sweep(), 0);
      equal((await store.read(kept))?.data, "{}");
    },
  };
}

function clockCase(store: StoreOperations, advance: (seconds: number) => void | Promise<void>): ContractCase {
  return {
    name: "lets a record expire at its second, and a touched one later",
    async run() {
      const short = await created(store, { expiresAt: now() + 60 });
      const long = await created(store, { expiresAt: now() + 60 });
      await store.touch(long, now(), now() + 600);
      await advance(55);
      equal((await store.read(short))?.data, "{}");
      await advance(10);
      equal(await store.read(short), undefined);
      equal((await store.read(long))?.data, "{}");
    },
  };
}

/** Survives a careless join of strings, a wrong charset, and code that ends texts at NUL. */
const awkward = "'; DROP TABLE sessions; -- \0 %s $1 {} \\ \" \u2028 é 漢字 🍏 \u{10ffff}";

function newId(): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return Array.from(crypto.getRandomValues(new Uint8Array(22)), (byte) => alphabet[byte & 63]).join("");
}

function aRecord(given: Partial<SessionRecord> = {}): SessionRecord {
  const time = now();
  return { version: 1, data: "{}", owner: undefined, createdAt: time, usedAt: time, expiresAt: time + 3600, ...given };
}

async function created(store: StoreOperations, given: Partial<SessionRecord> = {}): Promise<string> {
  const id = newId();
  await store.create(id, aRecord(given));
  return id;
}

/** Adds one to a number, again and again until it wins or the record is gone. */
async function increment(store: StoreOperations, id: string): Promise<void> {
  for (;;) {
    const record = await store.read(id);
    if (record === undefined) return;
    const next = { ...record, version: record.version + 1, data: String(Number(record.data) + 1) };
    const result = await store.update(id, next, record.version);
    if (result !== "changed") return;
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 10));
  }
}

async function inBatches(ids: readonly string[], work: (id: string) => Promise<void>): Promise<void> {
  for (let from = 0; from < ids.length; from += 100) await Promise.all(ids.slice(from, from + 100).map(work));
}

/** Plain data, compared by its text; keys that are undefined don't count. */
function equal(found: unknown, expected: unknown): void {
  const [actual, wanted] = [found, expected].map((value) => JSON.stringify(sorted(value)));
  if (actual !== wanted) throw new Error(`expected ${wanted}, but found ${actual}`);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  );
}
