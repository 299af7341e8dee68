/** One of the values that were seen, or any. */
import { count } from '../../core/display/figures.ts';
import { visibleControls } from '../../core/display/visible-controls.ts';
import { MOST_CHOICES } from '../../protocol/interactions.ts';

interface SeenChoiceProps {
  readonly label: string;
  readonly any: string;
  readonly values: readonly (readonly [string, number])[];
  readonly value: string | null;
  /** Whether the counts are those of what each choice shows. */
  readonly isCounted: boolean;
  readonly name?: (value: string) => string;
  readonly onValue: (value: string | null) => void;
}

export function SeenChoice({ label, any, values, value, isCounted, name = visibleControls, onValue }: SeenChoiceProps) {
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
