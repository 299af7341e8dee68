/** `prompts:` of a promptfoo config → the prompts with their messages and where they stand. */
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../../json/json.ts';
import { Diagnostics } from '../../problems/diagnostics.ts';
import { folderOfPath, joinPath } from '../../files/slash-path.ts';
import type { TextRange } from '../../text/text.ts';
import { readYaml, type Path } from '../../yaml/yaml.ts';
import { readCsvRows } from '../../golden/csv.ts';
import { fileName } from '../formats/prompt-name.ts';
import { buildFunction } from '../built/build-reference.ts';
import type { BuildFunction, TextMessage, WrittenPiece } from '../document.ts';
import type { NamedFiles } from './named-files.ts';
import { isPattern } from './named-files.ts';
import type { PlacedFile } from './place.ts';
import { namedEnvironment, type NamedEnvironment } from './environment.ts';
import { quotedDumps, usesConversation, withoutConversationLoop } from './conversation.ts';
import { scalarPieces } from './scalar-places.ts';
import { isSentAsItIs } from './nunjucks-text.ts';

export interface ConfigPrompt {
  /** Unique in the config: `FILE#NAME` is the prompt's id. */
  readonly name: string;
  readonly label: string | null;
  /** promptfoo's id of it; null: it gives none. */
  readonly id: string | null;
  readonly messages: readonly TextMessage[];
  /** Whether the turns of a conversation come before its last message. */
  readonly hasHistory: boolean;
  /** Where it is named in the config. */
  readonly range: TextRange;
  /** Why it cannot be sent; null: it can. */
  readonly problem: string | null;
  /** The function that makes it; null: its text is known. */
  readonly build: BuildFunction | null;
  /** The variables of the environment that its text names, with their values. */
  readonly environment: JsonObject;
}

interface RawPrompt {
  readonly raw: string;
  /** The file that holds the text, and where in it. */
  readonly file: string;
  readonly offset: number;
  readonly pieces?: readonly WrittenPiece[];
  readonly label: string | null;
  readonly id: string | null;
  readonly hint: string;
  readonly problem?: string;
  readonly build?: BuildFunction;
  /** What a function gets as `config`. */
  readonly config?: JsonObject;
}

const FILE = /\.(?:txt|md|jsonl?|ya?ml|j2|csv|[cm]?[jt]sx?|py)$/i;
const CODE = /\.(?:[cm]?[jt]sx?|py)(?::\w+)?$/i;
/** What promptfoo sends where a config has no `prompts`: each test has its text as the variable `prompt`. */
const DEFAULT_PROMPT = '{{prompt}}';
const REMOTE = /^(?:langfuse|portkey|helicone|https?):\/\//;

export function readConfigPrompts(config: PlacedFile, root: JsonObject, files: NamedFiles): ConfigPrompt[] {
  const given = root['prompts'];
  if (given === undefined || given === null)
    return [promptOf({ ...blankPrompt(config), raw: DEFAULT_PROMPT }, 'prompt', config.yaml.rangeOf([]))];
  const items: [JsonValue, Path][] = Array.isArray(given)
    ? given.map((item, i): [JsonValue, Path] => [item, ['prompts', i]])
    : isJsonObject(given) && !('raw' in given) && !('id' in given)
      ? Object.entries(given).map(([key, label]): [JsonValue, Path] => [{ id: key, label }, ['prompts', key]])
      : [[given, ['prompts']]];
  const names = new Set<string>();
  return items.flatMap(([item, at]) => {
    const range = config.yaml.rangeOf(at);
    return rawPrompts(item, at, config, files).map((raw) =>
      promptOf(raw, uniqueName(raw, names), range, namedEnvironment(raw.raw, files.environment)),
    );
  });
}

const blankPrompt = ({ path }: PlacedFile): RawPrompt => ({ raw: '', file: path, offset: 0, label: null, id: null, hint: 'prompt' });

function rawPrompts(item: JsonValue, at: Path, config: PlacedFile, files: NamedFiles): RawPrompt[] {
  const blank = blankPrompt(config);
  if (typeof item === 'string') return fromText(item, at, { ...blank }, config, files);
  if (!isJsonObject(item)) return [{ ...blank, problem: 'A prompt must be a text or a map with `raw` or `id`.' }];
  const { id, label, raw } = item;
  const given = isJsonObject(item['config']) ? { config: item['config'] } : {};
  const named = { ...blank, ...given, label: typeof label === 'string' ? label : null, id: typeof id === 'string' ? id : null };
  if ('config' in item && !(typeof id === 'string' && CODE.test(id)) && !(typeof raw === 'string' && CODE.test(raw)))
    config.diagnostics.warning('promptfoo/ignored', 'The `config` of a prompt is not read.', config.yaml.keyRangeOf([...at, 'config']));
  if ('function' in item) return [{ ...named, problem: 'A prompt that a function makes is not read here.' }];
  if ('transform' in item) return [{ ...named, problem: '`transform` of a prompt is not executed; it stands under `options` of a test.' }];
  if (typeof raw === 'string') return fromText(raw, [...at, 'raw'], named, config, files);
  if (typeof id === 'string') return fromText(id, [...at, 'id'], named, config, files);
  return [{ ...named, problem: 'A prompt must have `raw` or `id`.' }];
}

