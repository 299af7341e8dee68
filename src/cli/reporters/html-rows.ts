/** One row of the HTML report. */
import type { Result } from '../../core/run/result.ts';
import { count, milliseconds, usd } from '../../core/figures.ts';
import { escapeHtml } from './escape-html.ts';

/** Characters of one output in the report; the journal has all of it. */
const MAX_OUTPUT = 20_000;

export function labelled(result: Result): string {
  const why =
    result.error?.message ??
    result.assertions
      .filter((item) => !item.pass)
      .map((item) => `${item.type}: ${item.reason}`)
      .join('\n');
  const tokens = result.usage === null ? 'unknown' : `${count(result.usage.input)} + ${count(result.usage.output)}`;
  const expected =
    result.expected === null ? '' : typeof result.expected === 'string' ? result.expected : JSON.stringify(result.expected, null, 2);
  const name = `${result.case}${result.repeat === 0 ? '' : ` #${result.repeat + 1}`}`;
  const cells = [
    `<th scope="row">${escapeHtml(name)}${result.description === null ? '' : `<br><small>${escapeHtml(result.description)}</small>`}</th>`,
    `<td class="${result.verdict}">${result.verdict}${result.status === 'active' ? '' : `<br><small>${result.status}</small>`}</td>`,
    `<td>${block(expected)}</td>`,
    `<td>${block(result.output ?? '')}</td>`,
    `<td>${escapeHtml(why)}</td>`,
    `<td class="number">${tokens}</td>`,
    `<td class="number">${usd(result.costUsd)}</td>`,
    `<td class="number">${milliseconds(result.ttftMs)}</td>`,
    `<td class="number">${milliseconds(result.latencyMs)}</td>`,
  ];
  return `<tr>${cells.join('')}</tr>`;
}

function block(text: string): string {
  if (text === '') return '';
  const rest = text.length - MAX_OUTPUT;
  return `<pre>${escapeHtml(text.slice(0, MAX_OUTPUT))}${rest > 0 ? `\n… ${count(rest)} more characters in the journal` : ''}</pre>`;
}
