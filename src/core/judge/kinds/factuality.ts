import { verdictText, readableJson, verdictTexts, undecided, unknownWord, type JudgeKind } from '../judge-kind.ts';

/** promptfoo's categories A to E: only a contradiction fails. */
const MEANING: Readonly<Record<string, string>> = {
  subset: 'The answer is a subset of the reference.',
  superset: 'The answer is a superset of the reference.',
  same: 'The answer says the same as the reference.',
  contradicts: 'The answer contradicts the reference.',
  immaterial: 'The answer differs from the reference only in details that do not matter.',
};

/** The facts of the output agree with a reference. */
export const factuality: JudgeKind = {
  prompt: 'factuality',
  vars: (spec, { output, input }) => ({ trusted: {}, judged: { output, input, reference: readableJson(spec.value) } }),
  read(verdict) {
    const reason = verdictText(verdict, 'reason');
    const relation = verdictText(verdict, 'relation');
    if (relation === 'unknown') throw undecided(reason);
    const meaning = Object.hasOwn(MEANING, relation) ? MEANING[relation] : undefined;
    if (meaning === undefined) throw unknownWord('relation', verdict['relation'], [...Object.keys(MEANING), 'unknown']);
    const pass = relation !== 'contradicts';
    return { pass, score: pass ? 1 : 0, reason: `${meaning} ${reason}`.trim(), quotes: verdictTexts(verdict, 'quotes') };
  },
};
