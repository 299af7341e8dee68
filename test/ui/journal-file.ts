/** A journal as it comes from elsewhere, made as a text. */
import { SyntheticRun } from './harness/synthetic-run.ts';

/** The text of a journal with two candidates: so many cases, and outputs of so many words. */
export function journalText(cases: number, words: number): string {
  const run = new SyntheticRun({
    cases,
    candidates: 2,
    outputs: Array.from({ length: 50 }, (_, i) => `Answer ${i}: ${'word '.repeat(words)}`),
  });
  const head = {
    kind: 'run',
    schema: 'goldset.journal/1',
    id: '20261120T080000-000001',
    startedAt: '2026-11-20T08:00:00Z',
    toolVersion: '0.5.0',
    plan: 'p',
    candidates: run.heads,
    cases: run.heads.map(({ id }) => ({ candidate: id, ids: run.caseIds })),
    repeats: 1,
  };
  const end = { kind: 'end', verdict: 'fail', complete: true, endedAt: '2026-11-20T08:10:00Z' };
  const results = Array.from({ length: run.samples }, (_, i) => ({ kind: 'result', result: run.result(i) }));
  return [head, ...results, end].map((line) => `${JSON.stringify(line)}\n`).join('');
}
