/** Whether a line may be about one of some interactions, before it is read: reading takes five times as long. */

const NAMES = /"(?:id|interaction|response|responseId|trace|conversation)"\s*:\s*"((?:[^"\\]|\\.)*)"/g;

/** A wrong yes is possible, such as for the id of a chunk; a wrong no is not. */
export function namesIn(line: string, names: ReadonlySet<string>): boolean {
  for (const [, name = ''] of line.matchAll(NAMES)) if (names.has(name) || name.includes('\\')) return true;
  return false;
}
