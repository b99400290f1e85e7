import {
  createSessions,
  defineStore,
  type RequestLike,
  type Session,
  type SessionEvent,
  type Sessions,
  type StoreOperations,
} from "../../src/index.ts";
import { SECRET } from "../helpers.ts";
import type { Jar } from "../jar.ts";
import { instantHmac } from "./instant-hmac.ts";
import { KnownStore } from "./known-store.ts";
import type { Mode, StoreOption } from "./modes.ts";
import type { Data } from "./scripts.ts";

/** Opens an empty store; `now` is the clock in milliseconds. */
export type OpenStore = (now: () => number) => StoreOperations;

export interface WorldOptions {
  readonly mode: Mode;
  readonly openStore: OpenStore;
  /** When the clock begins, in seconds since the epoch. */
  readonly beginning: number;
  /** Whether cookies outlive the browser. */
  readonly persistent: boolean;
}

/** What a handler sees of a session. */
export interface View {
  readonly owner: string | undefined;
  readonly data: Data;
  readonly id: string;
  readonly isNew: boolean;
  readonly ended: string | undefined;
}

/** Changes the operations of a store on their way to the library. */
export type Wrap = (operations: StoreOperations, option: StoreOption) => StoreOperations;

type OnEvent = (event: SessionEvent, request: RequestLike) => void;

/** A clock, a server's stores, and the library in front of them. */
export class World {
  readonly clock: { seconds: number };
  /** The library in front of stores that answer at once. */
  readonly sessions: Sessions<Data>;
  readonly #options: WorldOptions;
  readonly #now: () => number;
  readonly #stores = new Map<StoreOption, KnownStore>();

  constructor(options: WorldOptions) {
    this.#options = options;
    this.#now = () => this.clock.seconds * 1000;
    this.clock = { seconds: options.beginning };
    for (const option of options.mode.stores) this.#stores.set(option, new KnownStore(options.openStore(this.#now)));
    this.sessions = this.newSessions();
  }

  get mode(): Mode {
    return this.#options.mode;
  }

  /** One more process that serves the same site. */
  newSessions(wrap: Wrap = (operations) => operations, onEvent: OnEvent = () => {}): Sessions<Data> {
    const { mode, persistent } = this.#options;
    const stores = [...this.#stores].map(([option, { operations }]) => [option, defineStore(wrap(operations, option))]);
    return createSessions<Data>({
      secrets: SECRET,
      hmac: instantHmac,
      lifetime: { idle: 1000, refresh: REFRESH },
      persistent,
      now: this.#now,
      onEvent,
      ...mode.options,
      ...Object.fromEntries(stores),
    });
  }

  /** Does something so many seconds later; afterwards everything is as it was. */
  async aside<T>(secondsLater: number, work: () => Promise<T>): Promise<T> {
    const { seconds } = this.clock;
    const stores = [...this.#stores.values()];
    const records = await Promise.all(stores.map((store) => store.all()));
    this.clock.seconds += secondsLater;
    try {
      return await work();
    } finally {
      this.clock.seconds = seconds;
      await Promise.all(stores.map((store, i) => store.reset(records[i] ?? new Map())));
    }
  }

  /** One whole request: its cookies go into the jar. */
  async visit(jar: Jar, act: (session: Session<Data>) => unknown): Promise<View> {
    const session = await this.sessions.load(requestWith(jar.header));
    const view = viewOf(session);
    await act(session);
    jar.take(await this.sessions.commit(session, new Response("ok")));
    return view;
  }

  /** What these cookies open, so many seconds later. */
  async look(cookie: string | undefined, secondsLater = 0): Promise<View> {
    return (await this.read(cookie, secondsLater)).view;
  }

  /** The same, and the messages that wait. */
  async read(cookie: string | undefined, secondsLater = 0): Promise<{ view: View; messages: string[] }> {
    this.clock.seconds += secondsLater;
    try {
      const session = await this.sessions.load(requestWith(cookie));
      return { view: viewOf(session), messages: session.flashes().map(({ message }) => message) };
    } finally {
      this.clock.seconds -= secondsLater;
    }
  }

  /** Whether the store has a record under this id. */
  async hasRecord(id: string): Promise<boolean> {
    const record = await this.#stores.get("store")?.operations.read(id);
    return record !== undefined && record.expiresAt > this.clock.seconds;
  }
}

/** Seconds after which a session that is only read is kept alive. */
export const REFRESH = 100;

export function requestWith(cookie: string | undefined): Request {
  return new Request("https://localhost/", cookie === undefined ? {} : { headers: { cookie } });
}

/** A copy: what the session becomes later does not change it. */
export function viewOf(session: Session<Data>): View {
  const { owner, id, isNew, ended } = session;
  return { owner, id, isNew, ended, data: JSON.parse(JSON.stringify(Object.fromEntries(session))) };
}
