/** Where to work in a run: answers that failed alike, the most frequent first. */
import { groupBy } from '../../collections/group-by.ts';
import type { JsonObject } from '../../json/json.ts';
import { hash53 } from '../../text/text-hash.ts';
import { saysNothing } from '../../topics/question-words.ts';
import { topicsOf, type Topic, type TopicItem } from '../../topics/topics.ts';
import { normalisedText } from '../../topics/words.ts';
import type { Result } from '../result.ts';
import { failedResult, type FailedResult } from './failed-result.ts';

export interface FailureGroup {
  /** What failed, in words: the reason that all have, or the assertion and what their texts are about. */
  readonly what: string;
  /** Words that their texts have in common; empty: the reason says it all. */
  readonly terms: readonly string[];
  /** How many answers failed so; a case with repeats has several. */
  readonly answers: number;
  /** Ids of their cases, each once, in the order of the plan. */
  readonly cases: readonly string[];
  /** Ids of up to three cases that differ most from one another. */
  readonly examples: readonly string[];
}

export interface FailureGroups {
  /** Answers that failed. */
  readonly answers: number;
  readonly groups: readonly FailureGroup[];
  /** Answers that failed like no other. */
  readonly others: number;
}

/** Of more, only the first are grouped. */
export const MOST_GROUPED = 5000;
const EXAMPLES = 3;
const TERMS = 4;
/** Answers with the same reason make a group from so many on. */
const ALIKE = 2;
/** Characters of each text. */
const MOST_TEXT = 600;

interface Failed {
  readonly result: Result;
  readonly failure: FailedResult;
}

/** `results`: of one candidate, in the order of the plan; those that did not fail are passed over. Null: fewer than two failed. */
export function failureGroups(results: Iterable<Result>): FailureGroups | null {
  const failed: Failed[] = [];
  for (const result of results) {
    const failure = failedResult(result);
    if (failure !== null) failed.push({ result, failure });
    if (failed.length >= MOST_GROUPED) break;
  }
  if (failed.length < ALIKE) return null;
  const byKey = groupBy(failed, ({ failure }) => failure.key);
  const { topics, others } = topicsOf(
    failed.map((item) => topicItem(item, (byKey.get(item.failure.key)?.length ?? 0) >= ALIKE)),
    { hash: hash53, isIdle: saysNothing },
  );
  return { answers: failed.length, groups: topics.map((topic) => groupOf(topic, failed)), others: others.length };
}

function topicItem({ result, failure }: Failed, hasEqual: boolean): TopicItem {
  if (hasEqual && !failure.isJudged) return { signature: failure.key, isWhole: true, texts: [] };
  const texts = [textOf(result.vars), failure.reason, result.output ?? ''];
  return {
    signature: failure.kind,
    isWhole: false,
    texts: texts.map((text) => ({ words: normalisedText(text.slice(0, MOST_TEXT)), weight: 1 })),
  };
}

const textOf = (vars: JsonObject): string =>
  Object.values(vars)
    .filter((value) => typeof value === 'string')
    .join(' ');

function groupOf({ members, typical, isWhole, terms }: Topic, failed: readonly Failed[]): FailureGroup {
  const caseOf = (i: number): string => failed[i]?.result.case ?? '';
  const first = failed[members[0] ?? -1]?.failure;
  const words = isWhole ? [] : terms.slice(0, TERMS);
  const type = first?.kind.split(' ')[0] ?? '';
  return {
    what: isWhole ? (first?.reason ?? '') : `${type}${words.length === 0 ? '' : `, about ${words.join(', ')}`}`,
    terms: words,
    answers: members.length,
    cases: [...new Set(members.map(caseOf))],
    examples: [...new Set((isWhole ? members : typical).map(caseOf))].slice(0, EXAMPLES),
  };
}