/** A text that names files is their content. */
function fromText(text: string, at: Path, named: RawPrompt, config: PlacedFile, files: NamedFiles): RawPrompt[] {
  if (REMOTE.test(text)) return [{ ...named, problem: `\`${text}\` is kept by a service, and Goldset does not fetch prompts.` }];
  if (text.startsWith('exec:'))
    return [{ ...named, problem: '`exec:` runs a program for each case, which Goldset does not do for prompts.' }];
  const isFile =
    text.startsWith('file://') ||
    (!text.includes('\n') && (FILE.test(text) || CODE.test(text) || (isPattern(text) && /^[^\s{]+$/.test(text))));
  if (!isFile) return [{ ...named, raw: text, ...inlinePlace(text, config, at) }];
  const folder = folderOfPath(config.path);
  const path = joinPath(folder, text.replace(/^file:\/\//, ''));
  const found = files.matching(path);
  if (found.length === 0) return isPattern(path) ? [{ ...named, problem: `No file matches ${path}.` }] : [];
  return found.flatMap((file) => fromFile(file, { ...named, hint: stem(file) }, config, files, at));
}

function fromFile(file: string, named: RawPrompt, config: PlacedFile, files: NamedFiles, at: Path): RawPrompt[] {
  if (CODE.test(file)) return [fromCode(file, named)];
  const text = files.text(file);
  if (text === null) return [{ ...named, problem: `There is no file ${file} in this workspace.` }];
  const here = { ...named, file, offset: 0, raw: text };
  if (/\.txt$/i.test(file)) return textParts(text).map((part) => ({ ...here, ...part }));
  if (/\.jsonl$/i.test(file)) return lines(text).map((part) => ({ ...here, ...part }));
  if (/\.csv$/i.test(file)) return csvPrompts(text, here);
  if (/\.ya?ml$/i.test(file)) {
    const yaml = readYaml(text, new Diagnostics(file));
    if (yaml === null)
      config.diagnostics.warning('promptfoo/yaml-prompt', `${file} is not YAML, so it is sent as text.`, config.yaml.rangeOf(at));
    return [{ ...here, raw: yaml === null ? text : JSON.stringify(yaml.value) }];
  }
  return [here];
}

/** A function of a file: it is called for each case, by the process that builds prompts. */
function fromCode(file: string, named: RawPrompt): RawPrompt {
  const build = buildFunction(`file://${file}`);
  if (build === null) return { ...named, problem: `${file} is code that Goldset does not run: JavaScript, TypeScript and Python are.` };
  if (build.language === 'python' && build.name === null)
    return { ...named, problem: `${file} would be run as a program for each case. Name its function: ${file}:NAME.` };
  return { ...named, hint: build.name ?? named.hint, build: { ...build, promptfoo: { config: named.config ?? {} } } };
}

/** promptfoo: a line `---` separates prompts. */
function textParts(text: string): { raw: string; offset: number }[] {
  const parts: { raw: string; offset: number }[] = [];
  let start = 0;
  const flush = (end: number): void => {
    const part = text.slice(start, end);
    const raw = part.trim();
    if (raw !== '') parts.push({ raw, offset: start + part.indexOf(raw) });
  };
  for (const line of text.matchAll(/[^\n]*(?:\n|$)/g)) {
    if (line[0].trim() !== '---') continue;
    flush(line.index);
    start = line.index + line[0].length;
  }
  flush(text.length);
  return parts;
}

const lines = (text: string): { raw: string; offset: number }[] =>
  [...text.matchAll(/[^\r\n]+/g)].map((line) => ({ raw: line[0], offset: line.index }));

function csvPrompts(text: string, here: RawPrompt): RawPrompt[] {
  if (!text.includes(',')) return lines(text).flatMap((part) => (part.raw.trim() === 'prompt' ? [] : [{ ...here, ...part }]));
  return readCsvRows(text, new Diagnostics(here.file)).flatMap(({ value, range }) => {
    const { prompt, label } = isJsonObject(value['vars']) ? value['vars'] : {};
    if (typeof prompt !== 'string' || prompt === '') return [];
    return [{ ...here, raw: prompt, offset: range.start, label: typeof label === 'string' && label !== '' ? label : here.label }];
  });
}

/** Where the text of a scalar begins, behind its quote or its block sign, and where its parts stand. */
function inlinePlace(value: string, { yaml, text }: PlacedFile, at: Path): { offset: number; pieces?: readonly WrittenPiece[] } {
  const { start, end } = yaml.rangeOf(at);
  const written = text.slice(start, end);
  const block = /^[|>][^\n]*\n\s*/.exec(written);
  const offset = block !== null ? start + block[0].length : /^['"]/.test(written) ? start + 1 : start;
  const pieces = scalarPieces(value, text.slice(offset, end), offset);
  return pieces.length > 1 ? { offset, pieces } : { offset };
}

const stem = (file: string): string => fileName(file).replace(/\.[^.]+$/, '');

function uniqueName({ label, id, hint }: RawPrompt, taken: Set<string>): string {
  const wanted = label ?? (id !== null && !FILE.test(id) && !id.includes('\n') ? id : hint);
  const slug =
    wanted
      .slice(0, 60)
      .replace(/[^\p{L}\p{N}]+/gu, '-')
      .replace(/^-|-$/g, '') || 'prompt';
  let name = slug;
  for (let i = 2; taken.has(name); i++) name = `${slug}-${i}`;
  taken.add(name);
  return name;
}

function promptOf(raw: RawPrompt, name: string, range: TextRange, environment: NamedEnvironment = { values: {} }): ConfigPrompt {
  const { label, id } = raw;
  const { build = null } = raw;
  if (build !== null) return { name, label, id, range, messages: [], hasHistory: false, problem: null, build, environment: {} };
  const single = raw.problem === undefined ? withoutLoop(raw) : null;
  const read = raw.problem === undefined ? messagesOf(single ?? raw) : raw.problem;
  const problem = 'problem' in environment ? environment.problem : typeof read === 'string' ? read : null;
  return {
    name,
    label,
    id,
    range,
    messages: typeof read === 'string' ? [] : read,
    hasHistory: single !== null,
    problem,
    build,
    environment: 'values' in environment ? environment.values : {},
  };
}

/** A chat whose loop over `_conversation` gives the turns before its last message, without that loop; null: it has none. */
function withoutLoop(raw: RawPrompt): RawPrompt | null {
  const text = usesConversation(raw.raw) && chatOf(raw.raw) === 'dynamic' ? withoutConversationLoop(raw.raw) : null;
  return text === null ? null : { ...raw, raw: text };
}

/** The messages of a prompt, or why they cannot be known before it is rendered. */
function messagesOf({ raw, file, offset, pieces }: RawPrompt): TextMessage[] | string {
  const message = (role: string, source: string): TextMessage => ({
    role,
    source,
    file,
    offset,
    ...(pieces !== undefined && source === raw ? { pieces } : {}),
    ...(isSentAsItIs(source) ? { syntax: 'none' as const } : {}),
  });
  const chat = chatOf(raw);
  if (chat === null) return [message('user', raw)];
  if (chat === 'dynamic') return 'This chat is JSON only after it is rendered. Write it as JSON whose tags are inside its texts.';
  const messages: TextMessage[] = [];
  for (const item of chat) {
    const { role, content } = isJsonObject(item) ? item : {};
    const text = contentText(content);
    if (typeof role !== 'string' || text === null) return 'A message of this chat has no role, or content that is not text.';
    messages.push(message(role === 'assistant' ? 'model' : role, text));
  }
  return messages;
}

/** The list of messages; null: the prompt is one text; `dynamic`: only rendering makes it a list. */
function chatOf(raw: string): readonly JsonValue[] | null | 'dynamic' {
  const text = raw.trim();
  if (/^(?:\{%[^%]*%\}\s*)?-\s+role:/.test(text)) {
    const yaml = readYaml(text, new Diagnostics('prompt'));
    return Array.isArray(yaml?.value) ? yaml.value : 'dynamic';
  }
  if (!/^\[\s*(?:\{|$)/.test(text) || !text.includes('"role"')) return null;
  const value = parseJson(text) ?? parseJson(quotedDumps(text));
  return Array.isArray(value) ? value : 'dynamic';
}

/** Text parts are one text; null: it has other parts. */
function contentText(content: JsonValue | undefined): string | null {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return null;
  const texts = content.map((part) =>
    isJsonObject(part) && part['type'] === 'text' && typeof part['text'] === 'string' ? part['text'] : null,
  );
  return texts.every((text) => text !== null) ? texts.join('\n') : null;
}
