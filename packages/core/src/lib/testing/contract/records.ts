import type { StoreOperations } from "../../store.ts";
import type { ContractCase } from "./case.ts";
import { equal } from "./equal.ts";
import { aRecord, created, newId } from "./fixtures.ts";

/** A store reads back exactly the records that were written. */
export function recordCases(store: StoreOperations, many: number): ContractCase[] {
  return [
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
}

/** Breaks stores that join SQL strings, use a wrong charset, or end a text at NUL. */
const awkward = "'; DROP TABLE sessions; -- \0 %s $1 {} \\ \" \u2028 é 漢字 🍏 \u{10ffff}";

async function inBatches(ids: readonly string[], work: (id: string) => Promise<void>): Promise<void> {
  for (let from = 0; from < ids.length; from += 100) await Promise.all(ids.slice(from, from + 100).map(work));
}
