/** True if both values are the same at every depth: prototypes, keys of all kinds, attributes of properties, content. */
export function sameStructure(one: unknown, other: unknown): boolean {
  if (Object(one) !== one || Object(other) !== other) return Object.is(one, other);
  const [a, b] = [one as object, other as object];
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  return sameContent(a, b) && sameLists(Reflect.ownKeys(a), Reflect.ownKeys(b)) && sameProperties(a, b);
}

function sameContent(a: object, b: object): boolean {
  if (a instanceof Date) return Object.is(a.getTime(), (b as Date).getTime());
  if (a instanceof URL) return a.href === (b as URL).href;
  if (a instanceof Map || a instanceof Set) return sameLists([...a], [...(b as typeof a)]);
  return true;
}

function sameLists(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((member, index) => sameStructure(member, b[index]));
}

function sameProperties(a: object, b: object): boolean {
  return Reflect.ownKeys(a).every((key) => {
    const [one, other] = [Object.getOwnPropertyDescriptor(a, key), Object.getOwnPropertyDescriptor(b, key)];
    if (one?.get !== other?.get || one?.enumerable !== other?.enumerable) return false;
    return sameStructure(one?.value, other?.value);
  });
}
