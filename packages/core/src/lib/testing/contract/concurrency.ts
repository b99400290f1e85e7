import type { StoreOperations } from "../../store.ts";
import type { ContractCase } from "./case.ts";
import { equal } from "./equal.ts";
import { aRecord, created, newId, now } from "./fixtures.ts";

/** Requirements of stores that can compare and set. */
export function atomicCases(store: StoreOperations, writers: number): ContractCase[] {
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
      name: "refuses a touch of another version, and leaves the times as they are",
      async run() {
        const record = aRecord({ version: 3 });
        const id = newId();
        await store.create(id, record);
        equal(await store.touch(id, record.usedAt + 5, record.expiresAt + 5, 2), "changed");
        equal(await store.read(id), record);
      },
    },
    {
      name: "saves an update whatever touches the record at the same time",
      async run() {
        await Promise.all(Array.from({ length: 32 }, () => updateAmongTouches(store)));
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

/** The update has one attempt: a touch is no new version, so it is no conflict. After the update no touch of the old version has an effect. */
async function updateAmongTouches(store: StoreOperations): Promise<void> {
  const id = await created(store);
  const next = aRecord({ version: 2, data: '"new"', expiresAt: now() + 7200 });
  const touch = (expiresAt: number) => store.touch(id, now() + 1, expiresAt, 1);
  const [before, updated, after] = await Promise.all([
    touch(now() + 5000),
    store.update(id, next, 1),
    touch(now() + 6000),
  ]);
  equal(updated, "saved");
  equal([before, after].includes("missing"), false);
  equal(await store.read(id), next);
}

/** Adds one to the number in a record. Repeats until the write succeeds, or until the record is gone. */
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
