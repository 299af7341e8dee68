/**
 * The syntax `dollar`: `$name` and `${name}` as in Python's `string.Template`, and `${user.name}` as in JavaScript. `$$` is one `$`; a `$`
 * before anything else, as in `$5`, is text. A value prints as `str(value)`.
 */
import { pythonText } from '../python/print.ts';
import type { HoleMistake, HolePiece, ReadHoles } from './hole-syntax.ts';

const HOLE = /\$(?:(\$)|([A-Za-z_][A-Za-z0-9_]*)|\{([^{}\n]*)\}|(\{))/g;
const PATH = /^\s*([A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)\s*$/;

export const readDollarHoles: ReadHoles = (source) => {
  const pieces: HolePiece[] = [];
  let from = 0;
  const text = (end: number): void => {
    if (end > from) pieces.push({ text: source.slice(from, end), start: from, end });
  };
  for (const match of source.matchAll(HOLE)) {
    const [whole, dollar, bare, inner] = match;
    const range = { start: match.index, end: match.index + whole.length };
    text(range.start);
    from = range.end;
    if (dollar !== undefined) {
      pieces.push({ text: '$', ...range });
      continue;
    }
    const path = bare ?? PATH.exec(inner ?? '')?.[1];
    if (path === undefined) return { pieces, mistake: mistakeOf(inner, range) };
    const nameStart = range.start + whole.indexOf(path);
    const variable = { path: path.split('.'), nameStart };
    pieces.push({
      ...range,
      variables: [variable],
      expression: path,
      print: (valueOf, fuel) => {
        const value = valueOf(variable);
        return value === undefined ? '' : pythonText(value, fuel);
      },
    });
  }
  text(source.length);
  return { pieces, mistake: null };
};

const mistakeOf = (inner: string | undefined, range: { start: number; end: number }): HoleMistake => ({
  message: inner === undefined ? 'this ${ is not closed' : `${JSON.stringify(inner)} is not the name of a variable`,
  hint: 'Write ${name}, or $${ for the characters themselves.',
  ...range,
});
