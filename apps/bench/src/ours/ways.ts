import { nodeHmac } from "@websession/adapters/node";
import { memoryStore, type SessionOptions } from "@websession/core";
import { encrypted as encryptedCodec } from "@websession/core/encrypted";
import { secret } from "../measure/payload.ts";
import type { Subject } from "../measure/subject.ts";
import type { OurHost } from "./our-host.ts";

export const webCrypto: SessionOptions = { secrets: secret };
export const synchronous: SessionOptions = { secrets: secret, hmac: nodeHmac };
export const encrypted: SessionOptions = { secrets: secret, codec: encryptedCodec() };

/** A way of use, whatever the host. */
interface Way {
  readonly how: string;
  readonly keeps: Subject["keeps"];
  readonly options: () => SessionOptions;
}

const ways: readonly Way[] = [
  { how: "nodeHmac", keeps: "cookie", options: () => synchronous },
  { how: "WebCrypto", keeps: "cookie", options: () => webCrypto },
  { how: "encrypted", keeps: "cookie", options: () => encrypted },
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
