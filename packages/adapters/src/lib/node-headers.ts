import type { HeadersLike } from "@websession/core";
import type { HeadCall, NodeResponse } from "./node-response.ts";

type HeaderValue = string | string[];

/**
 * The headers of a response that is about to start with `call`.
 *
 * The first use of them moves those that `writeHead` was given to the response, where they can be added to. Without a use
 * `call` stays as it came, and what is sent is the same byte for byte.
 */
export class ResponseHeaders implements HeadersLike {
  readonly #res: NodeResponse;
  // Taken now: these methods refuse while the head is being held.
  readonly #setHeader: NodeResponse["setHeader"];
  readonly #removeHeader: NodeResponse["removeHeader"];
  #call: HeadCall | undefined;

  constructor(res: NodeResponse, call: HeadCall) {
    this.#res = res;
    this.#setHeader = res.setHeader;
    this.#removeHeader = res.removeHeader;
    this.#call = call.method === "writeHead" ? call : undefined;
  }

  get(name: string): string | null {
    this.#merge();
    const value = this.#res.getHeader(name);
    if (value === undefined) return null;
    return Array.isArray(value) ? value.join(", ") : String(value);
  }

  getSetCookie(): string[] {
    return this.#values("set-cookie");
  }

  set(name: string, value: string): void {
    this.#merge();
    this.#setHeader.call(this.#res, name, value);
  }

  append(name: string, value: string): void {
    const values = [...this.#values(name), value];
    // RFC 9110 section 5.3: the lines of a field may be joined by a comma, but not those of Set-Cookie.
    this.#setHeader.call(this.#res, name, name.toLowerCase() === "set-cookie" ? values : values.join(", "));
  }

  delete(name: string): void {
    this.#merge();
    this.#removeHeader.call(this.#res, name);
  }

  #values(name: string): string[] {
    this.#merge();
    const value = this.#res.getHeader(name);
    if (value === undefined) return [];
    return Array.isArray(value) ? value : [String(value)];
  }

  #merge(): void {
    const call = this.#call;
    if (call === undefined) return;
    this.#call = undefined;
    for (const [name, value] of givenHeaders(call.args)) this.#setHeader.call(this.#res, name, value);
    call.args = call.args.filter((arg) => typeof arg !== "object");
  }
}

/** What `writeHead` was given: an object, a flat list of names and values, or a list of pairs; a list may repeat names. */
function givenHeaders(args: readonly unknown[]): Iterable<readonly [string, HeaderValue]> {
  const given = args.find((arg) => typeof arg === "object" && arg !== null);
  if (given === undefined) return [];
  if (!Array.isArray(given)) return Object.entries(given);
  return joinRepeated(Array.isArray(given[0]) ? given : pairs(given));
}

function pairs(list: readonly unknown[]): [string, HeaderValue][] {
  if (list.length % 2 !== 0) throw new TypeError("writeHead: a list of headers must have a value for every name.");
  return Array.from({ length: list.length / 2 }, (_, i) => [list[i * 2] as string, list[i * 2 + 1] as HeaderValue]);
}

function joinRepeated(list: readonly [string, HeaderValue][]): Iterable<readonly [string, HeaderValue]> {
  const headers = new Map<string, [string, HeaderValue]>();
  for (const [name, value] of list) {
    const key = String(name).toLowerCase();
    const [, earlier] = headers.get(key) ?? [];
    headers.set(key, [name, earlier === undefined ? value : [earlier, value].flat()]);
  }
  return headers.values();
}
