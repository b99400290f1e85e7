import type { Flash, SessionRecord } from "../src/index.ts";
import { START } from "./helpers.ts";

/**
 * What browsers and stores had from the former version of this library, as of commit 9fcdcbc. They still have it when a new
 * version is deployed, so it has to open for as long as it could live.
 *
 * That version made all of it, with `SECRET` and a clock that began at `START`. Do not edit it: it can't be made again.
 */
export interface Vector {
  /** The moment at which all this was so, in seconds since the epoch, as all times here. */
  readonly at: number;
  /** All records that the session store held, also those that it would delete as expired. */
  readonly store?: Records;
  /** All records that the store for `revocations` held. */
  readonly notes?: Records;
  /** The clients with a session that was alive. */
  readonly living?: Readonly<Record<string, Living>>;
  /** The Cookie headers of clients whose session had ended, or had got another id. */
  readonly ended?: Readonly<Record<string, string>>;
}

export type Records = readonly (readonly [id: string, record: SessionRecord])[];

/** A client with a session, and what is in that. */
export interface Living {
  /** The Cookie header that the client sends. */
  readonly cookie: string;
  readonly id: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly owner: string | undefined;
  readonly persistent: boolean;
  readonly flashes: readonly Flash[];
  readonly createdAt: number;
  /** When it ends if no further request comes. */
  readonly expiresAt: number;
}

type Vectors = Readonly<Record<string, Vector>>;

const RICH = {
  name: "Zoë 🍪",
  seen: new Date("2026-11-20T09:30:00.123Z"),
  prices: new Map([
    ["tea", 3.5],
    ["cake", 4],
  ]),
  tags: new Set(["green", "loose"]),
  balance: 12345678901234567890n,
  avatar: new Uint8Array([0, 1, 127, 128, 255]),
  home: new URL("https://example.com/zoë?q=1#top"),
  nested: { list: [1, { deep: [null, true] }], likeOurTags: { $Date: "no date" } },
};

const CART = { cart: [{ sku: "tea", count: 2 }], theme: "dark" };

/** More than a cookie holds, once it is base64url. */
const LARGE = { theme: "dark", text: "x".repeat(4000) };

const REPETITIVE = { notes: Array.from({ length: 50 }, (_, i) => `${i} times tea, and cake`) };

/** The data travels in the token. */
export const IN_TOKEN = {
  /** Of a visitor, with every kind of value. */
  anonymous: {
    at: START,
    living: {
      browser: {
        cookie:
          "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiIyek9rU0ZETGdzb0ZwOEtocnpUWlJRIiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTY1MTUyMDAsImQiOnsibmFtZSI6Ilpvw6sg8J-NqiIsInNlZW4iOnsiJERhdGUiOjE3OTUxNjcwMDAxMjN9LCJwcmljZXMiOnsiJE1hcCI6W1sidGVhIiwzLjVdLFsiY2FrZSIsNF1dfSwidGFncyI6eyIkU2V0IjpbImdyZWVuIiwibG9vc2UiXX0sImJhbGFuY2UiOnsiJEJpZ0ludCI6IjEyMzQ1Njc4OTAxMjM0NTY3ODkwIn0sImF2YXRhciI6eyIkVWludDhBcnJheSI6IkFBRl9nUDgifSwiaG9tZSI6eyIkVVJMIjoiaHR0cHM6Ly9leGFtcGxlLmNvbS96byVDMyVBQj9xPTEjdG9wIn0sIm5lc3RlZCI6eyJsaXN0IjpbMSx7ImRlZXAiOltudWxsLHRydWVdfV0sImxpa2VPdXJUYWdzIjp7IiQkRGF0ZSI6Im5vIGRhdGUifX19fQ.0lzUixF1nZB0tJ91tmhhKwBfOmH4ZI3Q24m8LdN-QsQ",
        id: "2zOkSFDLgsoFp8KhrzTZRQ",
        data: RICH,
        owner: undefined,
        persistent: false,
        flashes: [],
        createdAt: START,
        expiresAt: START + 1209600,
      },
    },
  },
  /** Signed in a minute after the first visit. */
  signedIn: {
    at: START + 60,
    living: {
      browser: {
        cookie:
          "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJyS2hNcmYxbTZrMGZHbFpBRVpZaEtnIiwiaWF0IjoxNzk1MzA1NjYwLCJleHAiOjE3OTY1MTUyNjAsInN1YiI6ImFkYSIsImQiOnsiY2FydCI6W3sic2t1IjoidGVhIiwiY291bnQiOjJ9XSwidGhlbWUiOiJkYXJrIn19.UjDvB8TkNCZK_wAH7Z86_nc0dhbbhGCY9Lo5M_h-jtA",
        id: "rKhMrf1m6k0fGlZAEZYhKg",
        data: CART,
        owner: "ada",
        persistent: false,
        flashes: [],
        createdAt: START + 60,
        expiresAt: START + 1209660,
      },
    },
  },
  /** Signed in, without any data. */
  onlyAnOwner: {
    at: START,
    living: {
      browser: {
        cookie:
          "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJVb1p3dU1BTFNMeGJMcm00TlNtYVdnIiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTY1MTUyMDAsInN1YiI6ImFkYSJ9.nCmO07SIQ6kbX3ptgEFqmdRRKdiAf5FlGna5aJohJ5Y",
        id: "UoZwuMALSLxbLrm4NSmaWg",
        data: {},
        owner: "ada",
        persistent: false,
        flashes: [],
        createdAt: START,
        expiresAt: START + 1209600,
      },
    },
  },
  /** Signed in with "remember me". */
  persistent: {
    at: START,
    living: {
      browser: {
        cookie:
          "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJWcVV6V3I3U194UEYydXh2U3gzTDN3IiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTY1MTUyMDAsInN1YiI6ImFkYSIsInAiOnRydWUsImQiOnsiY2FydCI6W3sic2t1IjoidGVhIiwiY291bnQiOjJ9XSwidGhlbWUiOiJkYXJrIn19.9T84B-Mqmcfe92i2RyeWSr2GVof_AIwLtsjXGhqSo4Q",
        id: "VqUzWr7S_xPF2uxvSx3L3w",
        data: CART,
        owner: "ada",
        persistent: true,
        flashes: [],
        createdAt: START,
        expiresAt: START + 1209600,
      },
    },
  },
  /** With messages for the next page. */
  flashes: {
    at: START,
    living: {
      browser: {
        cookie:
          "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJ5QlJhdnhMQWRMU01ZeWg3OEtrcjN3IiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTY1MTUyMDAsImYiOltbImluZm8iLCJWw6Rsa29tbWVuIPCfkYsiXSxbIndhcm5pbmciLCJZb3VyIGNhcnQgd2FpdHMuIl1dLCJkIjp7ImNhcnQiOlt7InNrdSI6InRlYSIsImNvdW50IjoyfV0sInRoZW1lIjoiZGFyayJ9fQ.8R8o1PuJPUXlTKUnrwaR8H5Wa0ogxU9qzgxOG2FI3z8",
        id: "yBRavxLAdLSMYyh78Kkr3w",
        data: CART,
        owner: undefined,
        persistent: false,
        flashes: [
          { category: "info", message: "Välkommen 👋" },
          { category: "warning", message: "Your cart waits." },
        ],
        createdAt: START,
        expiresAt: START + 1209600,
      },
    },
  },
  /** With a message and nothing else. */
  onlyAFlash: {
    at: START,
    living: {
      browser: {
        cookie:
          "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJfUkhSazl6WFUzdWlxeng4SmRUNDVBIiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTY1MTUyMDAsImYiOltbImluZm8iLCJWw6Rsa29tbWVuIPCfkYsiXV19.ESGwGLx6rnE1Q1b94u69WWNmBYM2votL_7EeJsuhARw",
        id: "_RHRk9zXU3uiqzx8JdT45A",
        data: {},
        owner: undefined,
        persistent: false,
        flashes: [{ category: "info", message: "Välkommen 👋" }],
        createdAt: START,
        expiresAt: START + 1209600,
      },
    },
  },
  /** Issued again when it was read some days later: its start is not its `iat`. */
  refreshed: {
    at: START + 200000,
    living: {
      browser: {
        cookie:
          "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJFcXJ0MlBBNl9iU0Z5QUhFZWZVNzJnIiwiaWF0IjoxNzk1NTA1NjAwLCJleHAiOjE3OTY3MTUyMDAsInN0YXJ0IjoxNzk1MzA1NjAwLCJzdWIiOiJhZGEiLCJwIjp0cnVlLCJmIjpbWyJ3YXJuaW5nIiwiWW91ciBjYXJ0IHdhaXRzLiJdXSwiZCI6eyJjYXJ0IjpbeyJza3UiOiJ0ZWEiLCJjb3VudCI6Mn1dLCJ0aGVtZSI6ImRhcmsifX0.V_llwzJiSKwUe8ryYSkmMAbxfG-zGRSnEQgjeZiIKlg",
        id: "Eqrt2PA6_bSFyAHEefU72g",
        data: CART,
        owner: "ada",
        persistent: true,
        flashes: [{ category: "warning", message: "Your cart waits." }],
        createdAt: START,
        expiresAt: START + 1409600,
      },
    },
  },
} satisfies Vectors;

