/** Throws unless both are the same plain data. Keys with the value undefined don't count. */
export function equal(found: unknown, expected: unknown): void {
  const [actual, wanted] = [found, expected].map((value) => JSON.stringify(sorted(value)));
  if (actual !== wanted) throw new Error(`expected ${wanted}, but found ${actual}`);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  );
}
