import { expect, it } from "vitest";
import type { Session } from "../src/index.ts";
import { setUp } from "./helpers.ts";

/** Runs a text in sloppy mode, where JavaScript ignores an assignment to a frozen property. Not every runtime runs texts. */
function sloppy(body: string, session: Session): unknown {
  return new Function("session", body)(session);
}

it.each(["user", "flash", "id", "toString"])("in sloppy mode, too, session.%s = ... throws", async (name) => {
  const session = await setUp().sessions.load(new Request("http://localhost/"));
  const refusal = `session.${name} can't be assigned`;
  expect(() => sloppy(`session.${name} = {}`, session)).toThrow(refusal);
  expect(() => sloppy(`session.${name} += 1`, session)).toThrow(refusal);
});

it("connect-flash can't show one visitor's messages to another", async () => {
  const { sessions } = setUp();
  const mine = await sessions.load(new Request("http://localhost/"));
  const yours = await sessions.load(new Request("http://localhost/"));
  const connectFlash = "const all = session.flash = session.flash || {}; (all.info = all.info || []).push('mine');";
  expect(() => sloppy(connectFlash, mine)).toThrow(/^session\.flash can't be assigned/);
  sloppy("session.flash.info = ['mine']; session.constructor.info = ['mine']", mine);
  expect(sloppy("return [session.flash.info, session.constructor.info]", yours)).toEqual([undefined, undefined]);
});
