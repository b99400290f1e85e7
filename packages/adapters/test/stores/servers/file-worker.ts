/** A process of its own, which tells by a line on stdout what became of each operation. */
import { writeSync } from "node:fs";
import { fileStore } from "../../../src/stores/file.ts";

if (process.env.WORKER_UMASK) process.umask(Number.parseInt(process.env.WORKER_UMASK, 8));

const [directory = "", id = "", job = "", ...rest] = process.argv.slice(2);
const store = fileStore(directory).operations;

/** Again while the pipe is full: on a busy machine the test reads slowly. */
function tell(result: string): void {
  try {
    writeSync(1, `${result}\n`);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) throw error;
    tell(result);
  }
}

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

/** Until nothing is left that has expired. Tells how many records it has removed. */
async function sweep(): Promise<string> {
  let sum = 0;
  for (let swept = 1; swept > 0; sum += swept) swept = (await store.sweep?.()) ?? 0;
  return String(sum);
}

/** Reads and touches every session of ada, by ids that somebody else knows. */
async function visit(): Promise<string> {
  const results = [];
  for (const one of rest.slice(1)) {
    const record = await store.read(one);
    results.push(record ? await store.touch(one, seconds(), seconds() + 3600, record.version) : "missing");
    tell(String(results.at(-1)));
  }
  return results.every((result) => result === "saved") ? "saved" : "missing";
}

const jobs: Record<string, () => Promise<string>> = {
  increment,
  touch,
  sweep,
  visit,
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