/** The same, with `encrypted()`. */
export const ENCRYPTED = {
  /** Of a visitor, with every kind of value. */
  anonymous: {
    at: START,
    living: {
      browser: {
        cookie:
          "__Host-session=eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIiwia2lkIjoiMjhXSkVBIn0..RbJWJu_UgNPVGUxI.YOAvAyfPTC3xzXke9oPJBLyF0mdI4dQeAz5RMoynA7TwICYIaQbRDyLZIysJiwzaWLtmdSGcs-xFKH5_sj07rCv06KuSpQlU5SG_JeIf7Ospwm_KO5rrGXXQKaBJ1f7JpoOBhOsCBSNMMyGvpsAbvp8wqR8aREn3Gcj_kGRoeCayd9FPIfo6o3Z-ONht-Hm62BpJJ7OY26oht9sOOZgKy-IkgKI_mkxMq2azLpM1_KhsNdlGWPExa8sTdmpgtaY67013S3y8b-nHaw33Ssrzw6JIk3mvNhxrh4KQTM_xl3HM_JAwNfr8eCnOhuoSn-dwzXlwAhbWNp8ymcRQVA8APsigtYfDoIQQ_fL5sxTb4PSwqVOpS5jHdKGX-WW72VQgugMoDv_HBxM8hqN9fWFbxaYY_bbfBA977yRf7qHe_satPnxBkCEK5BaSSve6GML2RAC3SI4erQRDXW_Jhld3qx6UReye-kH4wB2wOxXyXNUaSPu-AsR2h61pHUMSi_DCTMaoCE2MsnXGu4zgvdUNsiyv9DwMx6WL4WTa1A.Mbr0kZoIcApHGYbZar0QpQ",
        id: "i7DQfz4f-ZAmTG_-VE5Y_w",
        data: RICH,
        owner: undefined,
        persistent: false,
        flashes: [],
        createdAt: START,
        expiresAt: START + 1209600,
      },
    },
  },
  /** Signed in with "remember me", and with a message for the next page. */
  signedIn: {
    at: START,
    living: {
      browser: {
        cookie:
          "__Host-session=eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIiwia2lkIjoiMjhXSkVBIn0..fufyrzDjkqobv53k.3CcEXNjC6YqqgTW4TwWrWMIMC7eEwQarIuYhOAEzJLDKPErFnrfMzcywNVBE0sBqMXRCOe2Qeokh-GBLl4QlidocwShS8qVOn4OkgDpqMN4VkdUoFti4c-B1HapjIlBZMXZgZj-3yHX8D4WPeOzpfzTyDuFzOwTSDFTH_ZDhz5l2UHJ0HaWlJYxgKeljQSiCsSMZp08h0dAKydYOLl3ysKf51q447e1U-oWeOE6q.8I0M1_mY8rbebZv4X8GB4Q",
        id: "KkYWu3sCXPHhwIBRAaq7Pg",
        data: CART,
        owner: "ada",
        persistent: true,
        flashes: [{ category: "info", message: "Välkommen 👋" }],
        createdAt: START,
        expiresAt: START + 1209600,
      },
    },
  },
} satisfies Vectors;

/** The same, with `signed({ compress: deflate })`. */
export const COMPRESSED = {
  /** Signed in, with enough data to be compressed. */
  signedIn: {
    at: START,
    living: {
      browser: {
        cookie:
          "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSIsInppcCI6IkRFRiJ9.ddO9SsRAFIbhWwmnHiHnZ7Kb6QQb7VRQUSxGM0UQVzERVpe9d9Hat327h_OdgyzzJEXsSu-_6-3-bHt5c3HycTd8nY_Xp5JkrqsU3YzZ-zz0fZK2f_8LQ9Zsv2H5fJIidaqSZJJykN3b2hYpD9J36_zalm5tNXV1N3XP9aVJEoVu0B16QM_QB-gb6FvoI7kQTGIlspJZCa2kVmIruZXgSnIjueGtSW4kN5IbyY3kRnIjuZHcSe4kd5w5yZ3kTnInuZPcSe4kD5IHyYPkgR9O8iB5kDxIHiSP_-WPx-MP.gpVvV8UrHNgdeR2kRoULowCH-sSssq-u8k6FZwxdOj0",
        id: "2R1ZzaWxD8QVJ-rX6yI9SA",
        data: REPETITIVE,
        owner: "ada",
        persistent: false,
        flashes: [],
        createdAt: START,
        expiresAt: START + 1209600,
      },
    },
  },
} satisfies Vectors;

/** The same in several cookies, with `overflow: chunk`. */
export const CHUNKED = {
  /** Signed in, in two cookies. */
  signedIn: {
    at: START,
    living: {
      browser: {
        cookie: `__Host-session.1=4${"eHh4".repeat(358)}eHgifX0.brEwAiLFQUTjKBXtUKRlV45p24LI-7_kXJC0YEFZ2DM; __Host-session=2~eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJRWEh2OGpuR0NNMjdrRHFxTjlsdXF3IiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTY1MTUyMDAsInN1YiI6ImFkYSIsImQiOnsidGhlbWUiOiJkYXJrIiwidGV4dCI6Inh4${"eHh4".repeat(973)}eHh`,
        id: "QXHv8jnGCM27kDqqN9luqw",
        data: LARGE,
        owner: "ada",
        persistent: false,
        flashes: [],
        createdAt: START,
        expiresAt: START + 1209600,
      },
    },
  },
} satisfies Vectors;

/** The same in a header, with `transport: header()`: `cookie` is the value of `x-session`. */
export const IN_HEADER = {
  /** Signed in, with a message for the next page. */
  signedIn: {
    at: START,
    living: {
      browser: {
        cookie:
          "eyJhbGciOiJIUzI1NiIsImtpZCI6IjFBQW5hdyJ9.eyJzaWQiOiIxRGMwOVpQM3Q4WEJmdVd2Ukh2U1Z3IiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTY1MTUyMDAsInN1YiI6ImFkYSIsImYiOltbImluZm8iLCJWw6Rsa29tbWVuIPCfkYsiXV0sImQiOnsiY2FydCI6W3sic2t1IjoidGVhIiwiY291bnQiOjJ9XSwidGhlbWUiOiJkYXJrIn19.DrihQLPkCf_3iYPAepoz3rb2AkmsmDO8IXuI12lXqSo",
        id: "1Dc09ZP3t8XBfuWvRHvSVw",
        data: CART,
        owner: "ada",
        persistent: false,
        flashes: [{ category: "info", message: "Välkommen 👋" }],
        createdAt: START,
        expiresAt: START + 1209600,
      },
    },
  },
} satisfies Vectors;

/** Made with `OLD_SECRET`, before `SECRET` took its place. */
export const OF_OLDER_SECRET = {
  /** With the data in the token. */
  inToken: {
    at: START,
    living: {
      browser: {
        cookie:
          "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6InQxcXZDUSJ9.eyJzaWQiOiJMSXJBTURDTmRwUXUwSkVDN1pxaUJBIiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTY1MTUyMDAsInN1YiI6ImFkYSIsImQiOnsiY2FydCI6W3sic2t1IjoidGVhIiwiY291bnQiOjJ9XSwidGhlbWUiOiJkYXJrIn19.XzdaEnrxXZsAIvl_ektvDPSOByx59ynks4qbC2ObaKs",
        id: "LIrAMDCNdpQu0JEC7ZqiBA",
        data: CART,
        owner: "ada",
        persistent: false,
        flashes: [],
        createdAt: START,
        expiresAt: START + 1209600,
      },
    },
  },
  /** With the data in a store. */
  inStore: {
    at: START,
    store: [
      [
        "2qUo4bCHH0ixrWZ851YtAA",
        {
          version: 1,
          data: '{"sid":"2qUo4bCHH0ixrWZ851YtAA","iat":1795305600,"exp":1796515200,"sub":"ada","d":{"cart":[{"sku":"tea","count":2}],"theme":"dark"}}',
          owner: "ada",
          createdAt: START,
          usedAt: START,
          expiresAt: START + 1209600,
        },
      ],
    ],
    living: {
      browser: {
        cookie:
          "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6InQxcXZDUSJ9.eyJzaWQiOiIycVVvNGJDSEgwaXhyV1o4NTFZdEFBIiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTc4OTc2MDB9.Kcyb7kcBL-zImgKjgqTpXwLCO9VzBjLSiYt29R9tf8w",
        id: "2qUo4bCHH0ixrWZ851YtAA",
        data: CART,
        owner: "ada",
        persistent: false,
        flashes: [],
        createdAt: START,
        expiresAt: START + 1209600,
      },
    },
  },
} satisfies Vectors;

