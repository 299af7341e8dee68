import { CannotGrade } from '../../grade/assertion.ts';
import { isJsonObject, type JsonObject } from '../../json/json.ts';
import { excerpt } from '../../text/text.ts';
import { neededContext, verdictText, readableJson, type JudgeKind, type JudgeVerdict } from '../judge-kind.ts';

/**
 * The share of statements that the context supports. Without a `threshold` all must be supported; promptfoo's is 0, with
 * which nothing can fail. `where`: what the statements are of. @throws {CannotGrade} when there is none.
 */
function share(verdict: JsonObject, where: string, threshold = 1): JudgeVerdict {
  const statements = Array.isArray(verdict['statements']) ? verdict['statements'].filter(isJsonObject) : [];
  // Nothing was compared with the context, so nothing has passed or failed.
  if (statements.length === 0)
    throw new CannotGrade(`The judge found no statement of fact in ${where}, so nothing was checked. ${LEAVE_OUT}`);
  const open = statements.filter((statement) => statement['supported'] !== true);
  const score = (statements.length - open.length) / statements.length;
  const [first] = open;
  const counted = `The context supports ${statements.length - open.length} of ${statements.length} statements.`;
  const example = first === undefined ? '' : ` Unsupported: “${excerpt(verdictText(first, 'text'), 200)}”: ${verdictText(first, 'reason')}`;
  return { pass: score >= threshold - Number.EPSILON, score, reason: `${counted}${example}`, quotes: [] };
}

const LEAVE_OUT = 'Leave the assertion out of a case whose text states no facts.';

/** Is this answer supported by the provided context? */
export const contextFaithfulness: JudgeKind = {
  prompt: 'context-faithfulness',
  vars: (spec, subject) => ({
    trusted: {},
    judged: { output: subject.output, input: subject.input, context: neededContext(subject, spec.type) },
  }),
  read: (verdict, { threshold }) => share(verdict, 'the answer', threshold),
};

/** Does the context hold what a correct answer, the `value`, needs? */
export const contextRecall: JudgeKind = {
  prompt: 'context-recall',
  vars: (spec, subject) => ({ trusted: {}, judged: { reference: readableJson(spec.value), context: neededContext(subject, spec.type) } }),
  read: (verdict, { threshold }) => share(verdict, 'the reference', threshold),
};

/** The share of the context that answering the question needs. */
export const contextRelevance: JudgeKind = {
  prompt: 'context-relevance',
  vars: (spec, subject) => ({ trusted: {}, judged: { question: questionOf(subject), context: neededContext(subject, spec.type) } }),
  read: (verdict, { threshold }) => share(verdict, 'the context', threshold),
};

/** promptfoo names the question `query`; without it, it is what the prompt was asked. */
const questionOf = ({ vars, input }: Parameters<JudgeKind['vars']>[1]): string =>
  typeof vars['query'] === 'string' ? vars['query'] : input;
