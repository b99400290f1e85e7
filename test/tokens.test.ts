import { describe, expect, it } from "vitest";
import { read } from "./helpers.ts";
import { cookieSizes, shopSession } from "./token-sizes.ts";

const sizes = [10, 100, 1000, 3000, 8000, 15_000];

const numberIn = (text: string) => Number(text.replaceAll(" ", ""));

/** The rows of the table in docs/tokens.md, by the bytes of JSON. */
const rows = new Map(
  [...read("docs/tokens.md").matchAll(/^\| ([\d ]+) \| (.+) \|$/gm)].map(([, json = "", cells = ""]) => [
    numberIn(json),
    cells.split(" | ").map((cell) => cell.split(" in ")),
  ]),
);

describe("the table of cookie sizes in docs/tokens.md", () => {
  it.each(sizes)("is about sessions of %d bytes of JSON", (bytes) => {
    expect(JSON.stringify(shopSession(bytes))).toHaveLength(bytes);
  });

  it("has all rows", () => {
    expect([...rows.keys()]).toEqual(sizes);
  });

  it.each(sizes)("is right for %d bytes", async (json) => {
    const found = await cookieSizes(json);
    for (const [i, { bytes, cookies }] of found.entries()) {
      const [told = "", chunks = "1"] = rows.get(json)?.[i] ?? [];
      const isCompressed = i % 2 === 1 && bytes < (found[i - 1]?.bytes ?? 0);
      // An id is random, and each zlib has its ways: what is compressed may differ a little.
      if (isCompressed) expect(Math.abs(numberIn(told) - bytes)).toBeLessThanOrEqual(0.02 * bytes);
      else expect([numberIn(told), Number(chunks)]).toEqual([bytes, cookies]);
    }
  });
});
