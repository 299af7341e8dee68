/** A run of any size that is made when it is looked at: what a page must show without ever holding it. */
import type { CandidateHead } from '../../../src/core/results/candidate-head.ts';
import type { Result } from '../../../src/core/results/result.ts';
import type { ViewedRun } from '../../../src/engine/results-view/results-view.ts';

export interface RunSpec {
  readonly cases: number;
  readonly candidates: number;
  /** Outputs instead of the usual ones, by position. */
  readonly outputs?: readonly string[];
}

const WORDS =
  'The parcel has left our warehouse and should reach you within two days please keep the number of your order at hand when you write again thank you for your patience'.split(
    ' ',
  );

export function outputAt(index: number): string {
  if (index % 3 === 0)
    return JSON.stringify({ label: index % 2 === 0 ? 'refund' : 'shipping', priority: 'normal', order: { id: index, items: [1, 2, 3] } });
  const text = Array.from({ length: 30 + (index % 40) }, (_, i) => WORDS[(index * 7 + i * 3) % WORDS.length]).join(' ');
  return index % 3 === 1 ? text : `**Answer ${index}**\n\n- ${text.slice(0, 80)}\n- \`code\`\n\n${text}`;
}

const headOf = (i: number): CandidateHead => ({
  id: `c${i}`,
  prompt: { path: 'triage/triage.prompt', name: 'triage', version: `${i}a1b2c3d4e5f6`, ref: null },
  golden: 'g',
  model: `openai:model-${i}`,
  parameters: { temperature: 0 },
  price: { asOf: '2026-11-01', source: 'test', basis: 'exact', basedOn: null },
  rates: { rates: { input: 1, cacheRead: 0.1, cacheWriteShort: null, cacheWriteLong: null, output: 4 }, tiers: [] },
  budget: { interaction: 'chat', ttftMs: 700, costUsd: 0.001, outputTokens: 200 },
});

export class SyntheticRun {
  readonly heads: readonly CandidateHead[];
  readonly caseIds: readonly string[];

  constructor(readonly spec: RunSpec) {
    this.heads = Array.from({ length: spec.candidates }, (_, i) => headOf(i));
    this.caseIds = Array.from({ length: spec.cases }, (_, i) => `case-${i}`);
  }

  get samples(): number {
    return this.spec.cases * this.spec.candidates;
  }

  /** Position → result: candidates side by side, case by case. */
  result(position: number): Result {
    const { candidates, outputs } = this.spec;
    const at = Math.floor(position / candidates);
    const candidate = position % candidates;
    const output = outputs?.[position % outputs.length] ?? outputAt(position);
    const verdict = position % 11 === 0 ? 'fail' : position % 97 === 0 ? 'error' : 'pass';
    const expected = at % 2 === 0 ? outputAt(position + candidates * 3).slice(0, 300) : null;
    return {
      candidate: `c${candidate}`,
      case: `case-${at}`,
      repeat: 0,
      description: `Ticket number ${at}`,
      status: 'active',
      critical: at % 50 === 0,
      group: at % 5 === 0 ? 'policy' : null,
      vars: { ticket: `Where is order ${at}? ${WORDS[at % WORDS.length] ?? ''}` },
      metadata: { tags: [`tag-${at % 6}`] },
      expected,
      verdict,
      score: verdict === 'pass' ? 1 : 0.5,
      output: verdict === 'error' ? null : output,
      toolCalls: position % 13 === 0 ? [{ id: null, name: 'lookup', arguments: '{"order":1}' }] : [],
      assertions:
        verdict === 'fail'
          ? [{ type: 'expected', pass: false, score: 0, weight: 1, reason: `Expected something else than ${output.slice(0, 60)}` }]
          : [],
      error: verdict === 'error' ? { code: 'x', message: `The server answered 500: ${output.slice(0, 100)}` } : null,
      attempts: 1,
      attemptLog: [{ startedMs: position, durationMs: 700, status: 200, error: null }],
      usage: { input: 400 + (at % 50), cacheRead: 256, cacheWriteShort: 0, cacheWriteLong: 0, output: 60 + (position % 30), reasoning: 0 },
      costUsd: 0.0004 + (position % 17) * 1e-5,
      ttftMs: 200 + ((position * 37) % 900),
      latencyMs: 600 + ((position * 53) % 2500),
      finish: position % 41 === 0 ? 'length' : 'stop',
      source: 'model',
      request: null,
    };
  }

  viewed(report: ViewedRun['report']): ViewedRun {
    const { heads, caseIds, samples } = this;
    return {
      id: '20261125T000000-000001',
      startedAt: '2026-11-25T00:00:00Z',
      heads,
      caseIds,
      samples,
      report,
      file: '',
      read: (position) => this.result(position),
    };
  }
}
