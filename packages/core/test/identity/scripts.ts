import type { Session } from "../../src/index.ts";

/** Each value says which requests wrote it, and whose session it was then. */
export interface Value {
  /** Numbers of requests, and `SETUP`. */
  readonly by: readonly number[];
  readonly owners: readonly string[];
  readonly padding?: string;
}

export type Data = Record<string, Value>;

/** Stands for what was there before the first request. */
export const SETUP = -1;

/** What a request does. */
export type Script =
  | "read"
  | "refresh"
  | "set"
  | "update"
  | "flash"
  | "regenerate"
  | "login alice"
  | "login bob"
  | "relogin"
  | "destroy"
  | "clear"
  | "revokeAll"
  | "revokeOthers";

export interface Actor {
  /** The number of the request. */
  readonly index: number;
  readonly padding: string;
  revokeAll(except?: string): Promise<unknown>;
}

export async function act(script: Script, session: Session<Data>, actor: Actor): Promise<void> {
  switch (script) {
    case "set":
      return setOwnKey(session, actor);
    case "update":
      return count(session, actor);
    case "flash":
      return session.flash(session.owner ?? "nobody", `${actor.index}`);
    case "regenerate":
      return session.regenerate();
    case "login alice":
    case "login bob":
      session.login(script.slice("login ".length));
      return setOwnKey(session, actor);
    case "relogin":
      return session.owner === undefined ? undefined : session.login(session.owner);
    case "destroy":
      return session.destroy();
    case "clear":
      return session.clear();
    case "revokeOthers":
      return void (await actor.revokeAll(session.owner === "alice" ? session.id : undefined));
    default:
  }
}

export function setOwnKey(session: Session<Data>, { index, padding }: Pick<Actor, "index" | "padding">): void {
  session.set(`key ${index}`, newValue([index], session.owner, padding));
}

async function count(session: Session<Data>, { index }: Actor): Promise<void> {
  const owners = session.owner === undefined ? [] : [session.owner];
  await session.update("counter", (before) => ({
    by: [...(before?.by ?? []), index],
    owners: [...new Set([...(before?.owners ?? []), ...owners])],
  }));
}

export function newValue(by: readonly number[], owner: string | undefined, padding: string): Value {
  return { by, owners: owner === undefined ? [] : [owner], ...(padding && { padding }) };
}

/** The user whom a script signs in. */
export function loginOf(script: Script): string | undefined {
  return script.startsWith("login ") ? script.slice("login ".length) : undefined;
}

/** Whether it gives the session a new token. */
export function raises(script: Script): boolean {
  return script === "regenerate" || script === "relogin" || loginOf(script) !== undefined;
}

/** Whether it may end a session. */
export function ends(script: Script): boolean {
  return script === "destroy" || script === "clear" || revokes(script);
}

export function revokes(script: Script): boolean {
  return script === "revokeAll" || script === "revokeOthers";
}

/** Whether it leaves everything as it is. */
export function isReading(script: Script): boolean {
  return script === "read" || script === "refresh";
}
