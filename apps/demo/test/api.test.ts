import { describe, expect, it } from "vitest";
import { ISSUED, Visitor } from "./visitor.ts";

describe("GET /api/session", () => {
  it("describes a stranger's session without making one", async () => {
    const answer = await new Visitor().get("/api/session");
    expect(answer.setCookie).toEqual([]);
    expect(JSON.parse(answer.text)).toEqual({
      id: expect.stringMatching(/^[\w-]{22}$/),
      isNew: true,
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      expiresAt: expect.stringMatching(/^\d{4}-.*Z$/),
      persistent: false,
      owner: null,
      data: {},
    });
  });

  it("tells the same id again and again once there is a session", async () => {
    const visitor = new Visitor();
    await visitor.get("/spark-counter/");
    const session = await visitor.session();
    expect(session).toMatchObject({ isNew: false, data: { visits: 1 } });
    expect((await visitor.session()).id).toBe(session.id);
  });
});

describe("PUT and DELETE /api/session/:key", () => {
  it.each([[null], [false], [0], ["ü€😀"], [[1, [2]]], [{ a: { b: null } }], [{ $date: 5 }]])(
    "keep %j",
    async (value) => {
      const visitor = new Visitor();
      const answer = await visitor.send("PUT", "/api/session/thing", { json: value });
      expect(answer.status).toBe(200);
      expect(answer.setCookie).toEqual([expect.stringMatching(ISSUED)]);
      expect((await visitor.session()).data).toEqual({ thing: value });
    },
  );

  it.each(["__proto__", "constructor", "a/b", "ключ", "a b", "<script>"])(
    "take %s for a key like any other",
    async (key) => {
      const visitor = new Visitor();
      const path = `/api/session/${encodeURIComponent(key)}`;
      await visitor.send("PUT", path, { json: { polluted: true } });
      expect((await visitor.get("/api/session")).text).toContain(`"data":{${JSON.stringify(key)}:{"polluted":true}}`);
      expect(Reflect.get({}, "polluted")).toBeUndefined();
      expect(JSON.parse((await visitor.send("DELETE", path, {})).text)).toEqual({ key, deleted: true });
      expect((await visitor.session()).data).toEqual({});
    },
  );

  it("say that there was nothing to delete, and send no cookie", async () => {
    const answer = await new Visitor().send("DELETE", "/api/session/nothing", {});
    expect(JSON.parse(answer.text)).toEqual({ key: "nothing", deleted: false });
    expect(answer.setCookie).toEqual([]);
  });

  it("take JSON whatever the content type says", async () => {
    const visitor = new Visitor();
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    await visitor.send("PUT", "/api/session/drink", { body: '"tea"', headers });
    expect((await visitor.session()).data).toEqual({ drink: "tea" });
  });

  it.each(["", "{", "undefined", "\u0000"])("refuse the body %j, and keep nothing", async (body) => {
    const answer = await new Visitor().send("PUT", "/api/session/thing", { body });
    expect([answer.status, JSON.parse(answer.text), answer.setCookie]).toEqual([
      400,
      { error: "The body must be JSON." },
      [],
    ]);
  });

  it("refuse data nested too deep to be kept", async () => {
    const body = "[".repeat(2000) + "]".repeat(2000);
    const answer = await new Visitor().send("PUT", "/api/session/deep", { body });
    expect([answer.status, answer.setCookie]).toEqual([400, []]);
  });
});

describe("a session that grows beyond a cookie", () => {
  it("is refused with both numbers, and stays as it was", async () => {
    const visitor = new Visitor();
    await visitor.get("/spark-counter/");
    const answer = await visitor.send("PUT", "/api/session/essay", { json: "x".repeat(4000) });
    expect([answer.status, answer.setCookie]).toEqual([413, []]);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(JSON.parse(answer.text).error).toMatch(/\b5\d{3}\b.*\b4096\b/);
    expect((await visitor.session()).data).toEqual({ visits: 1 });
  });

  it("is refused without the redirect that was on its way", async () => {
    const answer = await new Visitor().post("/login", { form: { user: "x".repeat(4000) } });
    expect([answer.status, answer.headers.get("location")]).toEqual([413, null]);
  });

  it("is refused before it is read where the body is far too large", async () => {
    const answer = await new Visitor().send("PUT", "/api/session/essay", { json: "x".repeat(100_000) });
    expect([answer.status, JSON.parse(answer.text)]).toEqual([413, { error: "The body is too large." }]);
  });
});

describe("POST /api/increment/:key", () => {
  it("counts from nothing, and from what is there", async () => {
    const visitor = new Visitor();
    expect((await visitor.post("/api/increment/n")).text).toBe('{"value":1}');
    expect((await visitor.post("/api/increment/n")).text).toBe('{"value":2}');
  });

  it.each(["text", null, [1]])("leaves %j as it is, and says so", async (value) => {
    const visitor = new Visitor();
    await visitor.send("PUT", "/api/session/n", { json: value });
    const answer = await visitor.post("/api/increment/n");
    expect([answer.status, answer.setCookie]).toEqual([409, []]);
    expect(JSON.parse(answer.text).error).toContain("not a number");
    expect((await visitor.session()).data).toEqual({ n: value });
  });
});

describe("POST /api/persistent", () => {
  it("makes the cookie outlive the browser, and end with it again", async () => {
    const visitor = new Visitor();
    await visitor.get("/spark-counter/");
    const kept = await visitor.post("/api/persistent", { json: true });
    expect(kept.text).toBe('{"persistent":true}');
    expect(kept.setCookie[0]).toMatch(/; Max-Age=1209600; /);
    expect((await visitor.get("/spark-counter/")).setCookie[0]).toMatch(/; Max-Age=\d+; /);
    expect((await visitor.post("/api/persistent", { json: false })).setCookie).toEqual([expect.stringMatching(ISSUED)]);
  });

  it.each(["true", 1, null, {}])("refuses %j", async (value) => {
    expect((await new Visitor().post("/api/persistent", { json: value })).status).toBe(400);
  });
});

it("answers an unknown path with a JSON error", async () => {
  const answer = await new Visitor().get("/nowhere");
  expect([answer.status, JSON.parse(answer.text)]).toEqual([404, { error: "There is nothing here." }]);
});
