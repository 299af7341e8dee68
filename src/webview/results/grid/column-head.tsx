/** What is known about a candidate as a whole, and its menu. */
import { shortRef } from '../../../core/display/short-ref.ts';
import { LIMIT_EATEN_HINT } from '../../../core/economics/thinking/limit-eaten.ts';
import { count, likely, milliseconds, percent, quantity, usd } from '../../../core/display/figures.ts';
import type { ResultsColumn, ResultsComparison } from '../../../protocol/results.ts';
import { asideTexts, errorsText, passedText } from '../../../core/results/case-counts.ts';
import { fileOfPrompt, placeOfPrompt } from '../../../core/prompt/formats/prompt-name.ts';
import { Icon } from '../../controls/icon.tsx';

interface ColumnHeadProps {
  readonly column: ResultsColumn;
  readonly comparison: ResultsComparison | null;
  readonly isBaseline: boolean;
  /** All that are shown: a name says what differs among them. */
  readonly columns: readonly ResultsColumn[];
  /** Does what the button of its error says; null: results from elsewhere. */
  readonly onFix: ((code: string) => void) | null;
}

const ASIDES: Readonly<Record<string, string>> = {
  unjudged: 'These cases have no expected output and no assertion, so they do not count as passed.',
  'known failing': 'Cases that are known to fail. They never decide, and are not counted.',
  unverified: 'Cases that no person has confirmed. They never decide, and are not counted.',
};

export function ColumnHead({ column, comparison, isBaseline, columns, onFix }: ColumnHeadProps) {
  const { fix, tokens, interval, cacheable, ttftMs, latencyMs, ttftBudgetMs, costPerAction } = column;
  const slow = ttftBudgetMs !== null && ttftMs !== null && ttftMs.p95 > ttftBudgetMs;
  const dear = column.costBudgetUsd !== null && column.costPerCallUsd !== null && column.costPerCallUsd > column.costBudgetUsd;
  const { counts } = column;
  const { passed, failed, errors, unjudged = 0 } = counts;
  const open = column.cases - passed - failed - errors - unjudged;
  const errorText = errorsText(counts);
  const asides = asideTexts(counts);
  const isEmpty = errorText === null && asides.length === 0;
  const scored = passedText(counts) ?? (isEmpty ? (open > 0 ? 'no case judged yet' : 'no case judged') : null);
  return (
    <>
      <div class="name" title={`${column.prompt} ${column.version} ${column.model} ${column.parameters}`}>
        <strong>{column.model}</strong> <span class="quiet">{nameOf(column, columns)}</span>
        {isBaseline && <span class="tag">baseline</span>}
      </div>
      <div class="meter" aria-hidden="true">
        <span class="pass" style={{ flexGrow: passed }} />
        <span class="fail" style={{ flexGrow: failed }} />
        <span class="error" style={{ flexGrow: errors }} />
        <span class="unjudged" style={{ flexGrow: unjudged }} />
        <span style={{ flexGrow: Math.max(0, open) }} />
      </div>
      <div class="figures">
        {scored !== null && <span class={`score${column.isEarlier ? ' quiet' : ''}`}>{scored}</span>}
        {column.isEarlier && (
          <span class="tag" title="The prompt was edited since. Run it for the results of what stands in its file now.">
            before this edit
          </span>
        )}
        {errorText !== null && <span class="notice">{errorText}</span>}
        {fix !== null && onFix !== null && (
          <button type="button" class="link" onClick={() => onFix(fix.code)}>
            {fix.title}
          </button>
        )}
        {asides.map((text) => (
          <span key={text} class={text.endsWith('unjudged') ? 'notice' : 'quiet'} title={ASIDES[text.replace(/^[\d,]+ /, '')]}>
            {text}
          </span>
        ))}
        {column.passRate !== null && (
          <span title={interval === null ? '' : `95 % interval ${percent(interval[0])} to ${percent(interval[1])} (Wilson)`}>
            {percent(column.passRate)}
            {interval !== null && <span class="quiet"> {likely(interval)}</span>}
          </span>
        )}
        {column.judge !== null && (
          <span
            class={column.judge.isCalibrated ? '' : 'notice'}
            title={
              column.judge.details.length > 0
                ? column.judge.details.join('\n')
                : 'This judge’s accuracy has not been measured, so the pass rate is only the judge’s opinion.'
            }
          >
            {column.judge.text}
          </span>
        )}
        {comparison !== null && (
          <span title={[comparison.reason, ...comparison.judged].join('\n')}>
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
        {comparison?.judged.map((line) => (
          <span key={line} class={line.includes('may reward') ? 'notice' : 'quiet'}>
            {line}
          </span>
        ))}
        {column.judge !== null && <span class="quiet">judging {usd(column.judgeCostUsd)}</span>}
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
  const parts = [
    ...(column.run === null ? [] : [runTime(column.run)]),
    ...(column.name === undefined ? distinction(column, differs) : [column.name]),
  ];
  return parts.filter((text) => text !== '').join(' · ');
}

/** Prompts of one file are told apart by their names. */
function promptName({ prompt }: ResultsColumn, differs: (part: (item: ResultsColumn) => string) => boolean): string {
  return differs((item) => fileOfPrompt(item.prompt)) ? prompt : (placeOfPrompt(prompt).name ?? prompt);
}

function distinction(column: ResultsColumn, differs: (part: (item: ResultsColumn) => string) => boolean): string[] {
  const place = column.ref === null ? 'working tree' : shortRef(column.ref);
  return [
    ...(differs(({ prompt }) => prompt) ? [promptName(column, differs)] : []),
    // A ref says more than the version that is there.
    ...(differs(({ ref }) => ref ?? '') ? [place] : column.run === null || differs(({ version }) => version) ? [column.version] : []),
    ...(differs(({ parameters }) => parameters) ? [column.parameters] : []),
  ];
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
