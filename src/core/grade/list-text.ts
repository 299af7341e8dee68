/** `a, "b, c", d` as a list of texts (promptfoo's comma lists). */
export function splitList(text: string): string[] {
  return [...text.matchAll(/\s*(?:"((?:[^"\\]|\\.)*)"|([^,]*))\s*(?:,|$)/g)]
    .filter((match) => match[0] !== '')
    .map((match) => (match[1] === undefined ? (match[2] ?? '').trim() : match[1].replace(/\\"/g, '"')));
}
