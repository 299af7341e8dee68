/** A list of interactions as a person reads it in the terminal. */
import { usd } from '../../core/display/figures.ts';
import { stateOf, type InteractionBrief } from '../../core/feedback/interactions/interaction-query.ts';

/** Characters of a title where the output is no terminal, and at least in a narrow one. */
const [FULL, LEAST] = [160, 20];

/** One line each: time, id, cost, state, signals, title. `columns`: of the terminal; null: it is no terminal. */
export function interactionLines(rows: readonly InteractionBrief[], columns: number | null): string {
  const cells = rows.map((row) => [
    row.time.slice(0, 16).replace('T', ' '),
    row.id,
    row.costUsd === null ? '–' : usd(row.costUsd),
    stateText(row),
    row.signals.length === 0 ? '–' : row.signals.join(', '),
  ]);
  const widths = cells.reduce<number[]>((most, line) => line.map((cell, i) => Math.max(cell.length, most[i] ?? 0)), []);
  const before = widths.reduce((sum, width) => sum + width + 2, 0);
  const most = columns === null ? FULL : Math.max(LEAST, columns - 1 - before);
  return cells
    .map((line, i) => `${line.map((cell, at) => cell.padEnd((widths[at] ?? 0) + 2)).join('')}${titleText(rows[i], most)}`.trimEnd() + '\n')
    .join('');
}

/** What it became, or why it was dismissed, stands with the state; what others decided about it before, behind it. */
function stateText(row: InteractionBrief): string {
  const [last, ...others] = row.decisions ?? [];
  const by = others.length === 0 || (last?.by ?? null) === null ? '' : ` by ${last?.by ?? ''}`;
  const before = others.map((other) => `, ${other.triage}${other.by === null ? '' : ` by ${other.by}`}`).join('');
  return `${stateOf(row) ?? '–'}${by}${row.reason === null ? '' : ` (${shortened(row.reason)})`}${before}`;
}

const shortened = (reason: string): string => (reason.length > 30 ? `${reason.slice(0, 29)}…` : reason);

function titleText(row: InteractionBrief | undefined, most: number): string {
  const text = row === undefined ? '' : row.asked || row.answered;
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
