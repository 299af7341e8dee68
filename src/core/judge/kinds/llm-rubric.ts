import { verdictText, verdictTexts, undecided, type JudgeKind } from '../judge-kind.ts';

/** The output satisfies a rubric; with a threshold, with at least that score. */
export const llmRubric: JudgeKind = {
  prompt: 'llm-rubric',
  vars: (_spec, { output, input }, rubric) => ({ trusted: { rubric }, judged: { output, input } }),
  read(verdict, { threshold }) {
    const reason = verdictText(verdict, 'reason');
    if (verdict['verdict'] === 'unknown') throw undecided(reason);
    const given = verdict['score'];
    const isPass = verdict['verdict'] === 'pass';
    const score = typeof given === 'number' ? given : isPass ? 1 : 0;
    return { pass: isPass && (threshold === undefined || score >= threshold), score, reason, quotes: verdictTexts(verdict, 'quotes') };
  },
};

/** An answer to a question meets a criterion. */
export const closedQa: JudgeKind = {
  prompt: 'model-graded-closedqa',
  vars: (_spec, { output, input }, criterion) => ({ trusted: { criterion }, judged: { output, input } }),
  read(verdict) {
    const reason = verdictText(verdict, 'reason');
    if (verdict['verdict'] === 'unknown') throw undecided(reason);
    const pass = verdict['verdict'] === 'pass';
    return { pass, score: pass ? 1 : 0, reason, quotes: verdictTexts(verdict, 'quotes') };
  },
};
