/** An entry of `prompts:` in goldset.yaml: which files are prompts, and what their own text cannot say. */
import picomatch from 'picomatch';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json/json.ts';
import { pathPattern } from '../../files/path-pattern.ts';
import type { TextRange } from '../../text/text.ts';
import type { Fields } from '../../yaml/yaml-fields.ts';
import { buildFunction } from '../built/build-reference.ts';
import { SYNTAXES, type BuildFunction, type GoldsetSettings, type OutputSpec, type Parameters, type SyntaxName } from '../document.ts';
import { readSettings } from './goldset-settings.ts';
import { readParameters } from './parameters.ts';
import { readSchema } from './picoschema.ts';
import {
  isCodePath,
  isGoldenPath,
  isMessagesPath,
  isPromptPath,
  isTextPath,
  nameOfText,
  placeOfPrompt,
  TEXT_ENDINGS,
} from './prompt-name.ts';

/** Null or absent: the entry does not say. */
export interface DeclaredPrompt extends GoldsetSettings {
  readonly model: string | null;
  /** Of the whole text of one file. */
  readonly role: 'system' | 'user' | null;
  /** The user message that follows a system message, with `{{name}}` as placeholders. */
  readonly user: string | null;
  readonly syntax: SyntaxName | null;
  readonly parameters: Parameters;
  readonly output: OutputSpec | null;
  /** The files that make the prompt, from the root with forward slashes, in the order of the messages. */
  readonly messages: readonly DeclaredMessage[] | null;
  /** The function that builds the messages. */
  readonly build: BuildFunction | null;
}

export interface DeclaredMessage {
  readonly role: 'system' | 'user' | 'model';
  readonly file: string;
}

/** By key as written: a path from the root, a glob of paths, `FILE#NAME`, or the name of a prompt of several files. */
export type DeclaredPrompts = ReadonlyMap<string, DeclaredPrompt>;

const KEYS = ['golden', 'budget', 'model', 'role', 'user', 'syntax', 'parameters', 'output', 'messages', 'build', 'evaluators'];

/** Reads one entry. Problems are reported at their places. */
export function readDeclaredPrompt(fields: Fields, key: string, value: JsonObject): DeclaredPrompt {
  const at = ['prompts', key];
  fields.unknownKeys(value, KEYS, at);
  const golden = value['golden'] ?? null;
  const budget = value['budget'] ?? null;
  const messages = readMessages(fields, value, at);
  const build = fields.string(value, [...at, 'build']);
  checkKey(fields, key, messages !== null || build !== null);
  return {
    ...readSettings(fields, { golden, budget }, [...at, 'golden'], [...at, 'budget']),
    model: fields.string(value, [...at, 'model']),
    role: fields.oneOf(value, [...at, 'role'], ['system', 'user']),
    user: fields.string(value, [...at, 'user']),
    syntax: fields.oneOf(value, [...at, 'syntax'], SYNTAXES),
    parameters: readParameters(fields, fields.object(value, [...at, 'parameters']) ?? {}, [...at, 'parameters']),
    output: value['output'] === undefined ? null : readDeclaredOutput(fields, value, [...at, 'output']),
    messages,
    build: build === null ? null : readBuild(fields, build, [...at, 'build']),
  };
}

function readBuild(fields: Fields, text: string, path: readonly string[]): BuildFunction | null {
  const build = buildFunction(text);
  if (build === null)
    fields.report(
      path,
      `\`build: ${JSON.stringify(text)}\` names no function of a JavaScript, TypeScript or Python file.`,
      'Write it as file://PATH:FUNCTION, with a path from the folder of goldset.yaml: build: "file://scripts/messages.ts:build".',
    );
  return build;
}

function readMessages(fields: Fields, value: JsonObject, at: readonly string[]): DeclaredMessage[] | null {
  if (value['messages'] === undefined) return null;
  const list = fields.list(value, [...at, 'messages']);
  if (list.length === 0) fields.report([...at, 'messages'], '`messages` must list at least one `{ role, file }`.');
  return list.flatMap((item: JsonValue, i): DeclaredMessage[] => {
    const path = [...at, 'messages', i];
    if (!isJsonObject(item)) {
      fields.report(path, 'A message must be a map, such as { role: system, file: prompts/system.md }.');
      return [];
    }
    fields.unknownKeys(item, ['role', 'file'], path);
    const role = fields.oneOf(item, [...path, 'role'], ['system', 'user', 'assistant', 'model']);
    const file = fields.string(item, [...path, 'file']);
    if (item['role'] === undefined) fields.report(path, 'A message needs a `role`: system, user or assistant.');
    if (item['file'] === undefined) fields.report(path, 'A message needs a `file`, from the folder of goldset.yaml.');
    return role === null || file === null ? [] : [{ role: role === 'assistant' ? 'model' : role, file: plainKey(file) }];
  });
}

