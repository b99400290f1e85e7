/** Like `13 days 4 h`, `59 min` or `12 s`: the two largest units, none that is nothing. */
export function duration(seconds: number): string {
  const units = [
    [86_400, seconds >= 2 * 86_400 ? "days" : "day"],
    [3600, "h"],
    [60, "min"],
    [1, "s"],
  ] as const;
  const first = units.findIndex(([size]) => seconds >= size);
  if (first === -1) return "0 s";
  let rest = seconds;
  const words = units.slice(first, first + 2).map(([size, name]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count > 0 ? `${count} ${name}` : "";
  });
  return words.filter((word) => word !== "").join(" ");
}

export function ago(seconds: number): string {
  return seconds < 1 ? "just now" : `${duration(seconds)} ago`;
}

/** Whole seconds until then, not less than none. */
export function secondsUntil(date: Date, now: number): number {
  return Math.max(0, Math.round((date.getTime() - now) / 1000));
}
