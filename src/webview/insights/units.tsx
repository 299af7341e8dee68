/** What user actions cost: in words, with what got more expensive, and as plots of the unit and the total side by side. */
import { count, quantity, usd } from '../../core/display/figures.ts';
import { plainAlert } from '../../core/feedback/insights/plain-alert.ts';
import { alertSentence, causesSentence } from '../../core/feedback/insights/insight-sentences.ts';
import { INBOX, type InteractionFilter } from '../../core/feedback/interactions/interaction-filter.ts';
import type { UnitAlert } from '../../core/feedback/insights/units/unit-alerts.ts';
import type { Grouping, UnitInsight } from '../../core/feedback/insights/units/unit-insight.ts';
import { visibleControls } from '../../core/display/visible-controls.ts';
import { Icon } from '../controls/icon.tsx';
import { DailyPlot } from './daily-plot.tsx';

/** Types of action that are drawn; the rest is counted. */
const MOST = 12;
/** Versions or models that are drawn together, those that cost most. */
const MOST_PARTS = 6;

interface UnitsProps {
  readonly units: readonly UnitInsight[];
  /** By version or model; null: the units themselves. */
  readonly parts: readonly UnitInsight[] | null;
  readonly by: Grouping;
  readonly onShow: (filter: InteractionFilter) => void;
}

export const Units = ({ units, parts, by, onShow }: UnitsProps) => (
  <section aria-labelledby="units">
    <h2 id="units">What a user action costs</h2>
    {units.length === 0 && <p class="quiet">No interactions with a known cost in this period.</p>}
    {units.slice(0, MOST).map((unit) => (
      <Unit key={unit.action} unit={unit} parts={parts?.filter(({ action }) => action === unit.action) ?? null} by={by} onShow={onShow} />
    ))}
    {units.length > MOST && (
      <p class="quiet">{count(units.length - MOST)} more action types cost less. Copy as JSON includes all of them.</p>
    )}
  </section>
);

interface UnitProps {
  readonly unit: UnitInsight;
  readonly parts: readonly UnitInsight[] | null;
  readonly by: Grouping;
  readonly onShow: (filter: InteractionFilter) => void;
}

function Unit({ unit, parts, by, onShow }: UnitProps) {
  const { action, n, costPerActionUsd, interval, unknown, alerts, budget } = unit;
  const shown = (parts ?? [unit]).slice(0, MOST_PARTS);
  const left = (parts ?? []).slice(MOST_PARTS);
  return (
    <article>
      <h3>
        <bdi>{visibleControls(action)}</bdi>
      </h3>
      <p>
        <strong>{usd(costPerActionUsd)}</strong> an action
        {interval !== null && (
          <span class="quiet">
            {' '}
            (95 % interval of the mean: {usd(interval[0])} to {usd(interval[1])})
          </span>
        )}
        , {quantity(n, 'action')}
        {unknown > 0 && <span class="quiet">, {count(unknown)} with unknown cost, not included in the mean</span>}.
      </p>
      {alerts.map((alert) => (
        <Alert key={alert.at} action={action} alert={alert} onShow={onShow} />
      ))}
      {budget !== null && (
        <p class={budget.isExceeded ? 'alert' : 'quiet'}>
          {budget.isExceeded && <Icon name="error" />} {usd(budget.recentUsd)} an action in the last 7 days with data;{' '}
          {budget.isExceeded ? 'above' : 'within'} the budget of {usd(budget.costUsd)} in goldset.yaml.
        </p>
      )}
      <div class="plot-grid">
        <DailyPlot
          title={`Cost of one ${action}`}
          unit="USD an action"
          series={shown.map(seriesOf((day) => day.costPerActionUsd))}
          alerts={alerts.map(({ at }) => at.slice(0, 10))}
          limit={budget?.costUsd ?? null}
        />
        <DailyPlot
          title="Total cost"
          unit="USD a day"
          series={shown.map(seriesOf((day) => day.totalUsd))}
          alerts={alerts.map(({ at }) => at.slice(0, 10))}
          limit={null}
        />
      </div>
      {left.length > 0 && (
        <p class="quiet">
          {count(left.length)} more by {by} cost less in total and are not shown. `goldset insights units --by {by} --json` includes them.
        </p>
      )}
    </article>
  );
}

const seriesOf =
  (value: (day: UnitInsight['series'][number]) => number | null) =>
  ({ action, by, series }: UnitInsight): DailySeries => ({
    name: by ?? action,
    days: series.map((day) => ({ day: day.day, value: value(day), n: day.n })),
  });

type DailySeries = Parameters<typeof DailyPlot>[0]['series'][number];

interface AlertProps {
  readonly action: string;
  readonly alert: UnitAlert;
  readonly onShow: (filter: InteractionFilter) => void;
}

function Alert({ action, alert, onShow }: AlertProps) {
  const why = causesSentence(alert);
  return (
    <div class="alert">
      <p>
        <Icon name="error" /> {visibleControls(plainAlert(action, alert))}.
      </p>
      <details class="alert-numbers">
        <summary>Numbers</summary>
        <p>
          {visibleControls(alertSentence(alert))}
          {why === '' ? '' : ` — ${why}`}.
        </p>
      </details>
      <p class="next">
        {NEXT[alert.causes[0]?.factor ?? 'price']}{' '}
        <button
          type="button"
          class="secondary"
          onClick={() =>
            onShow({ ...INBOX, triage: 'all', action, from: alert.at.slice(0, 10), version: alert.to?.split('@').at(-1) ?? null })
          }
        >
          Show Interactions
        </button>
      </p>
    </div>
  );
}

/** What to look at, by the largest factor. */
const NEXT: Readonly<Record<UnitAlert['causes'][number]['factor'], string>> = {
  'cache share':
    'The provider’s cache hit rate fell. Move content that changes from call to call after the static part. See the prompt cache below.',
  'calls per action': 'Each action makes more calls. Look for retries, tool loops or an added step.',
  'thinking per call': 'The model thinks more in each call. Compare efforts with your golden set: a lower one may pass too.',
  'tokens per call': 'Each call has more tokens. Check what goes into the prompt and how long answers may be.',
  'model mix': 'Other models answer than before. Check how the model is chosen.',
  price: 'Each token costs more. Check the price list, the service tier and long contexts.',
};
