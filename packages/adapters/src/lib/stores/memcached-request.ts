/** A request of memcached's binary protocol, as memjs speaks it. */
export interface MemcachedRequest {
  readonly opcode: number;
  readonly key: string;
  /** Flags and expiry, eight bytes, where there is a value. */
  readonly expiresAt?: number;
  readonly value?: string;
  /** The item must be the one that was read with this. */
  readonly cas?: Uint8Array;
}

export const GET = 0x00;
export const ADD = 0x02;
export const REPLACE = 0x03;
export const DELETE = 0x04;

const headerLength = 24;

/** Up to 30 days memcached counts from now. A second that has passed so long ago is any other that has passed. */
const LONGEST_RELATIVE = 2_592_000;

/** The last second that 32 bits hold: in the year 2106. Beyond, it would begin anew at 0, and so expire at once. */
export const LAST_SECOND = 4_294_967_295;

/** https://github.com/memcached/memcached/wiki/BinaryProtocolRevamped, "Request header". */
export function encodeRequest(
  { opcode, key, expiresAt, value = "", cas }: MemcachedRequest,
  opaque: number,
): Uint8Array {
  const [keyBytes, valueBytes] = [key, value].map((text) => new TextEncoder().encode(text)) as [Uint8Array, Uint8Array];
  const extrasLength = expiresAt === undefined ? 0 : 8;
  const bodyLength = extrasLength + keyBytes.length + valueBytes.length;
  const request = new Uint8Array(headerLength + bodyLength);
  const view = new DataView(request.buffer);
  view.setUint8(0, 0x80);
  view.setUint8(1, opcode);
  view.setUint16(2, keyBytes.length);
  view.setUint8(4, extrasLength);
  view.setUint32(8, bodyLength);
  view.setUint32(12, opaque);
  if (cas) request.set(cas, 16);
  if (expiresAt !== undefined) view.setUint32(headerLength + 4, Math.max(expiresAt, LONGEST_RELATIVE + 1));
  request.set(keyBytes, headerLength + extrasLength);
  request.set(valueBytes, headerLength + extrasLength + keyBytes.length);
  return request;
}
