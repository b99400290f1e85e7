import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { output } from "../measure/child.ts";
import { median } from "../measure/statistics.ts";

export interface Module {
  readonly name: string;
  readonly code: string;
}

/** Where imports of packages resolve as in this package. */
const parent = join(import.meta.dirname, "../../node_modules/.cold-");

/**
 * Milliseconds that importing a module takes in a fresh process, by name.
 *
 * Once per round each, so that a disturbance hits them all alike.
 */
export async function coldStarts(modules: readonly Module[], rounds: number): Promise<ReadonlyMap<string, number>> {
  const folder = mkdtempSync(parent);
  try {
    const files = modules.map(({ code }, index) => {
      const file = join(folder, `${index}.mjs`);
      writeFileSync(file, code);
      return file;
    });
    const times = files.map((): number[] => []);
    for (let round = 0; round < rounds; round++) {
      for (const [at, file] of files.entries()) {
        times[at]?.push(Number(await output(process.execPath, ["--eval", timerOf(file)])));
      }
    }
    return new Map(modules.map(({ name }, at) => [name, median(times[at] ?? [])]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function timerOf(file: string): string {
  return `const start = performance.now();
    import(${JSON.stringify(file)}).then(() => { console.log(performance.now() - start); process.exit(); });`;
}
