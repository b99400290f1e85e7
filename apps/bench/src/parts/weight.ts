import { atMost } from "../report/findings.ts";
import { bundle, gzipBytes, nodeBanner } from "../weight/bundle.ts";
import { coldStarts } from "../weight/cold-start.ts";
import { MINIMAL_APP, uses } from "../weight/uses.ts";
import type { Part } from "./part.ts";

const EMPTY = "an empty module";
const bundled = (name: string) => `${name}, bundled`;

/** What a library adds to a bundle, and to the start of a process. */
export const weight: Part = {
  packages: ["esbuild"],
  async run({ quick }) {
    const bundles = await Promise.all(uses.map(async (use) => ({ name: use.name, code: await bundle(use) })));
    const startable = bundles.filter((_, at) => !uses[at]?.native);
    const modules = [
      { name: EMPTY, code: "export {};" },
      ...uses,
      ...startable.map(({ name, code }) => ({ name: bundled(name), code: nodeBanner + code })),
    ];
    const starts = await coldStarts(modules, quick ? 3 : 15);
    const over = (name: string) => (starts.get(name) ?? Number.NaN) - (starts.get(EMPTY) ?? Number.NaN);
    const cell = (name: string) => (starts.has(name) ? over(name) : "");
    const rows = uses.map(({ name, external }, at) => {
      const code = bundles[at]?.code ?? "";
      return [name, code.length, gzipBytes(code), cell(bundled(name)), cell(name), external?.join(", ") ?? ""] as const;
    });
    const [, , gzip = Number.NaN] = rows.find(([name]) => name === MINIMAL_APP) ?? [];
    return {
      method:
        "Bytes of an ESM bundle by esbuild, minified, and its gzip; milliseconds that an import takes in a fresh process of " +
        `Node beyond the ${starts.get(EMPTY)?.toFixed(1)} ms of an empty module (median): of that bundle, and of the files as installed.`,
      tables: [
        {
          title: "Weight",
          columns: ["", "bytes", "gzip", "start, ms: bundled", "as installed", "not counted in bytes"],
          rows,
        },
      ],
      goals: [
        atMost("minimal app, gzip", 4096, gzip, "bytes"),
        atMost("cold start of the minimal app, bundled: over an empty module", 2, over(bundled(MINIMAL_APP)), "ms"),
        atMost("cold start of the minimal app, as installed: over an empty module", 2, over(MINIMAL_APP), "ms"),
      ],
    };
  },
};
