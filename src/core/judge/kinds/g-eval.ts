import { CannotGrade } from '../../grade/assertion.ts';
import { verdictText, type JudgeKind } from '../judge-kind.ts';

/** promptfoo's default. */
const DEFAULT_THRESHOLD = 0.7;
/** The scale of the paper. */
const MOST = 10;

/** G-Eval (Liu et al. 2023): the judge writes down its steps for a criterion, follows them, and gives a score from 0 to 10. */
export const gEval: JudgeKind = {
  prompt: 'g-eval',
  vars: (_spec, { output, input }, criterion) => ({ trusted: { criterion }, judged: { output, input } }),
  read(verdict, { threshold = DEFAULT_THRESHOLD }) {
    const { score } = verdict;
    if (typeof score !== 'number' || score < 0 || score > MOST) throw new CannotGrade('The judge gave no score from 0 to 10.');
    const share = score / MOST;
    return { pass: share >= threshold, score: share, reason: verdictText(verdict, 'reason'), quotes: [] };
  },
};
