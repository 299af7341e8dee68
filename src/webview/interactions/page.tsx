/** The page of interactions: what production says, and what a person makes of it. */
import { render } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { count, quantity } from '../../core/display/figures.ts';
import type { InteractionKey } from '../../core/feedback/interactions/interaction-key.ts';
import type { InteractionsSnapshot, SeenValues, ShownInteraction } from '../../protocol/interactions.ts';
import { Icon } from '../controls/icon.tsx';
import { Filters } from './filters.tsx';
import { List } from './list.tsx';
import { nameOfKey, sameKey, useInteractions } from './use-interactions.ts';
import { InteractionDetail } from './interaction-detail.tsx';
import { Labelling } from '../labelling/labelling.tsx';
import { Splitter } from '../controls/splitter.tsx';
import { useRemembered } from '../controls/use-remembered.ts';

type Chosen = ReadonlyMap<string, InteractionKey>;

const NO_VALUES: SeenValues = { prompt: [], version: [], model: [], action: [], signal: [] };

/** Interactions that are chosen at once at most. */
const MOST = 300;

function InteractionsPage() {
  const [opened, setOpened] = useState<InteractionKey | null>(null);
  const [shown, setShown] = useState<ShownInteraction | null>(null);
  const [correcting, setCorrecting] = useState(false);
  const [active, setActive] = useState(0);
  const [anchor, setAnchor] = useState(0);
  const [chosen, setChosen] = useState<Chosen>(new Map());
  const [pane, setPane] = useRemembered('pane');
  const [labelling, setLabelling] = useState(false);
  const body = useRef<HTMLDivElement>(null);
  const state = useInteractions((key, correct) => {
    setOpened(key);
    setCorrecting(correct);
    if (!correct) focusList();
  });
  const { snapshot, rows, total, more, filter, searching, revision, host } = state;

  /** Without a choice of their own the first one is shown. */
  const atActive = rows.get(active)?.key ?? null;
  const wanted = opened ?? atActive;
  const wantedName = wanted === null ? '' : nameOfKey(wanted);
  useEffect(() => {
    let isWanted = true;
    if (wanted === null || labelling) setShown(null);
    else void host.call('interaction', { key: wanted }).then((found) => isWanted && setShown(found));
    return () => {
      isWanted = false;
    };
  }, [host, wantedName, revision, labelling]);
  useEffect(() => {
    void host.call('select', { keys: chosen.size > 0 ? [...chosen.values()] : wanted === null ? [] : [wanted] });
  }, [host, chosen, wantedName]);
  /** One that a command has opened is marked when it is in the list. */
  useEffect(() => {
    const at = [...rows].find(([, row]) => sameKey(row.key, opened))?.[0];
    if (at !== undefined && at !== active) setActive(at);
    else if (at === undefined && active >= total && total > 0) setActive(total - 1);
  }, [rows, opened?.offset, opened?.day, total]);

  if (snapshot === null || (snapshot.reading && total === 0)) return <p class="empty">Reading interactions…</p>;
  if (snapshot.stored === 0 && snapshot.sources.length === 0) return <Welcome />;
  // What a draw or a list of a source has is labelled with `goldset review`: here are only a few of its newest calls.
  const mayLabel = !snapshot.readOnly && snapshot.source === null;
  if (labelling && mayLabel) return <Labelling host={host} stamp="" onLeave={() => setLabelling(false)} />;

  const activate = (row: number, how: 'alone' | 'extend' | 'toggle'): void => {
    const own = rows.get(row)?.key;
    setActive(row);
    setOpened(own ?? null);
    setCorrecting(false);
    if (how === 'alone') return setAnchor(row);
    const next = new Map(chosen);
    if (how === 'toggle' && own !== undefined) {
      if (!next.delete(nameOfKey(own))) next.set(nameOfKey(own), own);
      setAnchor(row);
    } else
      for (let i = Math.min(anchor, row); i <= Math.max(anchor, row); i++) {
        const key = rows.get(i)?.key;
        if (key !== undefined) next.set(nameOfKey(key), key);
      }
    setChosen(next);
  };
  const chooseAll = async (): Promise<void> => {
    const all = await host.call('firstKeys', { filter });
    setChosen(new Map(all.map((key) => [nameOfKey(key), key])));
  };
  const keys = chosen.size > 0 ? [...chosen.values()] : wanted === null ? [] : [wanted];
  const dealWith = (work: Promise<boolean>): void =>
    void work.then((done) => {
      if (!done) return;
      setChosen(new Map());
      setOpened(null);
    });
  const makeCases = (of = keys): void => dealWith(host.call('makeCases', { keys: of }));
  const dismiss = (of = keys): void => dealWith(host.call('dismiss', { keys: of }));
  const onKey = (event: KeyboardEvent): boolean => {
    if ((event.ctrlKey || event.metaKey) && event.key === 'a') void chooseAll();
    else if (event.ctrlKey || event.metaKey || event.altKey) return false;
    else if (event.key === '/') document.getElementById('search')?.focus();
    else if (event.key === 'Escape' && chosen.size > 0) setChosen(new Map());
    else if (snapshot.readOnly || keys.length === 0) return false;
    else if (event.key === 'g') makeCases();
    else if (event.key === 'x') dismiss();
    else if (event.key === 'c') setCorrecting(true);
    else if (event.key === 'l' && mayLabel) setLabelling(true);
    else return false;
    return true;
  };
  const one = (work: (key: InteractionKey) => Promise<unknown>) => (): void => {
    if (shown !== null) void work(shown.key);
  };
  return (
    <main>
      <h1 class="hidden-text">Interactions</h1>
      <Filters
        snapshot={snapshot}
        seen={state.seen ?? snapshot.seen ?? NO_VALUES}
        filter={filter}
        onFilter={(next) => {
          setActive(0);
          setAnchor(0);
          setOpened(null);
          setChosen(new Map());
          state.setFilter(next);
        }}
        onSource={(source) => {
          setActive(0);
          setAnchor(0);
          setOpened(null);
          setChosen(new Map());
          void host.call('choose', { source });
        }}
        onLabel={mayLabel ? () => setLabelling(true) : null}
        found={searching && total === 0 ? 'Searching…' : `${count(total)}${more ? ' or more' : ''} found`}
      />
      {chosen.size > 0 && (
        <Bulk
          size={chosen.size}
          of={total}
          readOnly={snapshot.readOnly}
          onCases={makeCases}
          onDismiss={dismiss}
          onClear={() => setChosen(new Map())}
        />
      )}
      <div class="split">
        <List
          rows={rows}
          total={total}
          active={active}
          selected={new Set(chosen.keys())}
          onView={state.setView}
          onActive={activate}
          onEnter={() => body.current?.focus()}
          onKey={onKey}
          empty={searching ? 'Searching…' : (state.problem ?? emptyText(snapshot, filter.triage))}
        />
        {shown !== null && (
          <>
            <Splitter width={pane} onWidth={setPane} />
            <div class="pane" style={{ width: `${pane}px` }}>
              <InteractionDetail
                shown={shown}
                readOnly={snapshot.readOnly}
                correcting={correcting}
                body={body}
                onKey={(event) => {
                  if (event.key !== 'Escape') return;
                  setCorrecting(false);
                  focusList();
                }}
                actions={{
                  makeCase: one((key) => Promise.resolve(makeCases([key]))),
                  startCorrection: () => setCorrecting(!correcting),
                  correct: (text) =>
                    void host.call('correct', { key: shown.key, text }).then((done) => {
                      if (!done) return;
                      setCorrecting(false);
                      focusList();
                    }),
                  cancelCorrection: () => {
                    setCorrecting(false);
                    focusList();
                  },
                  dismiss: one((key) => Promise.resolve(dismiss([key]))),
                  reopen: one((key) => host.call('reopen', { keys: [key] })),
                  reproduce: one((key) => host.call('reproduce', { key })),
                  copyId: one((key) => host.call('copyId', { key })),
                  openPrompt: one((key) => host.call('openPrompt', { key })),
                  openOutput: one((key) => host.call('openOutput', { key })),
                }}
              />
            </div>
          </>
        )}
      </div>
    </main>
  );
}

