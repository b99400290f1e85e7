import { Jar } from "../jar.ts";
import type { Start } from "./modes.ts";
import { newValue, SETUP } from "./scripts.ts";
import type { World } from "./world.ts";

/** The cookies of the two who send requests. */
export interface Jars {
  readonly browser: Jar;
  readonly thief: Jar;
}

/** What has happened before the first request. */
export async function begin(start: Start, world: World): Promise<Jars> {
  const browser = new Jar();
  switch (start) {
    case "nothing":
      return { browser, thief: new Jar() };
    case "anonymous":
      await write("cart", browser, world);
      return { browser, thief: browser.copy() };
    case "alice":
      await signIn("order", browser, world);
      return { browser, thief: browser.copy() };
    case "alice twice": {
      const thief = new Jar();
      await signIn("spy", thief, world);
      await signIn("order", browser, world);
      return { browser, thief };
    }
    case "dead":
      await write("cart", browser, world);
      await world.visit(browser.copy(), (session) => session.destroy());
      return { browser, thief: new Jar() };
  }
}

async function write(key: string, jar: Jar, world: World): Promise<void> {
  await world.visit(jar, (session) => session.set(key, newValue([SETUP], session.owner, world.mode.padding)));
}

/** As a visitor who has put something into the cart before. */
async function signIn(key: string, jar: Jar, world: World): Promise<void> {
  await write("cart", jar, world);
  await world.visit(jar, (session) => session.login("alice"));
  await write(key, jar, world);
}
