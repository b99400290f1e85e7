import type { SessionEvent } from "./events.ts";

/** The parts of a request that are read: any `Request` fits. `url` serves the event `insecure-request` and clearing cookies. */
export interface RequestLike {
  readonly headers: Pick<Headers, "get">;
  readonly url?: string;
}

/** Response headers that can be changed. `Headers` fits; wrap those of other servers in these five methods. */
export type HeadersLike = Pick<Headers, "get" | "set" | "append" | "delete" | "getSetCookie">;

/** Receives the events of a request. */
export type EventListener = (event: SessionEvent, request: RequestLike) => void;

/** A request, and the listener that receives its events. */
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

/** The context of work outside of requests, like `revoke`. */
export function contextWithoutRequest(listener: EventListener): RequestContext {
  return new RequestContext({ headers: { get: () => null } }, listener);
}

const remoteHttp = /^http:\/\/(?!([\w-]+\.)*localhost[:/]|127[.\d]+[:/]|\[::1])/;

/** True for plain http from another machine: browsers drop a Secure cookie. A proxy may have ended the TLS and says so. */
export function isInsecure({ url, headers }: RequestLike): boolean {
  return url !== undefined && remoteHttp.test(url) && !headers.get("x-forwarded-proto")?.startsWith("https");
}
