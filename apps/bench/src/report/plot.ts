import type { Bars } from "./findings.ts";
export function plotOf(_bars: readonly Bars[]): string {
  return "";
}
