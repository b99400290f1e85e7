import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { type Candidate, measure, type Plan, type Rounds } from "../measure/measure.ts";
import { median } from "../measure/statistics.ts";

const origin = "http://localhost/";

/** Measures a bundled Worker in workerd, from outside; what asking takes is taken off. */
export async function measureInWorkerd(bundle: string, plans: readonly Plan[]): Promise<Rounds[]> {
  const compatibilityFlags = ["nodejs_compat"];
  const options = { modules: true, script: bundle, compatibilityDate: "2026-10-01", compatibilityFlags };
  const worker = new Miniflare(convertV4MiniflareOptions(options));
  try {
    const names = (await (await worker.dispatchFetch(origin)).json()) as string[];
    const askings: number[] = [];
    for (let asked = 0; asked < 50; asked++) askings.push(await ask(worker, names[0] ?? "", 0, 1));
    const asking = median(askings);
    const candidates = names.map((name): Candidate => {
      return {
        name,
        time: async (count, inFlight) => Math.max(0.01, (await ask(worker, name, count, inFlight)) - asking),
      };
    });
    const results = [];
    for (const plan of plans) results.push(await measure(candidates, plan));
    return results;
  } finally {
    await worker.dispose();
  }
}

async function ask(worker: Miniflare, name: string, count: number, inFlight: number): Promise<number> {
  const query = new URLSearchParams({ name, count: String(count), inFlight: String(inFlight) });
  const start = performance.now();
  await (await worker.dispatchFetch(`${origin}?${query}`)).arrayBuffer();
  return performance.now() - start;
}
