/** Replaces what is between a section's markers; the prose around them is nobody's but the writer's. */
export function replaceSection(document: string, section: string, text: string): string {
  const [begin, end] = [`<!-- bench: ${section} -->`, `<!-- end: ${section} -->`];
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/performance.md lacks ${begin} or ${end}.`);
  return `${document.slice(0, from)}${begin}\n\n${text}\n\n${document.slice(to)}`;
}
