/** YAML with places: every value can say where it stands, and no text makes it throw, hang or grow. */
import { isMap, isScalar, isSeq, Scalar, type Document, type Node, type Pair } from 'yaml';
import type { Diagnostics } from '../problems/diagnostics.ts';
import { setOwn, type JsonObject, type JsonValue } from '../json/json.ts';

import { messageOf } from '../problems/errors.ts';
import type { TextRange } from '../text/text.ts';
import { yamlDocument, yamlDocuments } from './yaml-documents.ts';
import { yamlProblem } from './yaml-problem.ts';

/** More aliases than this is a bomb, not a golden set. */
const MAX_ALIASES = 1000;
const MAX_DEPTH = 200;

export type Path = readonly (string | number)[];

export interface YamlSource {
  readonly value: JsonValue;
  /** Where the value at a path stands; its nearest parent when it is not there. */
  rangeOf(path: Path): TextRange;
  /** Where the key of a path stands; the value's place when there is no key. */
  keyRangeOf(path: Path): TextRange;
  /** The plain scalar at a path as it is written, such as `007`; null: no value stands there, or it is in quotes. */
  writtenAt(path: Path): string | null;
  /** The text of a block or quoted scalar as written, for places inside it. */
  readonly offset: number;
}

/**
 * Reads YAML text that starts at `offset` of its file. What is wrong goes to `diagnostics`;
 * null when nothing can be used.
 */
export function readYaml(text: string, diagnostics: Diagnostics, offset = 0): YamlSource | null {
  if (nestingOf(text) > MAX_DEPTH) {
    diagnostics.error('yaml/too-deep', `This YAML is nested deeper than ${MAX_DEPTH} levels.`, { start: offset, end: offset });
    return null;
  }
  let document: Document.Parsed | null;
  try {
    document = onlyDocument(text, diagnostics, offset);
  } catch (error) {
    diagnostics.error('yaml/unreadable', `This YAML cannot be read: ${messageOf(error)}`, { start: offset, end: offset + text.length });
    return null;
  }
  if (document === null) return null;
  // What follows the first error are mostly its effects.
  const [problem] = document.errors;
  if (problem !== undefined) {
    const { message, range } = yamlProblem(document, problem, text);
    diagnostics.error('yaml/syntax', message, { start: offset + range.start, end: offset + range.end });
    return null;
  }
  const value = toJson(document, diagnostics, offset, text);
  return value === undefined ? null : located(document, value, offset, text.length);
}

const OPTIONS = { uniqueKeys: isSameKey, merge: true, prettyErrors: false, stringKeys: true, logLevel: 'silent' } as const;

/** `<<` may stand more than once, as readers of YAML 1.1 allow. */
function isSameKey(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (!isScalar(a) || !isScalar(b) || a.value !== b.value) return false;
  return !(a.value === '<<' && [a, b].every(({ type }) => type === undefined || type === Scalar.PLAIN));
}

/** The document of a text; null: it has several, of which all but one would be ignored. */
function onlyDocument(text: string, diagnostics: Diagnostics, offset: number): Document.Parsed | null {
  const documents = yamlDocuments(text, OPTIONS);
  const [first, second] = documents.filter((document) => !isBlank(document));
  if (second === undefined || (first !== undefined && first.errors.length > 0)) return first ?? documents[0] ?? yamlDocument(text, OPTIONS);
  const start = offset + (second.contents?.range[0] ?? second.range[0]);
  diagnostics.error(
    'yaml/second-document',
    'This file has a second YAML document, which would be ignored.',
    { start, end: Math.max(start + 1, offset + (second.contents?.range[1] ?? second.range[1])) },
    'Remove the line `---` above it so that all of the file is one document, or move this part into a file of its own.',
  );
  return null;
}

const isBlank = ({ contents, errors }: Document.Parsed): boolean =>
  errors.length === 0 && (contents === null || (isScalar(contents) && (contents.source ?? '') === ''));

