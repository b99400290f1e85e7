import type { Run } from "../run.ts";
import type { Value } from "../scripts.ts";
import type { View } from "../world.ts";

/** Looks at what has happened, and says in sentences what must not have. */
export type Rule = (run: Run) => readonly string[] | Promise<readonly string[]>;

export function isEmpty({ owner, data, isNew }: View): boolean {
  return isNew && owner === undefined && Object.keys(data).length === 0;
}

/** Whether it shows what may only be shown to an owner. */
export function isPrivate({ owner, data }: View): boolean {
  return owner !== undefined || Object.values(data).some(({ owners }) => owners.length > 0);
}

/** Like: alice's session with cart, order. */
export function show({ owner, data }: View): string {
  const keys = Object.keys(data).join(", ") || "nothing in it";
  return owner === undefined ? `a session with ${keys}` : `${owner}'s session with ${keys}`;
}

export function valuesOf({ data }: View): [key: string, value: Value][] {
  return Object.entries(data);
}
