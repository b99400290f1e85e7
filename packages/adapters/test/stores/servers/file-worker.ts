/** A process of its own, which tells by a line on stdout what became of each operation. */
import { writeSync } from "node:fs";
import { fileStore } from "../../../src/stores/file.ts";

const [directory = "", id = "", job = "", ...rest] = process.argv.slice(2);
const store = fileStore(directory).operations;
const tell = (result: string) => writeSync(1, `${result}\n`);
const seconds = () => Math.floor(Date.now() / 1000);

/** Adds one to the number at the beginning of the data; what follows makes writing take its time. */
async function increment(): Promise<string> {
  const record = await store.read(id);
  if (record === undefined) return "missing";
  const data = JSON.stringify(Number.parseInt(JSON.parse(record.data), 10) + 1 + "x".repeat(Number(rest[1] ?? 0)));
  const result = await store.update(id, { ...record, version: record.version + 1, data }, record.version);
  return result === "changed" ? increment() : result;
}

async function touch(): Promise<string> {
  const record = await store.read(id);
  const result = record && (await store.touch(id, seconds(), seconds() + 3600, record.version));
  return result === "changed" ? touch() : (result ?? "missing");
}

const jobs: Record<string, () => Promise<string>> = {
  increment,
  touch,
  create: async () => {
    const times = { createdAt: seconds(), usedAt: seconds(), expiresAt: seconds() + 60 };
    return (await store.create(id, { version: 1, data: JSON.stringify(rest[1]), owner: "ada", ...times }))
      ? "saved"
      : "taken";
  },
};

let result = "saved";
for (let times = Number(rest[0]); times > 0 && result === "saved"; times--) {
  result = (await jobs[job]?.()) ?? "no such job";
  tell(result);
}
