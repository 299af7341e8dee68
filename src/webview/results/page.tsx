/** The results page. It holds only the rows in view; everything else stays with the extension. */
import { render } from 'preact';
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ResultsDetail } from '../../protocol/detail.ts';
import { isFiltered } from '../../protocol/query.ts';
import type { ResultsRow, ResultsSnapshot } from '../../protocol/results.ts';
import { Comparisons } from './comparisons.tsx';
import { Detail } from './detail/detail.tsx';
import { FilterBar } from './filter-bar.tsx';
import { cellMenu, columnMenu, columnsMenu } from './grid/menus.ts';
import { againstIn, Grid, type GridPosition } from './grid/grid.tsx';
import { nameOf } from './grid/column-head.tsx';
import { INPUT, resized, shownColumns, type ShownColumn } from './grid/layout.ts';
import { Labelling } from '../labelling/labelling.tsx';
import { Menu, type MenuItem } from '../controls/menu.tsx';
import { Plots } from './plots/plots.tsx';
import { RunList } from './run-list.tsx';
import { Splitter } from '../controls/splitter.tsx';
import { Toolbar } from './toolbar.tsx';
import { useResults, type Results } from './use-results.ts';
import { useRemembered } from '../controls/use-remembered.ts';

function ResultsPage() {
  const [labelling, setLabelling] = useRemembered('labelling');
  const results = useResults(
    labelling,
    useCallback(() => setLabelling(true), [setLabelling]),
  );
  const { snapshot, host } = results;
  if (snapshot === null) return <p class="empty">Loading…</p>;
  if (snapshot.runs === null)
    return (
      <main class="welcome">
        <h1>No run yet</h1>
        <p>Open a prompt and use “Goldset: Run Prompt Under Cursor”. Its outputs appear here side by side.</p>
      </main>
    );
  if (labelling && !snapshot.readOnly)
    return <Labelling host={host} stamp={`${snapshot.runs.ids.join()} ${snapshot.progress.running}`} onLeave={() => setLabelling(false)} />;
  return <Page snapshot={snapshot} results={results} onLabel={() => setLabelling(true)} />;
}

interface PageProps {
  readonly snapshot: ResultsSnapshot;
  readonly results: Results;
  readonly onLabel: () => void;
}