/** The data lives in a store, and the token holds the id. */
export const IN_STORE = {
  /** Of a visitor, with every kind of value. */
  anonymous: {
    at: START,
    store: [
      [
        "S0Wi03UV9S9KerJr0G70OA",
        {
          version: 1,
          data: '{"sid":"S0Wi03UV9S9KerJr0G70OA","iat":1795305600,"exp":1796515200,"d":{"name":"Zoë 🍪","seen":{"$Date":1795167000123},"prices":{"$Map":[["tea",3.5],["cake",4]]},"tags":{"$Set":["green","loose"]},"balance":{"$BigInt":"12345678901234567890"},"avatar":{"$Uint8Array":"AAF_gP8"},"home":{"$URL":"https://example.com/zo%C3%AB?q=1#top"},"nested":{"list":[1,{"deep":[null,true]}],"likeOurTags":{"$$Date":"no date"}}}}',
          createdAt: START,
          usedAt: START,
          expiresAt: START + 1209600,
        },
      ],
    ],
    living: {
      browser: {
        cookie:
          "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJTMFdpMDNVVjlTOUtlckpyMEc3ME9BIiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTc4OTc2MDB9.ECYb3veQO1q-bLVxMTVDkVCwO3rWVKhzc7nhXTVNWzg",
        id: "S0Wi03UV9S9KerJr0G70OA",
        data: RICH,
        owner: undefined,
        persistent: false,
        flashes: [],
        createdAt: START,
        expiresAt: START + 1209600,
      },
    },
  },
  /** Just signed in: the note under the former id names the new one. */
  signedIn: {
    at: START + 60,
    store: [
      [
        "SUJFBT1dE_mPje3l6uQtrg",
        {
          version: 2,
          data: '"retired wvbF6lC2_zdb0fEuwb7_kQ"',
          createdAt: START + 60,
          usedAt: START + 60,
          expiresAt: START + 90,
        },
      ],
      [
        "wvbF6lC2_zdb0fEuwb7_kQ",
        {
          version: 1,
          data: '{"sid":"wvbF6lC2_zdb0fEuwb7_kQ","iat":1795305660,"exp":1796515260,"sub":"ada","f":[["info","Välkommen 👋"]],"d":{"cart":[{"sku":"tea","count":2}],"theme":"dark"}}',
          owner: "ada",
          createdAt: START + 60,
          usedAt: START + 60,
          expiresAt: START + 1209660,
        },
      ],
    ],
    living: {
      browser: {
        cookie:
          "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJ3dmJGNmxDMl96ZGIwZkV1d2I3X2tRIiwiaWF0IjoxNzk1MzA1NjYwLCJleHAiOjE3OTc4OTc2NjB9.5VSrT0QtdxiZAD8CjHKH7IyXW3ohvbqgCTE8M76O5qw",
        id: "wvbF6lC2_zdb0fEuwb7_kQ",
        data: CART,
        owner: "ada",
        persistent: false,
        flashes: [{ category: "info", message: "Välkommen 👋" }],
        createdAt: START + 60,
        expiresAt: START + 1209660,
      },
    },
    ended: {
      "the cookie of before the sign-in":
        "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJTVUpGQlQxZEVfbVBqZTNsNnVRdHJnIiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTc4OTc2MDB9.cU4YuN_h-h9IFdBlHYFv5RZXySHvkix9yh4VR8C-7PA",
    },
  },
  /** Signed in, without any data. */
  onlyAnOwner: {
    at: START,
    store: [
      [
        "yEXQ8QhKAz0dFqfzGD167g",
        {
          version: 1,
          data: '{"sid":"yEXQ8QhKAz0dFqfzGD167g","iat":1795305600,"exp":1796515200,"sub":"ada"}',
          owner: "ada",
          createdAt: START,
          usedAt: START,
          expiresAt: START + 1209600,
        },
      ],
    ],
    living: {
      browser: {
        cookie:
          "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJ5RVhROFFoS0F6MGRGcWZ6R0QxNjdnIiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTc4OTc2MDB9.EqHyLe7NZqtdrOS5b9-sX5slG4Bph5NniNTY4S9D1JA",
        id: "yEXQ8QhKAz0dFqfzGD167g",
        data: {},
        owner: "ada",
        persistent: false,
        flashes: [],
        createdAt: START,
        expiresAt: START + 1209600,
      },
    },
  },
  /** Signed in and regenerated within half a minute: a chain of two notes. */
  regenerated: {
    at: START + 20,
    store: [
      [
        "3y37DPvSIbyzE0gpFQjFVw",
        {
          version: 2,
          data: '"retired FtQQpWvADusXdwewVxGkXQ"',
          createdAt: START + 10,
          usedAt: START + 10,
          expiresAt: START + 40,
        },
      ],
      [
        "FtQQpWvADusXdwewVxGkXQ",
        {
          version: 2,
          data: '"retired CeMuJdXjj-SWDyCYtZQq9g"',
          createdAt: START + 20,
          usedAt: START + 20,
          expiresAt: START + 50,
        },
      ],
      [
        "CeMuJdXjj-SWDyCYtZQq9g",
        {
          version: 1,
          data: '{"sid":"CeMuJdXjj-SWDyCYtZQq9g","iat":1795305620,"exp":1796515220,"start":1795305610,"sub":"ada","d":{"cart":[{"sku":"tea","count":2}],"theme":"dark"}}',
          owner: "ada",
          createdAt: START + 10,
          usedAt: START + 20,
          expiresAt: START + 1209620,
        },
      ],
    ],
    living: {
      browser: {
        cookie:
          "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJDZU11SmRYamotU1dEeUNZdFpRcTlnIiwiaWF0IjoxNzk1MzA1NjIwLCJleHAiOjE3OTc4OTc2MTAsInN0YXJ0IjoxNzk1MzA1NjEwfQ.gy3IIC3CO464fDZzVzz9eJCicuAFMDHZ5zzBKuFunuo",
        id: "CeMuJdXjj-SWDyCYtZQq9g",
        data: CART,
        owner: "ada",
        persistent: false,
        flashes: [],
        createdAt: START + 10,
        expiresAt: START + 1209620,
      },
    },
    ended: {
      "the first cookie":
        "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiIzeTM3RFB2U0lieXpFMGdwRlFqRlZ3IiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTc4OTc2MDB9.Gv0ziZT6vHt53tgdK-VOAkY4BduHHtpOcZcsr30jf24",
      "the second cookie":
        "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJGdFFRcFd2QUR1c1hkd2V3VnhHa1hRIiwiaWF0IjoxNzk1MzA1NjEwLCJleHAiOjE3OTc4OTc2MTB9.xvXt-DX-q-eaQ7Yzwr1UyP-M7th-2EyH-TqDzJKK3Io",
    },
  },
  /** Signed in with "remember me". */
  persistent: {
    at: START,
    store: [
      [
        "3GoHimK4u85XzCaQgwJUCw",
        {
          version: 1,
          data: '{"sid":"3GoHimK4u85XzCaQgwJUCw","iat":1795305600,"exp":1796515200,"sub":"ada","p":true,"d":{"cart":[{"sku":"tea","count":2}],"theme":"dark"}}',
          owner: "ada",
          createdAt: START,
          usedAt: START,
          expiresAt: START + 1209600,
        },
      ],
    ],
    living: {
      browser: {
        cookie:
          "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiIzR29IaW1LNHU4NVh6Q2FRZ3dKVUN3IiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTc4OTc2MDB9.xSKG3V4VxXrz2S-mZ_h11QprA4CjViy-UgdwLeajnFw",
        id: "3GoHimK4u85XzCaQgwJUCw",
        data: CART,
        owner: "ada",
        persistent: true,
        flashes: [],
        createdAt: START,
        expiresAt: START + 1209600,
      },
    },
  },
  /** Written twice after it had begun. */
  written: {
    at: START + 120,
    store: [
      [
        "ycgRf5iYQwNtNNBEz-u6uw",
        {
          version: 3,
          data: '{"sid":"ycgRf5iYQwNtNNBEz-u6uw","iat":1795305720,"exp":1796515320,"start":1795305600,"sub":"ada","f":[["warning","Your cart waits."]],"d":{"theme":"dark","cart":[{"sku":"tea","count":2}]}}',
          owner: "ada",
          createdAt: START,
          usedAt: START + 120,
          expiresAt: START + 1209720,
        },
      ],
    ],
    living: {
      browser: {
        cookie:
          "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJ5Y2dSZjVpWVF3TnROTkJFei11NnV3IiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTc4OTc2MDB9.jJGLGWvANHTh_XXYUsPYwZ2vRk-jWciD4cy6y_Jq6bI",
        id: "ycgRf5iYQwNtNNBEz-u6uw",
        data: CART,
        owner: "ada",
        persistent: false,
        flashes: [{ category: "warning", message: "Your cart waits." }],
        createdAt: START,
        expiresAt: START + 1209720,
      },
    },
  },
  /** Read some days later: the record was touched, and the cookie stayed. */
  touched: {
    at: START + 200000,
    store: [
      [
        "c-4rGtRdw6o0csyq3A7fuA",
        {
          version: 1,
          data: '{"sid":"c-4rGtRdw6o0csyq3A7fuA","iat":1795305600,"exp":1796515200,"sub":"ada","d":{"cart":[{"sku":"tea","count":2}],"theme":"dark"}}',
          owner: "ada",
          createdAt: START,
          usedAt: START + 200000,
          expiresAt: START + 1409600,
        },
      ],
    ],
    living: {
      browser: {
        cookie:
          "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJjLTRyR3RSZHc2bzBjc3lxM0E3ZnVBIiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTc4OTc2MDB9.Xx-bL5xrVyiJw7Ih62wizJ2N6m2qkClXGHSGdmfRFX8",
        id: "c-4rGtRdw6o0csyq3A7fuA",
        data: CART,
        owner: "ada",
        persistent: false,
        flashes: [],
        createdAt: START,
        expiresAt: START + 1409600,
      },
    },
  },
  /** The same of a persistent one, whose cookie was issued again. */
  touchedPersistent: {
    at: START + 200000,
    store: [
      [
        "Bo3TYswsOeg26qME9pIBTA",
        {
          version: 1,
          data: '{"sid":"Bo3TYswsOeg26qME9pIBTA","iat":1795305600,"exp":1796515200,"sub":"ada","p":true,"d":{"cart":[{"sku":"tea","count":2}],"theme":"dark"}}',
          owner: "ada",
          createdAt: START,
          usedAt: START + 200000,
          expiresAt: START + 1409600,
        },
      ],
    ],
    living: {
      browser: {
        cookie:
          "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJCbzNUWXN3c09lZzI2cU1FOXBJQlRBIiwiaWF0IjoxNzk1NTA1NjAwLCJleHAiOjE3OTc4OTc2MDAsInN0YXJ0IjoxNzk1MzA1NjAwfQ.RC_QFEEWmz8150r_6ygSn7gtEhOjv_QHn67I6XA6oSw",
        id: "Bo3TYswsOeg26qME9pIBTA",
        data: CART,
        owner: "ada",
        persistent: true,
        flashes: [],
        createdAt: START,
        expiresAt: START + 1409600,
      },
      "another tab, which has the first cookie": {
        cookie:
          "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJCbzNUWXN3c09lZzI2cU1FOXBJQlRBIiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTc4OTc2MDB9.TISSp_Rfdjpt7rbfGEZiosn4n7P-Nkm1teVKLanpmcI",
        id: "Bo3TYswsOeg26qME9pIBTA",
        data: CART,
        owner: "ada",
        persistent: true,
        flashes: [],
        createdAt: START,
        expiresAt: START + 1409600,
      },
    },
  },
  /** With a message and nothing else. */
  onlyAFlash: {
    at: START,
    store: [
      [
        "bxZOyZiOq1bxQdHHRggEfA",
        {
          version: 1,
          data: '{"sid":"bxZOyZiOq1bxQdHHRggEfA","iat":1795305600,"exp":1796515200,"f":[["info","Välkommen 👋"]]}',
          createdAt: START,
          usedAt: START,
          expiresAt: START + 1209600,
        },
      ],
    ],
    living: {
      browser: {
        cookie:
          "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJieFpPeVppT3ExYnhRZEhIUmdnRWZBIiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTc4OTc2MDB9.ylYeyv4JJZ4ruHOwViH3ug7aneMEtxU-Lt1Ukmanp-Y",
        id: "bxZOyZiOq1bxQdHHRggEfA",
        data: {},
        owner: undefined,
        persistent: false,
        flashes: [{ category: "info", message: "Välkommen 👋" }],
        createdAt: START,
        expiresAt: START + 1209600,
      },
    },
  },
  /** One user in two browsers. */
  twoOfOneOwner: {
    at: START + 60,
    store: [
      [
        "TXRZDDO_ZJPGoxvm_NXm1Q",
        {
          version: 1,
          data: '{"sid":"TXRZDDO_ZJPGoxvm_NXm1Q","iat":1795305600,"exp":1796515200,"sub":"ada","d":{"cart":[{"sku":"tea","count":2}],"theme":"dark"}}',
          owner: "ada",
          createdAt: START,
          usedAt: START,
          expiresAt: START + 1209600,
        },
      ],
      [
        "ah89cfmTZWKGRRsQvAPx-w",
        {
          version: 1,
          data: '{"sid":"ah89cfmTZWKGRRsQvAPx-w","iat":1795305660,"exp":1796515260,"sub":"ada"}',
          owner: "ada",
          createdAt: START + 60,
          usedAt: START + 60,
          expiresAt: START + 1209660,
        },
      ],
    ],
    living: {
      laptop: {
        cookie:
          "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJUWFJaRERPX1pKUEdveHZtX05YbTFRIiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTc4OTc2MDB9.0-n9QSSMdF2kCvuRzmfc8NM6fhnpCriH5aVtG36vYlQ",
        id: "TXRZDDO_ZJPGoxvm_NXm1Q",
        data: CART,
        owner: "ada",
        persistent: false,
        flashes: [],
        createdAt: START,
        expiresAt: START + 1209600,
      },
      phone: {
        cookie:
          "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJhaDg5Y2ZtVFpXS0dSUnNRdkFQeC13IiwiaWF0IjoxNzk1MzA1NjYwLCJleHAiOjE3OTc4OTc2NjB9.bkGXLaO1vzDRzs62RClCXi1JXV0eggD69e3rQ0rZUrU",
        id: "ah89cfmTZWKGRRsQvAPx-w",
        data: {},
        owner: "ada",
        persistent: false,
        flashes: [],
        createdAt: START + 60,
        expiresAt: START + 1209660,
      },
    },
  },
  /** Ended in three ways a moment ago; records that have expired may still be there. */
  ended: {
    at: START + 60,
    store: [
      [
        "CCqGmKytu6nTGfOnN0wyKg",
        { version: 2, data: '"retired"', createdAt: START + 60, usedAt: START + 60, expiresAt: START + 30 },
      ],
      [
        "ZqDC7uE0MQoJAgJR9Q3-nw",
        { version: 2, data: '"retired"', createdAt: START + 60, usedAt: START + 60, expiresAt: START + 90 },
      ],
      [
        "5Zi5IMNXiz8-Md9joiTatw",
        { version: 2, data: '"retired"', createdAt: START + 60, usedAt: START + 60, expiresAt: START + 30 },
      ],
    ],
    ended: {
      "a destroyed session":
        "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJDQ3FHbUt5dHU2blRHZk9uTjB3eUtnIiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTc4OTc2MDB9.yZeNMMbRWG4RuqGFcFCVUnH3SiWPMjM77LK4J6EEYog",
      "an emptied session":
        "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJacURDN3VFME1Rb0pBZ0pSOVEzLW53IiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTc4OTc2MDB9.O2DWgDCqaD_uvMfH-AquH8nkmAhT9dSKDI7_hU7cHjA",
      "a revoked session":
        "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiI1Wmk1SU1OWGl6OC1NZDlqb2lUYXR3IiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTc4OTc2MDB9.bdp2wILv1LbESsbqYWmNjWlSxPOiA2DjolhAU9lHFaw",
    },
  },
} satisfies Vectors;

