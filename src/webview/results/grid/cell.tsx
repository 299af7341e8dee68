/** One output with its verdict, reasons and figures. Model output is only ever text, or elements made from it. */
import { count, milliseconds, percent, quantity, usd } from '../../../core/display/figures.ts';
import type { ResultsCell } from '../../../protocol/results.ts';
import type { Density } from '../../host.ts';
import { Icon, type IconName } from '../../controls/icon.tsx';
import { Difference } from '../../output/difference.tsx';
import { Output, ToolCalls } from '../../output/output.tsx';
import { visibleControls } from '../../../core/display/visible-controls.ts';
import type { ScrollSpeed } from '../../controls/use-virtual-rows.ts';

export const VERDICT_LABELS = { pass: 'pass', fail: 'fail', error: 'error', unjudged: 'unjudged', running: 'running' } as const;
export const VERDICT_ICONS: Readonly<Record<ResultsCell['verdict'], IconName>> = {
  pass: 'pass',
  fail: 'fail',
  error: 'error',
  unjudged: 'unjudged',
  running: 'running',
};

interface CellProps {
  readonly cell: ResultsCell | null;
  /** What its output is compared with; null: nothing is. */
  readonly against: string | null;
  readonly onlyChanges: boolean;
  readonly pace: ScrollSpeed;
  readonly density: Density;
  /** It can still come. */
  readonly isExpected: boolean;
}

/** Characters that a cell of this height has room for: what nobody sees is not laid out. */
export const CELL_CHARACTERS: Readonly<Record<Density, number>> = { compact: 200, normal: 600, tall: 2000 };

export function CellContent({ cell, against, onlyChanges, pace, density, isExpected }: CellProps) {
  if (cell === null) return <span class="quiet">{isExpected ? 'waiting' : 'not answered'}</span>;
  if (pace === 'flying') return <span class={`badge ${cell.verdict}`}>{VERDICT_LABELS[cell.verdict]}</span>;
  const place = pace === 'scrolling' || density === 'compact' || cell.verdict === 'running' ? 'scrolling' : 'cell';
  return (
    <>
      <div class="top">
        <Badge verdict={cell.verdict} />
        {cell.score !== null && cell.score !== 0 && cell.score !== 1 && <span class="score">score {cell.score.toFixed(2)}</span>}
        <Repeats repeats={cell.repeats} />
        {cell.label !== null && <span class="tag">graded {cell.label}</span>}
        {cell.verdict !== 'running' && <Figures cell={cell} />}
      </div>
      {cell.reasons.length > 0 && (
        <ul class="reasons">
          {cell.reasons.map((reason, i) => (
            <li key={i}>{visibleControls(reason)}</li>
          ))}
        </ul>
      )}
      {cell.toolCalls.length > 0 && <ToolCalls calls={cell.toolCalls} />}
      {against !== null && place === 'cell' ? (
        <Difference from={against} to={cell.output} only={onlyChanges} room={CELL_CHARACTERS[density]} cut={cell.cut} />
      ) : (
        <Output
          output={place === 'cell' && cell.format === 'json' ? cell.output : cell.output.slice(0, CELL_CHARACTERS[density])}
          format={cell.format}
          place={place}
        />
      )}
      {cell.cut > 0 && density === 'tall' && <div class="quiet">… {quantity(cell.cut, 'more character')}: open the result</div>}
    </>
  );
}

export const Badge = ({ verdict }: { readonly verdict: ResultsCell['verdict'] }) => (
  <span class={`badge ${verdict}`}>
    <Icon name={VERDICT_ICONS[verdict]} /> {VERDICT_LABELS[verdict]}
  </span>
);

function Figures({ cell }: { readonly cell: ResultsCell }) {
  const { inputTokens, cacheReadTokens, outputTokens, reasoningTokens, costUsd, finish, over } = cell;
  const cached = cacheReadTokens !== null && cacheReadTokens > 0 ? ` (${count(cacheReadTokens)} cached)` : '';
  const thinking = reasoningTokens !== null && reasoningTokens > 0 ? ` (${count(reasoningTokens)} thinking)` : '';
  return (
    <span class="quiet numbers">
      {inputTokens === null ? 'tokens unknown' : `${count(inputTokens)}${cached} + ${quantity(outputTokens, 'token')}${thinking}`} ·{' '}
      {usd(costUsd)} · {timeText(cell)}
      {finish !== null && finish !== 'stop' && <span class="notice"> · {finish}</span>}
      {over.length > 0 && <span class="notice"> · over budget: {over.join(', ')}</span>}
    </span>
  );
}

/** Nobody waited for what was made by batch. */
function timeText({ ttftMs, latencyMs, source }: ResultsCell): string {
  if (ttftMs === null && latencyMs === null) return source === 'batch' ? 'as a batch' : 'time unknown';
  return `TTFT ${milliseconds(ttftMs)} · ${milliseconds(latencyMs)}`;
}

/** One small mark a repeat, and how often they disagree. */
export function Repeats({ repeats }: { readonly repeats: ResultsCell['repeats'] }) {
  if (repeats.length < 2) return null;
  const passed = repeats.filter((verdict) => verdict === 'pass').length;
  const flake = Math.min(passed, repeats.length - passed) / repeats.length;
  return (
    <span class="repeats" role="img" aria-label={`${passed} of ${quantity(repeats.length, 'repeat')} pass`}>
      {repeats.slice(0, 20).map((verdict, i) => (
        <span key={i} class={`repeat ${verdict}`} />
      ))}
      <span class="quiet">
        {passed}/{repeats.length}
        {flake > 0 && `, flaky ${percent(flake)}`}
      </span>
    </span>
  );
}
