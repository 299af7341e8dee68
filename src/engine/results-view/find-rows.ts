/** Which cases a query shows, in its order. */
import { classSamples, isClassed } from '../../core/results/classes/class-metrics.ts';
import { FACETS, type ClassCell, type ResultsQuery } from '../../protocol/query.ts';
import { facetKey, type RunTable } from './run-table.ts';
import { samplesIn } from './show-column.ts';
import { metricReaders, type SampleFacts } from './sample-facts.ts';

/** Whether a text that is too long to be kept has the words; `needle` in small letters. */
export type SearchFullText = (facts: SampleFacts, needle: string) => boolean;

/** Indexes of cases. */
export function findRows(table: RunTable, query: ResultsQuery, searchWhole: SearchFullText): number[] {
  const tests = testsOf(table, query, searchWhole);
  const found: number[] = [];
  for (let index = 0; index < table.cases.length; index++) if (tests.every((test) => test(index))) found.push(index);
  return sorted(table, found, query);
}

function testsOf(table: RunTable, query: ResultsQuery, searchWhole: SearchFullText): ((index: number) => boolean)[] {
  const tests = FACETS.filter((kind) => query[kind].length > 0).map((kind) => {
    const wanted = new Set(query[kind].map((value) => facetKey(kind, value)));
    return (index: number): boolean => table.cases[index]?.facets.some((key) => wanted.has(key)) ?? false;
  });
  const { range, cell, alike } = query;
  if (range !== null) {
    const columns = columnsOf(table, range.column);
    const metric = metricReaders[range.metric];
    tests.push((index) =>
      columns.some((column) =>
        table.samplesOf(column, index).some((facts) => {
          const value = metric(facts);
          return value !== null && value >= range.from && value <= range.to;
        }),
      ),
    );
  }
  if (cell !== null) tests.push(classTest(table, cell));
  if (alike !== null) {
    const wanted = new Set(alike.cases);
    tests.push((index) => wanted.has(table.cases[index]?.id ?? ''));
  }
  const needle = query.text.trim().toLowerCase();
  if (needle !== '') tests.push((index) => hasText(table, index, needle, searchWhole));
  return tests;
}

/** Of the column's answers, those that the matrix counts in this cell. */
function classTest(table: RunTable, { column, field, expected, found }: ClassCell): (index: number) => boolean {
  const at = table.columnIndex(column);
  const all = table.columns[at] === undefined ? [] : samplesIn(table.columns[at]);
  const labels = new Set((classSamples(field, all.filter(isClassed)) ?? []).map((sample) => sample.expected));
  return (index) =>
    at !== -1 &&
    table.samplesOf(at, index).some((facts) => {
      const value = isClassed(facts) ? facts.compared?.[field] : undefined;
      if (value?.kind !== 'label' || value.expected !== expected) return false;
      return found === null ? value.found === null || !labels.has(value.found) : value.found === found;
    });
}

function hasText(table: RunTable, index: number, needle: string, searchWhole: SearchFullText): boolean {
  const item = table.cases[index];
  if (item === undefined) return false;
  if (item.text.includes(needle) || (item.text === '' && item.id.toLowerCase().includes(needle))) return true;
  return table.columns.some(({ cells }) =>
    (cells[index] ?? []).some((facts) => facts.text.includes(needle) || (facts.isCut && searchWhole(facts, needle))),
  );
}

const columnsOf = (table: RunTable, id: string | null): number[] => {
  const only = id === null ? -1 : table.columnIndex(id);
  return only === -1 ? table.columns.map((_, i) => i) : [only];
};

function sorted(table: RunTable, found: number[], { sort }: ResultsQuery): number[] {
  const direction = sort.descending ? -1 : 1;
  const { by } = sort;
  if (by === 'order') return sort.descending ? found.reverse() : found;
  if (by === 'case') return found.sort((a, b) => direction * compareText(table.cases[a]?.id ?? '', table.cases[b]?.id ?? '') || a - b);
  if (by === 'change') {
    const rank = (index: number): number => CHANGE_RANK[table.cases[index]?.change ?? 'none'];
    return found.sort((a, b) => rank(a) - rank(b) || a - b);
  }
  const metric = metricReaders[by];
  const columns = columnsOf(table, sort.column);
  const values = new Map(found.map((index) => [index, largest(table, columns, index, metric)]));
  return found.sort((a, b) => {
    const [x, y] = [values.get(a) ?? null, values.get(b) ?? null];
    // What is not known comes last, whichever way round.
    if (x === null || y === null) return x === y ? a - b : x === null ? 1 : -1;
    return direction * (x - y) || a - b;
  });
}

const CHANGE_RANK = { regressed: 0, improved: 1, none: 2 } as const;

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The largest mean of a cell; null: nothing is known. */
function largest(table: RunTable, columns: readonly number[], index: number, metric: (facts: SampleFacts) => number | null): number | null {
  let most: number | null = null;
  for (const column of columns) {
    let sum = 0;
    let known = 0;
    for (const facts of table.samplesOf(column, index)) {
      const value = metric(facts);
      if (value === null) continue;
      sum += value;
      known++;
    }
    if (known > 0 && (most === null || sum / known > most)) most = sum / known;
  }
  return most;
}
