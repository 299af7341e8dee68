/** Results as cells and rows of the page. Outputs are cut to what a cell can show. */
import { inEditorWords } from '../../core/display/editor-words.ts';
import { parseJson } from '../../core/json/json.ts';
import type { Result } from '../../core/results/result.ts';
import type { OutputFormat } from '../../protocol/detail.ts';
import type { ResultsCell, ResultsRow } from '../../protocol/results.ts';
import type { SampleFacts } from './sample-facts.ts';

/** Characters of one output in a cell. */
export const MAX_CELL = 2000;
/** Characters of an output whose form is looked at. */
const MAX_PARSED = 100_000;
/** Characters of a reason, and reasons, in a cell. */
const MAX_REASON = 400;
const MAX_REASONS = 8;

/** What a cell shows of one sample, without what its repeats and labels add. */
export type SampleCell = Omit<ResultsCell, 'repeats' | 'label' | 'over'>;

export function sampleCell(result: Result): SampleCell {
  const output = result.output ?? '';
  const failing = result.assertions.filter((assertion) => !assertion.pass && assertion.weight > 0);
  const reasons = result.error ? [result.error.message] : failing.map((assertion) => `${assertion.type}: ${assertion.reason}`);
  const { usage } = result;
  return {
    verdict: result.verdict,
    score: result.score,
    format: formatOf(output),
    output: output.slice(0, MAX_CELL),
    cut: Math.max(0, output.length - MAX_CELL),
    toolCalls: result.toolCalls
      .slice(0, 10)
      .map(({ name, arguments: text }) => ({ name: name.slice(0, 200), arguments: text.slice(0, 1000) })),
    reasons: reasons
      .slice(0, MAX_REASONS)
      // Cut first: a reason may quote an output of any length.
      .map((reason) => inEditorWords(reason.length > MAX_REASON ? `${reason.slice(0, MAX_REASON)}…` : reason)),
    inputTokens: usage?.input ?? null,
    cacheReadTokens: usage?.cacheRead ?? null,
    outputTokens: usage?.output ?? null,
    reasoningTokens: usage?.reasoning ?? null,
    costUsd: result.costUsd,
    ttftMs: result.ttftMs,
    latencyMs: result.latencyMs,
    finish: result.finish,
    source: result.source,
  };
}

/** The sample that a cell shows: the first that did not pass. */
export const shownSample = (samples: readonly SampleFacts[]): SampleFacts | undefined =>
  samples.find(({ verdict }) => verdict !== 'pass') ?? samples[0];

export const runningCell = (output: string): ResultsCell => ({
  verdict: 'running',
  score: null,
  format: 'text',
  output,
  cut: 0,
  toolCalls: [],
  reasons: [],
  inputTokens: null,
  cacheReadTokens: null,
  outputTokens: null,
  reasoningTokens: null,
  costUsd: null,
  ttftMs: null,
  latencyMs: null,
  finish: null,
  source: 'model',
  repeats: [],
  over: [],
  label: null,
});

/** Signs of Markdown at the start of a line, or in it. */
const MARKDOWN = /^(?:#{1,6} \S|[-*+] \S|\d{1,3}\. \S|> \S|```|\|.*\|\s*$)|\*\*[^*\n]{1,200}\*\*|\[[^\]\n]{1,200}\]\([^)\n]{1,500}\)/m;

export function formatOf(output: string): OutputFormat {
  const head = output.slice(0, 200).trimStart();
  if ((head.startsWith('{') || head.startsWith('[')) && output.length <= MAX_PARSED && parseJson(output) !== undefined) return 'json';
  return MARKDOWN.test(output.slice(0, MAX_CELL)) ? 'markdown' : 'text';
}

/** So little of a row that a message with it costs nothing. */
export const briefRow = (row: ResultsRow): ResultsRow => ({
  ...row,
  description: null,
  tags: [],
  input: null,
  expected: null,
  cells: row.cells.map((cell) => cell && { ...cell, format: 'text', output: '', reasons: [], toolCalls: [] }),
});
