import { sqliteStore } from "../../src/stores/sqlite.ts";
import { sqliteDrivers } from "./sqlite-drivers.ts";

/** A process of its own: sweeps until nothing is left, by the named driver, and says how much it was; not before all are there. */
const [driver, file = "", sweepers] = process.argv.slice(2);
const [, open] = sqliteDrivers().find(([name]) => name === driver) ?? [];
if (!open) throw new Error(`there is no ${driver} here`);
const { operations } = sqliteStore(open(file), { table: "swept_by_processes" });
const { sweep, list } = operations;
if (!sweep || !list) throw new Error("it can't sweep or list");

const time = Math.floor(Date.now() / 1000);
const record = { version: 1, data: "{}", owner: "sweepers", createdAt: time, usedAt: time, expiresAt: time + 60 };
await operations.create(`sweeper-${process.pid}`, record);
while ((await list("sweepers")).length !== Number(sweepers)) await new Promise(setImmediate);

let sum = 0;
for (let removed = await sweep(); removed > 0; removed = await sweep()) sum += removed;
console.log(sum);