/** With `cacheFor: 60`, the token holds a copy of the record too. */
export const IN_STORE_WITH_COPIES = {
  /** With a copy that is 20 seconds old. */
  fresh: {
    at: START + 20,
    store: [
      [
        "34uqXaFo5RJmKE6zWj243w",
        {
          version: 1,
          data: '{"sid":"34uqXaFo5RJmKE6zWj243w","iat":1795305600,"exp":1796515200,"sub":"ada","f":[["info","Välkommen 👋"]],"d":{"cart":[{"sku":"tea","count":2}],"theme":"dark"}}',
          owner: "ada",
          createdAt: START,
          usedAt: START,
          expiresAt: START + 1209600,
        },
      ],
    ],
    living: {
      browser: {
        cookie:
          "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiIzNHVxWGFGbzVSSm1LRTZ6V2oyNDN3IiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTY1MTUyMDAsInN1YiI6ImFkYSIsImYiOltbImluZm8iLCJWw6Rsa29tbWVuIPCfkYsiXV0sInYiOjEsInQiOjE3OTUzMDU2MDAsImQiOnsiY2FydCI6W3sic2t1IjoidGVhIiwiY291bnQiOjJ9XSwidGhlbWUiOiJkYXJrIn19.ivXPyqtDWKqyXpBVghiDpJgmqIuLOJ9ORibJWHuuhPI",
        id: "34uqXaFo5RJmKE6zWj243w",
        data: CART,
        owner: "ada",
        persistent: false,
        flashes: [{ category: "info", message: "Välkommen 👋" }],
        createdAt: START,
        expiresAt: START + 1209600,
      },
    },
  },
  /** Written after the copy of one tab was made: the store knows better. */
  written: {
    at: START + 100,
    store: [
      [
        "vIoQZcKzPrWsuqznfzjiqw",
        {
          version: 2,
          data: '{"sid":"vIoQZcKzPrWsuqznfzjiqw","iat":1795305610,"exp":1796515210,"start":1795305600,"sub":"ada","d":{"theme":"dark","cart":[{"sku":"tea","count":2}]}}',
          owner: "ada",
          createdAt: START,
          usedAt: START + 10,
          expiresAt: START + 1209610,
        },
      ],
    ],
    living: {
      "the tab that wrote": {
        cookie:
          "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJ2SW9RWmNLelByV3N1cXpuZnpqaXF3IiwiaWF0IjoxNzk1MzA1NjEwLCJleHAiOjE3OTY1MTUyMTAsInN0YXJ0IjoxNzk1MzA1NjAwLCJzdWIiOiJhZGEiLCJ2IjoyLCJ0IjoxNzk1MzA1NjEwLCJkIjp7InRoZW1lIjoiZGFyayIsImNhcnQiOlt7InNrdSI6InRlYSIsImNvdW50IjoyfV19fQ.Nt8hnBGlLsEvQWytAyrJWG3PXLs1DKtpGKyLt4Esm2w",
        id: "vIoQZcKzPrWsuqznfzjiqw",
        data: CART,
        owner: "ada",
        persistent: false,
        flashes: [],
        createdAt: START,
        expiresAt: START + 1209610,
      },
      "another tab, which has the first cookie": {
        cookie:
          "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJ2SW9RWmNLelByV3N1cXpuZnpqaXF3IiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTY1MTUyMDAsInN1YiI6ImFkYSIsInYiOjEsInQiOjE3OTUzMDU2MDAsImQiOnsidGhlbWUiOiJsaWdodCJ9fQ.tyolRYiYGJpXnD5g-RXv1K8ncopB7MvuBSk5hNgvEog",
        id: "vIoQZcKzPrWsuqznfzjiqw",
        data: CART,
        owner: "ada",
        persistent: false,
        flashes: [],
        createdAt: START,
        expiresAt: START + 1209610,
      },
    },
  },
  /** Signed in a minute ago. */
  signedIn: {
    at: START + 80,
    store: [
      [
        "RaeMe8Qv1PNuAxgtzjHBUw",
        {
          version: 2,
          data: '"retired 1C5vqDU00WVnm_7A_AmdVA"',
          createdAt: START + 20,
          usedAt: START + 20,
          expiresAt: START + 50,
        },
      ],
      [
        "1C5vqDU00WVnm_7A_AmdVA",
        {
          version: 1,
          data: '{"sid":"1C5vqDU00WVnm_7A_AmdVA","iat":1795305620,"exp":1796515220,"sub":"ada","d":{"name":"Zoë 🍪","seen":{"$Date":1795167000123},"prices":{"$Map":[["tea",3.5],["cake",4]]},"tags":{"$Set":["green","loose"]},"balance":{"$BigInt":"12345678901234567890"},"avatar":{"$Uint8Array":"AAF_gP8"},"home":{"$URL":"https://example.com/zo%C3%AB?q=1#top"},"nested":{"list":[1,{"deep":[null,true]}],"likeOurTags":{"$$Date":"no date"}}}}',
          owner: "ada",
          createdAt: START + 20,
          usedAt: START + 20,
          expiresAt: START + 1209620,
        },
      ],
    ],
    living: {
      browser: {
        cookie:
          "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiIxQzV2cURVMDBXVm5tXzdBX0FtZFZBIiwiaWF0IjoxNzk1MzA1NjIwLCJleHAiOjE3OTY1MTUyMjAsInN1YiI6ImFkYSIsInYiOjEsInQiOjE3OTUzMDU2MjAsImQiOnsibmFtZSI6Ilpvw6sg8J-NqiIsInNlZW4iOnsiJERhdGUiOjE3OTUxNjcwMDAxMjN9LCJwcmljZXMiOnsiJE1hcCI6W1sidGVhIiwzLjVdLFsiY2FrZSIsNF1dfSwidGFncyI6eyIkU2V0IjpbImdyZWVuIiwibG9vc2UiXX0sImJhbGFuY2UiOnsiJEJpZ0ludCI6IjEyMzQ1Njc4OTAxMjM0NTY3ODkwIn0sImF2YXRhciI6eyIkVWludDhBcnJheSI6IkFBRl9nUDgifSwiaG9tZSI6eyIkVVJMIjoiaHR0cHM6Ly9leGFtcGxlLmNvbS96byVDMyVBQj9xPTEjdG9wIn0sIm5lc3RlZCI6eyJsaXN0IjpbMSx7ImRlZXAiOltudWxsLHRydWVdfV0sImxpa2VPdXJUYWdzIjp7IiQkRGF0ZSI6Im5vIGRhdGUifX19fQ.VJr87fT4cJaA44W9WOGj_GZwiHal8HUxhtCnAWh4rQY",
        id: "1C5vqDU00WVnm_7A_AmdVA",
        data: RICH,
        owner: "ada",
        persistent: false,
        flashes: [],
        createdAt: START + 20,
        expiresAt: START + 1209620,
      },
    },
    ended: {
      "the cookie of before the sign-in":
        "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJSYWVNZThRdjFQTnVBeGd0empIQlV3IiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTY1MTUyMDAsInYiOjEsInQiOjE3OTUzMDU2MDAsImQiOnsibmFtZSI6Ilpvw6sg8J-NqiIsInNlZW4iOnsiJERhdGUiOjE3OTUxNjcwMDAxMjN9LCJwcmljZXMiOnsiJE1hcCI6W1sidGVhIiwzLjVdLFsiY2FrZSIsNF1dfSwidGFncyI6eyIkU2V0IjpbImdyZWVuIiwibG9vc2UiXX0sImJhbGFuY2UiOnsiJEJpZ0ludCI6IjEyMzQ1Njc4OTAxMjM0NTY3ODkwIn0sImF2YXRhciI6eyIkVWludDhBcnJheSI6IkFBRl9nUDgifSwiaG9tZSI6eyIkVVJMIjoiaHR0cHM6Ly9leGFtcGxlLmNvbS96byVDMyVBQj9xPTEjdG9wIn0sIm5lc3RlZCI6eyJsaXN0IjpbMSx7ImRlZXAiOltudWxsLHRydWVdfV0sImxpa2VPdXJUYWdzIjp7IiQkRGF0ZSI6Im5vIGRhdGUifX19fQ.8KOLeCjxtpulOxuBdd0XuKqXQKbOQyNFpA0jZhSOIso",
    },
  },
  /** Ended a minute ago, longer than a copy counts. */
  ended: {
    at: START + 70,
    store: [
      [
        "Ac1pGVqqNGYy6BhO0waNJA",
        { version: 2, data: '"retired"', createdAt: START + 10, usedAt: START + 10, expiresAt: START - 20 },
      ],
      [
        "F-kVvA1F1bzem5EHi1ycBg",
        { version: 2, data: '"retired"', createdAt: START + 10, usedAt: START + 10, expiresAt: START - 20 },
      ],
    ],
    ended: {
      "a destroyed session":
        "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJBYzFwR1ZxcU5HWXk2QmhPMHdhTkpBIiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTY1MTUyMDAsInN1YiI6ImFkYSIsInYiOjEsInQiOjE3OTUzMDU2MDAsImQiOnsiY2FydCI6W3sic2t1IjoidGVhIiwiY291bnQiOjJ9XSwidGhlbWUiOiJkYXJrIn19.l6WX4zTR-Isw4Mzz1f9sDBjpkgMNjKCnYvBt1IlgSdw",
      "a revoked session":
        "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJGLWtWdkExRjFiemVtNUVIaTF5Y0JnIiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTY1MTUyMDAsInN1YiI6ImFkYSIsInYiOjEsInQiOjE3OTUzMDU2MDAsImQiOnsiY2FydCI6W3sic2t1IjoidGVhIiwiY291bnQiOjJ9XSwidGhlbWUiOiJkYXJrIn19.kzp5jYu-99vKgormkycWET9SvjYuLDaPKDW7qXdU-Dg",
    },
  },
} satisfies Vectors;

