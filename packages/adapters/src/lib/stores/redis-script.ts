import type { RedisCommands } from "./redis-client.ts";

/** A Lua script that touches one key, so that it runs on a cluster too. Gives an array, as all of ours do. */
export type Script = (key: string, ...args: (string | number)[]) => Promise<unknown[]>;

/** Sends the hash of a script, and its text only to a server that doesn't know it: new, restarted or failed over. */
export function script(commands: RedisCommands, text: string): Script {
  let hash: Promise<string> | undefined;
  return async (key, ...args) => {
    hash ??= sha1(text);
    const strings = args.map(String);
    const reply = await commands.byHash(await hash, key, strings).catch((error: unknown) => {
      // Nothing has run: this is the one error after which it is safe to send again.
      if (!hasCode(error, "NOSCRIPT")) throw error;
      return commands.byText(text, key, strings);
    });
    return textsIn(reply);
  };
}

/** A client may be set to give its texts as bytes. */
export function textsIn(reply: unknown): unknown[] {
  if (!Array.isArray(reply)) throw new TypeError("The Redis client must give replies as they are.");
  return reply.map((value) =>
    value instanceof Uint8Array ? new TextDecoder("utf-8", { ignoreBOM: true }).decode(value) : value,
  );
}

/** Redis puts the code of an error at the start of its message. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && error.message.startsWith(code);
}

async function sha1(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-1", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
