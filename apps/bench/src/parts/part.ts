import type { Findings } from "../report/findings.ts";

/** How long a part may take: a quick run is for trying the benchmark, not for its figures. */
export interface Effort {
  readonly quick: boolean;
}

/** A part of the benchmark: `pnpm bench <name>`. */
export interface Part {
  /** The packages whose versions belong beside the figures. */
  readonly packages: readonly string[];
  run(effort: Effort): Promise<Findings>;
}
