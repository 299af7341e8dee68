/** text → golden set + diagnostics, for every file form that promptfoo loads and ours. Nothing throws, nothing is dropped in silence. */
import { Diagnostics } from '../problems/diagnostics.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json/json.ts';
import { LineIndex, type TextRange } from '../text/text.ts';
import { isUtf16, SAVE_AS_UTF8, warnOfOtherBytes } from '../files/text-encoding.ts';
import { noYaml, readYaml, type Path, type YamlSource } from '../yaml/yaml.ts';
import { Fields } from '../yaml/yaml-fields.ts';
import type { GoldenCase, GoldenSet } from './case.ts';
import { CaseReader, type CaseRanges } from './case-reader.ts';
import { readCsvRows } from './csv.ts';
import { KnownItems, listItemRanges } from './known-items.ts';
import { duplicateKey, hasUnusualNumber } from './json-line.ts';

/** Beyond these a file is refused with advice, so that no editor and no CI job hangs on it. In characters. */
const MAX_YAML = 24 * 1024 * 1024;
const MAX_LINES = 256 * 1024 * 1024;
/** Characters of a YAML list that are parsed at once. */
const PIECE = 32 * 1024;

/** `known`: what is kept from one reading of this file to the next. */
export function readGoldenSet(path: string, text: string, known?: KnownItems): GoldenSet {
  const diagnostics = new Diagnostics(path);
  if (isUtf16(text)) return unreadable(path);
  warnOfOtherBytes(text, diagnostics);
  const lineBased = /\.(jsonl|csv)$/.test(path);
  const limit = lineBased ? MAX_LINES : MAX_YAML;
  if (text.length > limit) return tooLarge(path, text.length, limit);
  const cases = path.endsWith('.jsonl')
    ? readJsonl(path, text, diagnostics)
    : path.endsWith('.csv')
      ? readCsv(path, text, diagnostics)
      : readList(path, text, diagnostics, known ?? new KnownItems());
  return { path, cases, diagnostics: diagnostics.list };
}

function unreadable(path: string): GoldenSet {
  const diagnostics = new Diagnostics(path);
  diagnostics.error('golden/encoding', 'This file is not UTF-8; it looks like UTF-16.', null, SAVE_AS_UTF8);
  return { path, cases: [], diagnostics: diagnostics.list };
}

/** The answer to a golden set that is too large to read; sizes in bytes or characters. */
export function tooLarge(path: string, size: number, limit = MAX_YAML): GoldenSet {
  const diagnostics = new Diagnostics(path);
  const megabytes = (count: number): string => `${Math.round(count / 1024 / 1024)} MB`;
  diagnostics.error(
    'golden/too-large',
    `This golden set has ${megabytes(size)}; the limit is ${megabytes(limit)}.`,
    null,
    'Split it, or use .golden.jsonl with one case per line.',
  );
  return { path, cases: [], diagnostics: diagnostics.list };
}

function readList(path: string, text: string, diagnostics: Diagnostics, known: KnownItems): GoldenCase[] {
  const bom = text.startsWith('\uFEFF') ? 1 : 0;
  const inPieces = readPieces(path, text, bom, { diagnostics, known });
  if (inPieces !== null) return inPieces;
  const yaml = readYaml(text.slice(bom), diagnostics, bom);
  if (yaml === null || yaml.value === null) return [];
  const nested = isJsonObject(yaml.value) && Array.isArray(yaml.value['tests']);
  const list: JsonValue | undefined = nested && isJsonObject(yaml.value) ? yaml.value['tests'] : yaml.value;
  const base: Path = nested ? ['tests'] : [];
  if (!Array.isArray(list)) {
    diagnostics.error('golden/not-a-list', 'A golden set must be a list of cases.', yaml.rangeOf([]), 'Start each case with `- vars:`.');
    return [];
  }
  const reader = new CaseReader(new Fields(yaml, diagnostics, 'golden'), path, lineIn(text));
  const beside = nested && isJsonObject(yaml.value) ? besideTests(yaml.value, yaml, diagnostics) : null;
  const cases = list.flatMap((item, i) => {
    const at = [...base, i];
    return reader.read(item, at, {
      whole: yaml.rangeOf(at),
      valueOf: (keys) => yaml.rangeOf([...at, ...keys]),
      keyOf: (keys) => yaml.keyRangeOf([...at, ...keys]),
    });
  });
  reader.finish();
  return beside === null ? cases : cases.map((item) => ({ ...item, unsupported: item.unsupported ?? beside }));
}

/** Keys of promptfoo's configuration that change how its tests are asked or judged. */
const CHANGES_TESTS = ['defaultTest', 'scenarios', 'assertionTemplates', 'nunjucksFilters', 'derivedMetrics'];

/** What stands beside `tests:`. The reason why the cases cannot be judged as written; null: they can. */
function besideTests(root: JsonObject, yaml: YamlSource, diagnostics: Diagnostics): string | null {
  const found = Object.keys(root).filter((key) => key !== 'tests');
  const changes = found.find((key) => CHANGES_TESTS.includes(key));
  for (const key of found) {
    const place = yaml.keyRangeOf([key]);
    if (CHANGES_TESTS.includes(key))
      diagnostics.error(
        'golden/unsupported',
        `\`${key}\` is not supported yet.`,
        place,
        'The cases end in errors until you move it into each case.',
      );
    else diagnostics.info('golden/ignored-key', `\`${key}\` is ignored in a golden set: only \`tests\` is read.`, place);
  }
  return changes === undefined ? null : `\`${changes}\` is not supported yet.`;
}

