import { createSessions, type SessionOptions, type Sessions } from "@websession/core";
import { synchronous, webCrypto } from "../ours/ways.ts";
import { plainCookie } from "./subject.ts";

const { httpOnly: _, ...cookie } = { name: "session", ...plainCookie };

function overHttp(options: SessionOptions): () => Sessions {
  return () => createSessions({ ...options, cookie });
}

/** This library in the ways that are compared over HTTP. */
export const waysOverHttp: readonly (readonly [library: string, make: () => Sessions])[] = [
  ["websession, nodeHmac", overHttp(synchronous)],
  ["websession, WebCrypto", overHttp(webCrypto)],
];
