/** One row of the HTML report. */
import type { Result } from '../results/result.ts';
import { readable } from '../json/json.ts';
import { count, milliseconds, quantity, usd } from '../display/figures.ts';
import { escapeHtml } from './escape-html.ts';
import { reasonsOf } from './flat-results.ts';

/** Characters of all outputs together, so that a report of any length can be opened and sent. */
const ALL_OUTPUTS = 12_000_000;
const MAX_OUTPUT = 20_000;
const MIN_OUTPUT = 400;

/** Characters of one output in a report of so many results; the journal has all of it. */
export const outputCharacterLimit = (results: number): number =>
  Math.max(MIN_OUTPUT, Math.min(MAX_OUTPUT, Math.floor(ALL_OUTPUTS / Math.max(1, results))));

export function resultRow(result: Result, most: number): string {
  const tokens =
    result.usage === null
      ? 'unknown'
      : `${count(result.usage.input)} + ${count(result.usage.output)}${result.usage.reasoning > 0 ? ` (${count(result.usage.reasoning)} thinking)` : ''}`;
  const expected = result.expected === null ? '' : readable(result.expected);
  const name = `${result.case}${result.repeat === 0 ? '' : ` #${result.repeat + 1}`}`;
  const cells = [
    `<div role="rowheader">${escapeHtml(name)}${small(result.description)}</div>`,
    `<div role="cell" class="${escapeHtml(result.verdict)}">${escapeHtml(result.verdict)}${small(result.status === 'active' ? null : (result.kind ?? result.status))}</div>`,
    `<div role="cell">${block(expected, most, 'expected')}</div>`,
    `<div role="cell">${block(result.output ?? '', most, 'output')}</div>`,
    `<div role="cell">${escapeHtml(reasonsOf(result).join('\n').slice(0, most))}</div>`,
    ...[tokens, usd(result.costUsd), milliseconds(result.ttftMs), milliseconds(result.latencyMs)].map(
      (text) => `<div role="cell" class="number">${text}</div>`,
    ),
  ];
  return `<div role="row" class="row" data-shown="${escapeHtml(result.status === 'active' ? result.verdict : result.status)}">${cells.join('')}</div>`;
}

const small = (text: string | null): string => (text === null ? '' : `<br><small>${escapeHtml(text)}</small>`);

function block(text: string, most: number, name: string): string {
  if (text === '') return '';
  const rest = text.length - most;
  return `<pre class="${name}">${escapeHtml(text.slice(0, most))}${rest > 0 ? `\n… ${quantity(rest, 'more character')} in the journal` : ''}</pre>`;
}