/** With `overflow: "store"`: in the token while it fits, in the store while it does not. */
export const OVERFLOWING = {
  /** It fits. */
  small: {
    at: START,
    store: [],
    living: {
      browser: {
        cookie:
          "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiItRnJiaGtXY1FodnVmb0ZnS0d1ajlRIiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTY1MTUyMDAsInN1YiI6ImFkYSIsImQiOnsiY2FydCI6W3sic2t1IjoidGVhIiwiY291bnQiOjJ9XSwidGhlbWUiOiJkYXJrIn19.pputf_sUaSKX9Schj0ykh_IWIvWdGHbs6D7cuNQW3KY",
        id: "-FrbhkWcQhvufoFgKGuj9Q",
        data: CART,
        owner: "ada",
        persistent: false,
        flashes: [],
        createdAt: START,
        expiresAt: START + 1209600,
      },
    },
  },
  /** It does not: the token has the record's version. */
  large: {
    at: START,
    store: [
      [
        "H7Zp4m4KuUP4UXxB7O09_A",
        {
          version: 1,
          data: `{"sid":"H7Zp4m4KuUP4UXxB7O09_A","iat":1795305600,"exp":1796515200,"d":{"theme":"dark","text":"${"x".repeat(4000)}"}}`,
          createdAt: START,
          usedAt: START,
          expiresAt: START + 1209600,
        },
      ],
    ],
    living: {
      browser: {
        cookie:
          "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJIN1pwNG00S3VVUDRVWHhCN08wOV9BIiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTY1MTUyMDAsInYiOjF9.8Fz0DGnHp_LMcqbC9L1qO1aEH0TgQjfdMaVi_atuACk",
        id: "H7Zp4m4KuUP4UXxB7O09_A",
        data: LARGE,
        owner: undefined,
        persistent: false,
        flashes: [],
        createdAt: START,
        expiresAt: START + 1209600,
      },
    },
  },
  /** Signed in while it did not fit. */
  largeSignedIn: {
    at: START + 60,
    store: [
      [
        "tCmFISwUC3hd7J3DEuF4kA",
        {
          version: 2,
          data: '"retired vQHxWizzeXLJzXdNNW94hQ"',
          createdAt: START + 60,
          usedAt: START + 60,
          expiresAt: START + 90,
        },
      ],
      [
        "vQHxWizzeXLJzXdNNW94hQ",
        {
          version: 1,
          data: `{"sid":"vQHxWizzeXLJzXdNNW94hQ","iat":1795305660,"exp":1796515260,"sub":"ada","p":true,"f":[["warning","Your cart waits."]],"d":{"theme":"dark","text":"${"x".repeat(4000)}"}}`,
          owner: "ada",
          createdAt: START + 60,
          usedAt: START + 60,
          expiresAt: START + 1209660,
        },
      ],
    ],
    living: {
      browser: {
        cookie:
          "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJ2UUh4V2l6emVYTEp6WGROTlc5NGhRIiwiaWF0IjoxNzk1MzA1NjYwLCJleHAiOjE3OTY1MTUyNjAsInN1YiI6ImFkYSIsInAiOnRydWUsInYiOjF9.aVA0JdbJSFJVlMSzCRvvXVbu8yDplCvToeKqKMbQvw0",
        id: "vQHxWizzeXLJzXdNNW94hQ",
        data: LARGE,
        owner: "ada",
        persistent: true,
        flashes: [{ category: "warning", message: "Your cart waits." }],
        createdAt: START + 60,
        expiresAt: START + 1209660,
      },
    },
    ended: {
      "the cookie of before the sign-in":
        "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJ0Q21GSVN3VUMzaGQ3SjNERXVGNGtBIiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTY1MTUyMDAsInYiOjF9.XR7O89L3cWaotuXhDWAsx0tYkJbmcWI7Jyu-b4d1cLs",
    },
  },
  /** It fits again; the record is still there for tabs that have the first cookie. */
  shrunk: {
    at: START + 60,
    store: [
      [
        "Xj9hwXilBI1Yr2yROFZO4A",
        {
          version: 2,
          data: '{"sid":"Xj9hwXilBI1Yr2yROFZO4A","iat":1795305660,"exp":1796515260,"start":1795305600,"sub":"ada","d":{"theme":"dark","cart":[{"sku":"tea","count":2}]}}',
          owner: "ada",
          createdAt: START,
          usedAt: START + 60,
          expiresAt: START + 1209660,
        },
      ],
    ],
    living: {
      browser: {
        cookie:
          "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJYajlod1hpbEJJMVlyMnlST0ZaTzRBIiwiaWF0IjoxNzk1MzA1NjYwLCJleHAiOjE3OTY1MTUyNjAsInN0YXJ0IjoxNzk1MzA1NjAwLCJzdWIiOiJhZGEiLCJkIjp7InRoZW1lIjoiZGFyayIsImNhcnQiOlt7InNrdSI6InRlYSIsImNvdW50IjoyfV19fQ.7mEb441BsCmnQ6Np84BKW15iEbaUNehYlR5_5mZDVi0",
        id: "Xj9hwXilBI1Yr2yROFZO4A",
        data: CART,
        owner: "ada",
        persistent: false,
        flashes: [],
        createdAt: START,
        expiresAt: START + 1209660,
      },
      "another tab, which has the first cookie": {
        cookie:
          "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJYajlod1hpbEJJMVlyMnlST0ZaTzRBIiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTY1MTUyMDAsInN1YiI6ImFkYSIsInYiOjF9.q0g9tLw0e-xDEB9bIe__TXLU1W7Vg2YB6dBsAZWy1X4",
        id: "Xj9hwXilBI1Yr2yROFZO4A",
        data: CART,
        owner: "ada",
        persistent: false,
        flashes: [],
        createdAt: START,
        expiresAt: START + 1209660,
      },
    },
  },
  /** It fitted, and does not any more: a tab may have the token of then. */
  grown: {
    at: START + 60,
    store: [
      [
        "g-5fsgLC9aauhn96noQqmw",
        {
          version: 1,
          data: `{"sid":"g-5fsgLC9aauhn96noQqmw","iat":1795305660,"exp":1796515260,"start":1795305600,"sub":"ada","d":{"cart":[{"sku":"tea","count":2}],"theme":"dark","text":"${"x".repeat(4000)}"}}`,
          owner: "ada",
          createdAt: START,
          usedAt: START + 60,
          expiresAt: START + 1209660,
        },
      ],
    ],
    living: {
      browser: {
        cookie:
          "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJnLTVmc2dMQzlhYXVobjk2bm9RcW13IiwiaWF0IjoxNzk1MzA1NjYwLCJleHAiOjE3OTY1MTUyNjAsInN0YXJ0IjoxNzk1MzA1NjAwLCJzdWIiOiJhZGEiLCJ2IjoxfQ.YyunroZtfa8vd88vgk0uXaAf5DOF0ja-oC1aPjjJN7c",
        id: "g-5fsgLC9aauhn96noQqmw",
        data: { ...CART, ...LARGE },
        owner: "ada",
        persistent: false,
        flashes: [],
        createdAt: START,
        expiresAt: START + 1209660,
      },
    },
  },
  /** Destroyed while it did not fit. */
  ended: {
    at: START,
    store: [
      [
        "4_vER5ahaytnFJivVGOT2A",
        { version: 2, data: '"retired"', createdAt: START, usedAt: START, expiresAt: START - 30 },
      ],
    ],
    ended: {
      "a destroyed session":
        "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiI0X3ZFUjVhaGF5dG5GSml2VkdPVDJBIiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTY1MTUyMDAsInN1YiI6ImFkYSIsInYiOjF9.58zU9BufyJvkt_7QXA70iZ4Wfw2vpx-NjC26uJ0M8gM",
    },
  },
  /** With `revocations`: signed in while it did not fit, after all of the owner's sessions had ended. */
  withRevocations: {
    at: START + 61,
    store: [
      [
        "uQg3S5kKnxwXMxuNCai82g",
        {
          version: 2,
          data: '"retired nNm3nq3_ng4nBG_qH_Mv7g"',
          createdAt: START + 60,
          usedAt: START + 60,
          expiresAt: START + 90,
        },
      ],
      [
        "nNm3nq3_ng4nBG_qH_Mv7g",
        {
          version: 1,
          data: `{"sid":"nNm3nq3_ng4nBG_qH_Mv7g","iat":1795305660,"exp":1796515260,"sub":"ada","since":1795305600000,"d":{"theme":"dark","text":"${"x".repeat(4000)}"}}`,
          owner: "ada",
          createdAt: START + 60,
          usedAt: START + 60,
          expiresAt: START + 1209660,
        },
      ],
      [
        "dB6sHVxkt1Jme4N-MUVVEQ",
        { version: 2, data: '"retired"', createdAt: START + 61, usedAt: START + 61, expiresAt: START + 31 },
      ],
    ],
    notes: [
      [
        "zHMXtvXC5CUQZ3fYqscZ2ElIkLu4nfmccZxY6FCpPIU",
        { version: 1, data: '{"since":1795305600000}', createdAt: START, usedAt: START, expiresAt: START + 2592000 },
      ],
      [
        "nna8Kt9E7u65IMpZkv-PN-FEGXkeG-IAFp9umtSI3Do",
        {
          version: 1,
          data: '{"heir":"nNm3nq3_ng4nBG_qH_Mv7g"}',
          createdAt: START + 60,
          usedAt: START + 60,
          expiresAt: START + 2592060,
        },
      ],
      [
        "NtC3ssfLKWinhZQJiybvjSESe4A83OrLK75TukG4_MM",
        { version: 1, data: "{}", createdAt: START + 61, usedAt: START + 61, expiresAt: START + 2592061 },
      ],
    ],
    living: {
      browser: {
        cookie:
          "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJuTm0zbnEzX25nNG5CR19xSF9NdjdnIiwiaWF0IjoxNzk1MzA1NjYwLCJleHAiOjE3OTY1MTUyNjAsInN1YiI6ImFkYSIsInNpbmNlIjoxNzk1MzA1NjAwMDAwLCJ2IjoxfQ.Tm8T5C9N9-UGxjPm09_5G2S3q1FkLg8iGlVsR6Iu0co",
        id: "nNm3nq3_ng4nBG_qH_Mv7g",
        data: LARGE,
        owner: "ada",
        persistent: false,
        flashes: [],
        createdAt: START + 60,
        expiresAt: START + 1209660,
      },
    },
    ended: {
      "the cookie of before the sign-in":
        "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJ1UWczUzVrS254d1hNeHVOQ2FpODJnIiwiaWF0IjoxNzk1MzA1NjYwLCJleHAiOjE3OTY1MTUyNjAsInYiOjF9.6aLU0RjUoJNqRpZomFtPGjtAqxGDXjbVHs2Cgv6Oh_M",
      "a destroyed session":
        "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJkQjZzSFZ4a3QxSm1lNE4tTVVWVkVRIiwiaWF0IjoxNzk1MzA1NjYwLCJleHAiOjE3OTY1MTUyNjAsInN1YiI6ImFkYSIsInNpbmNlIjoxNzk1MzA1NjAwMDAwLCJ2IjoxfQ.WVC-9lcdh1qVxCMPRCLIK-1Hj0w8uRQhi3g95RtNcDc",
    },
  },
} satisfies Vectors;

