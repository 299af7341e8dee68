/**
 * Source files → the prompts in them.
 *
 * Identity. A constant or a marked prompt is `FILE#NAME`; a call without a name is `FILE#FUNCTION:N`, the N-th prompt call of its function
 * (`module` outside of any). No line number is part of it, and the version of a prompt depends on its content, so code may move.
 * A constant that a listed call of the file uses is a part of that call: `containedIn` names the call, lists show only the call, and the
 * constant keeps its own id, under which a golden set may stand.
 */
import { Diagnostics, type Diagnostic } from '../../problems/diagnostics.ts';
import type { TextRange } from '../../text/text.ts';
import type { PartsMessage, PromptDocument, SegmentSource } from '../document.ts';
import type { Unresolved } from './call-prompt.ts';
import { codeLanguageOf } from './code-language.ts';
import type { SourceFile } from './source-file.ts';
import { FILLED_LATER, USER_INPUT, type DraftPart } from './draft.ts';
import { promptsInFile, type FoundDraft } from './prompts-in-file.ts';
import { readJavascript } from './javascript/read-javascript.ts';
import { readPython } from './python/read-python.ts';
import { Resolver } from './resolver.ts';
import { TextReader } from './text-reader.ts';
import { VariableNames } from './variable-names.ts';

export interface CodePrompt {
  /** Of a marker or a constant; null: a call, known by its function and number. */
  readonly name: string | null;
  /** `src/triage.ts#SYSTEM_PROMPT`, `src/triage.ts#classify:1`. */
  readonly id: string;
  readonly origin: 'marker' | 'call' | 'constant';
  /** The string or call. */
  readonly range: TextRange;
  /** The id of the call whose prompt has all of this one; null: it stands for itself. */
  readonly containedIn: string | null;
  readonly document: PromptDocument;
  /** Files whose constants are in it, without its own. */
  readonly dependencies: readonly string[];
  /** What only the running program knows: each variable once, then settings of the call. */
  readonly unresolved: readonly UnresolvedPart[];
}

/** Where a prompt stands in its file, for what shows it there. */
export type CodePlace = Pick<CodePrompt, 'name' | 'origin' | 'range' | 'unresolved'>;

export interface UnresolvedPart extends Unresolved {
  /** Null: a setting of the call. */
  readonly variable: string | null;
  /** Source of the expression that gives the value; null: another part of the program fills it. */
  readonly value: string | null;
}

