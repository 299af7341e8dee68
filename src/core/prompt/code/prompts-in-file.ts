/** Finds the prompts of a file: marked ones first, then calls, then constants by their name. */
import type { Diagnostics } from '../../problems/diagnostics.ts';
import type { TextRange } from '../../text/text.ts';
import { shapeOf, type ShapeId } from './call-names.ts';
import { PLAIN, readCallPrompt, type CallPrompt } from './call-prompt.ts';
import type { CallSite, SourceFile } from './source-file.ts';
import { constantMessages, constantText, hasStaticText, isPromptName } from './constants.ts';
import type { CodeExpression } from './expression.ts';
import { markedComments } from './markers.ts';
import { listedMessages, sourceOf } from './messages.ts';
import type { PartsReader } from './parts-reader.ts';

export interface FoundDraft extends CallPrompt {
  readonly origin: 'marker' | 'call' | 'constant';
  /** Null: a call, which is known by its place in its function. */
  readonly name: string | null;
  readonly within: readonly string[];
  /** The expression that is the prompt. */
  readonly range: TextRange;
}

const NOTHING_ELSE = {
  model: null,
  parameters: {},
  tools: [],
  output: { format: null, name: null, schema: null, strict: false },
  unresolved: [],
} as const;

const isInside = (inner: TextRange, outer: TextRange): boolean => inner.start >= outer.start && inner.end <= outer.end;

export function promptsInFile(reader: PartsReader, file: SourceFile, diagnostics: Diagnostics): FoundDraft[] {
  const marked = markedPrompts(reader, file, diagnostics);
  const sent = callPrompts(reader, file, marked);
  const calls = [...sent, ...listPrompts(reader, file, [...marked, ...sent])];
  const constants = file.declarations.flatMap((declaration): FoundDraft[] => {
    if (!isPromptName(declaration.name, file.language)) return [];
    const text = constantText(reader, file, declaration);
    if (text === null || marked.some(({ range }) => range.start === text.expression.range.start)) return [];
    const { name, within } = declaration;
    const { range } = text.expression;
    return [
      {
        origin: 'constant',
        name,
        within,
        range,
        messages: constantMessages(reader, text, { name, role: roleIn([...marked, ...calls], file.path, range) }),
        ...NOTHING_ELSE,
      },
    ];
  });
  return [...marked, ...calls, ...constants].sort((a, b) => a.range.start - b.range.start);
}

/** The role of the message of a call in which text of this range is sent. */
const roleIn = (calls: readonly FoundDraft[], path: string, range: TextRange): string | null =>
  calls
    .flatMap(({ messages }) => messages)
    .find(({ parts }) => parts.some((part) => 'text' in part && part.source.path === path && isInside(part.source.range, range)))?.role ??
  null;

function markedPrompts(reader: PartsReader, file: SourceFile, diagnostics: Diagnostics): FoundDraft[] {
  return markedComments(file).flatMap(({ name, range, expression }) => {
    const found = expression && promptOf(reader, file, name, expression);
    if (found) return [found];
    diagnostics.warning(
      'code/marker-without-prompt',
      `No string or model call follows the comment \`goldset: ${name}\`.`,
      range,
      'Put the comment directly above the string or the call that is the prompt.',
    );
    return [];
  });
}

function promptOf(reader: PartsReader, file: SourceFile, name: string, expression: CodeExpression): FoundDraft | null {
  const { range } = expression;
  const given = { origin: 'marker', name, within: [], range } as const;
  const inside = file.calls.filter((call) => isInside(call.range, range));
  for (const call of inside) {
    const found = callPrompt(reader, file, call);
    if (found !== null) return { ...found, ...given, range: found.range };
  }
  if (expression.kind === 'call') {
    // A function of the program that has the arguments of a model call.
    const found = readCallPrompt(reader, file, 'vercel', expression);
    if (found !== null) return { ...found, ...given };
  }
  const declared = { name, range, statement: range, scope: file.root, within: [], imported: null, value: () => expression };
  const text = constantText(reader, file, declared);
  if (text !== null) return { ...given, messages: constantMessages(reader, text, { name, role: null }), ...NOTHING_ELSE };
  if (expression.kind === 'list') {
    const messages = listedMessages(reader, { file, expression }, PLAIN);
    if (messages.some(({ parts }) => hasStaticText(parts))) return { ...given, messages, ...NOTHING_ELSE };
  }
  const next = file.nextAfter(range.start + 1);
  return next && isInside(next.range, range) && next.range.start > range.start ? promptOf(reader, file, name, next) : null;
}

function callPrompts(reader: PartsReader, file: SourceFile, marked: readonly FoundDraft[]): FoundDraft[] {
  const found: FoundDraft[] = [];
  for (const call of file.calls) {
    const shape = shapeOf(call.callee);
    const isPart = shape === 'message' || shape === 'text-template';
    if (marked.some(({ range }) => range.start === call.range.start || (isPart && isInside(call.range, range)))) continue;
    if (isPart && found.some(({ range }) => isInside(call.range, range))) continue;
    const prompt = callPrompt(reader, file, call);
    if (prompt?.messages.some(({ parts }) => hasStaticText(parts))) found.push(prompt);
  }
  return found;
}

/** Lists of messages of which no call is known. */
function listPrompts(reader: PartsReader, file: SourceFile, known: readonly FoundDraft[]): FoundDraft[] {
  return file.lists.flatMap(({ range, within, list }) => {
    const isKnown = known.some(
      (prompt) => isInside(range, prompt.range) || prompt.messages.some(({ source }) => isInside(source.range, range)),
    );
    const expression = list();
    if (isKnown || expression.kind !== 'list') return [];
    const messages = listedMessages(reader, { file, expression }, PLAIN);
    const isPrompt = messages[0]?.role === 'system' && messages.some(({ parts }) => hasStaticText(parts));
    return isPrompt ? [{ origin: 'call' as const, name: null, within, range, messages, ...NOTHING_ELSE }] : [];
  });
}

function callPrompt(reader: PartsReader, file: SourceFile, site: CallSite): FoundDraft | null {
  const shape: ShapeId | null = shapeOf(site.callee);
  const call = site.call();
  if (shape === null || call === null) return null;
  const list = shape === 'message' ? (site.list?.() ?? null) : null;
  const given = { origin: 'call', name: null, within: site.within } as const;
  if (list !== null) {
    const messages = listedMessages(reader, { file, expression: list }, PLAIN);
    return { ...given, range: sourceOf({ file, expression: list }).range, messages, ...NOTHING_ELSE };
  }
  const prompt = readCallPrompt(reader, file, shape, call);
  return prompt && { ...given, range: call.range, ...prompt };
}
