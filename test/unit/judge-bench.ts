/** A judge that says what a test wants, and what it was asked. */
import assert from 'node:assert/strict';
import type { AssertionSpec, ExternalGrade } from '../../src/core/grade/assertion.ts';
import { judgeAssertion, STOPPED, type JudgingContext } from '../../src/core/judge/judge.ts';
import type { Subject } from '../../src/core/judge/judge-kind.ts';
import type { Judge } from '../../src/core/judge/judges-port.ts';
import type { JsonObject, JsonValue } from '../../src/core/json/json.ts';
import type { AnsweredCall } from '../../src/core/calls/call-model.ts';
import type { ModelCall } from '../../src/core/calls/model-call.ts';

/** What a judge says: an object as JSON, text as it is, null: the run was stopped, an error: it is thrown. */
export type Says = JsonValue | Error;

export interface Bench {
  readonly context: JudgingContext;
  readonly asked: ModelCall[];
  /** Names of judges, in the order in which they were wanted. */
  readonly wanted: string[];
  /** What was put into the judge's prompt. */
  readonly inputs: JsonObject[];
  /** For which types vectors were wanted. */
  readonly embedded: string[];
}

export interface Given {
  readonly says?: readonly Says[];
  readonly costs?: readonly (number | null)[];
  readonly reused?: readonly boolean[];
  readonly schema?: JsonObject | null;
  readonly renders?: { readonly problem: string } | 'nothing';
}

export const SAMPLE = { candidate: 'a', case: 'c', repeat: 2 };
export const hash = (): string => 'f'.repeat(64);
export const fenced = (text: string): string => `<<<DATA ${'f'.repeat(16)}\n${text}\n${'f'.repeat(16)} DATA>>>`;

/** Answers are given in turn, the last one again and again. */
export function bench({ says = [], costs = [1], reused = [], schema = { type: 'object' }, renders }: Given): Bench {
  const [asked, wanted, inputs, embedded]: [ModelCall[], string[], JsonObject[], string[]] = [[], [], [], []];
  const judge = (name: string): Promise<Judge> => {
    wanted.push(name);
    return Promise.resolve({
      name,
      version: `${name}@1`,
      document: { output: { schema } },
      partials: [],
      client: { id: 'judge:m' },
      parameters: { temperature: 0 },
    } as unknown as Judge);
  };
  const context: JudgingContext = {
    judges: {
      judge,
      inline: () => judge('inline'),
      embedder: ({ type }) => (embedded.push(type), Promise.resolve({ id: 'embed:m' } as never)),
    },
    evaluator: {
      render: ({ data, segments }) => {
        assert.equal(segments, false);
        inputs.push(...data.map(({ input }) => input));
        if (renders === 'nothing') return Promise.resolve([]);
        return Promise.resolve([
          renders ?? { request: { messages: [{ role: 'user', content: [{ text: 'grade' }] }], tools: [], output: {} } as never },
        ]);
      },
    },
    hash,
    question: { repeat: 2, sample: SAMPLE, attempts: [] },
    ask: (question) => {
      const i = asked.push(question) - 1;
      const said = says[Math.min(i, says.length - 1)] ?? null;
      if (said === null) return Promise.resolve(null);
      if (said instanceof Error) return Promise.reject(said);
      return Promise.resolve({
        key: 'k',
        response: { output: typeof said === 'string' ? said : JSON.stringify(said) },
        reused: reused[i] ?? false,
        costUsd: costs[Math.min(i, costs.length - 1)] ?? null,
      } as AnsweredCall);
    },
  };
  return { context, asked, wanted, inputs, embedded };
}

export const subject: Subject = { output: 'good day', vars: { who: 'Ana' }, expected: null, input: 'greet', context: null };
export const RUBRIC: AssertionSpec = { type: 'llm-rubric', value: 'greets {{who}}' };
export const PASS = { verdict: 'pass', reason: 'r', score: 0.9, quotes: ['good', 'bad'] };
export const judged = (given: Given, spec = RUBRIC, of = subject) => judgeAssertion(spec, of, bench(given).context);
export function known(found: ExternalGrade | typeof STOPPED): {
  error?: string;
  grade?: { pass: boolean; score: number; reason: string };
  judge?: JsonObject;
} {
  assert.ok(found !== STOPPED, 'stopped');
  return found as never;
}
