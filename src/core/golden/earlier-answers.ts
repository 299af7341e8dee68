/** Cases that go on from earlier answers: a conversation, or an answer that a later case has as a variable. */

/** What of earlier answers of its prompt and model a case is sent with. */
export interface EarlierUse {
  /** Ids of the cases before it in its conversation, which the variable `_conversation` has; absent: it is in none. */
  readonly conversation?: readonly string[];
  /** Of each variable that an earlier answer gives: the id of that case. */
  readonly stored: Readonly<Record<string, string>>;
}

/** An answer that is a variable of later cases. */
export interface StoredAnswer {
  readonly name: string;
  /** Code that makes of the output what is stored, the first one first. */
  readonly transforms: readonly string[];
}

/** The variable that holds a conversation (promptfoo). */
export const CONVERSATION = '_conversation';

/** The cases whose answers it needs, each once. */
export const neededCases = ({ conversation = [], stored }: EarlierUse): string[] => [
  ...new Set([...conversation, ...Object.values(stored)]),
];
