import { assertPattern } from "../errors.ts";
import type { Transport } from "./transport.ts";

/** The longest header, name included, that common proxies and servers accept: nginx, for example, has 8 KB for it. */
const MAX_HEADER_BYTES = 8000;

/**
 * Carries the token in a header of your own instead of a cookie, for APIs and native clients.
 *
 * The client sends its token in this header. A response with a new token has it in the same header, and an empty one when the
 * session has ended. Scripts of another origin can read it only if `Access-Control-Expose-Headers` names it. Default name:
 * `x-session`. Throws `ERR_INVALID_OPTION` if the name is not a header name.
 */
export function header(name = "x-session"): Transport {
  // RFC 9110 section 5.1: a field name is a token.
  assertPattern(/^[\w!#$%&'*+\-.^`|~]{1,100}$/, "header", name);
  return headerTransport(name, "");
}

/** Carries the token in `Authorization: Bearer` (RFC 6750 section 2.1), and otherwise works like `header`. */
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
