/** Every type name of an assertion: ours, and promptfoo's that we know of and do not have yet. */
import { kinds, type KindName } from './kinds.ts';
import type { AssertionSpec } from './assertion.ts';

/** promptfoo 0.121's types and `.prompt.yml`'s judges; known by name so that the message can say so. */
const NOT_YET = new Set(
  `agent-rubric answer-relevance bleu classifier contains-html contains-sql contains-xml context-faithfulness context-recall
  context-relevance conversation-relevance factuality g-eval gleu guardrails is-html is-sql is-valid-function-call
  is-valid-openai-function-call is-xml javascript llm-rubric meteor model-graded-closedqa model-graded-factuality moderation
  perplexity perplexity-score pi python rouge-n ruby search-rubric similar similar:cosine similar:dot similar:euclidean
  skill-used tool-call-f1 webhook select-best max-score human llm github/similarity github/coherence github/fluency
  github/relevance github/groundedness`.split(/\s+/),
);

const stem = (type: string): string => (type.startsWith('not-') ? type.slice(4) : type);

export const kindOf = (type: string): KindName | null => (Object.hasOwn(kinds, stem(type)) ? (stem(type) as KindName) : null);

export const isNegated = (type: string): boolean => type.startsWith('not-');

export const isKnownType = (type: string): boolean => {
  const name = stem(type);
  return name === 'assert-set' || Object.hasOwn(kinds, name) || NOT_YET.has(name) || /^(trace|trajectory)[-:]/.test(name);
};

export interface AssertionProblem {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** What is wrong with an assertion as written, or null. A case with a problem is an error, never a pass or a fail. */
export function problemOf(spec: AssertionSpec): AssertionProblem | null {
  if (stem(spec.type) === 'assert-set') {
    return spec.assert === undefined || spec.assert.length === 0
      ? { code: 'assert/invalid', message: 'An `assert-set` needs a list `assert` with at least one assertion.' }
      : null;
  }
  const kind = kindOf(spec.type);
  if (kind !== null) {
    const message = kinds[kind].check(spec);
    return message === null ? null : { code: 'assert/invalid', message };
  }
  if (isKnownType(spec.type)) {
    return {
      code: 'assert/not-supported',
      message: `The assertion type \`${spec.type}\` is not supported yet.`,
      hint: 'Cases that use it become errors, never passes.',
    };
  }
  return {
    code: 'assert/unknown-type',
    message: `There is no assertion type \`${spec.type}\`.`,
    hint: `Known: ${Object.keys(kinds).join(', ')}, assert-set; each also with \`not-\`.`,
  };
}
