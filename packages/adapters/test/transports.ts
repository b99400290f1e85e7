import { bearer, chunk, header, memoryStore, type SessionOptions } from "@websession/core";

/** How sessions may travel beside the one cookie, each with data that needs it. */
export interface Way {
  readonly name: string;
  readonly options: () => Pick<SessionOptions, "overflow" | "store" | "transport">;
  /** Lines of Set-Cookie, and what the response varies by. */
  readonly lines: number;
  readonly vary: string;
}

/** Data of a session that two cookies hold, and one does not. */
export const TEXT: string = "x".repeat(4000);

export const ways: Way[] = [
  { name: "chunks", options: () => ({ overflow: chunk }), lines: 2, vary: "Cookie" },
  {
    name: "a cookie, and the store",
    options: () => ({ overflow: "store", store: memoryStore() }),
    lines: 1,
    vary: "Cookie",
  },
  { name: "header()", options: () => ({ transport: header() }), lines: 0, vary: "x-session" },
  { name: "bearer()", options: () => ({ transport: bearer() }), lines: 0, vary: "authorization" },
];

/** What a client sends next that got these headers: the session wherever it was, and no other cookie. */
export function carry(headers: Headers): Record<string, string> {
  const pairs = headers.getSetCookie().map((line) => line.split(";")[0] ?? "");
  const ours = pairs.filter((pair) => pair.startsWith("__Host-session") && !pair.endsWith("="));
  const sent = ["x-session", "authorization"].flatMap((name) => {
    const value = headers.get(name);
    return value ? [[name, value] as const] : [];
  });
  return { ...Object.fromEntries(sent), ...(ours.length > 0 && { cookie: ours.join("; ") }) };
}
