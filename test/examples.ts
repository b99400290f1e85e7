import { expect } from "vitest";
import { documents, read } from "./helpers.ts";

export interface Example {
  readonly document: string;
  readonly name: string;
  readonly code: string;
}

/** The TypeScript of a document. A block names its file: in a comment on its first line, or behind the fence's `ts`. */
function examplesOf(document: string): Example[] {
  return [...read(document).matchAll(/^```ts(.*)\n([\s\S]*?)^```$/gm)].map(([, info = "", code = ""]) => {
    const name = info.trim() || /^\/\/ (\S+\.ts)\n/.exec(code)?.[1];
    return {
      document,
      name: name ?? expect.unreachable(`${document} has a block without a file name:\n${code}`),
      code,
    };
  });
}

export const examples: Example[] = documents.flatMap(examplesOf);

export const environment = {
  PORT: "0",
  SESSION_SECRET: "a secret for documentation, 32 bytes",
  OLD_SESSION_SECRET: "an older secret for documentation",
  SESSION_SECRETS: "one secret for the documentation,another secret for the documentation",
};

/** What the first response of an example sets: a JWS, or a JWE. */
export const ISSUED =
  /^__Host-session=[\w-]+\.(?:[\w-]+\.[\w-]{43}|\.[\w-]{16}\.[\w-]+\.[\w-]{22}); Path=\/; HttpOnly; Secure; SameSite=Lax$/;
