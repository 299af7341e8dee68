/** The state of the page: what the extension says, and where the person looks. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Channel } from '../../protocol/channel.ts';
import type { ResultsQuery } from '../../protocol/query.ts';
import type { HostMethods, ResultsRow, ResultsSnapshot, RowWindow } from '../../protocol/results.ts';
import { connect, readState, writeState } from '../host.ts';

export interface Results {
  readonly snapshot: ResultsSnapshot | null;
  readonly rows: ReadonlyMap<number, ResultsRow>;
  readonly total: number;
  readonly query: ResultsQuery;
  readonly setQuery: (query: ResultsQuery) => void;
  readonly setView: (from: number, to: number, glance: boolean) => void;
  /** Counts up whenever the extension has told of a change. */
  readonly revision: number;
  readonly host: Channel<HostMethods>;
}

/** `paused`: no rows are asked for, so that no verdict gets to the page. */
export function useResults(paused: boolean, onLabelBlind: () => void): Results {
  const [snapshot, setSnapshot] = useState<ResultsSnapshot | null>(null);
  const [query, setQueryState] = useState<ResultsQuery>(readState().query);
  const view = useRef({ from: 0, to: 20, glance: false });
  const queryRef = useRef(query);
  const [found, setFound] = useState<{ rows: ReadonlyMap<number, ResultsRow>; total: number }>({ rows: new Map(), total: 0 });
  const [revision, setRevision] = useState(0);
  const asked = useRef(0);
  const take = useCallback(({ from, total, rows }: RowWindow): void => {
    setFound({ total, rows: new Map(rows.map((row, i) => [from + i, row])) });
  }, []);
  const host = useMemo(
    () =>
      connect({
        changed: ({ snapshot: next, window }) => {
          setSnapshot(next);
          if (window !== null) take(window);
          setRevision((old) => old + 1);
        },
        show: ({ query: wanted }) => {
          setQueryState(wanted);
          writeState({ query: wanted, scroll: 0 });
        },
        labelBlind: onLabelBlind,
        focus: () => document.querySelector<HTMLElement>('.scroller')?.focus(),
      }),
    [take, onLabelBlind],
  );
  useEffect(() => {
    void host.call('ready', { query }).then(setSnapshot);
    return () => host.close();
  }, [host]);
  useEffect(() => {
    if (snapshot?.runs) writeState({ runs: snapshot.runs });
  }, [snapshot?.runs?.ids.join(), snapshot?.runs?.baseline]);

  const isShown = snapshot !== null && snapshot.runs !== null;
  /** Answers that come late are for rows that nobody looks at any more. */
  const ask = useCallback((): void => {
    const ticket = ++asked.current;
    void host.call('rows', { ...view.current, query: queryRef.current }).then((window) => {
      if (ticket !== asked.current) return;
      take(window);
      setSnapshot((known) => (known === null || known.rows === window.total ? known : { ...known, rows: window.total }));
    });
  }, [host, take]);
  useEffect(() => {
    queryRef.current = query;
    if (isShown && !paused) ask();
  }, [query, isShown, ask, paused]);

  const setQuery = useCallback((next: ResultsQuery): void => {
    setQueryState(next);
    writeState({ query: next });
  }, []);
  const setView = useCallback(
    (from: number, to: number, glance: boolean): void => {
      const { from: start, to: end, glance: was } = view.current;
      if (start === from && end === to && was === glance) return;
      view.current = { from, to, glance };
      ask();
    },
    [ask],
  );
  return { snapshot, ...found, query, setQuery, setView, revision, host };
}
