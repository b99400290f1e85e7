/** What every session here holds: 265 bytes of JSON, the size that is usual for a signed-in visitor. */
export interface Payload {
  userId: string;
  name: string;
  email: string;
  roles: string[];
  cart: { sku: string; count: number }[];
  locale: string;
  csrf: string;
  lastSeen: number;
  visits: number;
}

export const payload: Payload = {
  userId: "user_01J8Z3K7Q2",
  name: "Ada Lovelace",
  email: "ada@example.org",
  roles: ["editor", "reviewer"],
  cart: [
    { sku: "apples-braeburn", count: 3 },
    { sku: "bread-rye", count: 1 },
  ],
  locale: "en-GB",
  csrf: "Vb3kq0sXo2m1Yt7rJh5wPz8n",
  lastSeen: 1764000000,
  visits: 1,
};

export const secret = "a secret of the benchmark, 32 bytes or more";
