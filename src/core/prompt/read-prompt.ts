/** text → PromptDocument + diagnostics. Whatever the bytes, there is a document and nothing is thrown. */
import { didYouMean, nearestWord } from '../problems/did-you-mean.ts';
import { Diagnostics, type Diagnostic } from '../problems/diagnostics.ts';
import type { TextRange } from '../text/text.ts';
import { warnOfOtherBytes } from '../files/text-encoding.ts';
import type { MessageTemplate, PartialSource, PromptDocument, Template, TextMarks, TextMessage } from './document.ts';
import { NO_STUBS, warnOfExternal, type ExternalUse, type Stubs } from './external.ts';
import { readDotprompt } from './formats/dotprompt.ts';
import { fileOfPrompt, isMessagesPath, isPromptMdPath, isPromptyPath, isPromptYml } from './formats/prompt-name.ts';
import { readMessagesJson } from './formats/messages-json.ts';
import { readPromptMd } from './formats/prompt-md.ts';
import { readPrompty } from './formats/prompty/read-prompty.ts';
import { readPromptYml } from './formats/prompt-yml.ts';
import { isTextPrompt, NO_CONTEXT, readTextPrompt, SETTINGS_FILE, withDeclared, type PromptContext } from './formats/text-prompt.ts';
import { partialFile } from './render.ts';
import { analyseTemplate, type TemplateAnalysis } from './template/analyse.ts';
import { analyseParts } from './template/parts.ts';
import { isExternalPartial } from './template/handlebars.ts';
import { rangeInFile } from './template/text-places.ts';
import { analyseText, textSyntax } from './template/text-syntaxes.ts';
import type { CodePlace } from './code/read-code.ts';
import { reportUnread, unreadTemplate } from './unread.ts';

export interface PromptReading {
  readonly document: PromptDocument;
  readonly analysis: TemplateAnalysis;
  readonly diagnostics: readonly Diagnostic[];
  /** What it was read with, to read a changed text in the same way. */
  readonly context: PromptContext;
  /** Where it is named in a file of several prompts that is not code; absent: it is in a file of its own, or in code. */
  readonly place?: TextRange;
  /** Of a prompt in code: where it stands, and what only the running program knows. */
  readonly code?: CodePlace;
}

/**
 * Reads a prompt by its id, from the root: its file, or `FILE#NAME`. `partials` are the files its `{{> name}}` or `include` may mean.
 */
export function readPrompt(
  path: string,
  text: string,
  partials: readonly PartialSource[] = [],
  context: PromptContext = NO_CONTEXT,
): PromptReading {
  const { stubs } = context;
  const diagnostics = new Diagnostics(fileOfPrompt(path));
  warnOfOtherBytes(text, diagnostics);
  const written = withDeclared(readDocument(path, text, context, diagnostics), context.declared);
  const analysis = analyse(written, stubs);
  const unread = written.unread ?? unreadTemplate(written, analysis);
  const elsewhere: Diagnostics[] = [];
  if (unread?.isUnusable !== true)
    for (const problem of analysis.problems) {
      const at = problem.file === undefined ? diagnostics : new Diagnostics(problem.file);
      if (at !== diagnostics) elsewhere.push(at);
      at.error(problem.code, problem.message, problem.file === SETTINGS_FILE ? null : problem.range, problem.hint);
    }
  const external = [
    ...(written.external ?? []),
    ...(written.template.kind === 'handlebars' ? externalHelpers(analysis, partials, stubs) : []),
    ...checkPartials(written, analysis, partials, context, diagnostics),
  ];
  const document: PromptDocument = { ...written, external, unread };
  if (unread !== null) reportUnread(unread, diagnostics);
  if (unread?.isUnusable !== true) {
    warnOfExternal(external, diagnostics);
    checkVariables(document, analysis, diagnostics);
  }
  return { document, analysis, diagnostics: [...diagnostics.list, ...elsewhere.flatMap(({ list }) => list)], context };
}

function readDocument(path: string, text: string, context: PromptContext, diagnostics: Diagnostics): PromptDocument {
  if (context.document !== undefined) return context.document;
  if (isPromptYml(path)) return readPromptYml(path, text, diagnostics);
  if (isPromptyPath(path)) return readPrompty(path, text, context, diagnostics);
  if (isMessagesPath(path)) return readMessagesJson(path, text, diagnostics);
  if (isPromptMdPath(path)) return readPromptMd(path, text, context, diagnostics);
  if (isTextPrompt(path, text, context)) return readTextPrompt(path, text, context, diagnostics);
  return readDotprompt(path, text, diagnostics, context.stubs);
}

function analyse({ template, path }: PromptDocument, stubs: Stubs): TemplateAnalysis {
  switch (template.kind) {
    case 'handlebars':
      return analyseTemplate(template.source, template.offset, stubs.helpers);
    case 'text':
      return withMarkedRoles(analyseText(template.syntax, template.messages, path), template.marks, template.messages[0]);
    case 'parts':
      return analyseParts(template.messages, path);
    case 'messages':
      return analysePlaceholders(template.messages);
    case 'built':
      return NOTHING_ANALYSED;
  }
}

/** The messages of one text are what its roles part it into. */
function withMarkedRoles(analysis: TemplateAnalysis, marks: TextMarks | undefined, message: TextMessage | undefined): TemplateAnalysis {
  if (marks === undefined) return analysis;
  const isMoved = message?.pieces !== undefined;
  return { ...analysis, roles: marks.places.map((mark) => (isMoved ? { ...mark, range: rangeInFile(message, mark.range) } : mark)) };
}

/** What a function reads is not known. */
const NOTHING_ANALYSED: TemplateAnalysis = { variables: [], partials: [], roles: [], blocks: [], problems: [] };

