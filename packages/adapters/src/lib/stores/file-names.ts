const idShape = /^[\w-]{22,64}$/;
const shardShape = /^[\w-]{2}$/;
/** No id begins so. */
const DRAFT = ".draft-";

export function isId(name: string): boolean {
  return idShape.test(name);
}

/** Ids and hashes are random, so their first two characters spread them over 4096 folders evenly. */
export function shardOf(name: string): string {
  return name.slice(0, 2);
}

export function isShard(name: string): boolean {
  return shardShape.test(name);
}

export function draftName(unique: string): string {
  return DRAFT + unique;
}

export function isDraft(name: string): boolean {
  return name.startsWith(DRAFT);
}
