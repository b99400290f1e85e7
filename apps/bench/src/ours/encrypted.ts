import type { SessionOptions } from "@websession/core";
import { secret } from "../measure/payload.ts";

/** Not a literal, so that a checkout without it compiles. */
const entry: string = "@websession/core/encrypted";

export async function encryptedOptions(): Promise<SessionOptions | undefined> {
  const found = await import(entry).catch(() => undefined);
  return found && ({ secrets: secret, codec: found.encrypted() } as SessionOptions);
}
