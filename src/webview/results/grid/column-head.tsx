/** What is known about a candidate as a whole, and its menu. */
import { LIMIT_EATEN_HINT } from '../../../core/economics/thinking/limit-eaten.ts';
import { count, milliseconds, percent, quantity, usd } from '../../../core/figures.ts';
import type { ResultsColumn, ResultsComparison } from '../../../protocol/results.ts';
import { Icon } from '../../controls/icon.tsx';

interface ColumnHeadProps {
  readonly column: ResultsColumn;
  readonly comparison: ResultsComparison | null;
  readonly isBaseline: boolean;
  /** All that are shown: a name says what differs among them. */
  readonly columns: readonly ResultsColumn[];
}

export function ColumnHead({ column, comparison, isBaseline, columns }: ColumnHeadProps) {
  const { tokens, interval, cacheable, ttftMs, latencyMs, ttftBudgetMs, costPerAction } = column;
  const slow = ttftBudgetMs !== null && ttftMs !== null && ttftMs.p95 > ttftBudgetMs;
  const dear = column.costBudgetUsd !== null && column.costPerCallUsd !== null && column.costPerCallUsd > column.costBudgetUsd;
  const open = column.cases - column.passed - column.failed - column.errors - column.unjudged;
  return (
    <>
      <div class="name" title={`${column.prompt} ${column.version} ${column.model} ${column.parameters}`}>
        <strong>{column.model}</strong> <span class="quiet">{nameOf(column, columns)}</span>
        {isBaseline && <span class="tag">baseline</span>}
      </div>
      <div class="meter" aria-hidden="true">
        <span class="pass" style={{ flexGrow: column.passed }} />
        <span class="fail" style={{ flexGrow: column.failed }} />
        <span class="error" style={{ flexGrow: column.errors }} />
        <span class="unjudged" style={{ flexGrow: column.unjudged }} />
        <span style={{ flexGrow: Math.max(0, open) }} />
      </div>
      <div class="figures">
        <span class="score">
          {count(column.passed)}/{count(column.cases - column.unjudged)} passed
        </span>
        {column.unjudged > 0 && (
          <span class="notice" title="These cases have no expected output and no assertion, so they do not count as passed.">
            {count(column.unjudged)} unjudged
          </span>
        )}
        {column.passRate !== null && (
          <span title={interval === null ? '' : `95 % interval ${percent(interval[0])} to ${percent(interval[1])} (Wilson)`}>
            {percent(column.passRate)}
            {interval !== null && (
              <span class="quiet">
                {' '}
                (95 %: {percent(interval[0])} to {percent(interval[1])})
              </span>
            )}
          </span>
        )}
        {column.uncalibrated && (
          <span class="notice" title="This judge’s accuracy has not been measured, so the pass rate is only the judge’s opinion.">
            judge not calibrated
          </span>
        )}
        {comparison !== null && (
          <span title={comparison.reason}>
            <span class={`verdict ${comparison.verdict}`}>{comparison.verdict}</span>{' '}
            {comparison.verdict !== 'not-comparable' && (
              <span class="quiet">
                {comparison.regressed} worse, {comparison.improved} better
              </span>
            )}
          </span>
        )}
      </div>
      <div class="figures details">
        {column.costPerCallUsd !== null ? (
          <span class={dear ? 'notice' : ''} title={column.price}>
            {usd(column.costPerCallUsd)} per call
          </span>
        ) : (
          <span class="quiet" title={column.price}>
            cost unknown
          </span>
        )}
        {column.uncalibrated && <span class="quiet">judging {usd(column.judgeCostUsd)}</span>}
        {costPerAction !== null && (
          <span title="from the traffic in goldset.yaml">
            {usd(costPerAction.usd)} per {costPerAction.action}
          </span>
        )}
        {tokens !== null && (
          <span title={`${count(tokens.cacheRead)} of the input tokens came from the cache, as reported`}>
            {count(tokens.input)} in + {count(tokens.output)} out tokens
            {tokens.reasoning > 0 && ` (${count(tokens.reasoning)} thinking)`}
          </span>
        )}
        {tokens !== null && tokens.reasoningPerCall !== null && (
          <span title="thinking tokens of one call, billed as output">
            thinking {count(tokens.reasoningPerCall.p50)} p50, {count(tokens.reasoningPerCall.p95)} p95
          </span>
        )}
        {tokens !== null && tokens.limitEaten > 0 && (
          <span class="notice" title={LIMIT_EATEN_HINT}>
            thinking used up the output limit of {quantity(tokens.limitEaten, 'answer')}
          </span>
        )}
        {cacheable !== null && (
          <span class={cacheable.warnings.length > 0 ? 'notice' : ''} title={[cacheable.reason, ...cacheable.warnings].join('\n')}>
            {cacheable.warnings.length > 0 && <Icon name="error" />}
            {percent(cacheable.share)} cacheable
          </span>
        )}
        {ttftMs !== null && (
          <span class={slow ? 'notice' : ''} title={ttftBudgetMs === null ? 'time to first token' : `budget ${milliseconds(ttftBudgetMs)}`}>
            TTFT {milliseconds(ttftMs.p50)} p50, {milliseconds(ttftMs.p95)} p95
            {slow && ', over budget'}
          </span>
        )}
        {latencyMs !== null && <span title="whole answer, median">total {milliseconds(latencyMs.p50)}</span>}
      </div>
    </>
  );
}

/** What tells a candidate from the others that are shown: only what differs. */
export function nameOf(column: ResultsColumn, columns: readonly ResultsColumn[]): string {
  const differs = (part: (item: ResultsColumn) => string): boolean => columns.some((item) => part(item) !== part(column));
  const place = column.ref?.slice(0, 12) ?? 'working tree';
  const parts = [
    ...(column.run === null ? [] : [runTime(column.run)]),
    ...(differs(({ prompt }) => prompt) ? [column.prompt] : []),
    // A ref says more than the version that is there.
    ...(differs(({ ref }) => ref ?? '') ? [place] : column.run === null || differs(({ version }) => version) ? [column.version] : []),
    ...(differs(({ parameters }) => parameters) ? [column.parameters] : []),
  ];
  return parts.filter((text) => text !== '').join(' · ');
}

/** The name with the model, where there are several models. */
export const fullName = (column: ResultsColumn, columns: readonly ResultsColumn[]): string =>
  [...(columns.some(({ model }) => model !== column.model) ? [column.model] : []), nameOf(column, columns)].join(' · ');

/** A run's id begins with its time, UTC: `20261125T015620-0ede73`. */
function runTime(id: string): string {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)/.exec(id);
  if (match === null) return id;
  const [, year, month, day, hour, minute, second] = match;
  return new Date(`${year ?? ''}-${month ?? ''}-${day ?? ''}T${hour ?? ''}:${minute ?? ''}:${second ?? ''}Z`).toLocaleString(undefined, {
    dateStyle: 'short',
    timeStyle: 'medium',
  });
}
