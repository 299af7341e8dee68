/** One case of YAML or JSON as text, with a value set or taken away: everything else of it, comments too, stays as it is. */
import { isAlias, isMap, isScalar, isSeq, Scalar, stringify, type Node, type Pair, type YAMLMap } from 'yaml';
import type { JsonObject, JsonValue } from '../../json/json.ts';
import { applyEdits, type TextEdit } from '../../text/text.ts';
import { yamlDocument } from '../../yaml/yaml-documents.ts';

export interface CaseText {
  /** From the first character of the case to its last. */
  readonly text: string;
  /** The column in which it begins. */
  readonly column: number;
  readonly isJson: boolean;
}

export type MapNode = YAMLMap<Node, Node | null>;
type MapPair = Pair<Node, Node | null>;

/** A case whose text is read: places are those of the text behind the spaces of its column. */
export interface ReadCaseText extends CaseText {
  readonly map: MapNode;
}

/** Null: the text is not one map by itself. */
export function readCaseText(given: CaseText): ReadCaseText | null {
  const { contents, errors } = yamlDocument(' '.repeat(given.column) + given.text, { logLevel: 'silent' });
  return errors.length === 0 && isMap(contents) ? { ...given, map: contents } : null;
}

/**
 * The text of the case with a value at `field`; undefined takes the field away. `isFirst`: a new field stands before the others.
 * Null: it cannot be done here.
 */
export function withField(given: ReadCaseText, field: readonly string[], value: JsonValue | undefined, isFirst = false): string | null {
  const [key = '', inner] = field;
  if (inner === undefined) return applied(given, editsOf(given, given.map, key, value, isFirst));
  const holder = pairOf(given.map, key);
  if (holder === undefined || isEmpty(holder)) {
    return value === undefined ? given.text : applied(given, editsOf(given, given.map, key, { [inner]: value }, false));
  }
  return isMap(holder.value) ? applied(given, editsOf(given, holder.value as MapNode, inner, value, false)) : null;
}

export const hasField = ({ map }: ReadCaseText, key: string): boolean => pairOf(map, key) !== undefined;

/** Where the last value of a case ends, in its text: what follows may be a comment about the next case. */
export function contentEnd({ text, column, isJson, map }: ReadCaseText): number {
  const last = map.items.at(-1);
  if (last === undefined || isJson || text.startsWith('{')) return text.trimEnd().length;
  const end = last.value?.range?.[1] ?? last.key.range?.[1] ?? 0;
  return text.slice(0, end - column).trimEnd().length;
}

const pairOf = (map: MapNode, key: string): MapPair | undefined => map.items.find((pair) => isScalar(pair.key) && pair.key.value === key);

const isEmpty = ({ value }: MapPair): boolean =>
  value === null || (isScalar(value) && value.value === null && value.range?.[0] === value.range?.[1]);

const applied = ({ text, column }: CaseText, edits: TextEdit[] | null): string | null =>
  edits === null ? null : applyEdits(' '.repeat(column) + text, edits).slice(column);

/** Places are in the text behind its spaces. */
function editsOf(given: CaseText, map: MapNode, key: string, value: JsonValue | undefined, isFirst: boolean): TextEdit[] | null {
  const text = ' '.repeat(given.column) + given.text;
  const pair = pairOf(map, key);
  if (pair === undefined) return value === undefined ? [] : insertion(text, map, key, value, given.isJson, isFirst);
  if (value === undefined) return removal(text, map, pair);
  return replacement(text, map, pair, value, given.isJson);
}

