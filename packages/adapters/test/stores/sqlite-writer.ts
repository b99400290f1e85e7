import { sqliteStore } from "../../src/stores/sqlite.ts";
import { sqliteDrivers } from "./sqlite-drivers.ts";

/** A process of its own: adds one to a record, so many times, by the named driver; not before all writers are there. */
const [driver, file = "", id = "", times, writers] = process.argv.slice(2);
const [, open] = sqliteDrivers().find(([name]) => name === driver) ?? [];
if (!open) throw new Error(`there is no ${driver} here`);
const { operations } = sqliteStore(open(file));

await operations.create(`writer-${process.pid}`, await counter());
while ((await operations.list?.("writers"))?.length !== Number(writers)) await new Promise(setImmediate);

for (let won = 0; won < Number(times); ) {
  const record = await counter();
  const next = { ...record, version: record.version + 1, data: String(Number(record.data) + 1), owner: undefined };
  if ((await operations.update(id, next, record.version)) === "saved") won++;
}

async function counter() {
  const record = await operations.read(id);
  if (!record) throw new Error("the record is gone");
  return { ...record, owner: "writers" };
}
