import type { SessionRecord } from "@websession/core";

/** What the name of a slot's state file tells; `body` is the name of the file with the rest. */
export interface SlotState extends Pick<SessionRecord, "version" | "usedAt" | "expiresAt"> {
  readonly name: string;
  readonly body: string;
}

export type SlotBody = Pick<SessionRecord, "data" | "owner" | "createdAt">;

type Told = Omit<SlotState, "name">;

export function stateName({ version, usedAt, expiresAt, body }: Told): string {
  return [version, usedAt, expiresAt, body].join(".");
}

/** Bodies have no dot in their names. */
export function isState(name: string): boolean {
  return name.includes(".");
}

export function readState(name: string): SlotState {
  const [version, usedAt, expiresAt, body = ""] = name.split(".");
  return { name, body, version: Number(version), usedAt: Number(usedAt), expiresAt: Number(expiresAt) };
}

export function bodyText({ data, owner, createdAt }: SlotBody): string {
  return JSON.stringify({ data, owner, createdAt });
}

/** Undefined for a text that a power cut left incomplete. */
export function readBody(text: string): SlotBody | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function recordOf({ version, usedAt, expiresAt }: SlotState, body: SlotBody): SessionRecord {
  return { version, data: body.data, owner: body.owner, createdAt: body.createdAt, usedAt, expiresAt };
}
