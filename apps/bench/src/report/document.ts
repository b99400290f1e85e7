/** How the section of a part begins in the document. */
export function beginOf(part: string): string {
  return `<!-- bench: ${part} -->`;
}

/** Replaces what is between a section's markers; the prose around them is nobody's but the writer's. */
export function replaceSection(document: string, part: string, text: string): string {
  const [begin, end] = [beginOf(part), `<!-- end: ${part} -->`];
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`The document lacks ${begin} or ${end}.`);
  return `${document.slice(0, from)}${begin}\n\n${text}\n\n${document.slice(to)}`;
}
