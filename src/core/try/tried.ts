/** One try as it is kept: what was typed, what was sent, what came back. Unknown is null. */
import { FILE_KINDS, schemaOf, versionProblem } from '../files/file-version.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json/json.ts';
import type { FinishReason } from '../model/model-request.ts';
import type { ConversationTurn } from './turns.ts';

export interface TriedCall {
  readonly name: string;
  /** The JSON text as the model wrote it. */
  readonly arguments: string;
}

export interface TriedAnswer {
  readonly text: string;
  readonly thinking: string;
  /** Calls that wait for their results. */
  readonly toolCalls: readonly TriedCall[];
  /** Null: the prompt has no output schema. */
  readonly schema: { readonly valid: boolean; readonly message: string } | null;
  readonly finish: FinishReason | null;
  readonly source: 'model' | 'cache' | 'scripted';
  readonly tokens: {
    readonly input: number;
    readonly cacheRead: number;
    readonly output: number;
    /** Part of `output`; null: not known. */
    readonly reasoning: number | null;
    readonly basis: 'reported' | 'estimated';
  } | null;
  /** USD; null: not known. */
  readonly costUsd: number | null;
  /** The price is that of a scripted model: nothing was paid. */
  readonly wouldCost: boolean;
  readonly ttftMs: number | null;
  readonly latencyMs: number | null;
  /** Sentences. */
  readonly sentWithout: readonly string[];
}

/** The interaction that values came from: their copy here goes when its day goes. */
export interface TrySource {
  readonly interaction: string;
  /** Such as 2026-11-01, in UTC. */
  readonly day: string;
}

export interface Tried {
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  /** From the root of the workspace. */
  readonly prompt: string;
  readonly version: string;
  readonly model: string;
  readonly effort: string | null;
  /** By field, as typed. */
  readonly values: Readonly<Record<string, string>>;
  /** Absolute paths of files outside the workspace that the person chose for this try. */
  readonly picked: readonly string[];
  /** With the last answer. */
  readonly turns: readonly ConversationTurn[];
  /** How many of the turns the prompt rendered. */
  readonly rendered: number;
  readonly answer: TriedAnswer;
  /** Null: no interaction. */
  readonly source: TrySource | null;
}

/** Characters of one text of a try that are kept. */
const MAX_TEXT = 200_000;
const MAX_TITLE = 100;

/** Characters of a file: in bytes it is at most three times as long, which its reader reads. */
const MAX_FILE_TEXT = 2_500_000;
/** Texts are cut no shorter than this. */
const MIN_TEXT = 100;

/** The text of its file. A long conversation has shorter texts, so that the file can be read again; what was typed is cut last. */
export function triedText(tried: Tried): string {
  let most = { said: MAX_TEXT, typed: MAX_TEXT };
  let text = textWithin(tried, most);
  while (text.length > MAX_FILE_TEXT && most.typed > MIN_TEXT) {
    most = most.said > MIN_TEXT ? { ...most, said: Math.floor(most.said / 2) } : { ...most, typed: Math.floor(most.typed / 2) };
    text = textWithin(tried, most);
  }
  return text;
}

function textWithin({ values, ...tried }: Tried, most: { readonly said: number; readonly typed: number }): string {
  const cut = (value: unknown, length: number): JsonValue =>
    JSON.parse(
      JSON.stringify(value, (_key, each: unknown) =>
        typeof each === 'string' && each.length > length ? `${each.slice(0, length)}…` : each,
      ),
    ) as JsonValue;
  const said = cut(tried, most.said) as JsonObject;
  return `${JSON.stringify({ schema: schemaOf(FILE_KINDS.tried), ...said, values: cut(values, most.typed) })}\n`;
}

/** Why a try cannot be read. */
export interface UnreadTry {
  readonly problem: string;
  /** No version of Goldset can read it; false: another one may. */
  readonly isDamaged: boolean;
}

