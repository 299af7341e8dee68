/** Earlier tries of the prompt, newest first: searched, opened, and two of them compared. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { count, usd } from '../../core/display/figures.ts';
import { visibleControls } from '../../core/display/visible-controls.ts';
import type { Channel } from '../../protocol/channel.ts';
import type { KeptTry, TryHost, TrySummary } from '../../protocol/try.ts';
import { dateTimeText } from '../controls/date-time.ts';
import { Icon } from '../controls/icon.tsx';
import { SearchBox } from '../controls/search-box.tsx';
import { shortModelName } from '../../core/model-id.ts';

interface HistoryProps {
  readonly host: Channel<TryHost>;
  readonly onOpen: (kept: KeptTry) => void;
  readonly onCompare: (older: KeptTry, newer: KeptTry) => void;
  readonly onClose: () => void;
  readonly onFault: (error: unknown) => void;
}

/** Tries that are listed at once. */
const STEP = 50;

export function History({ host, onOpen, onCompare, onClose, onFault }: HistoryProps) {
  const [search, setSearch] = useState('');
  const [found, setFound] = useState<{
    readonly total: number;
    readonly tries: readonly TrySummary[];
    readonly note?: string | null;
  } | null>(null);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const ticket = useRef(0);
  const list = useCallback(
    (from: number): void => {
      const own = ++ticket.current;
      void host
        .call('history', { search, from, count: STEP })
        .then(
          ({ total, tries, note }) =>
            own === ticket.current &&
            setFound((known) => ({ total, note: note ?? null, tries: from === 0 ? tries : [...(known?.tries ?? []), ...tries] })),
        )
        .catch(onFault);
    },
    [host, search],
  );
  useEffect(() => {
    setChosen([]);
    list(0);
  }, [list]);
  const compare = (): void => {
    // The list has the newest first.
    const order = (found?.tries ?? []).map(({ id }) => id);
    const [newer, older] = [...chosen].sort((a, b) => order.indexOf(a) - order.indexOf(b));
    if (newer === undefined || older === undefined) return;
    void Promise.all([host.call('openTry', { id: older }), host.call('openTry', { id: newer })]).then(([a, b]) => onCompare(a, b), onFault);
  };
  return (
    <section class="try-history" aria-label="History">
      <div class="panel-head">
        <h2>History</h2>
        <button type="button" class="secondary" disabled={chosen.length !== 2} title="Choose two tries" onClick={compare}>
          <Icon name="diff" /> Compare
        </button>
        <button type="button" class="icon-button" aria-label="Close the history" title="Close" onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      <div class="try-history-search">
        <SearchBox text={search} label="Search the tries" placeholder="Search values, answers, models" pause={150} onText={setSearch} />
        <span class="quiet" role="status">
          {found === null ? 'Reading…' : `${count(found.total)} ${found.total === 1 ? 'try' : 'tries'}`}
        </span>
      </div>
      {found !== null && found.total === 0 && <p class="quiet">{search === '' ? 'Nothing was sent yet.' : 'No try contains this text.'}</p>}
      {found?.note != null && <p class="notice">{visibleControls(found.note)}</p>}
      <ul class="try-list">
        {(found?.tries ?? []).map((item) => (
          <li key={item.id}>
            <input
              type="checkbox"
              aria-label={`Compare ${item.title}, ${dateTimeText(item.at)}`}
              checked={chosen.includes(item.id)}
              disabled={!chosen.includes(item.id) && chosen.length === 2}
              onChange={({ currentTarget: { checked } }) =>
                setChosen(checked ? [...chosen, item.id] : chosen.filter((id) => id !== item.id))
              }
            />
            <button type="button" class="try-item" onClick={() => void host.call('openTry', { id: item.id }).then(onOpen, onFault)}>
              <span class="try-title">{visibleControls(item.title) || '(no values)'}</span>
              <span class="answered">{visibleControls(item.preview)}</span>
              <span class="quiet">
                {dateTimeText(item.at)} · {shortModelName(item.model)} · {item.version.slice(0, 8)}
                {item.costUsd === null ? '' : ` · ${usd(item.costUsd)}`}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {found !== null && found.tries.length < found.total && (
        <button type="button" class="secondary" onClick={() => list(found.tries.length)}>
          Show {count(Math.min(STEP, found.total - found.tries.length))} More
        </button>
      )}
    </section>
  );
}
