import type { RequestLike, SessionEvent, Sessions } from "../../src/index.ts";
import type { Fault } from "../../src/testing.ts";
import type { Jar } from "../jar.ts";
import type { Mode } from "./modes.ts";
import type { Pace } from "./pace.ts";
import type { Scenario, Who } from "./scenario.ts";
import type { Data } from "./scripts.ts";
import type { Jars } from "./starts.ts";
import type { Calls } from "./stepping-store.ts";
import { copyCookieIn, isSame, Names, sessionCookieIn, type Token, tokenIn } from "./tokens.ts";
import { inOrder, type Moment, Visit } from "./visit.ts";
import type { World } from "./world.ts";

/** Cookies that somebody has, or had. */
export interface Known {
  readonly cookies: string;
  readonly token: Token;
}

export interface RunOptions {
  readonly mode: Mode;
  readonly scenario: Scenario;
  readonly pace: Pace;
  readonly world: World;
  readonly jars: Jars;
}

/** What happens in one scenario: every request, every cookie, every step. */
export class Run implements Calls {
  readonly mode: Mode;
  readonly scenario: Scenario;
  readonly pace: Pace;
  readonly world: World;
  readonly jars: Jars;
  readonly visits: readonly Visit[];
  readonly names: Names = new Names();
  /** The processes of the site. */
  readonly processes: Sessions<Data>[] = [];
  /** The cookies of the browser and of the thief at the beginning. */
  readonly first: readonly (string | undefined)[];
  /** The token that the thief has at the beginning. */
  readonly planted: Token | undefined;
  /** Which visit a request is of. */
  readonly visitOf = new Map<RequestLike, Visit>();
  /** Where an operation of the store failed, if one did. */
  fault: Fault | undefined;
  readonly #trace: string[] = [];
  #isLive = false;
  #moments = 0;
  #calls = 0;

  constructor({ mode, scenario, pace, world, jars }: RunOptions) {
    this.mode = mode;
    this.scenario = scenario;
    this.pace = pace;
    this.world = world;
    this.jars = jars;
    this.visits = scenario.requests.map((plan, index) => new Visit(index, plan));
    this.planted = tokenIn(jars.thief.header);
    this.first = [jars.browser.header, jars.thief.header];
    for (const cookies of this.first) this.names.ofToken(tokenIn(cookies));
  }

  get isLive(): boolean {
    return this.#isLive;
  }

  get slowAnswers(): boolean {
    return this.scenario.slowAnswers;
  }

  /** The steps, one a line. */
  get trace(): string {
    return this.#trace.map((step) => `  - ${step}`).join("\n");
  }

  /** What a browser might send: every session cookie that there ever was, alone and beside every copy of data. */
  get known(): readonly Known[] {
    const headers = [...this.first, ...this.visits.map(({ cookies }) => cookies)];
    const copies = unique(headers.map(copyCookieIn));
    return unique(headers.map(sessionCookieIn)).flatMap((session) =>
      [session, ...copies.map((copy) => `${session}; ${copy}`)].flatMap(knownIn),
    );
  }

  /** Whether all pauses together are longer than the time for which a former token is remembered. */
  get isLong(): boolean {
    return this.scenario.pauses.reduce((sum, seconds) => sum + seconds, 0) >= 10;
  }

  start(): void {
    this.#isLive = true;
  }

  moment(): Moment {
    return { order: this.#moments++, at: this.world.clock.seconds };
  }

  log(text: string): void {
    if (this.#isLive) this.#trace.push(text);
  }

  nameOf(id: string): string {
    return this.names.of(id);
  }

  nextFault(): Fault | undefined {
    const { fault } = this.scenario;
    if (fault?.call !== this.#calls++) return undefined;
    this.fault = fault.place;
    return fault.place;
  }

  notice(event: SessionEvent, request: RequestLike): void {
    const visit = this.visitOf.get(request);
    if (event.type === "superseded-write" && visit) visit.isDropped = true;
  }

  jarOf(who: Who): Jar | undefined {
    return who === "office" ? undefined : this.jars[who];
  }

  sessionsFor({ index }: Visit): Sessions<Data> {
    return this.processes[index % this.processes.length] as Sessions<Data>;
  }

  /** The ids of the sessions that alice has now. */
  async sessionsOfAlice(): Promise<string[]> {
    const ids = new Set<string>();
    for (const cookie of unique(this.known.map(({ cookies }) => sessionCookieIn(cookies)))) {
      const { owner } = await this.world.look(cookie);
      if (owner === "alice") ids.add(String(tokenIn(cookie)?.sid));
    }
    return [...ids];
  }

  /** From the end of the run; 0 where that was later. */
  secondsUntil(second: number): number {
    return Math.max(0, second - this.world.clock.seconds);
  }

  /** When a token was first replaced by another, undefined if it was not. */
  replaced(token: Token | undefined): Moment | undefined {
    return this.replacer(token)?.settled;
  }

  /** The request that first replaced a token by another. */
  replacer(token: Token | undefined): Visit | undefined {
    return inOrder(this.visits).find(({ carried, issued, view }) => {
      const had = view !== undefined && (!view.isNew || view.ended === "superseded");
      return token && had && issued && isSame(carried, token) && !isSame(issued, token);
    });
  }
}

function unique(cookies: readonly (string | undefined)[]): string[] {
  return [...new Set(cookies.filter((cookie) => cookie !== undefined))];
}

function knownIn(cookies: string | undefined): Known[] {
  const token = tokenIn(cookies);
  return cookies && token ? [{ cookies, token }] : [];
}
