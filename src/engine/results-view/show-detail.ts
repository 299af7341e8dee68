/** One result with everything that is known about it. */
import { inEditorWords } from '../../core/display/editor-words.ts';
import type { CandidateHead } from '../../core/results/candidate-head.ts';
import type { ToolRound } from '../../core/tool.ts';
import type { AssertionResult, JudgeNote } from '../../core/grade/assertion.ts';
import { isJsonObject, readable, type JsonValue } from '../../core/json/json.ts';
import { chargesText } from '../../core/economics/prices/charges.ts';
import { sumOfSplit } from '../../core/economics/prices/price.ts';
import { changeText } from '../../core/model/sent-without.ts';
import { judgedText, rateOfJudge, type JudgedRate } from '../../core/results/judged-rate.ts';
import type { Result } from '../../core/results/result.ts';
import type { ResultsDetail, ShownAssertion, ShownJudge, ShownLabel, ShownRound } from '../../protocol/detail.ts';
import { formatOf } from './show-cell.ts';
import { splitOf } from './show-column.ts';

/** Characters of an output in the side pane; the whole opens in an editor. */
export const MAX_DETAIL = 50_000;
const MAX_VARIABLE = 20_000;

export interface DetailContext {
  readonly head: CandidateHead;
  /** Numbers of the repeats that are there. */
  readonly repeats: readonly number[];
  readonly label: ShownLabel | null;
  /** What the output is compared with; null: with nothing. */
  readonly against: string | null;
  /** Of its column; null: no judge decided there. */
  readonly judged: JudgedRate | null;
}

export function showDetail(result: Result, { head, repeats, label, against, judged }: DetailContext): ResultsDetail {
  const output = result.output ?? '';
  const { expected } = result;
  return {
    case: result.case,
    column: head.id,
    repeat: result.repeat,
    repeats,
    verdict: result.verdict,
    score: result.score,
    status: result.status,
    critical: result.critical,
    provenance: provenanceOf(result),
    variables: Object.entries(result.vars).map(([name, value]) => {
      const text = readable(value);
      return { name, text: text.slice(0, MAX_VARIABLE), isCut: text.length > MAX_VARIABLE };
    }),
    expected: expected === null ? null : readable(expected),
    against: against === null ? null : against.slice(0, MAX_DETAIL),
    output: output.slice(0, MAX_DETAIL),
    cut: Math.max(0, output.length - MAX_DETAIL),
    format: formatOf(output),
    toolCalls: result.toolCalls.slice(0, 50).map(({ name, arguments: text }) => ({ name, arguments: text.slice(0, MAX_VARIABLE) })),
    rounds: (result.rounds ?? []).slice(0, 20).map(showRound),
    context: (result.context ?? []).slice(0, 100).map((text) => text.slice(0, MAX_VARIABLE)),
    cacheMiss: result.cacheMiss ?? null,
    sentWithout: (result.sentWithout ?? []).map(changeText),
    billNotes: billNotes(result),
    service: result.service ?? null,
    usageEstimated: result.usageEstimated === true,
    costReported: result.costReported === true,
    judgeCostUsd: result.judgeCostUsd ?? null,
    assertions: result.assertions.map((item) => showAssertion(item, judged)),
    error: result.error === null ? null : inEditorWords([result.error.message, result.error.hint ?? ''].join(' ').trim()),
    finish: result.finish,
    source: result.source,
    bill: billOf(result, head),
    costUsd: result.costUsd,
    timing: {
      attempts: result.attemptLog.map(({ startedMs, durationMs, error }) => ({ startedMs, durationMs, error })),
      ttftMs: result.ttftMs,
      latencyMs: result.latencyMs,
    },
    label,
  };
}

const showRound = ({ calls, results }: ToolRound): ShownRound =>
  calls.slice(0, 50).map(({ name, arguments: text }, i) => ({
    name,
    arguments: text.slice(0, MAX_VARIABLE),
    result: (results[i]?.text ?? '').slice(0, MAX_VARIABLE),
  }));

function showJudge({ prompt, version, model, criterion, costUsd, quotes }: JudgeNote, judged: JudgedRate | null): ShownJudge {
  const rate =
    judged === null || criterion === undefined ? undefined : rateOfJudge(judged, { judge: { path: prompt, version, model }, criterion });
  return {
    prompt,
    version: version.slice(0, 8),
    model,
    costUsd,
    quotes: quotes.slice(0, 20).map(({ text, found }) => ({ text: text.slice(0, 2000), found })),
    calibration: rate === undefined ? 'judge not calibrated' : judgedText(rate),
    isCalibrated: rate?.status === 'calibrated' && rate.value !== null,
  };
}

const showAssertion = (
  { type, pass, score, weight, reason, error, members, judge }: AssertionResult,
  judged: JudgedRate | null,
): ShownAssertion => ({
  type,
  outcome: error === true ? 'error' : pass ? 'pass' : 'fail',
  score,
  weight,
  reason: inEditorWords(reason.slice(0, 5000)),
  members: (members ?? []).map((member) => showAssertion(member, judged)),
  judge: judge === undefined ? null : showJudge(judge, judged),
});

function provenanceOf({ metadata, group }: Result): [string, string][] {
  const rows: [string, string][] = group === undefined || group === null ? [] : [['group', group]];
  for (const [name, value] of Object.entries(metadata ?? {})) {
    if (isJsonObject(value)) for (const [inner, text] of Object.entries(value)) rows.push([`${name} ${inner}`, lineOf(text)]);
    else rows.push([name, lineOf(value)]);
  }
  return rows.slice(0, 50);
}

const lineOf = (value: JsonValue): string =>
  (Array.isArray(value) ? value.map((item) => lineOf(item)).join(', ') : typeof value === 'string' ? value : JSON.stringify(value)).slice(
    0,
    500,
  );

function billNotes({ charges = {}, usageUnknown, costUsd, usage }: Result): string[] {
  const text = chargesText(charges);
  const priced = costUsd === null && usage !== null ? 'no price is known for them, so the cost is unknown' : 'in the cost';
  return [
    ...(text === '' ? [] : [`Charged besides tokens: ${text}; ${priced}.`]),
    ...(usageUnknown === undefined ? [] : [`The usage is unknown: ${usageUnknown}.`]),
  ];
}

function billOf({ usage, costUsd }: Result, head: CandidateHead): ResultsDetail['bill'] {
  if (usage === null) return [];
  const split = splitOf(head, usage);
  const written = usage.cacheWriteShort + usage.cacheWriteLong;
  // Tiers or services that the rates do not tell of: then only the sum is certain.
  const sum = split === null ? null : sumOfSplit(split);
  const parts = sum !== null && costUsd !== null && Math.abs(sum - costUsd) <= 1e-9 + costUsd * 1e-6 ? split : null;
  return [
    { name: 'fresh input', tokens: Math.max(0, usage.input - usage.cacheRead - written), usd: parts?.fresh ?? null },
    { name: 'read from cache', tokens: usage.cacheRead, usd: parts?.cacheRead ?? null },
    ...(written > 0 ? [{ name: 'written to cache', tokens: written, usd: parts?.cacheWrite ?? null }] : []),
    { name: 'output', tokens: usage.output, usd: parts?.output ?? null },
    ...(usage.reasoning > 0 ? [{ name: '  thinking, part of output', tokens: usage.reasoning, usd: parts?.reasoning ?? null }] : []),
  ];
}