export interface CodePrompts {
  readonly prompts: readonly CodePrompt[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface SourceText {
  readonly path: string;
  readonly text: string;
}

/** The text of a file that another imports, from what was loaded before; null: not in the workspace. */
export type ImportResolver = (fromPath: string, specifier: string) => SourceText | null;

/** A source file by its language. Never throws. */
export function parseSource({ path, text }: SourceText): SourceFile {
  const read = codeLanguageOf(path) === 'python' ? readPython : readJavascript;
  return isParsed(text) ? read(path, text) : { ...read(path, ''), text };
}

/** The time of the parsers grows with the square of the nesting; people write neither such nesting nor such files. */
const MAX_BRACKETS = 400;
const MAX_LENGTH = 4_000_000;

function isParsed(text: string): boolean {
  if (text.length > MAX_LENGTH) return false;
  let depth = 0;
  for (let at = 0; at < text.length && depth <= MAX_BRACKETS; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x28 || code === 0x5b || code === 0x7b) depth++;
    else if ((code === 0x29 || code === 0x5d || code === 0x7d) && depth > 0) depth--;
  }
  return depth <= MAX_BRACKETS;
}

/** The prompts of a file, in the order of its text. Never throws. */
export function readCode(path: string, text: string, resolveImport: ImportResolver): CodePrompts {
  const diagnostics = new Diagnostics(path);
  const file = parseSource({ path, text });
  const files = new Map<string, SourceFile>([[path, file]]);
  const importFile = (from: SourceFile, specifier: string): SourceFile | null => {
    const source = resolveImport(from.path, specifier);
    if (source === null || codeLanguageOf(source.path) !== file.language) return null;
    const known = files.get(source.path) ?? parseSource(source);
    files.set(source.path, known);
    return known;
  };
  if (!isParsed(text))
    diagnostics.info(
      'code/not-read',
      'This file is too long or too deeply nested to be searched for prompts.',
      null,
      'Move its prompts to a file of their own.',
    );
  const drafts = promptsInFile(new TextReader(new Resolver(importFile)), file, diagnostics);
  const ids = idsOf(path, drafts, diagnostics);
  const prompts = drafts.map((draft, i) => promptOf(path, draft, ids[i] ?? path));
  return {
    prompts: prompts.map((prompt) => ({ ...prompt, containedIn: containerOf(prompt, prompts, path) })),
    diagnostics: diagnostics.list,
  };
}

/** What a file imports, so that it can be loaded before it is asked for. */
export function importsOf(path: string, text: string): string[] {
  const { imports, reExports, language } = parseSource({ path, text });
  const submodules = imports.flatMap(({ specifier, names }) =>
    language === 'python' ? names.map((name) => (specifier.endsWith('.') ? `${specifier}${name}` : `${specifier}.${name}`)) : [],
  );
  return [...new Set([...imports.map(({ specifier }) => specifier), ...reExports, ...submodules])];
}

function idsOf(path: string, drafts: readonly FoundDraft[], diagnostics: Diagnostics): string[] {
  const counts = new Map<string, number>();
  const taken = new Set<string>();
  return drafts.map(({ name, within, origin, range }) => {
    if (name === null) {
      const place = within.length === 0 ? 'module' : within.join('.');
      const ordinal = (counts.get(place) ?? 0) + 1;
      counts.set(place, ordinal);
      return `${path}#${place}:${String(ordinal)}`;
    }
    const qualified = origin === 'constant' && taken.has(name) ? [...within, name].join('.') : name;
    let own = qualified;
    for (let i = 2; taken.has(own); i++) own = `${qualified}:${String(i)}`;
    if (taken.has(name) && origin === 'marker')
      diagnostics.error(
        'code/duplicate-name',
        `Two prompts of this file are named ${name}.`,
        range,
        'Give each comment `goldset: NAME` a name of its own.',
      );
    taken.add(own);
    return `${path}#${own}`;
  });
}

function promptOf(path: string, draft: FoundDraft, id: string): CodePrompt {
  const names = new VariableNames();
  const messages = draft.messages.map(({ role, parts, source }): PartsMessage => ({
    role,
    source,
    parts: parts.map((part) => names.part(part)),
  }));
  const parts = draft.messages.flatMap((message) => message.parts);
  const dependencies = new Set(parts.map(({ source }) => source.path));
  dependencies.delete(path);
  const document: PromptDocument = {
    path: id,
    format: 'code',
    name: id.slice(path.length + 1),
    variant: null,
    isPartial: false,
    description: null,
    model: draft.model,
    parameters: draft.parameters,
    template: { kind: 'parts', messages },
    input: { defaults: {}, schema: null, declared: [] },
    tools: draft.tools,
    output: draft.output,
    embedded: { cases: [], assertions: [] },
    settings: { golden: null, budget: null },
    metadata: {},
  };
  const { name, origin, range } = draft;
  return {
    name,
    id,
    origin,
    range,
    containedIn: null,
    document,
    dependencies: [...dependencies],
    unresolved: [...holesOf(parts, names), ...draft.unresolved.map((item) => ({ ...item, variable: null, value: item.expression }))],
  };
}

function holesOf(parts: readonly DraftPart[], names: VariableNames): CodePrompt['unresolved'] {
  const seen = new Set<string>();
  return parts.flatMap((part) => {
    if ('text' in part) return [];
    const variable = names.nameOf(part);
    if (seen.has(variable)) return [];
    seen.add(variable);
    const { file, expression } = part.hole;
    const value = file.text.slice(expression.range.start, expression.range.end);
    const isFilled = part.why === FILLED_LATER || part.why === USER_INPUT;
    const item = { variable, expression: part.name ?? value.slice(0, 200), value: isFilled ? null : value, why: part.why };
    return [{ ...item, path: part.source.path, range: part.source.range }];
  });
}

/** The first other prompt that has static text of a constant. */
function containerOf(prompt: CodePrompt, all: readonly CodePrompt[], path: string): string | null {
  if (prompt.origin !== 'constant') return null;
  const isOwn = ({ source }: { readonly source: SegmentSource }): boolean =>
    source.path === path && source.range.start >= prompt.range.start && source.range.end <= prompt.range.end;
  const container = all.find((other) => other.range.start !== prompt.range.start && staticParts(other).some(isOwn));
  return container?.id ?? null;
}

const staticParts = ({ document: { template } }: CodePrompt): readonly { readonly source: SegmentSource }[] =>
  template.kind === 'parts' ? template.messages.flatMap(({ parts }) => parts.filter((part) => 'text' in part)) : [];
