/** What people and programs said of an interaction, and what it shows by itself. */
import { visibleControls } from '../../core/display/visible-controls.ts';
import type { ShownSignal } from '../../protocol/interactions.ts';
import { Section } from '../controls/section.tsx';
import { Icon } from '../controls/icon.tsx';
import { dateTimeText } from '../controls/date-time.ts';

export function Signals({ signals }: { readonly signals: readonly ShownSignal[] }) {
  return (
    <Section title="Signals">
      {signals.length === 0 && <p class="quiet">No signals.</p>}
      <ul class="signals">
        {signals.map(({ name, value, who, time, note, isBad }, i) => (
          <li key={i}>
            <span class={isBad ? 'signal-name bad' : 'signal-name'}>
              {isBad && <Icon name="error" />} {visibleControls(name)}
              {value === '' ? '' : `: ${visibleControls(value)}`}
            </span>{' '}
            <span class="quiet">
              {visibleControls(who)}
              {time === null || Number.isNaN(Date.parse(time)) ? '' : `, ${dateTimeText(time)}`}
            </span>
            {note !== null && <div class="note">{visibleControls(note)}</div>}
          </li>
        ))}
      </ul>
    </Section>
  );
}
