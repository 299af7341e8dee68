/** What a named judge grades production by: one criterion of the golden sets of the prompts that answered, or a person's words. */
import { ConfigurationError } from '../../core/problems/errors.ts';
import type { AssertionSpec } from '../../core/grade/assertion.ts';
import { stemOf } from '../../core/grade/assertion-types.ts';
import { COMPARING, JUDGED_TYPES } from '../../core/grade/judged-types.ts';
import type { GoldsetConfig } from '../../core/config/goldset-yaml.ts';
import { excerpt } from '../../core/text/text.ts';
import type { GoldenCriterion } from '../../adapters/review/golden-criteria.ts';

/** Types that need the correct answer, which production does not have, or several answers. */
const NEEDS_MORE = ['factuality', 'model-graded-factuality', 'context-recall', ...COMPARING];

export interface JudgedBySpec {
  readonly spec: AssertionSpec;
  /** In words. */
  readonly text: string;
}

/**
 * `judge`: a judge prompt by its path from the root, or a built-in one by its name; `criteria`: those of the golden sets; `words`: a criterion that
 * was given instead; null: none. @throws {ConfigurationError}
 */
export function judgeSpecOf(
  judge: string,
  criteria: readonly GoldenCriterion[],
  words: string | null,
  config: GoldsetConfig,
): JudgedBySpec {
  const own = bare(judge);
  const replaced = [...config.judge.prompts].find(([, path]) => bare(path) === own)?.[0] ?? null;
  const isBuiltIn = JUDGED_TYPES.includes(own);
  const type = isBuiltIn ? own : replaced;
  const isOfJudge = ({ spec }: GoldenCriterion): boolean =>
    spec.rubricPrompt === undefined ? type !== null && promptTypeOf(spec) === type : bare(spec.rubricPrompt) === own;
  const found = criteria.filter(isOfJudge);
  const given = type ?? stemOf(found[0]?.spec.type ?? 'llm-rubric');
  if (NEEDS_MORE.includes(given))
    throw new ConfigurationError(
      'judge/needs-more',
      `\`${given}\` compares with a correct answer or other answers, and production has none.`,
      'Use a judge of llm-rubric, context-faithfulness or answer-relevance.',
    );
  if (words !== null)
    return { spec: { type: given, value: words, ...(isBuiltIn || replaced !== null ? {} : { rubricPrompt: judge }) }, text: words };
  const distinct = [...new Map(found.map((each) => [each.hash, each])).values()];
  const [only, ...others] = distinct;
  if (only === undefined)
    throw new ConfigurationError(
      'judge/no-criterion',
      `No golden set of the prompts that answered has a criterion for ${judge}.`,
      'Say it: --criterion "Is the answer polite?"',
    );
  if (others.length > 0)
    throw new ConfigurationError(
      'judge/criteria',
      `${judge} has ${distinct.length} criteria: ${distinct
        .slice(0, 4)
        .map(({ text }) => `“${excerpt(text, 60)}”`)
        .join(', ')}.`,
      'Choose one with --criterion TEXT, or one prompt with --from prompt=NAME.',
    );
  // `not-` turns a verdict round; a judgement of production is the judge's own.
  return { spec: { ...only.spec, type: stemOf(only.spec.type) }, text: only.text };
}

/** promptfoo's names of one judge. */
const promptTypeOf = ({ type }: AssertionSpec): string => stemOf(type);

const bare = (path: string): string => path.replace(/^file:\/\//, '').replace(/^(?:\.\/)+/, '');