/** With `revocations`: the data travels in the token, and a store remembers what has ended. */
export const REVOCABLE = {
  /** Signed in, before anything was noted. */
  signedIn: {
    at: START,
    notes: [],
    living: {
      browser: {
        cookie:
          "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJ1LVVURkFSdXlJWkNNdnM4OC1Md2pRIiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTY1MTUyMDAsInN1YiI6ImFkYSIsInAiOnRydWUsImYiOltbImluZm8iLCJWw6Rsa29tbWVuIPCfkYsiXV0sImQiOnsiY2FydCI6W3sic2t1IjoidGVhIiwiY291bnQiOjJ9XSwidGhlbWUiOiJkYXJrIn19.gZQePuK4vnFXMf33LsYjiHpCJLkpd6_IwHH9_1Bb9Hg",
        id: "u-UTFARuyIZCMvs88-LwjQ",
        data: CART,
        owner: "ada",
        persistent: true,
        flashes: [{ category: "info", message: "Välkommen 👋" }],
        createdAt: START,
        expiresAt: START + 1209600,
      },
    },
  },
  /** Signed in after all of the owner's sessions had ended: the token says since when they are good. */
  signedInSince: {
    at: START + 60,
    notes: [
      [
        "zHMXtvXC5CUQZ3fYqscZ2ElIkLu4nfmccZxY6FCpPIU",
        { version: 1, data: '{"since":1795305600000}', createdAt: START, usedAt: START, expiresAt: START + 2592000 },
      ],
    ],
    living: {
      browser: {
        cookie:
          "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJfS3lvanRRU0VwRWdPcVRTSW40MTJBIiwiaWF0IjoxNzk1MzA1NjYwLCJleHAiOjE3OTY1MTUyNjAsInN1YiI6ImFkYSIsInNpbmNlIjoxNzk1MzA1NjAwMDAwLCJkIjp7ImNhcnQiOlt7InNrdSI6InRlYSIsImNvdW50IjoyfV0sInRoZW1lIjoiZGFyayJ9fQ.fugGg579ZUkjT0OkIFoCoUFzwWfyfmopNWWP9z_c7LI",
        id: "_KyojtQSEpEgOqTSIn412A",
        data: CART,
        owner: "ada",
        persistent: false,
        flashes: [],
        createdAt: START + 60,
        expiresAt: START + 1209660,
      },
    },
  },
  /** Ended in two ways a moment ago. */
  ended: {
    at: START + 60,
    notes: [
      [
        "-fyTfGw6RCxq_A6uu8_mzWPrdZ6AgxUBk_yEF8xWyH0",
        { version: 1, data: "{}", createdAt: START + 60, usedAt: START + 60, expiresAt: START + 2592060 },
      ],
      [
        "UERr444yEgZeaUxpRzfBvh5YnewCKyuI8lOEkmS4iJg",
        { version: 1, data: "{}", createdAt: START + 60, usedAt: START + 60, expiresAt: START + 2592060 },
      ],
    ],
    ended: {
      "a destroyed session":
        "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJEYXpMSElUWnBkMDl1WGdxLW94RDlBIiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTY1MTUyMDAsInN1YiI6ImFkYSIsImQiOnsiY2FydCI6W3sic2t1IjoidGVhIiwiY291bnQiOjJ9XSwidGhlbWUiOiJkYXJrIn19.14ys2cuaUIDpvY9XPDquPolFAJosx97fI8iAMckf_TU",
      "a revoked session":
        "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJnV0FYWDRuNmtGaEJ5b25EdF9XRXB3IiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTY1MTUyMDAsInN1YiI6ImFkYSIsImQiOnsiY2FydCI6W3sic2t1IjoidGVhIiwiY291bnQiOjJ9XSwidGhlbWUiOiJkYXJrIn19.b8CFCiAZGSZQ5FB3DXLgalm5EnDuLOQYDdAggYHjR2k",
    },
  },
  /** Just signed in: the note of the former id names the new one. */
  signedInJustNow: {
    at: START + 60,
    notes: [
      [
        "OmucHGNf5rKTdiHsF2l2PDy0MtijrGRKBK1E2r5eI_Y",
        {
          version: 1,
          data: '{"heir":"98cpAkCLXRINS9m_L8LCiw"}',
          createdAt: START + 60,
          usedAt: START + 60,
          expiresAt: START + 2592060,
        },
      ],
    ],
    living: {
      browser: {
        cookie:
          "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiI5OGNwQWtDTFhSSU5TOW1fTDhMQ2l3IiwiaWF0IjoxNzk1MzA1NjYwLCJleHAiOjE3OTY1MTUyNjAsInN1YiI6ImFkYSIsImQiOnsibmFtZSI6Ilpvw6sg8J-NqiIsInNlZW4iOnsiJERhdGUiOjE3OTUxNjcwMDAxMjN9LCJwcmljZXMiOnsiJE1hcCI6W1sidGVhIiwzLjVdLFsiY2FrZSIsNF1dfSwidGFncyI6eyIkU2V0IjpbImdyZWVuIiwibG9vc2UiXX0sImJhbGFuY2UiOnsiJEJpZ0ludCI6IjEyMzQ1Njc4OTAxMjM0NTY3ODkwIn0sImF2YXRhciI6eyIkVWludDhBcnJheSI6IkFBRl9nUDgifSwiaG9tZSI6eyIkVVJMIjoiaHR0cHM6Ly9leGFtcGxlLmNvbS96byVDMyVBQj9xPTEjdG9wIn0sIm5lc3RlZCI6eyJsaXN0IjpbMSx7ImRlZXAiOltudWxsLHRydWVdfV0sImxpa2VPdXJUYWdzIjp7IiQkRGF0ZSI6Im5vIGRhdGUifX19fQ.vHgR0PqgU5E43Hlv-TAqA2agwCQPb55rVuyWHyTyxx4",
        id: "98cpAkCLXRINS9m_L8LCiw",
        data: RICH,
        owner: "ada",
        persistent: false,
        flashes: [],
        createdAt: START + 60,
        expiresAt: START + 1209660,
      },
    },
    ended: {
      "the cookie of before the sign-in":
        "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJaS2pBLXpadDlrZ2RsYWdoOEJnWEZnIiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTY1MTUyMDAsImQiOnsibmFtZSI6Ilpvw6sg8J-NqiIsInNlZW4iOnsiJERhdGUiOjE3OTUxNjcwMDAxMjN9LCJwcmljZXMiOnsiJE1hcCI6W1sidGVhIiwzLjVdLFsiY2FrZSIsNF1dfSwidGFncyI6eyIkU2V0IjpbImdyZWVuIiwibG9vc2UiXX0sImJhbGFuY2UiOnsiJEJpZ0ludCI6IjEyMzQ1Njc4OTAxMjM0NTY3ODkwIn0sImF2YXRhciI6eyIkVWludDhBcnJheSI6IkFBRl9nUDgifSwiaG9tZSI6eyIkVVJMIjoiaHR0cHM6Ly9leGFtcGxlLmNvbS96byVDMyVBQj9xPTEjdG9wIn0sIm5lc3RlZCI6eyJsaXN0IjpbMSx7ImRlZXAiOltudWxsLHRydWVdfV0sImxpa2VPdXJUYWdzIjp7IiQkRGF0ZSI6Im5vIGRhdGUifX19fQ.AjLvqAgbqk0ZhqgO1qw1cSVl-OgnW9myXryiUIFzloQ",
    },
  },
  /** Regenerated twice within half a minute. */
  regenerated: {
    at: START + 20,
    notes: [
      [
        "YSGvgECx2A3by8LUj03FjGFecfr4iXgocR2w_apppmg",
        {
          version: 1,
          data: '{"heir":"b_lAGRCKLgCA8fUfJbYm8g"}',
          createdAt: START + 10,
          usedAt: START + 10,
          expiresAt: START + 2592010,
        },
      ],
      [
        "Dcx4DUT4X7ZvJ1nwjQ69SJgLrZnQ-pQnFcB0JEBhddI",
        {
          version: 1,
          data: '{"heir":"dVXOTrObDOlpEsgbeVSNRA"}',
          createdAt: START + 20,
          usedAt: START + 20,
          expiresAt: START + 2592020,
        },
      ],
    ],
    living: {
      browser: {
        cookie:
          "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJkVlhPVHJPYkRPbHBFc2diZVZTTlJBIiwiaWF0IjoxNzk1MzA1NjIwLCJleHAiOjE3OTY1MTUyMjAsInN0YXJ0IjoxNzk1MzA1NjAwLCJzdWIiOiJhZGEiLCJkIjp7ImNhcnQiOlt7InNrdSI6InRlYSIsImNvdW50IjoyfV0sInRoZW1lIjoiZGFyayJ9fQ.brUYxmmnO-005B9N912vKxHL4_Iwn0x6JMcC2DUMJKU",
        id: "dVXOTrObDOlpEsgbeVSNRA",
        data: CART,
        owner: "ada",
        persistent: false,
        flashes: [],
        createdAt: START,
        expiresAt: START + 1209620,
      },
    },
    ended: {
      "the first cookie":
        "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJyZnc4d1FqOVNPQ2hQVGpWUDhhSDh3IiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTY1MTUyMDAsInN1YiI6ImFkYSIsImQiOnsiY2FydCI6W3sic2t1IjoidGVhIiwiY291bnQiOjJ9XSwidGhlbWUiOiJkYXJrIn19.lkEtXf1ZDPLGTA2NvNcW4cP8EJS5ETYtVYaHfIktT3Q",
      "the second cookie":
        "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJiX2xBR1JDS0xnQ0E4ZlVmSmJZbThnIiwiaWF0IjoxNzk1MzA1NjEwLCJleHAiOjE3OTY1MTUyMTAsInN0YXJ0IjoxNzk1MzA1NjAwLCJzdWIiOiJhZGEiLCJkIjp7ImNhcnQiOlt7InNrdSI6InRlYSIsImNvdW50IjoyfV0sInRoZW1lIjoiZGFyayJ9fQ.NJ9Wpi-uRoYzGMsSKqDzt3RcvsZfl9MXE2QdAg7f708",
    },
  },
  /** All of the owner's sessions but one have ended, and the owner has signed in somewhere since. */
  allButOne: {
    at: START + 120,
    notes: [
      [
        "zHMXtvXC5CUQZ3fYqscZ2ElIkLu4nfmccZxY6FCpPIU",
        {
          version: 1,
          data: '{"since":1795305660000,"except":{"sid":"HstYDX8A7jeIMe2g_TEvqg","since":0}}',
          createdAt: START + 60,
          usedAt: START + 60,
          expiresAt: START + 2592060,
        },
      ],
    ],
    living: {
      "the one that was spared": {
        cookie:
          "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJIc3RZRFg4QTdqZUlNZTJnX1RFdnFnIiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTY1MTUyMDAsInN1YiI6ImFkYSIsImQiOnsiY2FydCI6W3sic2t1IjoidGVhIiwiY291bnQiOjJ9XSwidGhlbWUiOiJkYXJrIn19.LnQUmCizd2E-tTH5VZ9bXMQaT9DtCxeYHKiQWRfP_bk",
        id: "HstYDX8A7jeIMe2g_TEvqg",
        data: CART,
        owner: "ada",
        persistent: false,
        flashes: [],
        createdAt: START,
        expiresAt: START + 1209600,
      },
      "the one that signed in after it": {
        cookie:
          "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJ6cGRkeXVHMjRqb2Rrc29kTmNseE1nIiwiaWF0IjoxNzk1MzA1NzIwLCJleHAiOjE3OTY1MTUzMjAsInN1YiI6ImFkYSIsInNpbmNlIjoxNzk1MzA1NjYwMDAwLCJkIjp7ImNhcnQiOlt7InNrdSI6InRlYSIsImNvdW50IjoyfV0sInRoZW1lIjoiZGFyayJ9fQ.UEa_BmA2QjNiA9H-l8lNYgzKw2foO1A98G8boXa_2lc",
        id: "zpddyuG24jodksodNclxMg",
        data: CART,
        owner: "ada",
        persistent: false,
        flashes: [],
        createdAt: START + 120,
        expiresAt: START + 1209720,
      },
    },
    ended: {
      "another one":
        "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJWR3NwdDR4SUJhUmxpeVBXZGx0VkFnIiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTY1MTUyMDAsInN1YiI6ImFkYSIsImQiOnsiY2FydCI6W3sic2t1IjoidGVhIiwiY291bnQiOjJ9XSwidGhlbWUiOiJkYXJrIn19.8c8zfuuzd3n5S0eWXzWwhZ3Gq5IPI3T0hY-c525mtBU",
    },
  },
  /** The same, as after a change of the password: the one that was spared got a new id. */
  allButOneRegenerated: {
    at: START + 60,
    notes: [
      [
        "zHMXtvXC5CUQZ3fYqscZ2ElIkLu4nfmccZxY6FCpPIU",
        {
          version: 1,
          data: '{"since":1795305660000,"except":{"sid":"ZRjt2KyyOWo07wzc2T74TQ","since":0}}',
          createdAt: START + 60,
          usedAt: START + 60,
          expiresAt: START + 2592060,
        },
      ],
      [
        "5oju3irWvSdJwpSYDe0y2YmYzElpWyy6CoXACVeqY-Q",
        {
          version: 1,
          data: '{"heir":"cHXN8V_kiukf8QwY8IfiPw"}',
          createdAt: START + 60,
          usedAt: START + 60,
          expiresAt: START + 2592060,
        },
      ],
    ],
    living: {
      browser: {
        cookie:
          "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJjSFhOOFZfa2l1a2Y4UXdZOElmaVB3IiwiaWF0IjoxNzk1MzA1NjYwLCJleHAiOjE3OTY1MTUyNjAsInN0YXJ0IjoxNzk1MzA1NjAwLCJzdWIiOiJhZGEiLCJzaW5jZSI6MTc5NTMwNTY2MDAwMCwiZCI6eyJjYXJ0IjpbeyJza3UiOiJ0ZWEiLCJjb3VudCI6Mn1dLCJ0aGVtZSI6ImRhcmsifX0.xuu84bmTCOEHAeeltqIeETlA6_FlZNxr4RSTBmYta84",
        id: "cHXN8V_kiukf8QwY8IfiPw",
        data: CART,
        owner: "ada",
        persistent: false,
        flashes: [],
        createdAt: START,
        expiresAt: START + 1209660,
      },
    },
    ended: {
      "its cookie of before":
        "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJaUmp0Mkt5eU9XbzA3d3pjMlQ3NFRRIiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTY1MTUyMDAsInN1YiI6ImFkYSIsImQiOnsiY2FydCI6W3sic2t1IjoidGVhIiwiY291bnQiOjJ9XSwidGhlbWUiOiJkYXJrIn19.pqqz29qEWu0KLEnp2xugTKI6iNK_BVuw6HQrz_WMmaU",
      "another one":
        "__Host-session=eyJhbGciOiJIUzI1NiIsImtpZCI6Ii11Y0FDUSJ9.eyJzaWQiOiJYRmF2RjNSSmx0bWhNbHdXZ29ZV2hBIiwiaWF0IjoxNzk1MzA1NjAwLCJleHAiOjE3OTY1MTUyMDAsInN1YiI6ImFkYSIsImQiOnsiY2FydCI6W3sic2t1IjoidGVhIiwiY291bnQiOjJ9XSwidGhlbWUiOiJkYXJrIn19.f9tdqBwK12xPEYqZ5afsl_71MjrNwCzjAPi9EVPd4g4",
    },
  },
} satisfies Vectors;
