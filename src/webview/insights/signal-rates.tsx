/** How often each signal is seen, by prompt version and model, with its interval; what got worse since when. */
import { count, percent } from '../../core/display/figures.ts';
import { movedSentence, worseSentence } from '../../core/feedback/insights/insight-sentences.ts';
import type { SignalRate } from '../../core/feedback/insights/signals/signal-rate.ts';
import type { ChangedScore } from '../../core/feedback/insights/signals/score-tests.ts';
import type { WorseSignal } from '../../core/feedback/insights/signals/signal-tests.ts';
import { INBOX, type InteractionFilter } from '../../core/feedback/interactions/interaction-filter.ts';
import { visibleControls } from '../../core/display/visible-controls.ts';
import { Icon } from '../controls/icon.tsx';
import { Table } from './table.tsx';

const MOST = 200;
/** px of an interval's bar. */
const BAR = { width: 120, height: 12 } as const;

interface SignalRatesProps {
  readonly rates: readonly SignalRate[];
  readonly worse: readonly WorseSignal[];
  readonly changed: readonly ChangedScore[];
  readonly onShow: (filter: InteractionFilter) => void;
}

export function SignalRates({ rates, worse, changed, onShow }: SignalRatesProps) {
  const most = rates.reduce((sum, { interval }) => Math.max(sum, interval[1]), 0.01);
  return (
    <section aria-labelledby="signals">
      <h2 id="signals">Signals</h2>
      {worse.map((change) => (
        <div key={`${change.prompt} ${change.signal} ${change.at}`} class="alert">
          <p>
            <Icon name="error" /> {visibleControls(worseSentence(change))}.
          </p>
          <p class="next">
            <button
              type="button"
              class="secondary"
              onClick={() => onShow({ ...INBOX, triage: 'all', signal: change.signal, prompt: change.prompt, version: change.to })}
            >
              Show Interactions
            </button>
          </p>
        </div>
      ))}
      {changed.map((change) => (
        <div key={`${change.prompt} ${change.score} ${change.at}`} class="alert">
          <p>
            <Icon name="error" /> {visibleControls(movedSentence(change))}.
          </p>
          <p class="next">
            <button
              type="button"
              class="secondary"
              onClick={() => onShow({ ...INBOX, triage: 'all', prompt: change.prompt, version: change.to, from: change.at.slice(0, 10) })}
            >
              Show Interactions
            </button>
          </p>
        </div>
      ))}
      {rates.length === 0 ? (
        <p class="quiet">No interaction has a signal.</p>
      ) : (
        <Table
          caption={`Rates with their 95 % interval (Wilson, each call by itself); the bars reach to ${percent(most)}`}
          head={['Signal', 'Prompt and version', 'Model', 'Rate', '95 % interval', 'Interactions']}
          rows={rates
            .slice(0, MOST)
            .map((rate) => [
              visibleControls(rate.signal),
              visibleControls(rate.version === null ? rate.prompt : `${rate.prompt}@${rate.version}`),
              visibleControls(rate.model ?? 'unknown'),
              percent(rate.rate),
              <Interval key="interval" rate={rate} most={most} />,
              `${count(rate.count)} of ${count(rate.n)}`,
            ])}
        />
      )}
      {rates.length > MOST && <p class="quiet">{count(rates.length - MOST)} more. Copy as JSON includes all of them.</p>}
    </section>
  );
}

function Interval({ rate: { rate, interval, isGood }, most }: { readonly rate: SignalRate; readonly most: number }) {
  const x = (share: number): number => (share / most) * BAR.width;
  return (
    <span class="interval">
      <svg width={BAR.width} height={BAR.height} aria-hidden="true" class={isGood === true ? 'good' : isGood === false ? 'bad' : ''}>
        <line x1={x(interval[0])} x2={x(interval[1])} y1={BAR.height / 2} y2={BAR.height / 2} />
        <circle cx={x(rate)} cy={BAR.height / 2} r={3} />
      </svg>{' '}
      {percent(interval[0])} to {percent(interval[1])}
    </span>
  );
}
