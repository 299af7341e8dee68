/** text → golden set + diagnostics, for every file form that promptfoo loads and ours. Nothing throws, nothing is dropped in silence. */
import { Diagnostics } from '../diagnostics.ts';
import { isJsonObject, type JsonValue } from '../json.ts';
import type { TextRange } from '../text.ts';
import { readYaml, type Path } from '../yaml.ts';
import { Fields } from '../prompt/formats/fields.ts';
import type { GoldenCase, GoldenSet } from './case.ts';
import { CaseReader, type CasePlaces } from './case-reader.ts';
import { readCsvRows } from './csv.ts';

/** Beyond these a file is refused with advice, so that no editor and no CI job hangs on it. In characters. */
const MAX_YAML = 24 * 1024 * 1024;
const MAX_LINES = 256 * 1024 * 1024;

export function readGoldenSet(path: string, text: string): GoldenSet {
  const diagnostics = new Diagnostics(path);
  const lineBased = /\.(jsonl|csv)$/.test(path);
  const limit = lineBased ? MAX_LINES : MAX_YAML;
  if (text.length > limit) return tooLarge(path, text.length, limit);
  const cases = path.endsWith('.jsonl')
    ? readJsonl(path, text, diagnostics)
    : path.endsWith('.csv')
      ? readCsv(path, text, diagnostics)
      : readList(path, text, diagnostics);
  return { path, cases, diagnostics: diagnostics.list };
}

/** The answer to a golden set that is too large to read; sizes in bytes or characters. */
export function tooLarge(path: string, size: number, limit = MAX_YAML): GoldenSet {
  const diagnostics = new Diagnostics(path);
  const megabytes = (count: number): string => `${Math.round(count / 1024 / 1024)} MB`;
  diagnostics.error(
    'golden/too-large',
    `This golden set has ${megabytes(size)}; at most ${megabytes(limit)} are read.`,
    null,
    'Split it, or write it as .golden.jsonl, one case a line.',
  );
  return { path, cases: [], diagnostics: diagnostics.list };
}

function readList(path: string, text: string, diagnostics: Diagnostics): GoldenCase[] {
  const bom = text.startsWith('\uFEFF') ? 1 : 0;
  const yaml = readYaml(text.slice(bom), diagnostics, bom);
  if (yaml === null || yaml.value === null) return [];
  const nested = isJsonObject(yaml.value) && Array.isArray(yaml.value['tests']);
  const list: JsonValue | undefined = nested && isJsonObject(yaml.value) ? yaml.value['tests'] : yaml.value;
  const base: Path = nested ? ['tests'] : [];
  if (!Array.isArray(list)) {
    diagnostics.error('golden/not-a-list', 'A golden set is a list of cases.', yaml.rangeOf([]), 'Start each case with `- vars:`.');
    return [];
  }
  const reader = new CaseReader(new Fields(yaml, diagnostics, 'golden'), path);
  return list.flatMap((item, i) => {
    const at = [...base, i];
    return reader.read(item, at, {
      whole: yaml.rangeOf(at),
      valueOf: (keys) => yaml.rangeOf([...at, ...keys]),
      keyOf: (keys) => yaml.keyRangeOf([...at, ...keys]),
    });
  });
}

function readJsonl(path: string, text: string, diagnostics: Diagnostics): GoldenCase[] {
  const cases: GoldenCase[] = [];
  let line: TextRange = { start: 0, end: 0 };
  const reader = new CaseReader(
    new Fields(
      noSource(() => line),
      diagnostics,
      'golden',
    ),
    path,
  );
  for (let start = text.startsWith('\uFEFF') ? 1 : 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    line = { start, end };
    const content = text.slice(start, end).trim();
    start = end + 1;
    if (content === '') continue;
    const value = parseLine(content, line, diagnostics);
    if (value !== undefined) cases.push(...reader.read(value, [cases.length], lineOnly(line)));
  }
  return cases;
}

function parseLine(content: string, line: TextRange, diagnostics: Diagnostics): JsonValue | undefined {
  try {
    return JSON.parse(content) as JsonValue;
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof RangeError)) throw error;
    diagnostics.error('golden/syntax', `This line is no JSON: ${error.message}`, line, 'Write one case a line.');
    return undefined;
  }
}

function readCsv(path: string, text: string, diagnostics: Diagnostics): GoldenCase[] {
  let line: TextRange = { start: 0, end: 0 };
  const reader = new CaseReader(
    new Fields(
      noSource(() => line),
      diagnostics,
      'golden',
    ),
    path,
  );
  return readCsvRows(text, diagnostics).flatMap((row, i) => {
    line = row.range;
    return reader.read(row.value, [i], lineOnly(row.range));
  });
}

const lineOnly = (range: TextRange): CasePlaces => ({ whole: range, valueOf: () => range, keyOf: () => range });

/** Line-based files know the line a problem is in, and no more. */
const noSource = (line: () => TextRange): Fields['source'] => ({ value: null, offset: 0, rangeOf: () => line(), keyRangeOf: () => line() });
