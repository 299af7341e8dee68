/** What can be done with a column and with a cell; every entry can be reached by keyboard. */
import type { Channel } from '../../../protocol/channel.ts';
import { SAMPLE_METRICS, type SampleMetric, type ResultsQuery } from '../../../protocol/query.ts';
import type { HostMethods, ResultsRow, ResultsSnapshot } from '../../../protocol/results.ts';
import { NO_LAYOUT, type ColumnLayout, type DiffChoice, type HeadSize } from '../../host.ts';
import type { MenuItem } from '../../controls/menu.tsx';
import { nameOf } from './column-head.tsx';
import { headId } from './grid.tsx';
import { EXPECTED, hideToggled, INPUT, moved, pinToggled, resized, type ShownColumn } from './layout.ts';

export interface MenuContext {
  readonly snapshot: ResultsSnapshot;
  readonly host: Channel<HostMethods>;
  readonly layout: ColumnLayout;
  readonly setLayout: (layout: ColumnLayout) => void;
  readonly query: ResultsQuery;
  readonly setQuery: (query: ResultsQuery) => void;
  readonly diff: DiffChoice;
  readonly setDiff: (diff: DiffChoice) => void;
  readonly shown: readonly ShownColumn[];
  readonly heads: HeadSize;
  readonly setHeads: (heads: HeadSize) => void;
}

const SORTS: Readonly<Partial<Record<SampleMetric, string>>> = {
  score: 'Sort by score',
  costUsd: 'Sort by cost',
  ttftMs: 'Sort by TTFT',
  latencyMs: 'Sort by total time',
};
const WIDER = 80;
/** A page this small has no room for all figures in the heads; the style sheet has the same limits. */
const isSmall = (): boolean => matchMedia('(max-height: 620px), (max-width: 560px)').matches;

export function columnMenu({ id, column, pinned }: ShownColumn, context: MenuContext): MenuItem[] {
  const { snapshot, host, layout, setLayout, query, setQuery, diff, setDiff, shown } = context;
  const width = document.getElementById(headId(shown.findIndex((item) => item.id === id) + 1))?.offsetWidth ?? 300;
  const others = snapshot.columns.length > 1;
  const ofCandidate: MenuItem[] =
    column === null
      ? []
      : [
          ...SAMPLE_METRICS.flatMap((by): MenuItem[] => {
            const label = SORTS[by];
            return label === undefined
              ? []
              : [
                  {
                    label,
                    checked: query.sort.by === by && query.sort.column === id,
                    run: () => setQuery({ ...query, sort: { by, column: id, descending: true } }),
                  },
                ];
          }),
          ...(others
            ? [
                {
                  label: 'Compare other columns with this one',
                  icon: 'diff' as const,
                  separated: true,
                  run: () => void host.call('baseline', { column: id }),
                },
                { label: 'Show differences from this column', icon: 'diff' as const, run: () => setDiff({ ...diff, against: id }) },
              ]
            : []),
          { label: 'Open prompt', icon: 'open', run: () => void host.call('openPrompt', { column: id }) },
          ...(column.fix === null || snapshot.readOnly
            ? []
            : [{ label: column.fix.title, run: () => void host.call('solve', { column: id, code: column.fix?.code ?? '' }) }]),
        ];
  return [
    ...ofCandidate,
    { label: pinned ? 'Unpin' : 'Pin to the left', icon: 'pin', separated: true, run: () => setLayout(pinToggled(layout, id)) },
    { label: 'Move left', run: () => setLayout(moved(layout, shown, id, -1)) },
    { label: 'Move right', run: () => setLayout(moved(layout, shown, id, 1)) },
    { label: 'Wider', run: () => setLayout(resized(layout, id, width + WIDER)) },
    { label: 'Narrower', run: () => setLayout(resized(layout, id, width - WIDER)) },
    { label: 'Hide', run: () => setLayout(hideToggled(layout, id, true)) },
  ];
}

/** Which columns are shown. */
export function columnsMenu({ snapshot, layout, setLayout, shown, heads, setHeads }: MenuContext): MenuItem[] {
  const entry = (id: string, label: string): MenuItem => {
    const checked = shown.some((item) => item.id === id);
    return { label, checked, run: () => setLayout(hideToggled(layout, id, checked)) };
  };
  const open = heads === 'open' || (heads === 'auto' && !isSmall());
  return [
    entry(INPUT, 'Input'),
    entry(EXPECTED, 'Expected'),
    ...snapshot.columns.map((column) => entry(column.id, `${column.model} ${nameOf(column, snapshot.columns)}`)),
    { label: 'All figures in the heads', checked: open, separated: true, run: () => setHeads(open ? 'closed' : 'open') },
    {
      label: 'Reset columns',
      separated: true,
      run: () => {
        setLayout(NO_LAYOUT);
        setHeads('auto');
      },
    },
  ];
}

export function cellMenu(row: ResultsRow, column: ShownColumn | undefined, { snapshot, host }: MenuContext, open: () => void): MenuItem[] {
  const first: MenuItem[] = [
    { label: 'Open result', run: open },
    { label: 'Open case', icon: 'open', run: () => void host.call('openCase', { case: row.case, column: column?.id ?? null }) },
  ];
  if (!column) return first;
  const at = { case: row.case, column: column.id, repeat: -1 };
  const cell = row.cells[column.at] ?? null;
  const copies: MenuItem[] = [
    {
      label: 'Copy output',
      icon: 'copy',
      disabled: cell === null,
      separated: true,
      run: () => void host.call('copy', { ...at, what: 'output' }),
    },
    { label: 'Copy as curl', icon: 'terminal', disabled: cell === null, run: () => void host.call('copy', { ...at, what: 'curl' }) },
  ];
  if (snapshot.readOnly) return [...first, ...copies];
  const running = snapshot.progress.running && (cell === null || cell.verdict === 'running');
  const grade = (label: string, name: 'pass' | 'fail' | 'unknown'): MenuItem => ({
    label,
    checked: cell?.label === name,
    separated: name === 'pass',
    run: () => void host.call('label', { ...at, grade: name, note: null }),
  });
  return [
    ...first,
    running
      ? { label: 'Cancel this cell', icon: 'stop', run: () => void host.call('cancel', { cell: at }) }
      : { label: 'Rerun this cell', icon: 'rerun', run: () => void host.call('rerun', { what: at }) },
    {
      label: 'Accept as expected',
      icon: 'check',
      disabled: cell === null || cell.output === '' || cell.label === 'fail',
      run: () => void host.call('accept', { ...at, correction: null }),
    },
    ...copies,
    grade('Grade: pass (p)', 'pass'),
    grade('Grade: fail (f)', 'fail'),
    grade('Grade: can’t tell (u)', 'unknown'),
  ];
}
