import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const root: string = join(import.meta.dirname, "..");

export function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** Every documentation file that a user reads. */
export const documents: string[] = [
  "README.md",
  "CONTRIBUTING.md",
  ...readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

/** Every entry point: how it is imported, and the source file that it is. */
export const entryPoints: { name: string; source: string }[] = ["core", "adapters"].flatMap((folder) => {
  const manifest = JSON.parse(read(`packages/${folder}/package.json`));
  return Object.entries<string>(manifest.exports)
    .filter(([, target]) => target.endsWith(".js"))
    .map(([key, target]) => ({
      name: manifest.name + key.slice(1),
      source: `packages/${folder}/${target.replace("./dist/", "src/").replace(/\.js$/, ".ts")}`,
    }));
});

/** The names that an entry point re-exports, types included. */
export function exportsOf(source: string): string[] {
  const lists = [...read(source).matchAll(/export (?:type )?\{([^}]*)\} from/g)];
  return lists
    .flatMap(([, list = ""]) => list.split(","))
    .map((name) => name.replace(/\btype\b/, "").trim())
    .filter((name) => name !== "")
    .sort();
}
