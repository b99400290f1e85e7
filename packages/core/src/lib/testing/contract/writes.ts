import type { StoreOperations } from "../../store.ts";
import type { ContractCase } from "./case.ts";
import { equal } from "./equal.ts";
import { aRecord, created, newId, now } from "./fixtures.ts";

/** The effects that each operation must have, and those that it must not have. */
export function writeCases(store: StoreOperations): ContractCase[] {
  return [
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
        equal(await store.touch(id, times.usedAt, times.expiresAt, 1), "saved");
        equal(await store.read(id), { ...record, ...times });
      },
    },
    {
      name: "lets an update follow a touch: a touch is no new version",
      async run() {
        const id = await created(store);
        await store.touch(id, now(), now() + 5000, 1);
        equal(await store.update(id, aRecord({ version: 2 }), 1), "saved");
      },
    },
    {
      name: "never creates a record by a touch",
      async run() {
        const id = newId();
        equal(await store.touch(id, now(), now() + 60, 1), "missing");
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
        equal(await store.touch(id, now(), now() + 60, 1), "missing");
        equal(await store.read(id), undefined);
      },
    },
  ];
}
