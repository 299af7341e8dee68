/** Filters that are needed less often. */
import { useEffect, useState } from 'preact/hooks';
import { filterOf, type InteractionFilter } from '../../core/feedback/interactions/interaction-filter.ts';
import { attributesText, typedAttributes } from '../../core/feedback/interactions/filter-text.ts';
import type { SeenValues } from '../../protocol/interactions.ts';
import { SeenChoice } from './seen-choice.tsx';

interface MoreFiltersProps {
  readonly seen: SeenValues;
  readonly filter: InteractionFilter;
  readonly onFilter: (filter: InteractionFilter) => void;
  /** Whether the counts are those of what each choice shows. */
  readonly countsFor: (own: keyof InteractionFilter) => boolean;
}

/** Whether one of these is set. */
export const isMore = ({ version, model, action, minUsd, from, to, environment, conversation, attributes }: InteractionFilter): boolean =>
  [version, model, action, minUsd, from, to, environment ?? null, conversation ?? null, attributes ?? null].some((value) => value !== null);

export function MoreFilters({ seen, filter, onFilter, countsFor }: MoreFiltersProps) {
  /** An empty text removes the filter. */
  const set = (change: Readonly<Record<string, unknown>>): void => onFilter(filterOf({ ...filter, ...change }));
  return (
    <div class="more-filters">
      <SeenChoice
        label="Version"
        any="Any version"
        values={seen.version}
        value={filter.version}
        isCounted={countsFor('version')}
        onValue={(version) => set({ version })}
      />
      <SeenChoice
        label="Model"
        any="Any model"
        values={seen.model}
        value={filter.model}
        isCounted={countsFor('model')}
        onValue={(model) => set({ model })}
      />
      <Field label="Action type or id" value={filter.action ?? ''} onValue={(action) => set({ action })} />
      <Field
        label="Minimum cost, USD"
        value={filter.minUsd === null ? '' : String(filter.minUsd)}
        onValue={(text) => set({ minUsd: Number(text) })}
      />
      <Field label="Environment" value={filter.environment ?? ''} onValue={(environment) => set({ environment })} />
      <Field label="Conversation id" value={filter.conversation ?? ''} onValue={(conversation) => set({ conversation })} />
      <Field
        label="Attributes"
        value={attributesText(filter.attributes ?? {})}
        example="tenant=acme"
        onValue={(text) => {
          const attributes = typedAttributes(text);
          if (attributes === null) return 'Write name=value, several with commas, such as tenant=acme, locale=de.';
          set({ attributes });
        }}
      />
      <Day label="From day" value={filter.from ?? ''} onValue={(from) => set({ from })} />
      <Day label="To day" value={filter.to ?? ''} onValue={(to) => set({ to })} />
    </div>
  );
}

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly example?: string;
  /** Gives what is wrong with it, as a sentence. */
  readonly onValue: (value: string) => string | void;
}

/** Takes effect when it is left or confirmed: half a word finds nothing. */
function Field({ label, value, example, onValue }: FieldProps) {
  const [typed, setTyped] = useState(value);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    setTyped(value);
    setProblem(null);
  }, [value]);
  return (
    <>
      <label>
        {label}
        <input
          type="text"
          value={typed}
          placeholder={example}
          aria-invalid={problem !== null}
          onInput={({ currentTarget }) => setTyped(currentTarget.value)}
          onChange={({ currentTarget }) => setProblem(onValue(currentTarget.value.trim()) ?? null)}
        />
      </label>
      {problem !== null && (
        <span class="notice" role="alert">
          {problem}
        </span>
      )}
    </>
  );
}

const Day = ({ label, value, onValue }: Omit<FieldProps, 'example'>) => (
  <label>
    {label}
    <input type="date" value={value} onChange={({ currentTarget }) => onValue(currentTarget.value)} />
  </label>
);
