/**
 * What a model proposes for a judge's prompt: edits of its text, each with the errors that it addresses. Labels are written by anyone, and the
 * model has read them, so a proposal may change words only: settings, schema, variables and the note about judged text stay as they are.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json/json.ts';
import { splitFrontMatter } from '../../prompt/formats/front-matter.ts';
import { readVerdict } from '../verdict.ts';
import type { LabelledOutput } from './labelled-outputs.ts';

export interface JudgeProposal {
  /** From 1. */
  readonly number: number;
  /** Why, in the model's words. */
  readonly reason: string;
  /** Keys of the outputs that it addresses. */
  readonly addresses: readonly string[];
  /** The whole prompt with the edits. */
  readonly text: string;
  /** A part of a labelled text that the edits copy into the prompt; null: none. */
  readonly copies: string | null;
}

export interface ReadProposals {
  readonly proposals: readonly JudgeProposal[];
  /** Why others are none, one sentence each. */
  readonly refused: readonly string[];
}

/** Proposals that are measured at most. */
export const MOST_PROPOSALS = 3;
/** Characters that a prompt may grow by: examples of everything would fit the train part, and nothing else. */
const MOST_GROWTH = 3000;
/** Characters in a row that count as a copy. */
const COPY = 40;

const TEXT = { type: 'string' };
const EDIT = { type: 'object', properties: { find: TEXT, replace: TEXT }, required: ['find', 'replace'], additionalProperties: false };
const PROPOSAL = {
  type: 'object',
  properties: { reason: TEXT, errors: { type: 'array', items: TEXT }, edits: { type: 'array', items: EDIT } },
  required: ['reason', 'errors', 'edits'],
  additionalProperties: false,
};
export const PROPOSALS_SCHEMA: JsonObject = {
  type: 'object',
  properties: { proposals: { type: 'array', items: PROPOSAL } },
  required: ['proposals'],
  additionalProperties: false,
};

/** `errors`: what the model was shown, by the id that it was shown under. */
export function readProposals(
  output: string,
  prompt: string,
  errors: ReadonlyMap<string, LabelledOutput>,
): ReadProposals | { readonly problem: string } {
  const texts = [...errors.values()].flatMap(({ item }) => [item.output, item.input ?? '', item.context ?? '']);
  const read = readVerdict(output, PROPOSALS_SCHEMA, texts);
  if ('problem' in read) return read;
  const given = read.verdict['proposals'];
  const proposals: JudgeProposal[] = [];
  const refused: string[] = [];
  for (const [i, value] of (Array.isArray(given) ? given : []).slice(0, MOST_PROPOSALS).entries()) {
    const text = isJsonObject(value) ? edited(prompt, value['edits'] ?? null) : { problem: 'It is not an object.' };
    if (!isJsonObject(value) || 'problem' in text) {
      refused.push(`Proposal ${i + 1}: ${'problem' in text ? text.problem : 'It is not an object.'}`);
      continue;
    }
    const reason = typeof value['reason'] === 'string' ? value['reason'] : '';
    const named = Array.isArray(value['errors']) ? value['errors'] : [];
    const addresses = named.flatMap((id) => (typeof id === 'string' ? (errors.get(id.trim())?.key ?? []) : []));
    proposals.push({ number: i + 1, reason, addresses, text: text.text, copies: copied(text.added, texts) });
  }
  return { proposals, refused };
}

/** The prompt with the edits, or why they cannot be made. */
function edited(
  prompt: string,
  edits: JsonValue,
): { readonly text: string; readonly added: readonly string[] } | { readonly problem: string } {
  if (!Array.isArray(edits) || edits.length === 0) return { problem: 'It has no edits.' };
  const added: string[] = [];
  let text = prompt;
  for (const edit of edits) {
    const [find, replace] = isJsonObject(edit) ? [edit['find'], edit['replace']] : [];
    if (typeof find !== 'string' || typeof replace !== 'string' || find === '') return { problem: 'An edit needs `find` and `replace`.' };
    const at = text.indexOf(find);
    if (at < 0) return { problem: `The prompt does not contain “${find.slice(0, 80)}”.` };
    if (text.includes(find, at + 1)) return { problem: `The prompt contains “${find.slice(0, 80)}” more than once.` };
    if (at < splitFrontMatter(text).body.offset) return { problem: 'It changes the settings of the judge, not its words.' };
    text = text.slice(0, at) + replace + text.slice(at + find.length);
    added.push(replace);
  }
  const problem = changedProblem(prompt, text);
  return problem === null ? { text, added } : { problem };
}

function changedProblem(before: string, after: string): string | null {
  if (before === after) return 'It changes nothing.';
  if (after.length > before.length + MOST_GROWTH) return `It makes the prompt longer by more than ${MOST_GROWTH} characters.`;
  const [own, other] = [splitFrontMatter(before), splitFrontMatter(after)];
  if (own.frontMatter?.text !== other.frontMatter?.text) return 'It changes the settings of the judge, not its words.';
  if (expressionsIn(own.body.text) !== expressionsIn(other.body.text)) return 'It changes what is put into the prompt (`{{…}}`).';
  if (/<<<DATA|DATA>>>/.test(other.body.text) && !/<<<DATA|DATA>>>/.test(own.body.text)) return 'It writes marks of judged text.';
  return null;
}

const expressionsIn = (text: string): string => JSON.stringify((text.match(/\{\{[\s\S]*?\}\}/g) ?? []).sort());

/** The longest part is not needed: one that is long enough shows where it is from. */
function copied(added: readonly string[], texts: readonly string[]): string | null {
  for (const text of added)
    for (let at = 0; at + COPY <= text.length; at += 1) {
      const part = text.slice(at, at + COPY);
      if (texts.some((own) => own.includes(part))) return part;
    }
  return null;
}
