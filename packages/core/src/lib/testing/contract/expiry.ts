import type { StoreOperations } from "../../store.ts";
import type { ContractCase } from "./case.ts";
import { equal } from "./equal.ts";
import { aRecord, created, now } from "./fixtures.ts";

/** An expired record counts as missing. */
export function expiryCases(store: StoreOperations): ContractCase[] {
  return [
    {
      name: "counts an expired record as missing",
      async run() {
        const past = { usedAt: now() - 100, createdAt: now() - 100, expiresAt: now() - 1 };
        const id = await created(store, past);
        equal(await store.read(id), undefined);
        equal(await store.update(id, aRecord({ version: 2 }), 1), "missing");
        equal(await store.touch(id, now(), now() + 60, 1), "missing");
        equal(await store.create(id, aRecord({ data: '"fresh"' })), true);
        equal((await store.read(id))?.data, '"fresh"');
      },
    },
    {
      name: "can be told by touch that a record has expired",
      async run() {
        const id = await created(store);
        equal(await store.touch(id, now() - 10, now() - 1, 1), "saved");
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
  ];
}

export function sweepCase(store: StoreOperations, sweep: NonNullable<StoreOperations["sweep"]>): ContractCase {
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

export function clockCase(store: StoreOperations, advance: (seconds: number) => void | Promise<void>): ContractCase {
  return {
    name: "lets a record expire at its second, and a touched one later",
    async run() {
      const short = await created(store, { expiresAt: now() + 60 });
      const long = await created(store, { expiresAt: now() + 60 });
      await store.touch(long, now(), now() + 600, 1);
      await advance(55);
      equal((await store.read(short))?.data, "{}");
      await advance(10);
      equal(await store.read(short), undefined);
      equal((await store.read(long))?.data, "{}");
    },
  };
}
