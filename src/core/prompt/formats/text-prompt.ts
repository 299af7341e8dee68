/**
 * Prompts in plain text: a file is one message, or the system message before the user's; several files are one message each. Their model,
 * parameters and roles are in goldset.yaml. Neither front matter nor Markdown is special: every character is sent.
 */
import type { Diagnostics } from '../../problems/diagnostics.ts';
import type { PromptDocument, SyntaxName, TextMessage } from '../document.ts';
import { NO_STUBS, type Stubs } from '../external.ts';
import { NOWHERE, type DeclaredPrompt } from './declared-prompt.ts';
import { splitFrontMatter } from './front-matter.ts';
import { guessSyntax, type GuessedSyntax } from './guess-syntax.ts';
import { isDotprompt, isPartialPath, isPromptYml, isTextPath, nameOfDotprompt, nameOfText, placeOfPrompt } from './prompt-name.ts';

/** What is known about a prompt besides the text of its file. Plain data: it crosses threads as it is. */
export interface PromptContext {
  /** What goldset.yaml says; null: nothing. */
  readonly declared: DeclaredPrompt | null;
  /** Texts of the prompt's other files, by path from the root; one that is not there is missing. */
  readonly files: Readonly<Record<string, string>>;
  /** Names of the variables of its golden cases. */
  readonly caseVariables: readonly string[];
  /** What the application registers in its code. */
  readonly stubs: Stubs;
  /** Partials beside the prompt and above, when one that it names is missing. */
  readonly partialNames?: readonly string[];
  /** The prompt as the reader of a format with several prompts in a file read it; absent: it is read from its text. */
  readonly document?: PromptDocument;
}

export const NO_CONTEXT: PromptContext = { declared: null, files: {}, caseVariables: [], stubs: NO_STUBS };

/** The file that stands for goldset.yaml in places of a template. */
export const SETTINGS_FILE = 'goldset.yaml';

/** Syntaxes that name a language with a reader; the others are only recognised. */
const READ: Partial<Record<GuessedSyntax, SyntaxName>> = {
  mustache: 'mustache',
  jinja: 'jinja',
  handlebars: 'handlebars',
  python: 'python',
  dollar: 'dollar',
  percent: 'percent',
  none: 'none',
};
const OTHER_LANGUAGES: Partial<Record<GuessedSyntax, string>> = { go: 'a Go template', erb: 'an ERB template' };

/** Endings that name the language themselves. */
const BY_ENDING: readonly (readonly [RegExp, SyntaxName])[] = [
  [/\.(?:j2|jinja2?)$/, 'jinja'],
  [/\.hbs$/, 'handlebars'],
  [/\.mustache$/, 'mustache'],
];

