/** The table of factors by script in docs/models.md. */

import type { MeasuredRates, MeasuredVocabulary } from '../../../src/core/economics/data/script-rates.ts';

const START = '<!-- factors by script: made by scripts/tokenizers/measure.mjs -->';
const END = '<!-- end of factors by script -->';

/** Columns, by their name in script-rates.ts. */
const COLUMNS: Readonly<Record<MeasuredVocabulary, string>> = {
  gemma3: 'Gemini, Gemma 3',
  llama3: 'Llama 3',
  qwen3: 'Qwen 2 to 3',
  deepseek3: 'DeepSeek V3, R1',
  tekken: 'Mistral (Tekken)',
  openai: 'gpt-6',
  claude: 'Claude to 4.6',
  'claude-5': 'Claude from 4.7',
  open: 'all others',
};

const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** Lines of the table. */
export function tableOf(scripts: readonly string[], data: Readonly<Record<string, MeasuredRates>>): string {
  const columns = Object.entries(COLUMNS).map(([name, title]) => ({ title, row: data[name] }));
  const cells = (cell: (row: MeasuredRates) => string): string =>
    columns.map(({ row }) => (row === undefined ? '' : cell(row))).join(' | ');
  return [
    `| a token of o200k_base that holds | ${columns.map(({ title }) => title).join(' | ')} |`,
    `|---|${columns.map(() => '---|').join('')}`,
    ...scripts.map(
      (script, i) => `| ${script} | ${cells(({ rates, spreads }) => `${(rates[i] ?? 0).toFixed(2)} ± ${percent(spreads[i] ?? 0)}`)} |`,
    ),
    `| English prose | ${cells(({ english }) => `${english.factor.toFixed(2)} ± ${percent(english.band)}`)} |`,
    `| measured | ${cells(({ isMeasured }) => (isMeasured ? 'yes' : 'not measured'))} |`,
    `| held-out texts within the band | ${cells(({ heldOut: { texts, held } }) => `${held} of ${texts}`)} |`,
  ].join('\n');
}

/** The page with this table between its marks. */
export function withTable(page: string, table: string): string {
  const [before, rest] = page.split(START);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`docs/models.md lacks the lines "${START}" and "${END}".`);
  return `${before}${START}\n\n${table}\n\n${END}${after}`;
}

/** The table that the page has. */
export const tableIn = (page: string): string => page.split(START)[1]?.split(END)[0]?.trim() ?? '';
