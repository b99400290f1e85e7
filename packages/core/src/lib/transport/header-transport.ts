import { assertPattern } from "../errors.ts";
import type { Transport } from "./transport.ts";

/** What proxies and servers take of one header in all: nginx, for one, has 8 KB for it. */
const MAX_HEADER_BYTES = 8000;

/**
 * The token in a header of the application's own instead of a cookie, for APIs and native clients: a request sends it, and
 * a response that has a new one sends it back in the same header, empty when the session has ended.
 *
 * Browsers' scripts see it only if the application says so by `Access-Control-Expose-Headers`. Default name: `x-session`.
 */
export function header(name = "x-session"): Transport {
  // RFC 9110 section 5.1: a field name is a token.
  assertPattern(/^[\w!#$%&'*+\-.^`|~]{1,100}$/, "header", name);
  return headerTransport(name, "");
}

/** The same in `Authorization: Bearer` (RFC 6750 section 2.1). */
export function bearer(): Transport {
  return headerTransport("authorization", "Bearer ");
}

function headerTransport(name: string, scheme: string): Transport {
  return {
    name: name.toLowerCase(),
    header: name,
    limit: MAX_HEADER_BYTES - name.length - scheme.length,
    secure: false,
    read({ headers }) {
      const value = headers.get(name)?.trim() ?? "";
      // RFC 9110 section 11.1: the scheme is compared without case.
      const matches = value.slice(0, scheme.length).toLowerCase() === scheme.toLowerCase();
      return { tokens: matches && value !== "" ? [value.slice(scheme.length).trim()] : [] };
    },
    issue: (token) => [scheme + token],
    clear: () => [""],
    put: (headers, [value = ""]) => headers.set(name, value),
  };
}
