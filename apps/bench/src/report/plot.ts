import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import type { Bar, Bars } from "./findings.ts";

const WIDTH = 800;
const ROW = 21;
const MARGINS = { marginLeft: 285, marginRight: 70, marginTop: 80, marginBottom: 12 };
const decades = [1, 10, 100, 1000, 10_000];
const { document } = parseHTML("<html><body></body></html>");

/** The picture has no background of its own: its colours follow the reader's scheme. */
const style = `
  svg { --text: #24292f; --soft: #57606a; --grid: #d0d7de; --ours: #0a7f5a; --peer: #8c959f; --bare: #c4cad1; }
  @media (prefers-color-scheme: dark) {
    svg { --text: #e6edf3; --soft: #9198a1; --grid: #3d444d; --ours: #3fb98f; --peer: #848d97; --bare: #4d555e; }
  }`;

/** One picture of all that is to be shown, one below the other. */
export function plotOf(all: readonly Bars[]): string {
  const heights = all.map(({ bars }) => bars.length * ROW + MARGINS.marginTop + MARGINS.marginBottom);
  const total = heights.reduce((sum, height) => sum + height, 0);
  const panels = all.map((bars, at) => {
    const top = heights.slice(0, at).reduce((sum, height) => sum + height, 0);
    return `<g transform="translate(0 ${top})">${panelOf(bars, heights[at] ?? 0)}</g>`;
  });
  const open = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${total}" width="${WIDTH}" height="${total}">`;
  return `${open}\n<title>${all.map(({ title }) => title).join("; ")}</title>\n<style>${style}</style>\n${panels.join("\n")}\n</svg>\n`;
}

function panelOf({ title, unit, scale, bars }: Bars, height: number): string {
  const ticks = scale === "log" ? decades : 5;
  const largest = Math.max(...bars.map(({ value }) => value));
  const rows = { y: labelOf, insetTop: 3, insetBottom: 3 };
  const kinds = [
    ["var(--ours)", bars.filter(({ kind }) => kind === "ours")],
    ["var(--peer)", bars.filter(({ kind }) => kind === "peer")],
    ["var(--bare)", bars.filter(({ kind }) => kind === "bare")],
  ] as const;
  // A bar's length means nothing where there is no zero: on a logarithmic scale there are dots.
  const marks = kinds.flatMap(([fill, some]) =>
    scale === "log"
      ? [Plot.dot(some, { x: "value", y: labelOf, fill, r: 6 })]
      : [Plot.barX(some, { x: "value", ...rows, fill })],
  );
  const heading = { frameAnchor: "top-left", dx: 10 - MARGINS.marginLeft, textAnchor: "start" } as const;
  return Plot.plot({
    document,
    width: WIDTH,
    height,
    ...MARGINS,
    style: { color: "var(--text)", fontSize: "12.5px" },
    x: {
      type: scale,
      domain: [scale === "log" ? 1 : 0, largest],
      axis: "top",
      label: null,
      ticks,
      tickFormat: "~s",
      tickSize: 0,
    },
    y: { label: null, tickSize: 0, domain: bars.map(labelOf) },
    marks: [
      Plot.gridX({ stroke: "var(--grid)", strokeOpacity: 1, ticks }),
      ...marks,
      Plot.text(bars, { x: "value", y: labelOf, text: textOf, dx: 11, textAnchor: "start", fill: "var(--text)" }),
      Plot.text([title], { ...heading, dy: -60, fontSize: 15, fontWeight: 600, fill: "var(--text)" }),
      Plot.text([unit], { ...heading, dy: -40, fill: "var(--soft)" }),
    ],
  }).outerHTML;
}

function labelOf({ group, name }: Bar): string {
  return group === "" ? name : `${group}: ${name}`;
}

function textOf({ value }: Bar): string {
  return value < 20 ? value.toFixed(1) : Math.round(value).toLocaleString("en").replaceAll(",", " ");
}
