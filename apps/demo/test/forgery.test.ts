import { describe, expect, it } from "vitest";
import { Visitor } from "./visitor.ts";

describe("the forged cookie", () => {
  it("is refused, and the report shows what was tried", async () => {
    const visitor = new Visitor();
    await visitor.get("/spark-counter/");
    const { text, status } = await visitor.get("/forge");
    expect(status).toBe(200);
    expect(text).toContain('<p class="stamp" role="status">Refused</p>');
    expect(text).toContain("<b>sub</b> <del>none</del> <ins>&quot;admin&quot;</ins>");
    expect(text).toContain("<b>d.visits</b> <del>1</del> <ins>1000000</ins>");
    expect(text).toContain("&quot;isNew&quot;: true");
  });

  it("is in the security log with the reason that the page tells", async () => {
    const visitor = new Visitor();
    await visitor.get("/spark-counter/");
    const { text } = await visitor.get("/forge");
    expect(visitor.events).toEqual([{ type: "token-rejected", reason: "bad-signature" }]);
    expect(text).toContain("token-rejected, bad-signature");
  });

  it("leaves the visitor's own session as it was", async () => {
    const visitor = new Visitor();
    await visitor.get("/spark-counter/");
    const token = visitor.token;
    const { setCookie } = await visitor.get("/forge");
    expect([setCookie, visitor.token]).toEqual([[], token]);
    expect(await visitor.session()).toMatchObject({ isNew: false, owner: null, data: { visits: 1 } });
  });

  it.each([undefined, "rubbish", "a.b.c", "e30.bnVsbA.e30"])("can't be made of the cookie %s", async (cookie) => {
    const visitor = new Visitor();
    if (cookie !== undefined) visitor.cookies.set("__Host-session", cookie);
    const { text, status } = await visitor.get("/forge");
    expect(status).toBe(200);
    expect(text).toContain("<button disabled>Forge the cookie</button>");
    expect(text).not.toContain('class="stamp"');
  });
});
