import type { SessionRecord } from "@websession/core";

/** What the name of a slot's state file says; `body` is the name of the file with the rest. */
export interface SlotState extends Pick<SessionRecord, "version" | "usedAt" | "expiresAt"> {
  readonly name: string;
  readonly body: string;
}

export type SlotBody = Pick<SessionRecord, "data" | "owner" | "createdAt">;

type Parts = Omit<SlotState, "name">;

export function stateName({ version, usedAt, expiresAt, body }: Parts): string {
  return [version, usedAt, expiresAt, body].join(".");
}

/** Bodies have no dot in their names. */
export function isState(name: string): boolean {
  return name.includes(".");
}

const stateShape = /^\d+\.\d+\.\d+\.[\w-]+$/;

/** Among names that nobody wrote here, like those of backups, the state is the one of the right shape. */
export function stateAmong(names: readonly string[]): SlotState | undefined {
  const name = names.find((one) => stateShape.test(one)) ?? names.find(isState);
  return name === undefined ? undefined : readState(name);
}

/** What is no number becomes NaN, and core refuses the record. */
function readState(name: string): SlotState {
  const [version, usedAt, expiresAt, body = ""] = name.split(".");
  return { name, body, version: Number(version), usedAt: Number(usedAt), expiresAt: Number(expiresAt) };
}

export function bodyText({ data, owner, createdAt }: SlotBody): string {
  return JSON.stringify({ data, owner, createdAt });
}

/** Undefined for a text that a power cut left incomplete. Any other is given as it is, and core checks it. */
export function readBody(text: string): SlotBody | undefined {
  try {
    return Object(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export function recordOf({ version, usedAt, expiresAt }: SlotState, body: SlotBody): SessionRecord {
  return { version, data: body.data, owner: body.owner, createdAt: body.createdAt, usedAt, expiresAt };
}
