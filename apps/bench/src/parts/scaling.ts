import { atMost, type Cell, type Goal, type Table } from "../report/findings.ts";
import { byNumber, type Point } from "../scaling/by-number.ts";
import { bySize } from "../scaling/by-size.ts";
import type { Part } from "./part.ts";

/** Fewer than these say nothing of what one takes: the pages and tables of an empty store weigh more. */
const ENOUGH_TO_WEIGH = 1000;

/** Whether anything grows that should not. */
export const scaling: Part = {
  packages: ["redis"],
  async run({ quick }) {
    const numbers = quick ? [1, 1000, 20_000] : [1, 1000, 100_000, 1_000_000];
    const rounds = quick ? 3 : 61;
    const sizes = await bySize(rounds);
    const points = await byNumber(numbers, rounds);
    return {
      method:
        "Each number of sessions of 265 bytes was there when the requests of up to 2000 of their visitors were timed. Bytes are those " +
        "of this process's heap, of the database's pages, and of what Redis says it uses.",
      tables: [sizes, tableOf(points)],
      goals: goalsOf(points),
    };
  },
};

function tableOf(points: readonly Point[]): Table {
  const rows = points.map(({ home, number, read, write, bytesPerSession }): Cell[] => {
    return [home, number, read, write, number < ENOUGH_TO_WEIGH ? "" : Math.round(bytesPerSession)];
  });
  return {
    title: "By number: µs that are added to the bare handler on plain Node, nodeHmac",
    columns: ["in", "sessions", "read", "read and write", "bytes per session"],
    rows,
  };
}

/** The most sessions beside a thousand. Twice is what a machine's caches can make of the same work. */
function goalsOf(points: readonly Point[]): Goal[] {
  const homes = [...new Set(points.map(({ home }) => home))];
  return homes.flatMap((home) => {
    const few = points.find((point) => point.home === home && point.number === ENOUGH_TO_WEIGH);
    const many = points.findLast((point) => point.home === home);
    if (!few || !many) return [];
    const what = `${home}, ${many.number} sessions beside ${few.number}`;
    return [
      atMost(`${what}: time of a read`, 2, many.read / few.read),
      atMost(`${what}: time of a write`, 2, many.write / few.write),
      atMost(`${what}: bytes per session`, 1.5, many.bytesPerSession / few.bytesPerSession),
    ];
  });
}
