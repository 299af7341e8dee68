/** Where in a block of YAML a line stands: the keys above it, outermost first. By indentation, so that half-written text has an answer too. */
export function keyTrail(lines: readonly string[], at: number): string[] {
  let indent = indentOf(lines[at] ?? '');
  const trail: string[] = [];
  for (let i = at - 1; i >= 0 && indent > 0; i--) {
    const line = lines[i] ?? '';
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
    const own = indentOf(line);
    const key = /^\s*(?:- )*["']?([\w.-]+)["']?\s*:\s*(?:[|>][-+\d]*)?\s*$/.exec(line)?.[1];
    const dash = line.length - line.trimStart().length;
    if (own < indent && key !== undefined) {
      trail.unshift(key);
      indent = dash;
    } else if (dash < indent) {
      indent = Math.min(indent, dash + (line.trimStart().startsWith('- ') ? 1 : 0));
    }
  }
  return trail;
}

/** Where the content of a line begins; the dash of a list item is no content. */
function indentOf(line: string): number {
  const match = /^(\s*)((?:- )*)/.exec(line);
  return (match?.[1]?.length ?? 0) + (match?.[2]?.length ?? 0);
}
