/** Which rows of the results a person wants to see, and in which order. Kept by the page over a reload. */

export const VERDICTS = ['pass', 'fail', 'error', 'unjudged'] as const;
export type ShownVerdict = (typeof VERDICTS)[number];

/** What may hold for a case beside its verdict. The first three need something to compare with. */
export const CASE_MARKS = ['flipped', 'regressed', 'improved', 'flaky', 'truncated', 'refused', 'over-budget'] as const;
export type CaseMark = (typeof CASE_MARKS)[number];

export const SAMPLE_METRICS = ['score', 'costUsd', 'ttftMs', 'latencyMs', 'inputTokens', 'outputTokens', 'reasoningTokens'] as const;
export type SampleMetric = (typeof SAMPLE_METRICS)[number];

/** `order`: as in the golden set. `change`: regressions first, then improvements. */
export type SortKey = 'order' | 'change' | 'case' | SampleMetric;

export interface ResultsSort {
  readonly by: SortKey;
  /** Id of the column whose numbers count; null: the largest of all. */
  readonly column: string | null;
  readonly descending: boolean;
}

/** Cases whose number in a column lies in a range: what was selected in a plot. */
export interface MetricRange {
  readonly metric: SampleMetric;
  readonly column: string | null;
  readonly from: number;
  readonly to: number;
}

/** Answers that expect one class and found another. */
export interface ClassCell {
  readonly column: string;
  /** Of `expected`; empty: the whole text. */
  readonly field: string;
  readonly expected: string;
  /** Null: none of the classes. */
  readonly found: string | null;
}

const MOST_ALIKE = 10_000;

/** Cases that failed alike. */
export interface AlikeCases {
  /** How they failed. */
  readonly what: string;
  readonly cases: readonly string[];
}

/** Within one list any member is enough; all lists that are not empty must hold. */
export interface ResultsQuery {
  readonly verdicts: readonly ShownVerdict[];
  readonly marks: readonly CaseMark[];
  readonly tags: readonly string[];
  readonly groups: readonly string[];
  readonly statuses: readonly string[];
  /** Kinds of assertions that did not pass. */
  readonly assertions: readonly string[];
  /** In the id, the description, the variables, what is expected, or an output; capitals do not count. */
  readonly text: string;
  readonly range: MetricRange | null;
  readonly cell: ClassCell | null;
  readonly alike: AlikeCases | null;
  readonly sort: ResultsSort;
}

export const EVERYTHING: ResultsQuery = {
  verdicts: [],
  marks: [],
  tags: [],
  groups: [],
  statuses: [],
  assertions: [],
  text: '',
  range: null,
  cell: null,
  alike: null,
  sort: { by: 'order', column: null, descending: false },
};

export type FacetKind = 'verdicts' | 'marks' | 'tags' | 'groups' | 'statuses' | 'assertions';
export const FACETS: readonly FacetKind[] = ['verdicts', 'marks', 'tags', 'groups', 'statuses', 'assertions'];

export interface Facet {
  readonly kind: FacetKind;
  readonly value: string;
  /** Cases of the run that have it, whatever else is filtered. */
  readonly count: number;
}

export const isFiltered = (query: ResultsQuery): boolean =>
  query.text !== '' || query.range !== null || query.cell !== null || query.alike !== null || FACETS.some((kind) => query[kind].length > 0);

/** The query without or with one value of a facet. */
export function toggled(query: ResultsQuery, kind: FacetKind, value: string): ResultsQuery {
  const list: readonly string[] = query[kind];
  return { ...query, [kind]: list.includes(value) ? list.filter((item) => item !== value) : [...list, value] };
}

/** What arrives from a page or its memory, whatever its shape, as a query. */
export function queryOf(value: unknown): ResultsQuery {
  const given = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  const texts = (name: string): string[] => {
    const list = given[name];
    return Array.isArray(list) ? list.filter((item) => typeof item === 'string').slice(0, 1000) : [];
  };
  return {
    verdicts: VERDICTS.filter((verdict) => texts('verdicts').includes(verdict)),
    marks: CASE_MARKS.filter((mark) => texts('marks').includes(mark)),
    tags: texts('tags'),
    groups: texts('groups'),
    statuses: texts('statuses'),
    assertions: texts('assertions'),
    text: typeof given['text'] === 'string' ? given['text'].slice(0, 10_000) : '',
    range: rangeOf(given['range']),
    cell: cellOf(given['cell']),
    alike: alikeOf(given['alike']),
    sort: sortOf(given['sort']),
  };
}

function rangeOf(value: unknown): MetricRange | null {
  const { metric, column, from, to } = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  const found = SAMPLE_METRICS.find((name) => name === metric);
  if (found === undefined || typeof from !== 'number' || typeof to !== 'number') return null;
  return { metric: found, column: typeof column === 'string' ? column : null, from, to };
}

function cellOf(value: unknown): ClassCell | null {
  const { column, field, expected, found } = (typeof value === 'object' && value !== null ? value : {}) as Readonly<
    Record<string, unknown>
  >;
  if (typeof column !== 'string' || typeof field !== 'string' || typeof expected !== 'string') return null;
  return { column, field, expected, found: typeof found === 'string' ? found : null };
}

function alikeOf(value: unknown): AlikeCases | null {
  const { what, cases } = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  if (typeof what !== 'string' || !Array.isArray(cases)) return null;
  return { what, cases: cases.filter((id) => typeof id === 'string').slice(0, MOST_ALIKE) };
}

function sortOf(value: unknown): ResultsSort {
  const { by, column, descending } = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  const keys: readonly SortKey[] = ['order', 'change', 'case', ...SAMPLE_METRICS];
  return {
    by: keys.find((key) => key === by) ?? 'order',
    column: typeof column === 'string' ? column : null,
    descending: descending === true,
  };
}
