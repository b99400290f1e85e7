import { describe, expect, it } from "vitest";
import { Visitor } from "./visitor.ts";

const changes = [
  ["POST", "/login"],
  ["POST", "/logout"],
  ["POST", "/regenerate"],
  ["POST", "/visit"],
  ["POST", "/cart"],
  ["POST", "/remember"],
  ["POST", "/api/increment/n"],
  ["POST", "/api/persistent"],
  ["PUT", "/api/session/n"],
  ["DELETE", "/api/session/visits"],
] as const;

const foreign = [
  { "sec-fetch-site": "cross-site" },
  { "sec-fetch-site": "same-site", origin: "http://localhost" },
  { "sec-fetch-site": "rubbish" },
  { origin: "https://evil.example" },
  { origin: "http://localhost:8080" },
  { origin: "null" },
  { origin: "localhost" },
] as const;

const own = [
  {},
  { "sec-fetch-site": "same-origin", origin: "http://localhost" },
  { "sec-fetch-site": "none" },
  { origin: "http://localhost" },
  { origin: "https://localhost" },
] as const;

describe("another site's page", () => {
  it.each(changes)("can't %s %s", async (method, path) => {
    const visitor = new Visitor();
    await visitor.get("/spark-counter/");
    const headers = { "sec-fetch-site": "cross-site", "content-type": "text/plain" };
    const answer = await visitor.send(method, path, { body: "1", headers });
    expect([answer.status, answer.setCookie]).toEqual([403, []]);
    expect(JSON.parse(answer.text).error).toContain("another site");
    expect((await visitor.session()).data).toEqual({ visits: 1 });
  });

  it.each(foreign)("is known by %j", async (headers) => {
    expect((await new Visitor().post("/visit", { headers })).status).toBe(403);
  });

  it("may link here", async () => {
    const headers = { "sec-fetch-site": "cross-site" };
    expect((await new Visitor().get("/", { headers })).status).toBe(200);
  });
});

describe("one's own page, or a program", () => {
  it.each(own)("passes with %j", async (headers) => {
    expect((await new Visitor().post("/visit", { headers })).status).toBe(303);
  });
});
