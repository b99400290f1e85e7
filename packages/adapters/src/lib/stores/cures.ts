const noServer = "No server listens there: start it, or correct the address that the client is given";
const noSuchHost = "No such host is known: correct the address that the client is given";
const notReached = "The server is not reached: look at the address, the network and the firewall";
const lost = "The connection was lost: look whether the server is running, and at its log";

const cures = new Map([
  ["ECONNREFUSED", noServer],
  ["ENOTFOUND", noSuchHost],
  ["EAI_AGAIN", noSuchHost],
  ["ETIMEDOUT", notReached],
  ["EHOSTUNREACH", notReached],
  ["ENETUNREACH", notReached],
  ["ECONNRESET", lost],
  ["EPIPE", lost],
]);

/** What to do about a connection that failed, in one sentence. Undefined for every other error. */
export function cureForConnection(error: unknown): string | undefined {
  const { code, errors } = Object(error) as { code?: unknown; errors?: unknown };
  // Where a name has several addresses, Node tells of each of them.
  const each = Array.isArray(errors) ? errors : [];
  return cures.get(String(code)) ?? each.map(cureForConnection).find(Boolean);
}