/** A long list piece by piece, so that its syntax tree is never in memory as a whole; null: it must be read in one. */
function readPieces(path: string, text: string, bom: number, { diagnostics, known }: Reading): GoldenCase[] | null {
  if (!isCuttable(text, bom)) return null;
  const found = new Diagnostics(path);
  let yaml: YamlSource = noYaml();
  const source: YamlSource = {
    value: null,
    offset: 0,
    rangeOf: (at) => yaml.rangeOf(at),
    keyRangeOf: (at) => yaml.keyRangeOf(at),
    writtenAt: (at) => yaml.writtenAt(at),
  };
  const reader = new CaseReader(new Fields(source, found, 'golden'), path, lineIn(text));
  const cases: GoldenCase[] = [];
  const read = (items: readonly TextRange[]): boolean => {
    const [first] = items;
    const last = items.at(-1);
    if (first === undefined || last === undefined) return true;
    const piece = readYaml(text.slice(first.start, last.end), new Diagnostics(path), first.start);
    if (piece === null || !Array.isArray(piece.value)) return false;
    yaml = piece;
    // Otherwise something that looks like an item is a part of one.
    const isEach = piece.value.length === items.length;
    piece.value.forEach((item, i) => {
      const valueOf = (keys: Path): TextRange => piece.rangeOf([i, ...keys]);
      const own = isEach ? items[i] : undefined;
      const places = { whole: valueOf([]), valueOf, keyOf: (keys: Path) => piece.keyRangeOf([i, ...keys]) };
      const found = reader.readAnew(item, [i], places, own?.start ?? 0);
      cases.push(...found.cases);
      if (own !== undefined && found.known !== null) known.keep(text.slice(own.start, own.end), found.known);
    });
    return true;
  };
  let unread: TextRange[] = [];
  for (const item of listItemRanges(text, bom)) {
    const written = text.slice(item.start, item.end);
    const before = known.find(written);
    if (before !== undefined) {
      if (!read(unread)) return null;
      unread = [];
      const again = reader.again(before, item.start);
      if (again !== null) {
        cases.push(again);
        known.keep(written, before);
        continue;
      }
    }
    unread.push(item);
    if (item.end - (unread[0]?.start ?? 0) < PIECE) continue;
    if (!read(unread)) return null;
    unread = [];
  }
  if (!read(unread)) return null;
  known.end();
  reader.finish();
  for (const item of found.list) diagnostics.list.push(item);
  return cases;
}

interface Reading {
  readonly diagnostics: Diagnostics;
  readonly known: KnownItems;
}

/** Whether a text is a long list in block style that can be cut between its items. */
function isCuttable(text: string, from: number): boolean {
  if (text.length < 2 * PIECE || !text.includes('\n- ', from + PIECE)) return false;
  // Another document, a map, or an anchor that a later item may need.
  return !/^(?:---|\.\.\.|[^\s#-])/m.test(text.slice(from)) && !/(?:^|[\s[{,:])[&*][^\s,\]}]/m.test(text);
}

function readJsonl(path: string, text: string, diagnostics: Diagnostics): GoldenCase[] {
  const cases: GoldenCase[] = [];
  let line: TextRange = { start: 0, end: 0 };
  let written: YamlSource | null = null;
  const source: YamlSource = { ...noYaml(() => line), writtenAt: ([, ...keys]) => written?.writtenAt(keys) ?? null };
  const reader = new CaseReader(new Fields(source, diagnostics, 'golden'), path, lineIn(text));
  for (let start = text.startsWith('\uFEFF') ? 1 : 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    line = { start, end };
    const content = text.slice(start, end).trim();
    start = end + 1;
    if (content === '') continue;
    const value = parseLine(content, line, diagnostics);
    // JSON is YAML: its reader knows how a number is written.
    written = value !== undefined && hasUnusualNumber(content) ? readYaml(content, new Diagnostics(path)) : null;
    if (value !== undefined) cases.push(...reader.read(value, [cases.length], lineOnly(line)));
  }
  reader.finish();
  return cases;
}

function parseLine(content: string, line: TextRange, diagnostics: Diagnostics): JsonValue | undefined {
  try {
    const value = JSON.parse(content) as JsonValue;
    const twice = duplicateKey(content);
    if (twice === null) return value;
    diagnostics.error('golden/syntax', `The key \`${twice}\` stands twice in one object of this line.`, line, 'Remove one of them.');
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof RangeError)) throw error;
    diagnostics.error('golden/syntax', `This line is not valid JSON: ${error.message}`, line, 'Write one case per line.');
  }
  return undefined;
}

function readCsv(path: string, text: string, diagnostics: Diagnostics): GoldenCase[] {
  let line: TextRange = { start: 0, end: 0 };
  const reader = new CaseReader(
    new Fields(
      noYaml(() => line),
      diagnostics,
      'golden',
    ),
    path,
    lineIn(text),
  );
  return readCsvRows(text, diagnostics).flatMap((row, i) => {
    line = row.range;
    return reader.read(row.value, [i], lineOnly(row.range));
  });
}

/** Lines by offset, from 1; found when the first is wanted. */
function lineIn(text: string): (offset: number) => number {
  let lines: LineIndex | undefined;
  return (offset) => (lines ??= new LineIndex(text)).position(offset).line + 1;
}

const lineOnly = (range: TextRange): CaseRanges => ({ whole: range, valueOf: () => range, keyOf: () => range });
