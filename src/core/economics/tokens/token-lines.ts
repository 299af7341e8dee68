/**
 * A text is cut after a line end that no token can cross: the next character is neither white space nor a slash
 * (the patterns of o200k_base and cl100k_base let a token run over a line end only into those). So counts and token ids of the
 * pieces, put together, are those of the whole; a property test holds it to that. Here, since it needs no vocabulary.
 */
const CUT = /\n(?=[^\s/])/g;

/** Where the last line of `linesFor` begins that two texts have a character of, if they are the same up to `end`. */
export function lineStart(text: string, end: number): number {
  for (let at = end - 1; at > 0; at--) {
    at = text.lastIndexOf('\n', at - 1) + 1;
    if (at === 0) return 0;
    if (/[^\s/]/.test(text.charAt(at))) return at;
  }
  return 0;
}

/** A text, from one of its cuts on, cut where no token can cross. */
export function* linesFor(text: string, from = 0): Generator<string, undefined> {
  let start = from;
  const cut = new RegExp(CUT);
  cut.lastIndex = from;
  for (let match = cut.exec(text); match !== null; match = cut.exec(text)) {
    yield text.slice(start, match.index + 1);
    start = match.index + 1;
  }
  if (start < text.length) yield text.slice(start);
  return undefined;
}
