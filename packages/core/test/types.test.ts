import { describe, expect, expectTypeOf, it } from "vitest";
import { createSessions, type Session, SessionError } from "../src/index.ts";
import { SECRET } from "./helpers.ts";

interface Shop {
  visits: number;
  cart?: { sku: string; quantity: number }[];
  since: Date;
}

describe("types", () => {
  it("follow the declared data", async () => {
    const sessions = createSessions<Shop>({ secrets: SECRET });
    const session = await sessions.load(new Request("http://localhost/"));
    expectTypeOf(session).toEqualTypeOf<Session<Shop>>();
    expectTypeOf(session.get("visits")).toEqualTypeOf<number | undefined>();
    expectTypeOf(session.get("cart")).toEqualTypeOf<{ sku: string; quantity: number }[] | undefined>();
    expectTypeOf(session.pop("since")).toEqualTypeOf<Date | undefined>();
    expectTypeOf(session.keys()).toEqualTypeOf<IterableIterator<"visits" | "cart" | "since">>();
    expectTypeOf(session.update("visits", (visits) => (visits ?? 0) + 1)).resolves.toEqualTypeOf<number>();
    expectTypeOf(session.getOrInsert("cart", [])).toEqualTypeOf<{ sku: string; quantity: number }[]>();
    expectTypeOf(session.getOrInsertComputed("visits", (key) => key.length)).toEqualTypeOf<number>();
    // @ts-expect-error a number, not text
    session.getOrInsert("visits", "1");
    for (const [key, value] of session) {
      if (key === "since") expectTypeOf(value).toEqualTypeOf<Date>();
    }
    // @ts-expect-error a number, not text
    session.set("visits", "1");
    // @ts-expect-error no such key
    session.get("visitz");
    // @ts-expect-error no such key
    session.delete("visitz");
    const overwrite = () => void Object.assign(session, { id: "x" });
    expect(overwrite).toThrow(TypeError);
  });

  it("without a declaration allow any key, of unknown type", async () => {
    const session = await createSessions({ secrets: SECRET }).load(new Request("http://localhost/"));
    expectTypeOf(session.get("anything")).toEqualTypeOf<unknown>();
    session.set("anything", 1);
  });

  it("tell the codes of errors apart", () => {
    const error = new SessionError("ERR_TOKEN_TOO_LARGE", "too large", { cause: 1 });
    expectTypeOf(error.code).toEqualTypeOf<
      | "ERR_CONFLICT"
      | "ERR_INVALID_ARGUMENT"
      | "ERR_INVALID_DATA"
      | "ERR_INVALID_OPTION"
      | "ERR_NOT_SERIALIZABLE"
      | "ERR_SESSION_COMMITTED"
      | "ERR_SESSION_ENDED"
      | "ERR_STORE"
      | "ERR_TOKEN_TOO_LARGE"
      | "ERR_TOO_MANY_SESSIONS"
    >();
    expect([error.name, error.message, error.cause, error instanceof Error]).toEqual([
      "SessionError",
      "too large",
      1,
      true,
    ]);
  });
});
