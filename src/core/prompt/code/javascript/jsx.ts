/** Text in JSX: entities instead of escapes, and white space as React's compilers treat it. */
import type { CodeExpression, StringExpression, StringPiece, TextPiece } from '../expression.ts';
import { childNodes, rangeOf, type SyntaxNode } from '../syntax-node.ts';
import { fromCodePoint, splitText, type EscapeReader } from './strings.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00A0',
  mdash: '\u2014',
  ndash: '\u2013',
  hellip: '\u2026',
  rsquo: '\u2019',
  lsquo: '\u2018',
  rdquo: '\u201D',
  ldquo: '\u201C',
  bull: '\u2022',
  middot: '\u00B7',
  copy: '\u00A9',
};

const entityAt: EscapeReader = (source, at, end) => {
  if (source[at] !== '&') return null;
  const entity = /^&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z]\w{1,9}));/.exec(source.slice(at, Math.min(end, at + 12)));
  if (!entity) return null;
  const [written, decimal, hex, name = ''] = entity;
  const text = decimal ? fromCodePoint(Number(decimal)) : hex ? fromCodePoint(parseInt(hex, 16)) : ENTITIES[name];
  return text === undefined ? null : { text, length: written.length };
};

/** `title="…"`: a backslash is a character. */
export function jsxAttribute(node: SyntaxNode, text: string): StringExpression {
  return { kind: 'string', range: rangeOf(node), pieces: splitText(text, node.from + 1, node.to - 1, entityAt) };
}

/** The children of an element: text and `{…}`; another element in it is a hole. */
export function jsxChildren(node: SyntaxNode, text: string, read: (node: SyntaxNode) => CodeExpression): StringExpression {
  const inside = childNodes(node).filter(
    (child) => !/^JSX(?:Open|Close|SelfClosing)|^JSXSelf/.test(child.name) && !child.name.endsWith('Tag'),
  );
  const pieces: StringPiece[] = inside.flatMap((child): StringPiece[] => {
    const range = rangeOf(child);
    if (child.name === 'JSXText' || child.name === 'JSXEntity') return textPieces(text, range.start, range.end);
    const expression = child.name === 'JSXEscape' ? childNodes(child).find((part) => part.name !== '{' && part.name !== '}') : child;
    if (!expression) return [];
    const hole = read(expression);
    if (child.name === 'JSXEscape' && hole.kind === 'string') return [...hole.pieces];
    return [{ hole: child.name === 'JSXElement' ? { kind: 'other', range, about: null } : hole, range, format: null }];
  });
  return { kind: 'string', range: rangeOf(node), pieces };
}

/** Lines are trimmed and joined by one space; lines without text are dropped. */
function textPieces(text: string, start: number, end: number): TextPiece[] {
  const source = text.slice(start, end);
  if (!/[\r\n]/.test(source)) return splitText(text, start, end, entityAt);
  const lines = [...source.matchAll(/[^\r\n]+|(?<=[\r\n])$/g)];
  const breaks = { first: /^[\r\n]/.test(source), last: /[\r\n]$/.test(source) };
  const pieces: TextPiece[] = [];
  lines.forEach((line, i) => {
    const isFirst = i === 0 && !breaks.first;
    const isLast = i === lines.length - 1 && !breaks.last;
    const written = line[0];
    const lead = isFirst ? 0 : written.length - written.trimStart().length;
    const tail = isLast ? 0 : written.length - written.trimEnd().length;
    if (lead >= written.length - tail && !(isFirst || isLast)) return;
    if (lead >= written.length) return;
    const from = start + line.index + lead;
    const to = start + line.index + written.length - tail;
    if (to <= from) return;
    if (pieces.length > 0) pieces.push({ text: ' ', range: { start: pieces.at(-1)?.range.end ?? from, end: from } });
    pieces.push(...splitText(text, from, to, entityAt));
  });
  return pieces;
}
