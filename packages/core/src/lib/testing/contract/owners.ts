import type { StoreOperations } from "../../store.ts";
import type { ContractCase } from "./case.ts";
import { equal } from "./equal.ts";
import { aRecord, created, newId, now } from "./fixtures.ts";

/** Requirements of stores with an index by owner. */
export function ownerCases(store: StoreOperations, list: NonNullable<StoreOperations["list"]>): ContractCase[] {
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
        await store.touch(touched, now(), now() - 1, 1);
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
      name: "lists no more than the limit: the records that were used last",
      async run() {
        const owner = `ada ${newId()}`;
        const used = (ago: number) => created(store, { owner, usedAt: now() - ago });
        const [, second, , first] = [await used(40), await used(20), await used(30), await used(10)];
        const listed = (await list(owner, 2)).map(({ id }) => id);
        equal(listed.sort(), [first, second].sort());
        equal((await list(owner, 9)).length, 4);
      },
    },
    {
      name: "lists the times and the version as they are now",
      async run() {
        const owner = `ada ${newId()}`;
        const id = await created(store, { owner });
        await store.update(id, aRecord({ version: 2, owner }), 1);
        await store.touch(id, now() + 7, now() + 4000, 2);
        const [only] = await list(owner);
        equal(only, { id, record: await store.read(id) });
      },
    },
  ];
}