function Page({ snapshot, results, onLabel }: PageProps) {
  const { rows, total, query, setQuery, setView, host, revision } = results;
  const [density, setDensity] = useRemembered('density');
  const [diff, setDiff] = useRemembered('diff');
  const [layout, setLayout] = useRemembered('layout');
  const [heads, setHeads] = useRemembered('heads');
  const [wanted, setOpened] = useRemembered('detail');
  const [pane, setPane] = useRemembered('pane');
  const [panel, setPanel] = useRemembered('panel');
  const [active, setActive] = useState<GridPosition>({ row: 0, column: 0 });
  const [menu, setMenu] = useState<{ items: readonly MenuItem[]; at: { x: number; y: number }; label: string } | null>(null);
  const [detail, setDetail] = useState<ResultsDetail | null>(null);
  const [repeat, setRepeat] = useState(-1);
  const { split, width } = useWidth();
  const differs = diff.against !== 'none';
  const hasInput = snapshot.inputName !== null;
  const columns = useMemo(
    () => shownColumns(snapshot.columns, layout, width, { differs, hasInput }),
    [snapshot.columns, layout, width, differs, hasInput],
  );
  const stamp = snapshot.progress.running ? String(Math.floor(revision / 12)) : `${revision}`;

  /** Its candidate may not be among those that are shown by now. */
  const openedId = wanted === null || snapshot.columns.some(({ id }) => id === wanted.column) ? wanted?.column : snapshot.columns[0]?.id;
  const opened = useMemo(
    () => (wanted === null || openedId === undefined ? null : { case: wanted.case, column: openedId }),
    [wanted?.case, openedId],
  );

  /** The candidate of a place; the first one for a case or what is expected. */
  const columnAt = useCallback(
    (place: GridPosition): ShownColumn | undefined => {
      const own = columns.list[place.column - 1];
      return own?.column ? own : columns.list.find(({ column }) => column !== null);
    },
    [columns],
  );
  const open = useCallback(
    (place: GridPosition): void => {
      const row = rows.get(place.row);
      const column = columnAt(place);
      if (!row || !column) return;
      setRepeat(-1);
      setOpened({ case: row.case, column: column.id });
    },
    [rows, columnAt],
  );
  const against = opened === null ? null : againstIn(opened.column, { diff, snapshot });
  useEffect(() => {
    let isWanted = true;
    if (opened === null) setDetail(null);
    else void host.call('detail', { ...opened, repeat, against }).then((found) => isWanted && setDetail(found));
    return () => {
      isWanted = false;
    };
  }, [host, opened?.case, opened?.column, repeat, against, stamp]);
  const choose = useCallback(
    (place: GridPosition): void => {
      setActive(place);
      if (opened !== null && place.row >= 0) open(place);
    },
    [opened, open],
  );
  /** The row may not be here yet: then its result opens when it is. */
  const pending = useRef<GridPosition | null>(null);
  const move = (step: 1 | -1): void => {
    const place = { row: Math.max(0, Math.min(total - 1, active.row + step)), column: active.column };
    setActive(place);
    if (rows.has(place.row)) open(place);
    else pending.current = place;
  };
  useEffect(() => {
    if (pending.current === null || !rows.has(pending.current.row)) return;
    open(pending.current);
    pending.current = null;
  }, [rows, open]);

  const at = (row: ResultsRow, column: ShownColumn) => ({ case: row.case, column: column.id, repeat: -1 });
  const menuContext = { snapshot, host, layout, setLayout, query, setQuery, diff, setDiff, shown: columns.list, heads, setHeads };
  const openMenu = (place: GridPosition, point: { x: number; y: number }): void => {
    const column = columns.list[place.column - 1];
    const row = rows.get(place.row);
    if (place.row === -1 && column) setMenu({ items: columnMenu(column, menuContext), at: point, label: 'Column' });
    else if (row) setMenu({ items: cellMenu(row, columnAt(place), menuContext, () => open(place)), at: point, label: 'Result' });
  };
  const onKey = (event: KeyboardEvent, place: GridPosition): boolean => {
    const row = rows.get(place.row);
    const column = columnAt(place);
    if (event.key === '/') document.getElementById('search')?.focus();
    else if (event.key === 'Escape' && opened !== null) setOpened(null);
    else if (event.key === 'd')
      setDiff({ ...diff, against: diff.against === 'none' ? (snapshot.comparisons.length > 0 ? 'baseline' : 'expected') : 'none' });
    else if (!row || !column || event.ctrlKey || event.metaKey || event.altKey) return false;
    else if (snapshot.readOnly) return false;
    else if (event.key === 'p') void host.call('label', { ...at(row, column), grade: 'pass', note: null });
    else if (event.key === 'f') void host.call('label', { ...at(row, column), grade: 'fail', note: null });
    else if (event.key === 'u') void host.call('label', { ...at(row, column), grade: 'unknown', note: null });
    else if (event.key === 'r') void host.call('rerun', { what: { case: row.case, column: column.id } });
    else return false;
    return true;
  };

  const openedColumn = snapshot.columns.find(({ id }) => id === opened?.column);
  /** Of what is seen: the next one may be on its way. */
  const place = detail === null ? (opened ?? { case: '', column: '' }) : { case: detail.case, column: detail.column };
  /** Rows that come and go leave the bars as they are. */
  const bars = useMemo(
    () => (
      <>
        <Toolbar
          snapshot={snapshot}
          panel={panel}
          onPanel={setPanel}
          onLabel={onLabel}
          onRerun={(what) => void host.call('rerun', { what })}
          onCancel={() => void host.call('cancel', { cell: null })}
          onExport={(kind) => void host.call('exportRows', { kind, query })}
        />
        <Comparisons snapshot={snapshot} />
        {panel === 'plots' && (
          <Plots
            load={() => host.call('plots', {})}
            stamp={stamp}
            range={query.range}
            onRange={(range) => setQuery({ ...query, range })}
            cell={query.cell}
            onCell={(cell) => setQuery({ ...query, cell })}
            alike={query.alike}
            onAlike={(alike) => setQuery({ ...query, alike })}
            onOpenRun={(id) => void host.call('openRuns', { ids: [id] })}
            onColumn={(id) => setActive({ row: -1, column: columns.list.findIndex((item) => item.id === id) + 1 })}
            onClose={() => setPanel(null)}
          />
        )}
        {panel === 'runs' && (
          <RunList
            load={() => host.call('runs', {})}
            stamp={snapshot.progress.running ? '' : stamp}
            onOpen={(ids) => void host.call('openRuns', { ids })}
            onDelete={(id) => host.call('deleteRun', { id })}
            onClose={() => setPanel(null)}
          />
        )}
        <FilterBar
          snapshot={snapshot}
          query={query}
          onQuery={setQuery}
          diff={diff}
          onDiff={setDiff}
          density={density}
          onDensity={setDensity}
          columns={columnsMenu(menuContext)}
        />
      </>
    ),
    [snapshot, query, panel, density, diff, layout, columns, heads, stamp],
  );
  return (
    <main>
      {bars}
      <div class="split" ref={split}>
        <Grid
          snapshot={snapshot}
          columns={columns}
          rows={rows}
          total={total}
          density={density}
          heads={heads}
          diff={diff}
          active={active}
          onActive={choose}
          onView={setView}
          onOpen={open}
          onMenu={openMenu}
          onKey={onKey}
          onFix={(column, code) => void host.call('solve', { column, code })}
          inputBelow={snapshot.inputName !== null && !layout.hidden.includes(INPUT) && !columns.list.some(({ id }) => id === INPUT)}
          onResize={(id, width) => setLayout(resized(layout, id, width))}
          empty={emptyText(snapshot, query.marks.includes('flipped') && query.verdicts.length === 0, isFiltered(query))}
        />
        {opened !== null && (
          <>
            <Splitter width={pane} onWidth={setPane} />
            <div class="pane" style={{ width: `${pane}px` }}>
              <Detail
                detail={detail}
                name={openedColumn === undefined ? '' : `${openedColumn.model} · ${nameOf(openedColumn, snapshot.columns)}`}
                readOnly={snapshot.readOnly}
                onlyChanges={diff.only}
                repeat={repeat}
                onRepeat={setRepeat}
                actions={{
                  request: (of) => host.call('request', { ...place, repeat: of }),
                  openCase: () => void host.call('openCase', place),
                  openPrompt: () => void host.call('openPrompt', { column: place.column }),
                  openOutput: (of) => void host.call('openOutput', { ...place, repeat: of }),
                  copy: (what, of) => void host.call('copy', { ...place, repeat: of, what }),
                  rerun: () => void host.call('rerun', { what: place }),
                  accept: (correction, of) => void host.call('accept', { ...place, repeat: of, correction }),
                  addCase: (variables) => void host.call('addCase', { like: place.case, column: place.column, variables }),
                  label: (grade, note, of) => void host.call('label', { ...place, repeat: of, grade, note }),
                  move,
                  close: () => {
                    setOpened(null);
                    document.querySelector<HTMLElement>('.scroller')?.focus();
                  },
                }}
              />
            </div>
          </>
        )}
      </div>
      {menu !== null && <Menu {...menu} onClose={() => setMenu(null)} />}
    </main>
  );
}

/** px of the part of the page that the table can have, in steps: columns do not creep while the window is dragged. */
function useWidth(): { split: { readonly current: HTMLDivElement | null }; width: number } {
  const split = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(Math.floor(innerWidth / 40) * 40);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.floor(entry.contentRect.width / 40) * 40));
    if (split.current) observer.observe(split.current);
    return () => observer.disconnect();
  }, []);
  return { split, width };
}

function emptyText({ comparisons, cases }: ResultsSnapshot, onlyFlipped: boolean, filtered: boolean): string {
  if (cases === 0) return 'This run has no cases.';
  if (onlyFlipped)
    return comparisons.length === 0
      ? 'No baseline, so there are no flipped cases. Choose a baseline in a column’s menu.'
      : 'No flipped cases: every verdict matches the baseline.';
  return filtered ? 'No cases match these filters. Choose All to see every case.' : 'Nothing to show.';
}

const root = document.getElementById('root');
if (root) render(<ResultsPage />, root);
