/** Finding rows: what is shown, in which order, compared with what. */
import { useState } from 'preact/hooks';
import { count, quantity } from '../../core/display/figures.ts';
import { excerpt } from '../../core/text/text.ts';
import {
  EVERYTHING,
  FACETS,
  isFiltered,
  CASE_MARKS,
  SAMPLE_METRICS,
  toggled,
  type Facet,
  type FacetKind,
  type SampleMetric,
  type ResultsQuery,
  type SortKey,
} from '../../protocol/query.ts';
import type { ResultsSnapshot } from '../../protocol/results.ts';
import { nameOf } from './grid/column-head.tsx';
import { DENSITIES, type Density, type DiffChoice } from '../host.ts';
import { Icon } from '../controls/icon.tsx';
import { SearchBox } from '../controls/search-box.tsx';
import { MenuButton, type MenuItem } from '../controls/menu.tsx';

interface FilterBarProps {
  readonly snapshot: ResultsSnapshot;
  readonly query: ResultsQuery;
  readonly onQuery: (query: ResultsQuery) => void;
  readonly diff: DiffChoice;
  readonly onDiff: (diff: DiffChoice) => void;
  readonly density: Density;
  readonly onDensity: (density: Density) => void;
  readonly columns: readonly MenuItem[];
}

const VERDICT_LABELS = { fail: 'Failed', error: 'Errors', pass: 'Passed', unjudged: 'Unjudged' } as const;
/** Cases that are not among those that passed or failed. */
const ASIDE = { 'known-failing': 'Known failing', unverified: 'Unverified' } as const;
const SHOWN_VERDICTS = ['fail', 'error', 'pass', 'unjudged'] as const;
const MARK_LABELS: Readonly<Record<string, string>> = {
  flipped: 'Flipped',
  regressed: 'Regressed',
  improved: 'Improved',
  flaky: 'Flaky',
  truncated: 'Truncated',
  refused: 'Refused',
  'over-budget': 'Over budget',
};
const FACET_LABELS: Readonly<Record<FacetKind, string>> = {
  verdicts: 'Verdict',
  marks: 'Flags',
  tags: 'Tags',
  groups: 'Groups',
  statuses: 'Status',
  assertions: 'Failed assertions',
};
const METRIC_LABELS: Readonly<Record<SampleMetric, string>> = {
  score: 'Score',
  costUsd: 'Cost',
  ttftMs: 'TTFT',
  latencyMs: 'Total time',
  inputTokens: 'Input tokens',
  outputTokens: 'Output tokens',
  reasoningTokens: 'Thinking tokens',
};

export function FilterBar(props: FilterBarProps) {
  const { snapshot, query, onQuery, diff, onDiff, density, onDensity, columns } = props;
  const [open, setOpen] = useState(false);
  const numberOf = (kind: FacetKind, value: string): number =>
    snapshot.facets.find((facet) => facet.kind === kind && facet.value === value)?.count ?? 0;
  const quick = (kind: FacetKind, value: string, label: string) => (
    <button
      key={value}
      type="button"
      class="filter"
      aria-pressed={(query[kind] as readonly string[]).includes(value)}
      onClick={() => onQuery(toggled(query, kind, value))}
    >
      {label} <span class="count">{count(numberOf(kind, value))}</span>
    </button>
  );
  const marks = CASE_MARKS.filter(
    (mark) => numberOf('marks', mark) > 0 || query.marks.includes(mark) || (mark === 'flipped' && snapshot.comparisons.length > 0),
  );
  const more = snapshot.facets.filter(({ kind }) => kind !== 'verdicts' && kind !== 'marks' && kind !== 'statuses');
  return (
    <section class="filter-bar" aria-label="Filters">
      <SearchBox
        text={query.text}
        label="Find in cases and outputs"
        placeholder="Find in cases and outputs"
        pause={30}
        onText={(text) => onQuery({ ...query, text })}
      />
      <div class="filters" role="group" aria-label="Show">
        <button type="button" class="filter" aria-pressed={!isFiltered(query)} onClick={() => onQuery({ ...EVERYTHING, sort: query.sort })}>
          All <span class="count">{count(snapshot.cases)}</span>
        </button>
        {SHOWN_VERDICTS.filter(
          (verdict) => verdict !== 'unjudged' || numberOf('verdicts', verdict) > 0 || query.verdicts.includes(verdict),
        ).map((verdict) => quick('verdicts', verdict, VERDICT_LABELS[verdict]))}
        {(['known-failing', 'unverified'] as const)
          .filter((status) => numberOf('statuses', status) > 0 || query.statuses.includes(status))
          .map((status) => quick('statuses', status, ASIDE[status]))}
        {marks.map((mark) => quick('marks', mark, MARK_LABELS[mark] ?? mark))}
        {more.length > 0 && (
          <button type="button" class="filter" aria-expanded={open} onClick={() => setOpen(!open)}>
            <Icon name="filter" /> More
          </button>
        )}
      </div>
      <div class="view-options">
        <span class="quiet shown-count">
          {count(snapshot.rows)} of {quantity(snapshot.cases, 'case')}
        </span>
        <MenuButton label="Sort" icon="sort" items={sortItems(query, onQuery, snapshot)} title={`Sorted by ${sortLabel(query.sort.by)}`} />
        <MenuButton label={diffLabel(diff)} icon="diff" items={diffItems(diff, onDiff, snapshot)} title="Compare outputs with" />
        <MenuButton label="Columns" icon="columns" items={columns} />
        <MenuButton
          label="Density"
          icon="density"
          items={DENSITIES.map((name) => ({
            label: `${name[0]?.toUpperCase() ?? ''}${name.slice(1)} rows`,
            checked: density === name,
            run: () => onDensity(name),
          }))}
        />
      </div>
      {open && more.length > 0 && <Facets facets={more} query={query} onQuery={onQuery} />}
      <ActiveFilters query={query} onQuery={onQuery} />
    </section>
  );
}

