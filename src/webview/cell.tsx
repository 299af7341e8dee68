/** One output with its verdict, reasons and figures. Model output is only ever text. */
import type { ResultsCell } from '../protocol/results.ts';
import { count, milliseconds, usd } from '../core/figures.ts';

const LABELS = { pass: 'pass', fail: 'fail', error: 'error', running: 'running' } as const;
const MARKS = { pass: '✓', fail: '✗', error: '!', running: '…' } as const;

export function Cell({ cell }: { readonly cell: ResultsCell | null }) {
  if (cell === null) {
    return (
      <div role="gridcell" class="cell waiting">
        <span class="quiet">waiting</span>
      </div>
    );
  }
  return (
    <div role="gridcell" class={`cell ${cell.verdict}`}>
      <div class="top">
        <span class="badge">
          <span aria-hidden="true">{MARKS[cell.verdict]}</span> {LABELS[cell.verdict]}
        </span>
        {cell.verdict !== 'running' && (
          <span class="quiet numbers">
            {count(cell.inputTokens)} + {count(cell.outputTokens)} tokens · {usd(cell.costUsd)} · TTFT {milliseconds(cell.ttftMs)} ·{' '}
            {milliseconds(cell.latencyMs)}
            {cell.finish !== null && cell.finish !== 'stop' ? ` · ${cell.finish}` : ''}
          </span>
        )}
      </div>
      <pre class="output">
        {cell.output}
        {cell.cut > 0 ? `\n… ${count(cell.cut)} more characters` : ''}
      </pre>
      {cell.reasons.length > 0 && (
        <ul class="reasons">
          {cell.reasons.map((reason, i) => (
            <li key={i}>{reason}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