/** The try in a text; a sentence where it cannot be read: damaged, or of another version. */
export function readTried(value: JsonValue | undefined): Tried | UnreadTry {
  if (!isJsonObject(value)) return { problem: 'It is not JSON.', isDamaged: true };
  const problem = versionProblem(value['schema'], FILE_KINDS.tried);
  if (problem !== null) return { problem, isDamaged: false };
  const { id, at, prompt, version, model, effort, values, picked, turns, rendered, answer } = value;
  const read = isJsonObject(answer) ? readAnswer(answer) : null;
  if (read === null || !isText(id) || !isText(at) || !isText(prompt) || !isText(version) || !isText(model) || !isJsonObject(values))
    return { problem: 'It is damaged.', isDamaged: true };
  return {
    ...{ id, at, prompt, version, model, answer: read },
    effort: isText(effort) ? effort : null,
    values: Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => isText(entry[1]))),
    picked: Array.isArray(picked) ? picked.filter(isText) : [],
    turns: Array.isArray(turns) ? turns.flatMap(readTurn) : [],
    rendered: typeof rendered === 'number' ? rendered : 0,
    source: readSource(value['source']),
  };
}

/** Of a try of an earlier version it is not known. */
function readSource(value: JsonValue | undefined): TrySource | null {
  const { interaction, day } = isJsonObject(value) ? value : {};
  return isText(interaction) && isText(day) ? { interaction, day } : null;
}

const isText = (value: JsonValue | undefined): value is string => typeof value === 'string';
const numberOr = (value: JsonValue | undefined): number | null => (typeof value === 'number' ? value : null);

const TURN_ROLES = ['system', 'user', 'assistant', 'tool'] as const;

function readTurn(value: JsonValue): ConversationTurn[] {
  const { role, text } = isJsonObject(value) ? value : {};
  const known = TURN_ROLES.find((each) => each === role);
  return known !== undefined && isText(text) ? [{ role: known, text }] : [];
}

const FINISHES: readonly FinishReason[] = ['stop', 'length', 'content-filter', 'tool-calls', 'refusal'];
const SOURCES = ['model', 'cache', 'scripted'] as const;

function readAnswer(value: JsonObject): TriedAnswer | null {
  const { text, thinking, toolCalls, schema, finish, source, tokens, wouldCost, sentWithout } = value;
  const from = SOURCES.find((each) => each === source);
  if (!isText(text) || from === undefined) return null;
  return {
    text,
    thinking: isText(thinking) ? thinking : '',
    toolCalls: Array.isArray(toolCalls) ? toolCalls.flatMap(readCall) : [],
    schema:
      isJsonObject(schema) && typeof schema['valid'] === 'boolean' && isText(schema['message'])
        ? { valid: schema['valid'], message: schema['message'] }
        : null,
    finish: FINISHES.find((each) => each === finish) ?? null,
    source: from,
    tokens: isJsonObject(tokens) ? readTokens(tokens) : null,
    costUsd: numberOr(value['costUsd']),
    wouldCost: wouldCost === true,
    ttftMs: numberOr(value['ttftMs']),
    latencyMs: numberOr(value['latencyMs']),
    sentWithout: Array.isArray(sentWithout) ? sentWithout.filter(isText) : [],
  };
}

function readCall(value: JsonValue): TriedCall[] {
  const { name, arguments: given } = isJsonObject(value) ? value : {};
  return isText(name) && isText(given) ? [{ name, arguments: given }] : [];
}

function readTokens({ input, cacheRead, output, reasoning, basis }: JsonObject): TriedAnswer['tokens'] {
  if (typeof input !== 'number' || typeof output !== 'number') return null;
  return {
    ...{ input, output },
    cacheRead: numberOr(cacheRead) ?? 0,
    reasoning: numberOr(reasoning),
    basis: basis === 'reported' ? 'reported' : 'estimated',
  };
}

/** One line that tells this try from others: the first line of its longest typed value, else of what was said last. */
export function titleOfTry({ values, turns, prompt }: Pick<Tried, 'values' | 'turns' | 'prompt'>): string {
  const longest = Object.values(values).reduce((best, text) => (text.trim().length > best.trim().length ? text : best), '');
  const asked = turns.findLast(({ role }) => role === 'user')?.text ?? '';
  const line = [longest, asked, prompt].map(firstLine).find((text) => text !== '');
  return (line ?? prompt).slice(0, MAX_TITLE);
}

const firstLine = (text: string): string =>
  text
    .trim()
    .split(/[\r\n]/, 1)[0]
    ?.trim() ?? '';

/** Whether any text of a try contains this, without regard to case; an empty search finds all. */
export function triedMatches({ values, turns, model, answer }: Tried, search: string): boolean {
  const wanted = search.trim().toLowerCase();
  if (wanted === '') return true;
  const texts = [...Object.values(values), ...turns.map(({ text }) => text), answer.text, answer.thinking, model];
  return texts.some((text) => text.toLowerCase().includes(wanted));
}
