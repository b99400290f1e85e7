import { readFileSync } from "node:fs";
import { cpus, loadavg, platform, release, totalmem } from "node:os";
import { join } from "node:path";

/** Under which a part was measured. */
export interface Conditions {
  readonly date: string;
  readonly node: string;
  readonly machine: string;
  readonly load: string;
  /** Of the packages compared, in one line. */
  readonly versions: string;
  readonly quick: boolean;
}

export function conditionsNow(packages: readonly string[], quick: boolean): Conditions {
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.versions.node,
    machine: `${cpus().length} × ${cpu?.model.trim()}, ${memory} GiB, ${platform()} ${release()}`,
    load: (loadavg()[0] ?? 0).toFixed(1),
    versions: packages.length > 0 ? `${packages.map((name) => `${name} ${versionOf(name)}`).join(", ")}.` : "",
    quick,
  };
}

/** As installed: the manifests pin exact versions. */
function versionOf(name: string): string {
  const manifest = readFileSync(join(import.meta.dirname, "../../package.json"), "utf8");
  const { dependencies } = JSON.parse(manifest) as { dependencies: Record<string, string> };
  return dependencies[name]?.replace(/^npm:.*@/, "") ?? "";
}
