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

  /** A world in which the same has happened, so many seconds later. What happens there changes nothing here. */
  async fork(secondsLater: number): Promise<World> {
    const fork = new World({ ...this.#options, beginning: this.clock.seconds });
    for (const [option, store] of this.#stores) await fork.#stores.get(option)?.copyFrom(store);
    fork.clock.seconds += secondsLater;
    return fork;
  }

  /** One whole request: its cookies go into the jar. */
  async visit(jar: Jar, act: (session: Session<Data>) => unknown): Promise<View> {
    const session = await this.sessions.load(requestWith(jar.header));
    const view = viewOf(session);
    await act(session);
    jar.take(await this.sessions.commit(session, new Response("ok")));
    return view;
  }

  /** What these cookies open. */
  async look(cookie: string | undefined): Promise<View> {
    return viewOf(await this.sessions.load(requestWith(cookie)));
  }

  /** The same, and the messages that wait. */
  async read(cookie: string): Promise<{ view: View; messages: string[] }> {
    const session = await this.sessions.load(requestWith(cookie));
    return { view: viewOf(session), messages: session.flashes().map(({ message }) => message) };
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

/** A store that remembers which ids it was given, so that it can be copied. */
class KnownStore {
  readonly operations: StoreOperations;
  readonly #ids = new Set<string>();

  constructor(operations: StoreOperations) {
    const create: StoreOperations["create"] = (id, record) => {
      this.#ids.add(id);
      return operations.create(id, record);
    };
    this.operations = { ...bound(operations), create };
  }

  async copyFrom(other: KnownStore): Promise<void> {
    for (const id of other.#ids) {
      const record = await other.operations.read(id);
      if (record) await this.operations.create(id, record);
    }
  }
}

/** The operations as plain functions. */
export function bound(operations: StoreOperations): StoreOperations {
  const { list, sweep } = operations;
  return {
    read: (id) => operations.read(id),
    create: (id, record) => operations.create(id, record),
    update: (id, record, version) => operations.update(id, record, version),
    touch: (...args) => operations.touch(...args),
    delete: (id) => operations.delete(id),
    ...(list && { list: (owner) => list.call(operations, owner) }),
    ...(sweep && { sweep: () => sweep.call(operations) }),
  };
}
