/** One flat record per result, the same for every table that is written. Unknown is null. */
import { tagsOfMetadata } from '../golden/case.ts';
import type { CandidateReport } from '../results/candidate-report.ts';
import type { RunReport } from '../run/report.ts';
import type { Result } from '../results/result.ts';

export type FlatResult = Readonly<Record<string, string | number | boolean | null>>;

export function* flatResults({ candidates, results }: RunReport): Generator<FlatResult> {
  const heads = new Map(candidates.map((candidate) => [candidate.id, candidate]));
  for (const result of results) yield flat(result, heads.get(result.candidate));
}

function flat(result: Result, head: CandidateReport | undefined): FlatResult {
  const { usage, expected } = result;
  return {
    prompt: head?.prompt.path ?? null,
    version: head?.prompt.version ?? null,
    ref: head?.prompt.ref ?? null,
    model: head?.model ?? null,
    parameters: head === undefined ? null : JSON.stringify(head.parameters),
    case: result.case,
    description: result.description,
    status: result.status,
    critical: result.critical,
    group: result.group ?? null,
    tags: tagsOfMetadata(result.metadata ?? {}).join(' '),
    repeat: result.repeat,
    verdict: result.verdict,
    score: result.score,
    variables: JSON.stringify(result.vars),
    expected: expected === null ? null : typeof expected === 'string' ? expected : JSON.stringify(expected),
    output: result.output,
    toolCalls: result.toolCalls.length === 0 ? null : JSON.stringify(result.toolCalls),
    reasons: reasonsOf(result).join('\n'),
    inputTokens: usage?.input ?? null,
    cacheReadTokens: usage?.cacheRead ?? null,
    outputTokens: usage?.output ?? null,
    reasoningTokens: usage?.reasoning ?? null,
    costUsd: result.costUsd,
    ttftMs: result.ttftMs,
    latencyMs: result.latencyMs,
    finish: result.finish,
    source: result.source,
    attempts: result.attempts,
  };
}

/** Why a result did not pass; empty: it did. */
export const reasonsOf = ({ error, assertions }: Pick<Result, 'error' | 'assertions'>): string[] =>
  error !== null ? [error.message] : assertions.filter((item) => !item.pass).map((item) => `${item.type}: ${item.reason}`);