function replacement(text: string, map: MapNode, pair: MapPair, value: JsonValue, isJson: boolean): TextEdit[] | null {
  const keyEnd = pair.key.range?.[1];
  const node = pair.value;
  if (keyEnd === undefined || isAlias(node) || (node !== null && 'anchor' in node && node.anchor !== undefined)) return null;
  const colon = text.indexOf(':', keyEnd);
  if (colon === -1) return null;
  const start = node === null || isEmpty(pair) ? colon + 1 : (node.range?.[0] ?? colon + 1);
  const end = node === null || isEmpty(pair) ? start : start + text.slice(start, node.range?.[1] ?? start).trimEnd().length;
  const isFlow = map.flow === true;
  if (isJson) return [{ range: { start, end }, text: `${isEmpty(pair) ? ' ' : ''}${jsonAt(text, start, end, value)}` }];
  const wasFlow = node !== null && (isMap(node) || isSeq(node)) && node.flow === true;
  const isBlockText = typeof value === 'string' && value.includes('\n') && !isFlow;
  const hasComment = text.slice(colon + 1, start).includes('#');
  // Behind a text of several lines a comment would be its last line.
  const isCommented = hasComment || (isBlockText && /^[ \t]+#/.test(text.slice(end, lineEndOf(text, end))));
  if (isFlow || isCommented || (wasFlow && !isBlockText))
    return [{ range: { start, end }, text: `${isEmpty(pair) ? ' ' : ''}${flowText(value)}` }];
  if (node !== null && isScalar(node) && node.type === Scalar.QUOTE_DOUBLE && typeof value === 'string' && !value.includes('\n'))
    return [{ range: { start, end }, text: JSON.stringify(value) }];
  return [{ range: { start: colon + 1, end }, text: blockText(value, columnOf(text, pair.key.range?.[0] ?? 0)) }];
}

function insertion(text: string, map: MapNode, key: string, value: JsonValue, isJson: boolean, isFirst: boolean): TextEdit[] | null {
  const [start, end] = map.range ?? [0, 0];
  const first = map.items[0];
  const last = map.items.at(-1);
  const name = isJson ? JSON.stringify(key) : flowText(key);
  if (map.flow !== true) {
    const at = first?.key.range?.[0];
    const lastEnd = last?.value?.range?.[1] ?? last?.key.range?.[1];
    if (at === undefined || lastEnd === undefined) return null;
    const indent = columnOf(text, at);
    const entry = `${plainKey(key)}:${blockText(value, indent)}`;
    if (isFirst) return [{ range: { start: at, end: at }, text: `${entry}\n${' '.repeat(indent)}` }];
    const trimmed = text.slice(0, lastEnd).trimEnd().length;
    const place = lineEndOf(text, Math.max(trimmed, last?.key.range?.[1] ?? 0));
    return [{ range: { start: place, end: place }, text: `\n${' '.repeat(indent)}${entry}` }];
  }
  const entry = `${name}: ${isJson ? JSON.stringify(value) : flowText(value)}`;
  const close = text.slice(0, end).trimEnd().length - 1;
  if (isFirst && first?.key.range) {
    const at = first.key.range[0];
    return [{ range: { start: at, end: at }, text: `${entry},${separatorBefore(text, start, at)}` }];
  }
  if (last === undefined) return [{ range: { start: start + 1, end: close }, text: isJson ? entry : ` ${entry} ` }];
  const lastEnd = last.value?.range?.[1] ?? last.key.range?.[1] ?? close;
  const before = text.slice(0, close).trimEnd();
  const comma = before.endsWith(',') ? before.length : lastEnd;
  const gap = last.key.range ? separatorBefore(text, start, last.key.range[0]) : ' ';
  return [{ range: { start: comma, end: comma }, text: `${before.endsWith(',') ? '' : ','}${gap === '' ? ' ' : gap}${entry}` }];
}

function removal(text: string, map: MapNode, pair: MapPair): TextEdit[] | null {
  const at = map.items.indexOf(pair);
  const start = pair.key.range?.[0] ?? 0;
  const valueEnd = Math.max(pair.value?.range?.[1] ?? 0, pair.key.range?.[1] ?? 0);
  const end = text.slice(0, valueEnd).trimEnd().length;
  const next = map.items[at + 1]?.key.range?.[0];
  const previous = map.items[at - 1];
  if (map.items.length === 1) {
    const whole = map.range ?? [start, end];
    return [{ range: { start: whole[0], end: map.flow === true ? whole[1] : end }, text: '{}' }];
  }
  if (map.flow === true) {
    if (next !== undefined) return [{ range: { start, end: next }, text: '' }];
    return [{ range: { start: previous?.value?.range?.[1] ?? start, end }, text: '' }];
  }
  // The first one stands behind the dash.
  if (previous === undefined && next !== undefined) {
    // Comments on lines of their own are of what follows, and stay.
    const line = lineEndOf(text, end);
    return [{ range: { start, end: line + (/^\s*/.exec(text.slice(line))?.[0].length ?? 0) }, text: '' }];
  }
  const lineStart = text.lastIndexOf('\n', start - 1);
  return [{ range: { start: lineStart, end: lineEndOf(text, end) }, text: '' }];
}

/** What stands before a key in braces: a space, or a line break with its indentation. */
function separatorBefore(text: string, from: number, key: number): string {
  const gap = /\s*$/.exec(text.slice(from, key))?.[0] ?? '';
  return gap === '' ? ' ' : gap;
}

const OPTIONS = { lineWidth: 0, blockQuote: 'literal', indentSeq: true, aliasDuplicateObjects: false } as const;

/** What stands behind the colon of a key in the column `indent`, its space or line break included. */
function blockText(value: JsonValue, indent: number): string {
  const lines = stringify({ x: value } satisfies JsonObject, OPTIONS)
    .replace(/\n$/, '')
    .slice('x:'.length)
    .split('\n');
  return lines.map((line, i) => (i === 0 || line === '' ? line : ' '.repeat(indent) + line)).join('\n');
}

/** On one line; JSON is YAML. */
const flowText = (value: JsonValue): string =>
  typeof value === 'object' && value !== null
    ? stringify(value, { ...OPTIONS, collectionStyle: 'flow', indent: 2 })
        .trimEnd()
        .replace(/\n\s*/g, ' ')
    : JSON.stringify(value);

const plainKey = (key: string): string => stringify({ [key]: 0 }, OPTIONS).replace(/: 0\n$/, '');

/** JSON as it stood: over several lines where the value before was. */
function jsonAt(text: string, start: number, end: number, value: JsonValue): string {
  if (!text.slice(start, end).includes('\n')) return JSON.stringify(value);
  const line = text.lastIndexOf('\n', start - 1) + 1;
  const indent = /^\s*/.exec(text.slice(line, start))?.[0].length ?? 0;
  return JSON.stringify(value, null, 2).replace(/\n/g, `\n${' '.repeat(indent)}`);
}

const columnOf = (text: string, at: number): number => at - (text.lastIndexOf('\n', at - 1) + 1);

/** The end of the line, without its line break. */
function lineEndOf(text: string, from: number): number {
  const newline = text.indexOf('\n', from);
  const end = newline === -1 ? text.length : newline;
  return text[end - 1] === '\r' && end > from ? end - 1 : end;
}
