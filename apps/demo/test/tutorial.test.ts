import { describe, expect, it } from "vitest";
import { CLEARED, ISSUED, Visitor } from "./visitor.ts";

type Expected = "issued" | "none" | "cleared";

/** Path, text of the answer, and the Set-Cookie that comes with it. */
const tutorial: readonly (readonly [path: string, text: string, setCookie: Expected])[] = [
  ["/untouched", "This page never touches the session.", "none"],
  ["/delete-spark/", "spark deleted", "none"],
  ["/spark-counter/", "Total visits: 1", "issued"],
  ["/spark-counter/", "Total visits: 2", "issued"],
  ["/untouched", "This page never touches the session.", "none"],
  ["/session/", '{"visits":2}', "issued"],
  ["/session/", '{"visits":2,"cart_item":{"apples":"10","banana":"20","pineapples":"30"}}', "issued"],
  ["/session/", '{"visits":2,"cart_item":{"apples":"100","banana":"20","pineapples":"30"}}', "none"],
  ["/delete-spark/", "spark deleted", "issued"],
  ["/delete-spark/", "spark deleted", "none"],
  ["/session/", '{"cart_item":{"apples":"100","banana":"20","pineapples":"30"}}', "none"],
  ["/spark-counter/", "Total visits: 1", "issued"],
];

function outcome(lines: readonly string[]): string {
  const [line, ...more] = lines;
  if (line === undefined) return "none";
  if (more.length > 0) return lines.join("\n");
  return ISSUED.test(line) ? "issued" : CLEARED.test(line) ? "cleared" : line;
}

describe("the tutorial", () => {
  it("sends a cookie on exactly those visits that change the session", async () => {
    const visitor = new Visitor();
    for (const [visit, [path, text, setCookie]] of tutorial.entries()) {
      const answer = await visitor.get(path);
      expect([visit, path, answer.status, answer.text, outcome(answer.setCookie)]).toEqual([
        visit,
        path,
        200,
        text,
        setCookie,
      ]);
    }
  });

  it("takes the cookie away with the last thing in the session", async () => {
    const visitor = new Visitor();
    await visitor.get("/spark-counter/");
    const answer = await visitor.get("/delete-spark/");
    expect(outcome(answer.setCookie)).toBe("cleared");
    expect((await visitor.get("/spark-counter/")).text).toBe("Total visits: 1");
  });

  it("leaves a response without session alone, and keeps caches away from the others", async () => {
    const visitor = new Visitor();
    const untouched = await visitor.get("/untouched");
    expect([untouched.headers.get("vary"), untouched.headers.get("cache-control")]).toEqual([null, null]);
    const counted = await visitor.get("/spark-counter/");
    expect([counted.headers.get("vary"), counted.headers.get("cache-control")]).toEqual([
      "Cookie",
      "private, no-store",
    ]);
  });

  it("counts from one where the API has put something that is no number", async () => {
    const visitor = new Visitor();
    await visitor.send("PUT", "/api/session/visits", { json: "many" });
    expect((await visitor.get("/spark-counter/")).text).toBe("Total visits: 1");
  });

  it.each([5, null, [1], { apples: 7 }])("fills the cart anew where the API has put %j there", async (value) => {
    const visitor = new Visitor();
    await visitor.send("PUT", "/api/session/cart_item", { json: value });
    expect((await visitor.get("/session/")).status).toBe(200);
    expect(await visitor.session()).toMatchObject({ data: { cart_item: { apples: "10" } } });
  });
});
