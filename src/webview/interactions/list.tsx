/** The list of interactions: walked by arrow keys, of which only the rows in view are here. */
import { dateTimeText } from '../controls/date-time.ts';
import { useEffect } from 'preact/hooks';
import { usd } from '../../core/display/figures.ts';
import { isFlag, mainFlag } from '../../core/feedback/signals/signal-meaning.ts';
import { visibleControls } from '../../core/display/visible-controls.ts';
import type { InteractionRow } from '../../protocol/interactions.ts';
import { useVirtualRows } from '../controls/use-virtual-rows.ts';
import { Icon } from '../controls/icon.tsx';
import { nameOfKey } from './use-interactions.ts';

interface ListProps {
  readonly rows: ReadonlyMap<number, InteractionRow>;
  readonly total: number;
  readonly active: number;
  readonly selected: ReadonlySet<string>;
  readonly onView: (from: number, to: number) => void;
  readonly onActive: (row: number, how: 'alone' | 'extend' | 'toggle') => void;
  /** To what is known of it. */
  readonly onEnter: () => void;
  /** A key that the list itself has no use for. True: it was taken. */
  readonly onKey: (event: KeyboardEvent) => boolean;
  readonly empty: string;
}

/** px; two lines and what they are of. */
const HEIGHT = 66;

export function List({ rows, total, active, selected, onView, onActive, onEnter, onKey, empty }: ListProps) {
  const { scroller, fit, onScroll, reveal } = useVirtualRows(HEIGHT, total, onView);
  useEffect(() => reveal(active), [active, reveal]);
  const move = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: fit - 1, PageUp: 1 - fit, Home: -total, End: total }[event.key];
    if (step !== undefined) {
      const next = Math.max(0, Math.min(total - 1, active + step));
      if (total > 0) onActive(next, event.shiftKey ? 'extend' : 'alone');
    } else if (event.key === ' ') onActive(active, 'toggle');
    else if (event.key === 'Enter') onEnter();
    else if (!onKey(event)) return;
    event.preventDefault();
    // The editor would do with the whole page what this list does with its rows, such as select all.
    event.stopPropagation();
  };
  const visible = [...rows].filter(([index]) => index < total);
  return (
    <div
      class="scroller inbox-list"
      ref={scroller}
      tabIndex={0}
      role="listbox"
      aria-label="Interactions"
      aria-multiselectable="true"
      aria-activedescendant={rows.has(active) ? `row-${active}` : undefined}
      onScroll={onScroll}
      onKeyDown={move}
    >
      {total === 0 && (
        <p class="empty" role="option" aria-disabled="true" aria-selected="false">
          {empty}
        </p>
      )}
      <div class="inbox-rows" role="presentation" style={{ height: `${total * HEIGHT}px` }}>
        {visible.map(([index, row]) => (
          <Row
            key={nameOfKey(row.key)}
            row={row}
            index={index}
            total={total}
            isActive={index === active}
            isSelected={selected.has(nameOfKey(row.key))}
            onClick={(event) => {
              const isBox = event.target instanceof Element && event.target.closest('.box') !== null;
              onActive(index, isBox || event.ctrlKey || event.metaKey ? 'toggle' : event.shiftKey ? 'extend' : 'alone');
            }}
          />
        ))}
      </div>
    </div>
  );
}

interface RowProps {
  readonly row: InteractionRow;
  readonly index: number;
  readonly total: number;
  readonly isActive: boolean;
  readonly isSelected: boolean;
  readonly onClick: (event: MouseEvent) => void;
}

function Row({ row, index, total, isActive, isSelected, onClick }: RowProps) {
  const flag = mainFlag(row.signals);
  const others = row.signals.filter((name) => name !== flag && isFlag(name));
  return (
    <div
      id={`row-${index}`}
      class={`inbox-row${isActive ? ' active' : ''}${isSelected ? ' selected' : ''}`}
      role="option"
      aria-selected={isSelected}
      aria-posinset={index + 1}
      aria-setsize={total}
      style={{ top: `${index * HEIGHT}px`, height: `${HEIGHT}px` }}
      onClick={onClick}
    >
      <span class="box" aria-hidden="true">
        {isSelected && <Icon name="check" />}
      </span>
      <div class="inbox-text">
        <div class="asked">{visibleControls(row.asked || row.id)}</div>
        <div class="answered">{row.answered === '' ? 'No output' : visibleControls(row.answered)}</div>
        <div class="meta">
          {flag !== null && <span class={`flag${flag === 'correction' ? ' good' : ''}`}>{flagName(flag)}</span>}
          {others.map((name) => (
            <span key={name} class={name === 'correction' ? 'flag good' : 'quiet'}>
              {flagName(name)}
            </span>
          ))}
          {row.triage !== null && row.triage !== 'open' && <span>{row.triage === 'case' ? `case ${row.reason ?? ''}` : 'dismissed'}</span>}
          <span class="quiet">
            {[row.prompt, dateTimeText(row.time), row.costUsd === null ? null : usd(row.costUsd)]
              .filter((part) => part !== null)
              .map(visibleControls)
              .join(' · ')}
          </span>
        </div>
      </div>
    </div>
  );
}

/** As people say it. */
export const flagName = (flag: string): string =>
  flag === 'correction' ? 'corrected' : visibleControls(flag.slice(0, 60).replaceAll('-', ' '));
