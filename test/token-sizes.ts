import { chunk, createSessions, deflate, type Session, signed } from "@websession/core";
import { encrypted } from "@websession/core/encrypted";

const products = [
  "Apples, Boskoop",
  "Oat milk",
  "Rye bread",
  "Olive oil, extra virgin",
  "Coffee beans",
  "Basmati rice",
];
const units = ["1 kg", "500 g", "750 ml", "6 pieces"];

/** Numbers that look random and are the same in every run (Park and Miller). */
function randomNumbers(): (below: number) => number {
  let state = 20_261_122;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

/** Somebody's session in a shop, of exactly so many bytes of JSON. */
export function shopSession(bytes: number): Record<string, unknown> {
  if (bytes < 60) return { n: "1".repeat(bytes - JSON.stringify({ n: "" }).length) };
  const next = randomNumbers();
  const item = () => ({
    sku: next(2 ** 31)
      .toString(16)
      .padStart(8, "0"),
    name: `${products[next(products.length)]}, ${units[next(units.length)]}`,
    quantity: next(9) + 1,
    price: next(4000) + 99,
    added: 1_795_305_600 + next(86_400),
  });
  const data = { user: "u_01HZX3K9Q2V7", theme: "dark", cart: [] as ReturnType<typeof item>[], note: "" };
  const missing = () => bytes - JSON.stringify(data).length;
  for (let fits = item(); JSON.stringify(fits).length < missing(); fits = item()) data.cart.push(fits);
  data.note = "Please ring twice and leave it with the neighbours, third floor. ".repeat(3).slice(0, missing());
  return data;
}

const codecs = [signed(), signed({ compress: deflate }), encrypted(), encrypted({ compress: deflate })];

/** Of a session's cookies, the bytes of all names and values, and their number: for each codec. */
export async function cookieSizes(bytes: number): Promise<{ bytes: number; cookies: number }[]> {
  const data = shopSession(bytes);
  const fill = (session: Session) => {
    for (const [key, value] of Object.entries(data)) session.set(key, value);
    return new Response();
  };
  return Promise.all(
    codecs.map(async (codec) => {
      const overflow = chunk({ maxBytes: 20_480 });
      const sessions = createSessions({ secrets: "a secret for tests that is long enough", codec, overflow });
      const response = await sessions.handle(new Request("http://localhost/"), fill);
      const cookies = response.headers.getSetCookie().map((line) => line.slice(0, line.indexOf(";")));
      return { bytes: cookies.join("").length - cookies.length, cookies: cookies.length };
    }),
  );
}