function toJson(document: Document.Parsed, diagnostics: Diagnostics, offset: number, text: string): JsonValue | undefined {
  try {
    return plainJson(document.toJS({ maxAliasCount: MAX_ALIASES }));
  } catch (error) {
    const circle = error instanceof RangeError;
    const anchor = circle ? /&[^\s,\]}]+/.exec(text)?.index : undefined;
    diagnostics.error(
      'yaml/aliases',
      `This YAML cannot be expanded: ${circle ? 'an alias leads back to itself.' : messageOf(error)}`,
      anchor === undefined ? { start: offset, end: offset + text.length } : { start: offset + anchor, end: offset + anchor + 2 },
      'Write the values out, or use fewer aliases.',
    );
    return undefined;
  }
}

/** YAML knows more than JSON: dates become ISO text, NaN and infinities null, big integers numbers. */
function plainJson(value: unknown): JsonValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Array.from(value);
  if (Array.isArray(value)) return value.map(plainJson);
  if (typeof value !== 'object') return null;
  const object: JsonObject = {};
  for (const [key, item] of Object.entries(value)) setOwn(object, key, plainJson(item));
  return object;
}

function located(document: Document.Parsed, value: JsonValue, offset: number, length: number): YamlSource {
  const whole: TextRange = { start: offset, end: offset + length };
  const rangeOfNode = (node: unknown): TextRange | null => {
    const range = (node as Node | null)?.range;
    return range ? { start: offset + range[0], end: offset + range[1] } : null;
  };
  const walk = (path: Path): { node: unknown; pair: Pair | null; isAt: boolean } => {
    let node: unknown = document.contents;
    let pair: Pair | null = null;
    for (const step of path) {
      if (isMap(node)) {
        const found: Pair | undefined = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step));
        if (!found) return { node, pair, isAt: false };
        pair = found;
        node = found.value ?? found.key;
      } else if (isSeq(node) && typeof step === 'number' && node.items[step] !== undefined) {
        pair = null;
        node = node.items[step];
      } else return { node, pair, isAt: false };
    }
    return { node, pair, isAt: true };
  };
  return {
    value,
    offset,
    writtenAt: (path) => {
      const { node, isAt } = walk(path);
      return isAt && isScalar(node) && node.type === Scalar.PLAIN ? (node.source ?? null) : null;
    },
    rangeOf: (path) => rangeOfNode(walk(path).node) ?? whole,
    keyRangeOf: (path) => {
      const { node, pair } = walk(path);
      return rangeOfNode(pair?.key) ?? rangeOfNode(node) ?? whole;
    },
  };
}

/** What stands in for YAML that is not there; every place is `range`. */
export const noYaml = (range: () => TextRange = () => ({ start: 0, end: 0 })): YamlSource => ({
  value: null,
  offset: 0,
  rangeOf: () => range(),
  keyRangeOf: () => range(),
  writtenAt: () => null,
});

/**
 * A cheap upper bound of the nesting, so that the recursive parser is never asked for more than its stack holds:
 * flow brackets, and one level per leading space or list dash on a line.
 */
function nestingOf(text: string): number {
  let flow = 0;
  let deepest = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 91 || code === 123) deepest = Math.max(deepest, ++flow);
    else if ((code === 93 || code === 125) && flow > 0) flow--;
    else if (code === 10) flow = 0;
    if (code === 45 && deepest <= MAX_DEPTH) deepest = Math.max(deepest, dashesAt(text, i));
  }
  return deepest;
}

/** `- - - - x` opens a list per dash. */
function dashesAt(text: string, from: number): number {
  if (text.charCodeAt(from - 1) === 32 && text.charCodeAt(from - 2) === 45) return 0;
  let count = 0;
  for (let i = from; text.charCodeAt(i) === 45 && text.charCodeAt(i + 1) === 32; i += 2) count++;
  return count;
}
