import type { RequestLike } from "./load.ts";

const remoteHttp = /^http:\/\/(?!([\w-]+\.)*localhost[:/]|127[.\d]+[:/]|\[::1])/;

/** Over plain http from another machine, where the browser drops a Secure cookie. A proxy in front may have ended the TLS. */
export function isInsecure({ url, headers }: RequestLike): boolean {
  return url !== undefined && remoteHttp.test(url) && !headers.get("x-forwarded-proto")?.startsWith("https");
}
