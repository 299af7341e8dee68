import { verdictText, readableJson, verdictTexts, undecided, type JudgeKind } from '../judge-kind.ts';

/** promptfoo's categories A to E: only a contradiction fails. */
const MEANING: Readonly<Record<string, string>> = {
  subset: 'It says part of the reference.',
  superset: 'It says all of the reference and more.',
  same: 'It says the same as the reference.',
  contradicts: 'It contradicts the reference.',
  immaterial: 'It differs from the reference in nothing that matters.',
};

/** The facts of the output agree with a reference. */
export const factuality: JudgeKind = {
  prompt: 'factuality',
  vars: (spec, { output, input }) => ({ trusted: {}, judged: { output, input, reference: readableJson(spec.value) } }),
  read(verdict) {
    const reason = verdictText(verdict, 'reason');
    const relation = verdictText(verdict, 'relation');
    if (relation === 'unknown') throw undecided(reason);
    const pass = relation !== 'contradicts';
    return { pass, score: pass ? 1 : 0, reason: `${MEANING[relation] ?? ''} ${reason}`.trim(), quotes: verdictTexts(verdict, 'quotes') };
  },
};
