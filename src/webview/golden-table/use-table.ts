/** The state of the table: what the extension says of the golden set, and which rows of it are in view. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { WHOLE_TABLE, type TableView } from '../../core/golden/table/table-view.ts';
import { openChannel, type Channel } from '../../protocol/channel.ts';
import type { TableHost, TablePage, TableRow, TableSnapshot } from '../../protocol/golden-table.ts';
import { pagePort } from '../host.ts';

export interface TableStateOfPage {
  readonly snapshot: TableSnapshot | null;
  readonly rows: ReadonlyMap<number, TableRow>;
  /** Cases that the view shows. */
  readonly total: number;
  readonly view: TableView;
  readonly setView: (view: TableView) => void;
  readonly setRange: (from: number, to: number) => void;
  readonly host: Channel<TableHost>;
}

/** Rows that the extension is sent for at once, at least. */
const STEP = 60;

export function useTable(): TableStateOfPage {
  const [snapshot, setSnapshot] = useState<TableSnapshot | null>(null);
  const [revision, setRevision] = useState(0);
  const [view, setView] = useState<TableView>(WHOLE_TABLE);
  const [found, setFound] = useState<{ rows: ReadonlyMap<number, TableRow>; total: number }>({ rows: new Map(), total: 0 });
  const range = useRef({ from: 0, to: STEP });
  const viewRef = useRef(view);
  const ticket = useRef(0);
  const host = useMemo(
    () =>
      openChannel<TablePage, TableHost>(pagePort, {
        changed: ({ snapshot: next }) => {
          setSnapshot(next);
          setRevision((old) => old + 1);
        },
      }),
    [],
  );
  useEffect(() => {
    void host.call('ready', {}).then(setSnapshot);
    return () => host.close();
  }, [host]);

  /** Answers that come late are for rows that are no longer in view. */
  const load = useCallback((): void => {
    const own = ++ticket.current;
    const { from, to } = range.current;
    void host
      .call('rows', { from, to: Math.max(to, from + STEP), view: viewRef.current })
      .then(({ from: start, total, rows }) => {
        if (own === ticket.current) setFound({ rows: new Map(rows.map((row, i) => [start + i, row])), total });
      })
      // The set changes while it is read: the next event brings it.
      .catch(() => undefined);
  }, [host]);
  useEffect(() => {
    viewRef.current = view;
    load();
  }, [view, revision, load]);
  const setRange = useCallback(
    (from: number, to: number): void => {
      if (range.current.from === from && range.current.to === to) return;
      range.current = { from, to };
      load();
    },
    [load],
  );
  return { snapshot, ...found, view, setView, setRange, host };
}