/** Expressions alone are also Handlebars; a statement is not. */
const JINJA_STATEMENT = /\{%[-+]?\s*\w/;

/** Whether the text is read as plain text; a `.prompt` is if it has no front matter and another syntax than dotprompt's. */
export function isTextPrompt(path: string, text: string, { declared }: PromptContext): boolean {
  const { file, name } = placeOfPrompt(path);
  if (name !== null && (declared?.messages ?? null) !== null) return true;
  if (isTextPath(file)) return true;
  if (!isDotprompt(file) || isPromptYml(file) || isPartialPath(file)) return false;
  const { frontMatter, unclosed } = splitFrontMatter(text);
  if (frontMatter !== null || unclosed) return false;
  if ((declared?.role ?? declared?.user ?? null) !== null) return true;
  if (declared?.syntax != null) return !['handlebars', 'mustache'].includes(declared.syntax);
  const { syntax } = guessSyntax(text);
  return syntax !== null && OTHER_THAN_DOTPROMPT.includes(syntax) && (syntax !== 'jinja' || JINJA_STATEMENT.test(text));
}

/** Syntaxes with a reader that dotprompt's Handlebars would read otherwise. */
const OTHER_THAN_DOTPROMPT: readonly GuessedSyntax[] = ['jinja', 'python', 'dollar', 'percent'];

export function readTextPrompt(path: string, text: string, context: PromptContext, diagnostics: Diagnostics): PromptDocument {
  const { file, name } = placeOfPrompt(path);
  const { declared } = context;
  const sources = sourcesOf(file, text, name === null ? null : (declared?.messages ?? null), context, diagnostics);
  const syntax = declared?.syntax ?? syntaxOf(sources, file, diagnostics);
  const isSystem = name === null && hasSystemRole(file, sources[0]?.source ?? '', context);
  const messages = isSystem ? sources.map((message) => ({ ...message, role: 'system' })) : sources;
  const history = isSystem && declared?.user == null && hasHistory(context) ? 'messages' : null;
  const last = isSystem ? userMessage(context, history !== null) : null;
  return {
    path,
    format: 'text',
    name: name ?? (isDotprompt(file) ? nameOfDotprompt(file).name : nameOfText(file)),
    variant: null,
    isPartial: false,
    description: null,
    model: null,
    parameters: {},
    template: {
      kind: 'text',
      syntax,
      messages: last === null ? messages : [...messages, last],
      ...(history === null ? {} : { history }),
    },
    input: { defaults: {}, schema: null, declared: [] },
    tools: [],
    output: { format: null, name: null, schema: null, strict: false },
    embedded: { cases: [], assertions: [] },
    settings: { golden: null, budget: null },
    metadata: {},
  };
}

function sourcesOf(
  file: string,
  text: string,
  declared: DeclaredPrompt['messages'],
  { files }: PromptContext,
  diagnostics: Diagnostics,
): TextMessage[] {
  if (declared === null) return [sourceOf('user', file, text)];
  return declared.flatMap(({ role, file: other }): TextMessage[] => {
    // The first of them is the prompt's own file, which an older commit may have under another name.
    const own = other === declared[0]?.file ? text : Object.hasOwn(files, other) ? files[other] : undefined;
    if (own !== undefined) return [sourceOf(role, other === declared[0]?.file ? file : other, own)];
    diagnostics.error(
      'prompt/missing-file',
      `There is no file ${other} in this workspace, the ${role} message of this prompt.`,
      null,
      'Correct its path under `messages` in goldset.yaml. Files outside the workspace are not read.',
    );
    return [];
  });
}

function sourceOf(role: string, file: string, text: string): TextMessage {
  const offset = text.startsWith('\uFEFF') ? 1 : 0;
  return { role, source: text.slice(offset), file, offset };
}

/** The language that the endings name, else the one that the texts look like. */
function syntaxOf(sources: readonly TextMessage[], file: string, diagnostics: Diagnostics): SyntaxName {
  const named = BY_ENDING.find(([ending]) => sources.some((source) => ending.test(source.file)));
  if (named !== undefined) return named[1];
  const { syntax, evidence } = guessSyntax(sources.map(({ source }) => source).join('\n'));
  const first = sources[0];
  const range =
    evidence === null || first?.file !== file ? null : { start: evidence.start + first.offset, end: evidence.end + first.offset };
  if (syntax === null) {
    diagnostics.warning(
      'template/unclear-syntax',
      'The syntax of this template is not clear, so its placeholders are sent as they are.',
      range,
      'Name it under `prompts:` in goldset.yaml, such as syntax: mustache, or syntax: none where the text has no placeholders.',
    );
    return 'none';
  }
  const language = OTHER_LANGUAGES[syntax];
  if (language !== undefined)
    diagnostics.warning(
      'template/other-language',
      `This is ${language}, which Goldset does not read: its placeholders are sent as they are.`,
      range,
      'Name the variables in one of the syntaxes that `syntax:` lists, or set syntax: none in goldset.yaml.',
    );
  const read = READ[syntax] ?? 'none';
  if (isDotprompt(file))
    diagnostics.info(
      'prompt/other-syntax',
      `This file is not dotprompt: it is read as ${LANGUAGES[read] ?? read}.`,
      range,
      'Name another syntax under `prompts:` in goldset.yaml, or begin the file with front matter to make it dotprompt.',
    );
  return read;
}

/** How a sentence names a syntax. */
const LANGUAGES: Partial<Record<SyntaxName, string>> = {
  jinja: 'a Jinja template',
  python: 'a Python format string',
  dollar: 'text with `${name}`',
  percent: 'text with `%(name)s`',
};

/** Variables of cases that are the user's part of a conversation. */
const USER_VARIABLES = ['input', 'question'];
const HISTORY = 'messages';

function hasSystemRole(file: string, source: string, { declared, caseVariables }: PromptContext): boolean {
  if (declared?.role != null) return declared.role === 'system';
  if (declared?.user != null || /^system/i.test(nameOfText(file))) return true;
  return [...USER_VARIABLES, HISTORY].some((name) => caseVariables.includes(name) && !mentions(source, name));
}

const hasHistory = ({ caseVariables }: PromptContext): boolean => caseVariables.includes(HISTORY);

/** Whether the text names the variable within a placeholder of any syntax. */
const mentions = (source: string, name: string): boolean => new RegExp(`[{(%][^{}]{0,200}\\b${name}\\b`).test(source);

/** What the user says after the system message; null: the cases have whole conversations. */
function userMessage({ declared, caseVariables }: PromptContext, hasConversation: boolean): TextMessage | null {
  const variable = USER_VARIABLES.find((name) => caseVariables.includes(name));
  if (declared?.user == null && variable === undefined && hasConversation) return null;
  const source = declared?.user ?? `{{${variable ?? 'input'}}}`;
  return { role: 'user', source, file: SETTINGS_FILE, offset: 0, syntax: 'mustache' };
}

/** What goldset.yaml says, where the prompt itself does not. */
export function withDeclared(document: PromptDocument, declared: DeclaredPrompt | null): PromptDocument {
  if (declared === null) return document;
  const { model, parameters, output, budget } = declared;
  return {
    ...document,
    model: document.model ?? (model === null ? null : { id: model, range: NOWHERE, inSettings: true }),
    parameters: { ...parameters, ...document.parameters },
    output: document.output.format === null && document.output.schema === null && output !== null ? output : document.output,
    settings: { ...document.settings, budget: document.settings.budget ?? budget },
  };
}
