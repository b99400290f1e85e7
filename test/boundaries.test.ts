import { build } from "esbuild";
import { expect, it } from "vitest";
import { entryPoints, root } from "./helpers.ts";

/** What an entry point reaches outside its own package, types aside. */
async function reaches(source: string): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [source],
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "neutral",
    packages: "external",
    external: ["node:*", "cloudflare:*"],
    logLevel: "silent",
  });
  const imports = Object.values(metafile.inputs).flatMap((input) => input.imports);
  return [...new Set(imports.filter((one) => one.external).map((one) => one.path))].sort();
}

const allowed: Record<string, RegExp> = {
  "@websession/core": /^$/,
  "@websession/core/encrypted": /^jose(\/errors)?$/,
  "@websession/core/testing": /^$/,
  "@websession/adapters/fetch": /^@websession\/core$/,
  "@websession/adapters/hono": /^(@websession\/core|hono)$/,
  "@websession/adapters/node": /^(@websession\/core|node:.*)$/,
  "@websession/adapters/stores/durable-object": /^(@websession\/core|cloudflare:workers)$/,
  "@websession/adapters/stores/file": /^(@websession\/core|node:.*)$/,
};

it.each(entryPoints)("$name reaches nothing that it must not", async ({ name, source }) => {
  // A store gets its client from the application.
  const rule =
    allowed[name] ?? (name.includes("/stores/") ? /^@websession\/core$/ : expect.unreachable(`${name} needs a rule`));
  for (const path of await reaches(source)) expect(path).toMatch(rule);
});

it("reaches jose by the entry point for encryption, and by no other", async () => {
  const reached = await Promise.all(
    entryPoints.map(async ({ name, source }) => ({ name, paths: await reaches(source) })),
  );
  const reachJose = reached.filter(({ paths }) => paths.some((path) => /^jose($|\/)/.test(path)));
  expect(reachJose).toEqual([{ name: "@websession/core/encrypted", paths: ["jose", "jose/errors"] }]);
});

it("notices when something is reached", async () => {
  expect(await reaches("packages/adapters/src/node.ts")).toContain("node:crypto");
});