/** `output: { format, schema }` as in dotprompt. */
function readDeclaredOutput(fields: Fields, value: JsonObject, path: readonly string[]): OutputSpec | null {
  const output = fields.object(value, path);
  if (output === null) return null;
  fields.unknownKeys(output, ['format', 'schema'], path);
  const { schema, problems } = readSchema(output['schema'] ?? null);
  for (const problem of problems) fields.report([...path, 'schema', ...problem.path], `Schema: ${problem.message}`);
  const format = fields.oneOf(output, [...path, 'format'], ['json', 'text']);
  return { format: format ?? (schema === null ? null : 'json'), name: null, schema, strict: false };
}

/** A key that can name no prompt is a slip. */
function checkKey(fields: Fields, key: string, hasMessages: boolean): void {
  const { file } = placeOfPrompt(key);
  const problem = isGoldenPath(file)
    ? 'is a golden set, not a prompt'
    : hasMessages || isGlob(file) || isPromptPath(file) || isMessagesPath(file) || isTextPath(file) || isCodePath(file)
      ? null
      : 'is no file that Goldset reads as a prompt';
  if (problem === null) return;
  fields.diagnostics.warning(
    'config/not-a-prompt',
    `\`${key}\` ${problem}.`,
    fields.source.keyRangeOf(['prompts', key]),
    `Prompts are .prompt, .prompt.yml, .${TEXT_ENDINGS.join(', .')} and source files. A prompt of several files lists them under \`messages\`.`,
  );
}

const isGlob = (key: string): boolean => picomatch.scan(key).isGlob;

/** What each pattern matches: every file of a workspace is compared with every key. */
const patterns = new Map<string, (path: string) => boolean>();
const MOST_PATTERNS = 1000;

function patternOf(pattern: string): (path: string) => boolean {
  const known = patterns.get(pattern);
  if (known !== undefined) return known;
  if (patterns.size >= MOST_PATTERNS) patterns.clear();
  const made = pathPattern(pattern, { dot: true });
  patterns.set(pattern, made);
  return made;
}

const plainKey = (key: string): string => key.replaceAll('\\', '/').replace(/^(?:\.\/)+/, '');

/** The name of a prompt of several files. */
const nameOfKey = (key: string): string => nameOfText(plainKey(key).replace(/\.prompt$/, '')).replaceAll('#', '.');

/**
 * What goldset.yaml says about a prompt: globs in their order, then the key that is the prompt itself, which wins field by field.
 * `path`: its id from the root, with forward slashes. Null: no key names it.
 */
export function declaredPrompt(prompts: DeclaredPrompts, path: string): DeclaredPrompt | null {
  const { file, name } = placeOfPrompt(path);
  const globs: DeclaredPrompt[] = [];
  const exact: DeclaredPrompt[] = [];
  for (const [key, entry] of prompts) {
    const plain = plainKey(key);
    if (plain === path || ((entry.messages !== null || entry.build !== null) && nameOfKey(key) === name)) exact.push(entry);
    else if (entry.messages === null && isGlob(plain) && patternOf(plain)(path)) globs.push(entry);
  }
  const found = name !== null && exact.length === 0 && !isCodePath(file) ? [] : [...globs, ...exact];
  return found.length === 0 ? null : found.reduce(merged);
}

/** Whether a key without `*` names this file. */
export const isNamedExactly = (prompts: DeclaredPrompts, path: string): boolean =>
  [...prompts].some(([key, { messages }]) => messages === null && plainKey(key) === path);

const merged = (under: DeclaredPrompt, over: DeclaredPrompt): DeclaredPrompt => ({
  golden: over.golden ?? under.golden,
  budget: over.budget ?? under.budget,
  model: over.model ?? under.model,
  role: over.role ?? under.role,
  user: over.user ?? under.user,
  syntax: over.syntax ?? under.syntax,
  parameters: { ...under.parameters, ...over.parameters },
  output: over.output ?? under.output,
  messages: over.messages ?? under.messages,
  build: over.build ?? under.build,
});

/** A prompt of several files. */
export interface ComposedPrompt {
  /** From the root: `FILE#KEY`, with the first of its files. */
  readonly id: string;
  readonly files: readonly string[];
}

/** The prompts of goldset.yaml that are made of several files. */
export function composedPrompts(prompts: DeclaredPrompts): ComposedPrompt[] {
  return [...prompts].flatMap(([key, { messages }]) => {
    const files = [...new Set((messages ?? []).map(({ file }) => file))];
    return files[0] === undefined ? [] : [{ id: `${files[0]}#${nameOfKey(key)}`, files }];
  });
}

/** A prompt whose messages a function builds. */
export interface DeclaredBuiltPrompt {
  /** From the root: the key where it names a source file, else `FILE#KEY` with the file of the function. */
  readonly id: string;
  readonly build: BuildFunction;
}

/** The prompts of goldset.yaml that functions build. A glob names none: a function builds one prompt. */
export const builtPrompts = (prompts: DeclaredPrompts): DeclaredBuiltPrompt[] =>
  [...prompts].flatMap(([key, { build }]) => {
    const plain = plainKey(key);
    if (build === null || isGlob(plain)) return [];
    return [{ id: isCodePath(placeOfPrompt(plain).file) ? plain : `${build.file}#${nameOfKey(key)}`, build }];
  });

/** A range for what is not written in the prompt's own file. */
export const NOWHERE: TextRange = { start: 0, end: 0 };
