import { describe } from "vitest";
import { type D1DatabaseLike, d1Store } from "../../src/stores/d1.ts";
import { sqlCases } from "./sql-cases.ts";

const workers = "cloudflare:workers";
const { env } = (await import(workers)) as { env: { DB: D1DatabaseLike } };

describe("d1Store", () => {
  // Local D1 takes milliseconds per statement.
  sqlCases((options) => d1Store(env.DB, options), { many: 500 });
});
