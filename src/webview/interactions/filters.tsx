/** Which interactions are listed. */
import { useEffect, useState } from 'preact/hooks';
import { count } from '../../core/display/figures.ts';
import { INBOX, type InteractionFilter } from '../../core/feedback/interactions/interaction-filter.ts';
import type { InteractionsSnapshot, SeenValues } from '../../protocol/interactions.ts';
import { Icon } from '../controls/icon.tsx';
import { SearchBox } from '../controls/search-box.tsx';
import { SourcePicker } from '../controls/source-picker.tsx';
import { SeenChoice } from './seen-choice.tsx';
import { flagName } from './list.tsx';
import { isMore, MoreFilters } from './more-filters.tsx';

interface FiltersProps {
  readonly snapshot: InteractionsSnapshot;
  /** Values to choose from. */
  readonly seen: SeenValues;
  readonly filter: InteractionFilter;
  readonly onFilter: (filter: InteractionFilter) => void;
  /** Null: the files in the folder. */
  readonly onSource: (source: string | null) => void;
  /** What is said about how many were found. */
  readonly found: string;
  /** Null: nothing is written from here. */
  readonly onLabel: (() => void) | null;
}

const STATES = [
  ['open', 'Open'],
  ['case', 'Cases'],
  ['dismissed', 'Dismissed'],
  ['all', 'All'],
] as const;

export function Filters({ snapshot, seen, filter, onFilter, onSource, found, onLabel }: FiltersProps) {
  const more = isMore(filter);
  const [open, setOpen] = useState(more);
  // A filter that another page has asked for is not hidden.
  useEffect(() => {
    if (more) setOpen(true);
  }, [more]);
  const set = (change: Partial<InteractionFilter>): void => onFilter({ ...filter, ...change });
  const isFiltered = JSON.stringify({ ...filter, triage: 'open' }) !== JSON.stringify(INBOX);
  // The counts are of all that is stored: beside another filter they would not be what the choice shows. Of a source a part is read.
  const countsFor = (own: keyof InteractionFilter): boolean =>
    snapshot.source === null && JSON.stringify({ ...filter, [own]: null }) === JSON.stringify({ ...INBOX, triage: 'all' });
  return (
    <section class="filter-bar" aria-label="Filters">
      <SourcePicker source={snapshot.source} sources={snapshot.sources} onSource={onSource} />
      <SearchBox
        text={filter.text}
        label="Find in requests, answers and notes"
        placeholder="Find"
        pause={250}
        onText={(text) => set({ text })}
      />
      <div class="filters" role="group" aria-label="Show">
        {STATES.map(([name, label]) => (
          <button key={name} type="button" class="filter" aria-pressed={filter.triage === name} onClick={() => set({ triage: name })}>
            {label}
            {name === 'open' && snapshot.open !== null && <span class="count"> {count(snapshot.open)}</span>}
            {name === 'all' && snapshot.stored !== null && (
              <span class="count"> {`${count(snapshot.stored)}${snapshot.isWhole ? '' : '+'}`}</span>
            )}
          </button>
        ))}
      </div>
      <SeenChoice
        label="Signal"
        any="Any signal"
        values={seen.signal}
        value={filter.signal}
        isCounted={countsFor('signal')}
        name={flagName}
        onValue={(signal) => set({ signal })}
      />
      <SeenChoice
        label="Prompt"
        any="Any prompt"
        values={seen.prompt}
        value={filter.prompt}
        isCounted={countsFor('prompt')}
        onValue={(prompt) => set({ prompt })}
      />
      <button type="button" class="filter" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name="filter" /> More
      </button>
      {isFiltered && (
        <button type="button" class="filter" onClick={() => onFilter({ ...INBOX, triage: filter.triage })}>
          Clear filters
        </button>
      )}
      <span class="quiet shown-count" role="status">
        {found}
      </span>
      {onLabel !== null && (
        <button type="button" class="quiet-button" title="Label these outputs one at a time, without their signals (l)" onClick={onLabel}>
          <Icon name="check" /> Label blind
        </button>
      )}
      {open && <MoreFilters seen={seen} filter={filter} onFilter={onFilter} countsFor={countsFor} />}
    </section>
  );
}
