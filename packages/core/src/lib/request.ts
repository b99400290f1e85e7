import type { SessionEvent } from "./events.ts";

/** The part of a request that is read: a `Request` will do. `url` serves the `insecure-request` event and the clearing of cookies. */
export interface RequestLike {
  readonly headers: Pick<Headers, "get">;
  readonly url?: string;
}

/** Response headers: `Headers` will do; other servers' are wrapped in these five methods. */
export type HeadersLike = Pick<Headers, "get" | "set" | "append" | "delete" | "getSetCookie">;

/** Receives the events of a request. */
export type EventListener = (event: SessionEvent, request: RequestLike) => void;

/** A request, and where its events go. */
export class RequestContext {
  readonly request: RequestLike;
  readonly #listener: EventListener;

  constructor(request: RequestLike, listener: EventListener) {
    this.request = request;
    this.#listener = listener;
  }

  emit(event: SessionEvent): void {
    this.#listener(event, this.request);
  }
}

/** For work that no request asked for, like `revoke`. */
export function contextWithoutRequest(listener: EventListener): RequestContext {
  return new RequestContext({ headers: { get: () => null } }, listener);
}

const remoteHttp = /^http:\/\/(?!([\w-]+\.)*localhost[:/]|127[.\d]+[:/]|\[::1])/;

/** Over plain http from another machine, where browsers drop a Secure cookie. A proxy in front may have ended the TLS. */
export function isInsecure({ url, headers }: RequestLike): boolean {
  return url !== undefined && remoteHttp.test(url) && !headers.get("x-forwarded-proto")?.startsWith("https");
}
