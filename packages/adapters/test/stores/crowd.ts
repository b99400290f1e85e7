import type { Sessions } from "@websession/core";
import { until } from "./servers/server-process.ts";
import { cookieOf, request, type Session, visit } from "./visits.ts";

/** A session, and what its client was told about it. */
interface Told {
  cookie: string;
  /** Increments that were acknowledged, and those that ended in an error: each may or may not be there. */
  counted: number;
  unsure: number;
  /** It was asked to end, and did not answer: it may have ended or not. */
  leaving: boolean;
  /** Answers and errors since it was last asked. */
  answers: number;
  errors: number;
}

/** Many visitors, who write one after another each, and remember what they were told. Some sign out and come back. */
export class Crowd {
  readonly #sessions: Sessions;
  readonly #visitors: Told[];
  readonly #ended = new Set<string>();
  /** What can't be right. An `ERR_STORE` is always right. */
  readonly #lies: string[] = [];
  /** Milliseconds of the request that took longest. */
  longest = 0;
  #running = true;
  #all: Promise<unknown> = Promise.resolve();

  private constructor(sessions: Sessions, visitors: Told[]) {
    this.#sessions = sessions;
    this.#visitors = visitors;
  }

  static async of(size: number, sessions: Sessions): Promise<Crowd> {
    const begin = async (): Promise<Told> => {
      const cookie = cookieOf(await visit(sessions, undefined, (session) => session.set("n", 0)));
      return { cookie, counted: 0, unsure: 0, leaving: false, answers: 0, errors: 0 };
    };
    const crowd = new Crowd(sessions, await Promise.all(Array.from({ length: size }, begin)));
    crowd.#all = Promise.all(crowd.#visitors.map((visitor, i) => crowd.#visitForLong(visitor, i)));
    return crowd;
  }

  /** Until every visitor has got so many answers, counted from now on. */
  async served(answers = 2): Promise<void> {
    for (const visitor of this.#visitors) visitor.answers = 0;
    await until(() => this.#visitors.every((visitor) => visitor.answers >= answers));
  }

  /** Until every visitor has met an error, counted from now on. */
  async refused(): Promise<void> {
    for (const visitor of this.#visitors) visitor.errors = 0;
    await until(() => this.#visitors.every(({ errors }) => errors > 0));
  }

  /** Resolves once every request has been answered or refused, with what is wrong: nothing, it is to be hoped. */
  async leave(): Promise<string[]> {
    this.#running = false;
    await this.#all;
    await Promise.all(this.#visitors.map((visitor) => this.#check(visitor)));
    for (const cookie of this.#ended) {
      if (!(await this.#load(cookie)).isNew) this.#lies.push("An ended session is back");
    }
    if (this.#ended.size === 0) this.#lies.push("Nobody signed out");
    return this.#lies;
  }

  async #visitForLong(visitor: Told, i: number): Promise<void> {
    for (let round = 1; this.#running; round++) {
      const begun = Date.now();
      const leaves = visitor.leaving || (i % 10 === 0 && round % 5 === 0);
      await (leaves ? this.#comeBack(visitor) : this.#count(visitor)).then(
        () => visitor.answers++,
        (error) => this.#refusal(visitor, error),
      );
      this.longest = Math.max(this.longest, Date.now() - begun);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async #count(visitor: Told): Promise<void> {
    visitor.unsure++;
    const add = (session: Session) => session.update("n", (n) => Number(n) + 1);
    this.#expectCookies(0, await visit(this.#sessions, visitor.cookie, add));
    visitor.unsure--;
    visitor.counted++;
  }

  async #comeBack(visitor: Told): Promise<void> {
    const { cookie } = visitor;
    visitor.leaving = true;
    const response = await visit(this.#sessions, cookie, (session) => {
      session.destroy();
      session.set("n", 0);
    });
    this.#expectCookies(1, response);
    this.#ended.add(cookie);
    Object.assign(visitor, { cookie: cookieOf(response), counted: 0, unsure: 0, leaving: false });
  }

  #expectCookies(count: number, response: Response): void {
    const lines = response.headers.getSetCookie();
    if (lines.length !== count) this.#lies.push(`A response sends ${lines.length} cookies, not ${count}`);
    if (lines.some((line) => line.includes("Max-Age=0"))) this.#lies.push("A cookie was cleared");
  }

  #refusal(visitor: Told, error: unknown): void {
    visitor.errors++;
    const { code } = error as { code?: string };
    if (code !== "ERR_STORE") this.#lies.push(`Refused by ${String(error)}`);
  }

  async #check({ cookie, counted, unsure, leaving }: Told): Promise<void> {
    if (leaving) return;
    const session = await this.#load(cookie);
    const n = Number(session.get("n"));
    if (session.isNew) this.#lies.push("A session is lost");
    else if (n < counted || n > counted + unsure) this.#lies.push(`${n} is not ${counted} and up to ${unsure} more`);
  }

  #load(cookie: string): Promise<Session> {
    return this.#sessions.load(request(cookie));
  }
}
