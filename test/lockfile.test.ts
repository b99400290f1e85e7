import { expect, it } from "vitest";
import { parse } from "yaml";
import { read } from "./helpers.ts";

interface Lockfile {
  packages: Record<string, { os?: string[] }>;
  snapshots: Record<string, { optionalDependencies?: Record<string, string> }>;
}

const { packages, snapshots }: Lockfile = parse(read("pnpm-lock.yaml"));

/** By package, the systems that it has binaries for; only packages that bring several. */
const systems = Object.entries(snapshots).flatMap(([name, { optionalDependencies = {} }]) => {
  const variants = Object.entries(optionalDependencies).map(([dependency, version]) => `${dependency}@${version}`);
  const os = variants.flatMap((variant) => packages[variant]?.os ?? []);
  return new Set(os).size > 1 ? [{ name, os }] : [];
});

// pnpm leaves out an optional package that the registry lacks, so a lockfile can miss a platform in silence.
it.each(systems)("$name has binaries for Linux, macOS and Windows", ({ os }) => {
  expect(os).toEqual(expect.arrayContaining(["linux", "darwin", "win32"]));
});

it.each([["@biomejs/biome"], ["bun"], ["deno"], ["esbuild"], ["turbo"], ["typescript"], ["workerd"]])(
  "looks at %s",
  (tool) => {
    expect(systems.map(({ name }) => name.slice(0, name.lastIndexOf("@")))).toContain(tool);
  },
);

it("names no registry's host", () => {
  expect(read("pnpm-lock.yaml")).not.toMatch(/https?:\/\//);
});
