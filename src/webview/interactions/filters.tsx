/** Which interactions are listed. */
import { useEffect, useState } from 'preact/hooks';
import { count } from '../../core/display/figures.ts';
import { INBOX, type InteractionFilter } from '../../core/feedback/interactions/interaction-filter.ts';
import { visibleControls } from '../../core/display/visible-controls.ts';
import { MOST_CHOICES, type InteractionsSnapshot, type SeenValues } from '../../protocol/interactions.ts';
import { Icon } from '../controls/icon.tsx';
import { SearchBox } from '../controls/search-box.tsx';
import { SourcePicker } from '../controls/source-picker.tsx';
import { flagName } from './list.tsx';

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
  const more = [filter.version, filter.model, filter.action, filter.minUsd, filter.from, filter.to].some((value) => value !== null);
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
      <Choice
        label="Signal"
        any="Any signal"
        values={seen.signal}
        value={filter.signal}
        isCounted={countsFor('signal')}
        name={flagName}
        onValue={(signal) => set({ signal })}
      />
      <Choice
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
      {open && (
        <div class="more-filters">
          <Choice
            label="Version"
            any="Any version"
            values={seen.version}
            value={filter.version}
            isCounted={countsFor('version')}
            onValue={(version) => set({ version })}
          />
          <Choice
            label="Model"
            any="Any model"
            values={seen.model}
            value={filter.model}
            isCounted={countsFor('model')}
            onValue={(model) => set({ model })}
          />
          <Field label="Action type or id" value={filter.action ?? ''} onValue={(text) => set({ action: text === '' ? null : text })} />
          <Field
            label="Minimum cost, USD"
            value={filter.minUsd === null ? '' : String(filter.minUsd)}
            onValue={(text) => set({ minUsd: Number(text) > 0 ? Number(text) : null })}
          />
          <Day label="From day" value={filter.from ?? ''} onValue={(text) => set({ from: text === '' ? null : text })} />
          <Day label="To day" value={filter.to ?? ''} onValue={(text) => set({ to: text === '' ? null : text })} />
        </div>
      )}
    </section>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly any: string;
  readonly values: readonly (readonly [string, number])[];
  readonly value: string | null;
  /** Whether the counts are those of what each choice shows. */
  readonly isCounted: boolean;
  readonly name?: (value: string) => string;
  readonly onValue: (value: string | null) => void;
}

function Choice({ label, any, values, value, isCounted, name = visibleControls, onValue }: ChoiceProps) {
  const known = value === null || values.some(([item]) => item === value) ? values : [[value, 0] as const, ...values];
  return (
    <select
      aria-label={label}
      value={value ?? ''}
      onChange={({ currentTarget }) => onValue(currentTarget.value === '' ? null : currentTarget.value)}
    >
      <option value="">{any}</option>
      {known.map(([item, times]) => (
        <option key={item} value={item}>
          {name(item).slice(0, 60)}
          {isCounted ? ` (${count(times)})` : ''}
        </option>
      ))}
      {values.length >= MOST_CHOICES && <option disabled>Only the {count(MOST_CHOICES)} most frequent are listed</option>}
    </select>
  );
}

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
}

/** Takes effect when it is left or confirmed: half a word finds nothing. */
function Field({ label, value, onValue }: FieldProps) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  return (
    <label>
      {label}
      <input
        type="text"
        value={typed}
        onInput={({ currentTarget }) => setTyped(currentTarget.value)}
        onChange={({ currentTarget }) => onValue(currentTarget.value.trim())}
      />
    </label>
  );
}

const Day = ({ label, value, onValue }: FieldProps) => (
  <label>
    {label}
    <input type="date" value={value} onChange={({ currentTarget }) => onValue(currentTarget.value)} />
  </label>
);
