import type { RequestLike } from "@websession/core";

/** What is read of a request: `IncomingMessage` of `node:http` and `Http2ServerRequest` of `node:http2` both have it. */
export interface NodeRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly url?: string | undefined;
  readonly socket: object;
  /** In Express: the `next` of the router that has the request. */
  readonly next?: unknown;
}

/** A Node request as the core reads it, and its headers in one. */
export class RequestView implements RequestLike {
  readonly #req: NodeRequest;

  constructor(req: NodeRequest) {
    this.#req = req;
  }

  get headers(): this {
    return this;
  }

  get(name: string): string | null {
    return headerOf(this.#req, name.toLowerCase());
  }

  /** Built when it is asked for, which is rare, and never parsed: it is what a client sent. */
  get url(): string {
    const host = headerOf(this.#req, "host") ?? headerOf(this.#req, ":authority") ?? "";
    return `${schemeOf(this.#req)}://${host}${this.#req.url ?? ""}`;
  }
}

function headerOf({ headers }: NodeRequest, name: string): string | null {
  const value = headers[name];
  return Array.isArray(value) ? value.join(", ") : (value ?? null);
}

/** HTTP/2 says it in a header: what the client used, whoever has ended the TLS. */
function schemeOf(req: NodeRequest): string {
  const encrypted = (): boolean => "encrypted" in req.socket && req.socket.encrypted === true;
  return headerOf(req, ":scheme") ?? (encrypted() ? "https" : "http");
}