const focusList = (): void => document.querySelector<HTMLElement>('.scroller')?.focus();

function emptyText({ open }: InteractionsSnapshot, triage: string): string {
  if (triage === 'open' && open === 0)
    return 'No open interactions: every flagged one became a golden case or was dismissed. Choose All to see the others.';
  if (triage === 'case') return 'None of these interactions is a golden case yet.';
  return 'No interactions match these filters. Clear the filters to see more.';
}

interface BulkProps {
  readonly size: number;
  /** Interactions that were found. */
  readonly of: number;
  readonly readOnly: boolean;
  readonly onCases: () => void;
  readonly onDismiss: () => void;
  readonly onClear: () => void;
}

const Bulk = ({ size, of, readOnly, onCases, onDismiss, onClear }: BulkProps) => (
  <section class="bulk" aria-label="Selected">
    <span role="status">
      {size === MOST && of > MOST ? `${count(size)} of ${count(of)} selected: ${count(MOST)} at a time` : `${count(size)} selected`}
    </span>
    {!readOnly && (
      <>
        <button type="button" onClick={() => onCases()}>
          <Icon name="add" /> Make {size === 1 ? 'golden case' : quantity(size, 'golden case')}
        </button>
        <button type="button" class="secondary" onClick={() => onDismiss()}>
          <Icon name="close" /> Dismiss…
        </button>
      </>
    )}
    <button type="button" class="quiet-button" onClick={onClear}>
      Clear selection
    </button>
  </section>
);

const Welcome = () => (
  <main class="welcome">
    <h1>No interactions yet</h1>
    <p>
      This page lists production answers that users disliked and answers that were refused, truncated or failed, ready to become golden
      cases.
    </p>
    <p>
      Record calls in your application with the library <code>goldset/runtime</code>, or collect them with <code>goldset capture</code> and{' '}
      <code>goldset import</code> in a terminal. Records are kept in <code>.goldset/interactions/</code> and never leave this machine.
    </p>
  </main>
);

const root = document.getElementById('root');
if (root) render(<InteractionsPage />, root);
