import type { SessionStore } from "@websession/core";
import type { Store } from "express-session";

/** A database server of the benchmark's own. */
export interface Database {
  readonly name: string;
  /** express-session's store for it. */
  readonly peer: string;
  /** Starts it on a free port of the loopback. */
  start(): Promise<{ readonly port: number; stop(): Promise<void> }>;
  connect(port: number): Promise<Connection>;
}

/** What is made of one client, which all share. */
export interface Connection {
  readonly ours: SessionStore;
  readonly peer: Store;
  /** Keeps a text, and gives a function that reads it by its key: the least that a request with a session needs. */
  bareRead(text: string): Promise<() => Promise<unknown>>;
  close(): Promise<void>;
}
