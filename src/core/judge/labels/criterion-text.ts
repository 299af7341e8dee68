/** What a person grades by, in words: what a judge was told, without what is only for a judge. The same on every page and in the terminal. */
import { stemOf } from '../../grade/assertion-types.ts';
import type { AssertionSpec } from '../../grade/assertion.ts';
import { fillPlaceholders } from '../../text/fill-text.ts';
import type { Hash } from '../../text/hash.ts';
import type { JsonObject } from '../../json/json.ts';
import { criterionOf, type JudgedCriterion } from '../criterion.ts';
import { readableJson } from '../judge-kind.ts';
import type { DrawFile } from './draw-file.ts';

/** Kinds that compare answers: one answer alone cannot be graded by them. */
const COMPARING: readonly string[] = ['select-best', 'pairwise'];

const SENTENCES: Readonly<Record<string, string>> = {
  factuality: 'No fact in the output contradicts this reference:',
  'model-graded-factuality': 'No fact in the output contradicts this reference:',
  'context-faithfulness': 'The context supports every statement of the output.',
  'context-recall': 'The context contains every statement of this correct answer:',
  'answer-relevance': 'The output answers what was asked.',
};

/** Of one assertion with the variables of its case; null: a person cannot grade one answer by it. */
function wordsOf(spec: AssertionSpec, vars: JsonObject): string | null {
  const type = stemOf(spec.type);
  if (COMPARING.includes(type)) return null;
  return sentenceOf(type, fillPlaceholders(readableJson(spec.value), vars)) || null;
}

/** Empty: the kind says nothing without a text. */
function sentenceOf(type: string, value: string): string {
  const sentence = type.startsWith('similar') ? 'The output means the same as:' : SENTENCES[type];
  return [sentence ?? '', value].filter((text) => text !== '').join('\n');
}

/** The criterion of a draw, for people who never saw an assertion. */
export function criterionWords(criterion: DrawFile['frame']['criterion']): string {
  if (criterion === null) return 'Is this a good answer? There is no written criterion: use your own judgement.';
  const words = sentenceOf(stemOf(criterion.type), criterion.text);
  // A reference belongs to one case, and a draw is of many.
  return words === '' || words.endsWith(':') ? `${criterion.type}: as the judge’s prompt says it.` : words;
}

/**
 * The words of a criterion, among the assertions that a case has now; null: none of them is it any more, or it compares answers. What cannot be
 * read cannot be graded by.
 */
export function criterionText(
  assertions: readonly AssertionSpec[],
  criterion: JudgedCriterion,
  vars: JsonObject,
  hash: Hash,
): string | null {
  for (const spec of assertions) {
    const own = spec.assert === undefined ? null : criterionText(spec.assert, criterion, vars, hash);
    if (own !== null) return own;
    const { type, hash: of } = criterionOf(spec, hash);
    if (type === criterion.type && of === criterion.hash) return wordsOf(spec, vars);
  }
  return null;
}