/** Values of one kind that are listed, those of most cases. */
const MOST_VALUES = 60;

function Facets({ facets, query, onQuery }: { readonly facets: readonly Facet[] } & Pick<FilterBarProps, 'query' | 'onQuery'>) {
  return (
    <div class="facets">
      {FACETS.map((kind) => {
        const own = facets.filter((facet) => facet.kind === kind).sort((a, b) => b.count - a.count);
        if (own.length === 0) return null;
        return (
          <fieldset key={kind}>
            <legend>{FACET_LABELS[kind]}</legend>
            {own.slice(0, MOST_VALUES).map(({ value, count: cases }) => (
              <label key={value}>
                <input
                  type="checkbox"
                  checked={(query[kind] as readonly string[]).includes(value)}
                  onChange={() => onQuery(toggled(query, kind, value))}
                />{' '}
                {value} <span class="count">{count(cases)}</span>
              </label>
            ))}
            {own.length > MOST_VALUES && (
              <span class="quiet">
                {count(MOST_VALUES)} of {count(own.length)} shown; the text box finds the others
              </span>
            )}
          </fieldset>
        );
      })}
    </div>
  );
}

/** What the other controls do not show as chosen. */
function ActiveFilters({ query, onQuery }: Pick<FilterBarProps, 'query' | 'onQuery'>) {
  const chips: { label: string; clear: () => void }[] = [];
  for (const kind of ['tags', 'groups', 'assertions'] as const)
    for (const value of query[kind])
      chips.push({ label: `${FACET_LABELS[kind]}: ${value}`, clear: () => onQuery(toggled(query, kind, value)) });
  const { range } = query;
  if (range !== null)
    chips.push({
      label: `${METRIC_LABELS[range.metric]} ${figure(range.from)} to ${figure(range.to)}`,
      clear: () => onQuery({ ...query, range: null }),
    });
  const { cell } = query;
  if (cell !== null)
    chips.push({
      label: `${cell.expected} found as ${cell.found ?? 'none of the classes'}`,
      clear: () => onQuery({ ...query, cell: null }),
    });
  const { alike } = query;
  if (alike !== null) chips.push({ label: `Failed alike: ${excerpt(alike.what, 60)}`, clear: () => onQuery({ ...query, alike: null }) });
  if (chips.length === 0) return null;
  return (
    <div class="chips">
      {chips.map(({ label, clear }) => (
        <button key={label} type="button" class="chip" onClick={clear} aria-label={`Remove the filter ${label}`}>
          {label} <Icon name="close" />
        </button>
      ))}
    </div>
  );
}

const figure = (value: number): string => (value >= 100 ? count(value) : String(Number(value.toPrecision(3))));

const sortLabel = (by: SortKey): string =>
  by === 'order' ? 'golden set order' : by === 'change' ? 'regressions first' : by === 'case' ? 'case id' : METRIC_LABELS[by];

function sortItems(query: ResultsQuery, onQuery: FilterBarProps['onQuery'], snapshot: ResultsSnapshot): MenuItem[] {
  const { sort } = query;
  const keys: readonly SortKey[] = ['order', ...(snapshot.comparisons.length > 0 ? (['change'] as const) : []), 'case', ...SAMPLE_METRICS];
  return [
    ...keys.map((by) => ({
      label:
        by === 'order'
          ? 'Golden set order'
          : by === 'change'
            ? 'Regressions first, then improvements'
            : by === 'case'
              ? 'Case id'
              : METRIC_LABELS[by],
      checked: sort.by === by,
      run: () => onQuery({ ...query, sort: { ...sort, by, descending: isMetric(by) } }),
    })),
    {
      label: 'Reverse order',
      checked: sort.descending,
      separated: true,
      run: () => onQuery({ ...query, sort: { ...sort, descending: !sort.descending } }),
    },
  ];
}

const isMetric = (by: SortKey): boolean => (SAMPLE_METRICS as readonly string[]).includes(by);

const diffLabel = ({ against }: DiffChoice): string =>
  against === 'none'
    ? 'Differences'
    : against === 'expected'
      ? 'From expected'
      : against === 'baseline'
        ? 'From baseline'
        : 'From a column';

function diffItems(diff: DiffChoice, onDiff: FilterBarProps['onDiff'], { columns, comparisons }: ResultsSnapshot): MenuItem[] {
  const choice = (against: string, label: string): MenuItem => ({
    label,
    checked: diff.against === against,
    run: () => onDiff({ ...diff, against }),
  });
  return [
    choice('none', 'Outputs without differences'),
    choice('expected', 'Differences from expected'),
    ...(comparisons.length > 0 ? [choice('baseline', 'Differences from the baseline')] : []),
    ...(columns.length > 1
      ? columns.map((column) => choice(column.id, `Differences from ${column.model} ${nameOf(column, columns)}`))
      : []),
    { label: 'Differences only', checked: diff.only, separated: true, run: () => onDiff({ ...diff, only: !diff.only }) },
  ];
}
