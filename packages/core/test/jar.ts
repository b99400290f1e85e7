/** RFC 6265bis section 5.6: a cookie whose name and value have more bytes is dropped. */
const MAX_COOKIE_BYTES = 4096;

/** A browser's cookies of one site, in the order in which they came. Domain and path are not looked at. */
export class Jar {
  readonly #cookies: Map<string, string>;

  constructor(cookies: Iterable<readonly [string, string]> = []) {
    this.#cookies = new Map(cookies);
  }

  /** What the next request sends. */
  get header(): string | undefined {
    const pairs = [...this.#cookies].map(([name, value]) => `${name}=${value}`);
    return pairs.length === 0 ? undefined : pairs.join("; ");
  }

  get names(): string[] {
    return [...this.#cookies.keys()].sort();
  }

  /** Applies the Set-Cookie lines of a response, or some of them. */
  take(from: Response | readonly string[]): this {
    for (const line of from instanceof Response ? from.headers.getSetCookie() : from) this.#apply(line);
    return this;
  }

  copy(): Jar {
    return new Jar(this.#cookies);
  }

  #apply(line: string): void {
    const [pair = "", ...attributes] = line.split("; ");
    const [name = "", value = ""] = pair.split(/=(.*)/s);
    if (attributes.includes("Max-Age=0")) this.#cookies.delete(name);
    else if (new TextEncoder().encode(name + value).length <= MAX_COOKIE_BYTES) this.#cookies.set(name, value);
  }
}
