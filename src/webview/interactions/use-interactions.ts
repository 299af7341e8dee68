/** The state of the page of interactions: what the extension says, and what the person has chosen. */
import type { InteractionKey } from '../../core/feedback/interactions/interaction-key.ts';
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { InteractionFilter } from '../../core/feedback/interactions/interaction-filter.ts';
import { openChannel, type Channel } from '../../protocol/channel.ts';
import type { InteractionRow, InteractionsHost, InteractionsPage, InteractionsSnapshot, SeenValues } from '../../protocol/interactions.ts';
import { pagePort, readState, writeState } from '../host.ts';

export interface FoundRows {
  readonly rows: ReadonlyMap<number, InteractionRow>;
  readonly total: number;
  /** There may be more further down. */
  readonly more: boolean;
  /** Values for filters; null: the snapshot has them, or they are not read yet. */
  readonly seen: SeenValues | null;
}

export interface InteractionsState extends FoundRows {
  readonly snapshot: InteractionsSnapshot | null;
  readonly filter: InteractionFilter;
  readonly setFilter: (filter: InteractionFilter) => void;
  readonly setView: (from: number, to: number) => void;
  /** Why they cannot be listed. */
  readonly problem: string | null;
  /** They are being looked for. */
  readonly searching: boolean;
  /** Counts up whenever records have changed. */
  readonly revision: number;
  readonly host: Channel<InteractionsHost>;
}

/** Rows that are asked for at once, at least. */
const STEP = 100;
const NOTHING: FoundRows = { rows: new Map(), total: 0, more: false, seen: null };

export function useInteractions(onShow: (key: InteractionKey, correct: boolean) => void): InteractionsState {
  const [snapshot, setSnapshot] = useState<InteractionsSnapshot | null>(null);
  const [filter, setFilterState] = useState<InteractionFilter>(readState().filter);
  const [found, setFound] = useState<FoundRows>(NOTHING);
  const [searching, setSearching] = useState(true);
  const [problem, setProblem] = useState<string | null>(null);
  const [revision, setRevision] = useState(0);
  const view = useRef({ from: 0, to: STEP });
  const asked = useRef(0);
  const filterRef = useRef(filter);
  const showRef = useRef(onShow);
  showRef.current = onShow;
  const setFilter = useCallback((next: InteractionFilter): void => {
    view.current = { from: 0, to: STEP };
    setFilterState(next);
    writeState({ filter: next, scroll: 0 });
  }, []);
  const host = useMemo(
    () =>
      openChannel<InteractionsPage, InteractionsHost>(pagePort, {
        changed: ({ snapshot: next }) => {
          setSnapshot(next);
          setRevision((old) => old + 1);
        },
        show: ({ key, correct }) => showRef.current(key, correct),
        list: ({ filter: wanted }) => setFilter(wanted),
        focus: () => document.querySelector<HTMLElement>('.scroller')?.focus(),
      }),
    [setFilter],
  );
  useEffect(() => {
    void host.call('ready', {}).then(setSnapshot);
    return () => host.close();
  }, [host]);

  /** Answers that come late are for rows that nobody looks at any more. */
  const ask = useCallback((): void => {
    const ticket = ++asked.current;
    const { from, to } = view.current;
    setSearching(true);
    void host
      .call('rows', { from, to: Math.max(to, from + STEP), filter: filterRef.current })
      .then(({ from: start, total, more, rows, seen }) => {
        if (ticket !== asked.current) return;
        setFound({ rows: new Map(rows.map((row, i) => [start + i, row])), total, more, seen });
        setProblem(null);
        setSearching(false);
      })
      .catch((error: unknown) => {
        if (ticket !== asked.current) return;
        setFound(NOTHING);
        setProblem(error instanceof Error ? error.message : String(error));
        setSearching(false);
      });
  }, [host]);
  useEffect(() => {
    filterRef.current = filter;
    ask();
  }, [filter, revision, ask]);

  const setView = useCallback(
    (from: number, to: number): void => {
      if (view.current.from === from && view.current.to === to) return;
      view.current = { from, to };
      ask();
    },
    [ask],
  );
  return { snapshot, ...found, filter, setFilter, setView, problem, searching, revision, host };
}

export const sameKey = (a: InteractionKey | null, b: InteractionKey | null): boolean =>
  a !== null && b !== null && a.day === b.day && a.offset === b.offset && a.id === b.id;

export const nameOfKey = ({ day, offset }: InteractionKey): string => `${day}:${offset}`;
