import { describe, expect, it } from "vitest";
import { Visitor } from "./visitor.ts";

describe("the page's buttons", () => {
  it("count and delete visits", async () => {
    const visitor = new Visitor();
    await visitor.post("/visit", { form: {} });
    const answer = await visitor.post("/visit", { form: {} });
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/#visits"]);
    expect((await visitor.session()).data).toEqual({ visits: 2 });
    await visitor.post("/visit/delete", { form: {} });
    expect((await visitor.session()).data).toEqual({});
  });

  it("fill the cart, add to it in place, and empty it", async () => {
    const visitor = new Visitor();
    await visitor.post("/cart", { form: {} });
    await visitor.post("/cart/add", { form: { fruit: "banana" } });
    await visitor.post("/cart/add", { form: { fruit: "__proto__" } });
    expect((await visitor.session()).data).toEqual({ cart_item: { apples: "10", banana: "21", pineapples: "30" } });
    await visitor.post("/cart/delete", { form: {} });
    expect((await visitor.session()).data).toEqual({});
  });

  it("remember and forget", async () => {
    const visitor = new Visitor();
    await visitor.post("/login", { form: { user: "ada" } });
    await visitor.post("/remember", { form: { remember: "on" } });
    expect(await visitor.session()).toMatchObject({ persistent: true });
    await visitor.post("/remember", { form: {} });
    expect(await visitor.session()).toMatchObject({ persistent: false });
  });
});
