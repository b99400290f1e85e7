import { CompactEncrypt, compactDecrypt } from "jose";
// Imported from this path, it brings none of jose's other errors into a bundle.
import { JWEDecryptionFailed } from "jose/errors";
import type { RejectionReason } from "../events.ts";
import { textOf, utf8 } from "./base64url.ts";
import { decodeClaims } from "./claims.ts";
import type { Codec, CodecSettings, TokenCodec, VerifiedToken } from "./codec.ts";
import { isWorthCompressing, MAX_INFLATED } from "./deflate.ts";
import { deriveKey, encodeHeader, jwkOf, keyRing } from "./keys.ts";
import type { PayloadFormat } from "./payload-format.ts";

/** The options of `encrypted`. */
export interface EncryptedOptions {
  /**
   * Default none. Other codecs whose tokens are still read, but never issued. `[signed()]` moves a running site to encrypted
   * tokens and logs nobody out. Remove it once the longest `lifetime.idle` has passed, with a store `lifetime.absolute`.
   */
  readonly accept?: readonly Codec[];
  /**
   * Default none. Import `deflate` to compress data of 1 KB or more if that makes the token shorter. The length then reveals
   * something about the data: do not compress if one session holds a secret and also input of a visitor (CRIME).
   */
  readonly compress?: PayloadFormat;
}

/** The encryption key of one secret, and the headers of its tokens. */
interface EncryptionKey {
  readonly kid: string;
  readonly header: string;
  readonly zipHeader: string;
  readonly key: CryptoKey;
}

const FIXED = { alg: "dir", enc: "A256GCM" } as const;
const ONLY_OURS = {
  keyManagementAlgorithms: [FIXED.alg],
  contentEncryptionAlgorithms: [FIXED.enc],
  maxDecompressedLength: MAX_INFLATED,
};

// Header, no encrypted key, 12 bytes of IV, ciphertext, 16 bytes of tag. Each must be canonical base64url: a lax decoder
// accepts several spellings of the same bytes, and then several texts would be the same valid token.
const shape = /^([\w-]+)\.\.[\w-]{16}\.(?:[\w-]{4})*(?:[\w-][AQgw]|[\w-]{2}[AEIMQUYcgkosw048])?\.[\w-]{21}[AQgw]$/;

/** Characters of a token in addition to its header and ciphertext: dots, IV and tag. */
const FRAME = 4 + 16 + 22;

/** Encrypts sessions as JWE with A256GCM: whoever has the token can neither read nor change it. */
export function encrypted({ accept = [], compress }: EncryptedOptions = {}): Codec {
  return (settings) => {
    const own = jweCodec(settings, compress);
    const others = accept.map((codec) => codec(settings));
    return {
      seal: own.seal,
      open: async (token) => {
        const opened = await own.open(token);
        return typeof opened === "string" ? openByOthers(others, token, opened) : opened;
      },
      keys: async () => (await Promise.all([own, ...others].map((codec) => codec.keys()))).flat(),
    };
  };
}

function jweCodec(settings: CodecSettings, compress: PayloadFormat | undefined): TokenCodec {
  const { secrets } = settings;
  const derive = (secret: Uint8Array<ArrayBuffer>) => deriveKey(secret, FIXED.enc, settings);
  const withKeys = keyRing(secrets, async (secret): Promise<EncryptionKey> => {
    const { bytes, kid } = await derive(secret);
    const header = encodeHeader({ ...FIXED, kid });
    const zipHeader = encodeHeader({ ...FIXED, kid, zip: "DEF" });
    // Imported once: jose would import raw bytes again on every call.
    const key = await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
    return { kid, header, zipHeader, key };
  });
  return {
    seal: (claims) => withKeys(([newest]) => encrypt(newest as EncryptionKey, claims, compress)),
    open: (token) => withKeys((keys) => decrypt(keys, token)),
    keys: async () => (await Promise.all(secrets.map(derive))).map((key) => jwkOf(key, "enc", FIXED.enc)),
  };
}

async function encrypt(
  encryptionKey: EncryptionKey,
  claims: string,
  compress: PayloadFormat | undefined,
): Promise<string> {
  const { kid, key, header } = encryptionKey;
  const plaintext = utf8(claims);
  const seal = (zip: { zip?: "DEF" }) =>
    new CompactEncrypt(plaintext).setProtectedHeader({ ...FIXED, kid, ...zip }).encrypt(key);
  if (!compress || !isWorthCompressing(claims)) return seal({});
  const zipped = await seal({ zip: "DEF" });
  const unzipped = header.length + FRAME + Math.ceil((plaintext.length * 4) / 3);
  return zipped.length < unzipped ? zipped : seal({});
}

async function decrypt(keys: readonly EncryptionKey[], token: string): Promise<VerifiedToken | RejectionReason> {
  const [, header] = shape.exec(token) ?? [];
  if (header === undefined) return "malformed";
  const found = keys.find((candidate) => candidate.header === header || candidate.zipHeader === header);
  if (!found) return "unknown-key";
  try {
    const { plaintext } = await compactDecrypt(token, found.key, ONLY_OURS);
    return { claims: decodeClaims(textOf(plaintext)), mustReissue: found !== keys[0] };
  } catch (error) {
    return error instanceof JWEDecryptionFailed ? "undecryptable" : "undecodable";
  }
}

/** A token that another codec opens must be replaced. If no codec opens it, the reason of our own codec counts. */
async function openByOthers(
  others: readonly TokenCodec[],
  token: string,
  reason: RejectionReason,
): Promise<VerifiedToken | RejectionReason> {
  for (const other of others) {
    const opened = await other.open(token);
    if (typeof opened !== "string") return { ...opened, mustReissue: true };
  }
  return reason;
}
