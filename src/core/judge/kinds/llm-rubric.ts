import type { JsonObject } from '../../json/json.ts';
import { verdictText, verdictTexts, undecided, unknownWord, type JudgeKind } from '../judge-kind.ts';

/** @throws {CannotGrade} when the judge was undecided, or when it used another word than its schema should allow. */
function passes({ verdict }: JsonObject, reason: string): boolean {
  if (verdict === 'unknown') throw undecided(reason);
  if (verdict !== 'pass' && verdict !== 'fail') throw unknownWord('verdict', verdict, ['pass', 'fail', 'unknown']);
  return verdict === 'pass';
}

/** Half of the scale: a pass has at least that, a fail at most. */
const HALF = 0.5;

/** The output satisfies a rubric; with a threshold, with at least that score. */
export const llmRubric: JudgeKind = {
  prompt: 'llm-rubric',
  vars: (_spec, { output, input }, rubric) => ({ trusted: { rubric }, judged: { output, input } }),
  contradiction({ verdict, score }, most) {
    if (typeof score !== 'number') return null;
    // On a scale that is not said, 1 may be the least: only what is between 0 and 1 is known.
    const share = most !== null ? score / most : score < 1 ? score : null;
    const contradicts = share !== null && ((verdict === 'pass' && share < HALF) || (verdict === 'fail' && share > HALF));
    return contradicts ? `its verdict is ${verdict} and its score ${score}` : null;
  },
  read(verdict, { threshold }) {
    const reason = verdictText(verdict, 'reason');
    const isPass = passes(verdict, reason);
    const given = verdict['score'];
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
    const pass = passes(verdict, reason);
    return { pass, score: pass ? 1 : 0, reason, quotes: verdictTexts(verdict, 'quotes') };
  },
};
