/** The results page. It holds only the rows in view; everything else stays with the extension. */
import { render } from 'preact';
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Channel } from '../protocol/channel.ts';
import type { HostMethods, ResultsFilter, ResultsRow, ResultsSnapshot } from '../protocol/results.ts';
import { Comparisons } from './comparisons.tsx';
import { Grid } from './grid.tsx';
import { connect, readState, writeState } from './host.ts';
import { Toolbar } from './toolbar.tsx';

/** Rows above and below the view that are there before they are scrolled to. */
const OVERSCAN = 6;

function ResultsPage() {
  const [snapshot, setSnapshot] = useState<ResultsSnapshot | null>(null);
  const [filter, setFilter] = useState<ResultsFilter>(readState().filter);
  const [view, setView] = useState({ from: 0, to: 20 });
  const [rows, setRows] = useState<ReadonlyMap<number, ResultsRow>>(new Map());
  const host = useRef<Channel<HostMethods> | null>(null);
  const asked = useRef(0);

  useEffect(() => {
    const channel = connect(setSnapshot, (wanted) => {
      setFilter(wanted);
      writeState({ filter: wanted, scroll: 0 });
    });
    host.current = channel;
    void channel.call('ready', { filter }).then(setSnapshot);
    return () => channel.close();
  }, []);

  useEffect(() => {
    if (snapshot?.runId) writeState({ root: snapshot.root, runId: snapshot.runId });
  }, [snapshot?.runId, snapshot?.root]);

  useEffect(() => {
    const ticket = ++asked.current;
    const from = Math.max(0, view.from - OVERSCAN);
    void host.current?.call('rows', { from, to: view.to + OVERSCAN, filter }).then(({ total, rows: found }) => {
      if (ticket !== asked.current) return;
      setRows(new Map(found.map((row, i) => [from + i, row])));
      setSnapshot((known) => (known === null || known.rows === total ? known : { ...known, rows: total }));
    });
  }, [view.from, view.to, filter, snapshot?.runId, snapshot?.progress.done, snapshot?.progress.running]);

  const chooseFilter = useCallback((next: ResultsFilter) => {
    setFilter(next);
    writeState({ filter: next });
  }, []);
  const onView = useCallback((from: number, to: number) => setView((old) => (old.from === from && old.to === to ? old : { from, to })), []);
  const actions = useMemo(
    () => ({
      rerun: (only: 'failed' | 'all' | 'rest') => void host.current?.call('rerun', { only }),
      cancel: () => void host.current?.call('cancel', {}),
      openCase: (id: string) => void host.current?.call('openCase', { case: id }),
    }),
    [],
  );

  if (snapshot === null) return <p class="empty">Loading…</p>;
  if (snapshot.runId === null) return <p class="empty">No run yet. Open a prompt and use “Goldset: Run Prompt Under Cursor”.</p>;
  return (
    <main>
      <Toolbar snapshot={snapshot} filter={filter} onFilter={chooseFilter} onRerun={actions.rerun} onCancel={actions.cancel} />
      <Comparisons snapshot={snapshot} />
      <Grid snapshot={snapshot} rows={rows} onView={onView} onOpen={actions.openCase} />
    </main>
  );
}

const root = document.getElementById('root');
if (root) render(<ResultsPage />, root);
