/** Every type name of an assertion: ours, and promptfoo's that we know of and do not have yet. */
import { nearestWord } from '../problems/did-you-mean.ts';
import { kinds, type KindName } from './kinds.ts';
import type { AssertionSpec } from './assertion.ts';
import { codeProblem, isCode } from './code-assertion.ts';
import { isJudged, judgedProblem, JUDGED_TYPES } from './judged-types.ts';

/** promptfoo 0.121's other types; known by name so that the message can say so. */
const NOT_YET = new Set(
  `agent-rubric classifier contains-sql conversation-relevance guardrails is-sql moderation perplexity perplexity-score pi ruby
  search-rubric skill-used webhook max-score human`.split(/\s+/),
);

/** What a type that is not supported would have to ask. */
const NEEDS: Readonly<Record<string, string>> = {
  perplexity: 'a provider that returns the probabilities of tokens',
  'perplexity-score': 'a provider that returns the probabilities of tokens',
  classifier: 'a provider of a classification model, such as huggingface:text-classification',
  moderation: 'a provider of a moderation service, such as openai:moderation',
  'search-rubric': 'a judge that searches the web',
  guardrails: 'a provider that reports what its guardrails found',
};

/** Without `not-`. */
export const stemOf = (type: string): string => (type.startsWith('not-') ? type.slice(4) : type);

export const kindOf = (type: string): KindName | null => (Object.hasOwn(kinds, stemOf(type)) ? (stemOf(type) as KindName) : null);

export const isNegated = (type: string): boolean => type.startsWith('not-');

export const isKnownType = (type: string): boolean => {
  const name = stemOf(type);
  return (
    name === 'assert-set' ||
    Object.hasOwn(kinds, name) ||
    isJudged(name) ||
    isCode(name) ||
    NOT_YET.has(name) ||
    /^(trace|trajectory)[-:]/.test(name)
  );
};

export interface AssertionProblem {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** What is wrong with an assertion as written, or null. A case with a problem is an error, never a pass or a fail. */
export function problemOf(spec: AssertionSpec): AssertionProblem | null {
  if (stemOf(spec.type) === 'assert-set') {
    return spec.assert === undefined || spec.assert.length === 0
      ? { code: 'assert/invalid', message: 'An `assert-set` needs a list `assert` with at least one assertion.' }
      : null;
  }
  const name = stemOf(spec.type);
  const kind = kindOf(spec.type);
  if (kind !== null || isJudged(name) || isCode(name)) {
    const message = kind !== null ? kinds[kind].check(spec) : isCode(name) ? codeProblem(spec) : judgedProblem(spec, name);
    return message === null ? null : { code: 'assert/invalid', message };
  }
  if (isKnownType(spec.type)) {
    return {
      code: 'assert/not-supported',
      message: `The assertion type \`${spec.type}\` is not supported${NEEDS[name] === undefined ? ' yet' : `: it needs ${NEEDS[name]}`}.`,
      hint: 'Cases that use it end in an error; they never pass.',
    };
  }
  const known = [...Object.keys(kinds), ...JUDGED_TYPES, 'javascript', 'python', 'assert-set'];
  const near = nearestWord(name, known);
  return {
    code: 'assert/unknown-type',
    message: `There is no assertion type \`${spec.type}\`.`,
    hint:
      near === null
        ? `Known: ${known.join(', ')}; each may have the prefix \`not-\`.`
        : `Did you mean \`${spec.type.startsWith('not-') ? 'not-' : ''}${near}\`?`,
  };
}
