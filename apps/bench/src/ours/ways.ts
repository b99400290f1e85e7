import { nodeHmac } from "@websession/adapters/node";
import { memoryStore, type SessionOptions } from "@websession/core";
import { secret } from "../measure/payload.ts";
import type { Subject } from "../measure/subject.ts";
import { encryptedOptions } from "./encrypted.ts";
import type { OurHost } from "./our-host.ts";

export const webCrypto: SessionOptions = { secrets: secret };
export const synchronous: SessionOptions = { secrets: secret, hmac: nodeHmac };

/** Undefined where this checkout has no `encrypted()`. */
export const encrypted: SessionOptions | undefined = await encryptedOptions();

/** A way of use, whatever the host. */
interface Way {
  readonly how: string;
  readonly keeps: Subject["keeps"];
  readonly options: () => SessionOptions;
}

const ways: readonly Way[] = [
  { how: "nodeHmac", keeps: "cookie", options: () => synchronous },
  { how: "WebCrypto", keeps: "cookie", options: () => webCrypto },
  ...(encrypted ? [{ how: "encrypted", keeps: "cookie", options: () => encrypted } as const] : []),
  { how: "nodeHmac, memoryStore", keeps: "memory", options: () => ({ ...synchronous, store: memoryStore() }) },
  { how: "WebCrypto, memoryStore", keeps: "memory", options: () => ({ ...webCrypto, store: memoryStore() }) },
];

export function oursName(how: string): string {
  return `websession, ${how}`;
}

/** This library in every way of use, on some hosts. */
export function oursOn(hosts: readonly OurHost[]): Subject[] {
  return hosts.flatMap(({ host, serve }) =>
    ways.map(({ how, keeps, options }) => ({
      name: oursName(how),
      host,
      keeps,
      webCrypto: !how.startsWith("nodeHmac"),
      open() {
        const made = options();
        return (action) => serve(made, action);
      },
    })),
  );
}