function analysePlaceholders(messages: readonly MessageTemplate[]): TemplateAnalysis {
  return {
    variables: messages.flatMap((message) =>
      message.placeholders.map((hole) => {
        const start = hole.range.end - hole.range.start === hole.length ? hole.range.start + 2 : hole.range.start;
        return { name: hole.name, path: hole.name, use: 'value' as const, range: { start, end: start + hole.name.length } };
      }),
    ),
    partials: [],
    roles: messages.map(({ role, range }) => ({ role, range })),
    blocks: [],
    problems: [],
  };
}

/** Helpers of the application that the template and its partials call. */
function externalHelpers(analysis: TemplateAnalysis, partials: readonly PartialSource[], { helpers }: Stubs): ExternalUse[] {
  const inPartials = partials.flatMap((partial) => {
    const at = (analysis.partials.find(({ name }) => name === partial.name) ?? analysis.partials[0])?.range ?? { start: 0, end: 0 };
    return (analyseTemplate(partialFile(partial).source, 0, helpers).helpers ?? []).map(({ name }) => ({ name, range: at }));
  });
  return [...(analysis.helpers ?? []), ...inPartials].map((use) => ({
    kind: 'helper' as const,
    ...use,
    isDeclared: helpers.includes(use.name),
  }));
}

/** The partials that the application registers: those without a file. A partial that is invalid, or leads back to itself, is an error. */
function checkPartials(
  document: PromptDocument,
  analysis: TemplateAnalysis,
  partials: readonly PartialSource[],
  { stubs, partialNames = [] }: PromptContext,
  diagnostics: Diagnostics,
): ExternalUse[] {
  const { template } = document;
  const byName = new Map(partials.map((partial) => [partial.name, partial]));
  const usedBy = new Map<string, readonly string[]>();
  const external: ExternalUse[] = [];
  const usesOf = (name: string): readonly string[] => {
    const known = usedBy.get(name);
    if (known) return known;
    const partial = byName.get(name);
    const uses = partial ? partialNamesIn(partial, template) : [];
    usedBy.set(name, uses);
    return uses;
  };
  const kind = template.kind === 'text' ? 'included file' : 'partial';
  for (const use of analysis.partials) {
    const range = use.file === undefined ? use.range : null;
    if (use.hasDefault === true && !byName.has(use.name)) continue;
    const cycle = findCycle(use.name, usesOf);
    if (cycle) diagnostics.error('template/partial-cycle', `This ${kind} includes itself: ${cycle.join(' → ')}.`, range);
    for (const name of reachable(use.name, usesOf)) {
      const partial = byName.get(name);
      if (partial === undefined && template.kind === 'handlebars' && isExternalPartial(name))
        external.push({
          kind: 'partial',
          name,
          range: use.range,
          isDeclared: stubs.partials.includes(name),
          near: nearestWord(name, partialNames),
        });
      else if (partial === undefined)
        diagnostics.error(
          'template/missing-partial',
          name === use.name ? `There is no ${kind} \`${name}\`.` : `\`${use.name}\` uses a ${kind} \`${name}\` that does not exist.`,
          range,
          template.kind === 'text'
            ? `Create ${name} beside ${use.file ?? document.path} or in a folder above it. Files outside the workspace are not read.`
            : `${didYouMean(name, partialNames)}Create _${name}.prompt beside ${document.path}.`,
        );
      else {
        const problem = analysePartial(partial, template, stubs).problems[0];
        if (problem)
          diagnostics.error('template/partial', `The ${kind} \`${name}\` is invalid: ${problem.message}`, range, `Fix ${partial.path}.`);
      }
    }
  }
  return external;
}

/** What a partial's text refers to; it is in the language of the template that names it. Ranges are of its file. */
export function analysePartial(partial: PartialSource, template: Template, { helpers }: Stubs = NO_STUBS): TemplateAnalysis {
  const { source, offset } = partialFile(partial);
  return template.kind === 'text' ? textSyntax(template.syntax).analyse(source, offset) : analyseTemplate(source, offset, helpers);
}

/** The partials that a partial's text names. */
export const partialNamesIn = (partial: PartialSource, template: Template): string[] => [
  ...new Set(analysePartial(partial, template).partials.map((use) => use.name)),
];

function reachable(start: string, usesOf: (name: string) => readonly string[]): Set<string> {
  const seen = new Set([start]);
  for (const name of seen) for (const next of usesOf(name)) seen.add(next);
  return seen;
}

function findCycle(start: string, usesOf: (name: string) => readonly string[]): string[] | null {
  const done = new Set<string>();
  const visit = (name: string, trail: string[]): string[] | null => {
    if (trail.includes(name)) return [...trail.slice(trail.indexOf(name)), name];
    if (done.has(name)) return null;
    done.add(name);
    for (const next of usesOf(name)) {
      const cycle = visit(next, [...trail, name]);
      if (cycle) return cycle;
    }
    return null;
  };
  return visit(start, []);
}

/** With a declared schema, a variable that it does not name is a slip. */
function checkVariables(document: PromptDocument, analysis: TemplateAnalysis, diagnostics: Diagnostics): void {
  const { schema, declared, defaults } = document.input;
  if (schema === null || schema['additionalProperties'] === true || typeof schema['additionalProperties'] === 'object') return;
  const known = new Set([...declared.map((variable) => variable.name), ...Object.keys(defaults)]);
  for (const use of analysis.variables) {
    if (known.has(use.name) || use.use === 'uncertain') continue;
    diagnostics.warning(
      'template/undeclared-variable',
      `The variable \`${use.name}\` is not in the input schema.`,
      use.range,
      known.size > 0 ? `Declared: ${[...known].slice(0, 8).join(', ')}.` : 'Declare it under `input.schema`.',
    );
  }
}
