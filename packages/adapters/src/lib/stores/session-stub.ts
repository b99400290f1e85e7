import type { SessionRecord, UpdateResult } from "@websession/core";
import type { Listing, Removed, Unlisted } from "./stored-session.ts";

/** What is called of a binding of type `DurableObjectNamespace<WebsessionObject>`. */
export interface SessionNamespace {
  idFromName(name: string): unknown;
  get(id: unknown): SessionStub;
}

/** What a `WebsessionObject` does for `durableObjectStore`: the first six for a session, the others for an owner. */
export interface SessionStub {
  read(): Promise<SessionRecord | undefined>;
  create(record: SessionRecord, listing?: Listing): Promise<boolean>;
  update(record: SessionRecord, version: number, listing?: Listing): Promise<UpdateResult | Unlisted>;
  touch(usedAt: number, expiresAt: number, version: number, listing?: Listing): Promise<UpdateResult | Unlisted>;
  remove(): Promise<Removed>;
  removeVersion(version: number): Promise<Removed | "changed" | "missing">;
  ownedIds(): Promise<string[]>;
  addOwned(id: string, until: number): Promise<void>;
  removeOwned(id: string): Promise<void>;
  repairOwned(ids: string[]): Promise<void>;
}
