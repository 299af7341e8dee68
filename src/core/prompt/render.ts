/** PromptDocument + variables → RenderedRequest. */
import type { JsonObject } from '../json/json.ts';
import { ownValue } from '../json/json.ts';
import { HumanError } from '../problems/errors.ts';
import { splitFrontMatter } from './formats/front-matter.ts';
import type { BuiltAnswers } from './built/built-answer.ts';
import { builtRenderer } from './built/render-built.ts';
import type { PartialSource, PromptDocument, Template } from './document.ts';
import { continuesPrompt } from '../golden/case-messages.ts';
import { historyOf } from './history-variable.ts';
import { withLiteralMedia } from './media.ts';
import { assembleMessages, withHistory, type AssembledMessage } from './messages.ts';
import { renderMessageTemplate } from './placeholders.ts';
import type { Message, RenderData, RenderedRequest, Segment, TextSegment } from './request.ts';
import { compileTemplate, type TemplateFile } from './template/compile.ts';
import { renderParts } from './template/parts.ts';
import { withMarks } from './template/text-marks.ts';
import { rangeInFile } from './template/text-places.ts';
import { compileText } from './template/text-syntaxes.ts';

export interface PromptRenderer {
  /** @throws {HumanError} when the template cannot be rendered with this data. */
  render(data: RenderData): RenderedRequest;
}

/**
 * Prepares a prompt for rendering many cases. `built`: what the function of a prompt that has one returned.
 * @throws {HumanError} when its template, or a partial it uses, is invalid.
 */
export function prepareRenderer(
  document: PromptDocument,
  partials: readonly PartialSource[],
  built: BuiltAnswers = new Map(),
): PromptRenderer {
  if (document.template.kind === 'built') return withTurns(document, prepareBuilt(document, built));
  const segmentsOf = segmentRenderer(document, partials);
  return withTurns(document, {
    render(data) {
      const variables = { ...document.input.defaults, ...data.input };
      const segments = segmentsOf(variables, data);
      const assembled = wrapLastUserMessage(
        assembleMessages(segments, pastOf(document.template, variables, data, segments)),
        data.prefix ?? '',
        data.suffix ?? '',
        document.path,
      );
      const objects = segments.flatMap((segment) => (segment.kind === 'value' && segment.isObject === true ? [segment.expression] : []));
      return {
        segments,
        messages: assembled.map(({ message }) => withLiteralMedia(message, data.literals ?? [])),
        origins: assembled.map(({ origins }) => origins),
        tools: document.tools,
        output: document.output,
        parameters: document.parameters,
        ...(objects.length === 0 ? {} : { objects: [...new Set(objects)] }),
      };
    },
  });
}

/** What a case says beyond the prompt: a conversation that goes on from it, or one that is sent in its place. */
const withTurns = ({ tools, output, parameters }: PromptDocument, renderer: PromptRenderer): PromptRenderer => ({
  render(data) {
    const { turns = [] } = data;
    if (turns.length === 0) return renderer.render(data);
    const origins = turns.map(({ content }) => content.map(() => []));
    if (!continuesPrompt(turns)) return { segments: [], messages: turns, origins, tools, output, parameters };
    const rendered = renderer.render(data);
    return { ...rendered, messages: [...rendered.messages, ...turns], origins: [...rendered.origins, ...origins] };
  },
});

function prepareBuilt(document: PromptDocument, answers: BuiltAnswers): PromptRenderer {
  const builtFor = builtRenderer(document, answers);
  return {
    render({ input, messages: history = [], prefix = '', suffix = '' }) {
      const { request, messages } = builtFor({ ...document.input.defaults, ...input });
      const assembled = wrapLastUserMessage(withHistory(messages, history), prefix, suffix, document.path);
      return {
        segments: assembled.flatMap(({ message: { role }, origins }): Segment[] => {
          const source = { path: document.path, range: { start: 0, end: 0 } };
          return [{ kind: 'marker', marker: { type: 'role', role }, source }, ...origins.flat()];
        }),
        messages: assembled.map(({ message }) => message),
        origins: assembled.map(({ origins }) => origins),
        tools: request.tools.length > 0 ? request.tools : document.tools,
        output: request.output ?? document.output,
        parameters: { ...request.parameters, ...document.parameters },
      };
    },
  };
}

/** The messages so far: the request's own, else those that a variable of the case holds. */
function pastOf(template: Template, variables: JsonObject, { messages }: RenderData, segments: readonly Segment[]): readonly Message[] {
  if (messages !== undefined) return messages;
  // A conversation has its place in such a text: where it is not printed, it is not sent.
  const hasPlace = segments.some((segment) => segment.kind === 'marker' && segment.marker.type === 'history');
  if (template.kind === 'text' && template.marks !== undefined && !hasPlace) return [];
  return template.kind === 'text' && template.history !== undefined ? historyOf(template.history, variables) : [];
}

type SegmentRenderer = (variables: JsonObject, data: RenderData) => Segment[];

function segmentRenderer(document: PromptDocument, partials: readonly PartialSource[]): SegmentRenderer {
  const { template, path } = document;
  if (template.kind === 'messages') {
    return (variables) => template.messages.flatMap((message) => renderMessageTemplate(path, message, variables));
  }
  if (template.kind === 'parts') return (variables) => template.messages.flatMap((message) => renderParts(message, variables));
  const files = new Map(partials.map((partial) => [partial.name, partialFile(partial)]));
  if (template.kind === 'text') return textRenderer(template, files);
  if (template.kind === 'built') throw new TypeError('What a function builds is not rendered from a template.');
  const external = document.external ?? [];
  const namesOf = (kind: 'helper' | 'partial'): string[] => external.filter((use) => use.kind === kind).map(({ name }) => name);
  const compiled = compileTemplate({ path, source: template.source, offset: template.offset }, files, {
    helpers: namesOf('helper'),
    partials: namesOf('partial'),
  });
  return (variables, data) => {
    const metadata = { prompt: document.metadata, docs: data.docs ?? [], messages: data.messages ?? [] };
    return compiled.render(variables, { metadata, ...data.context } as unknown as JsonObject);
  };
}

function textRenderer(template: Extract<Template, { kind: 'text' }>, files: ReadonlyMap<string, TemplateFile>): SegmentRenderer {
  const { marks, history = null } = template;
  const [message] = template.messages;
  if (marks === undefined || message === undefined) return compileText(template.syntax, template.messages, files);
  const { pieces, ...bare } = message;
  const render = compileText(template.syntax, [bare], files);
  const placed = (segment: Segment): Segment =>
    segment.source.path === message.file
      ? { ...segment, source: { ...segment.source, range: rangeInFile(message, segment.source.range) } }
      : segment;
  return (variables) => {
    const marked = withMarks(render(variables).slice(1), marks, bare, history);
    return pieces === undefined ? marked : marked.map(placed);
  };
}

/** A partial with front matter contributes its body only. */
export function partialFile(partial: PartialSource): TemplateFile {
  const { frontMatter, body } = splitFrontMatter(partial.text);
  return frontMatter === null
    ? { path: partial.path, source: partial.text.replace(/^\uFEFF/, ''), offset: partial.text.startsWith('\uFEFF') ? 1 : 0 }
    : { path: partial.path, source: body.text, offset: body.offset };
}

/** What a case puts around the last user message is a value like any other. */
function wrapLastUserMessage(messages: AssembledMessage[], prefix: string, suffix: string, path: string): AssembledMessage[] {
  if (prefix === '' && suffix === '') return messages;
  const at = messages.findLastIndex(({ message }) => message.role === 'user');
  const found = messages[at];
  if (!found) throw new HumanError('template/no-user-message', 'This prompt has no user message to add a prefix or suffix to.');
  const around = (text: string, expression: string): TextSegment => ({
    kind: 'value',
    text,
    expression,
    source: { path, range: { start: 0, end: 0 } },
  });
  const { message } = found;
  const parts = message.content.map((part, i) => ({ part, origins: [...(found.origins[i] ?? [])] }));
  const first = parts[0];
  if (first && 'text' in first.part)
    parts[0] = { part: { text: prefix + first.part.text }, origins: [around(prefix, 'prefix'), ...first.origins] };
  else parts.unshift({ part: { text: prefix }, origins: [around(prefix, 'prefix')] });
  const end = parts.length - 1;
  const last = parts[end];
  if (last && 'text' in last.part)
    parts[end] = { part: { text: last.part.text + suffix }, origins: [...last.origins, around(suffix, 'suffix')] };
  else parts.push({ part: { text: suffix }, origins: [around(suffix, 'suffix')] });
  const kept = parts.filter(({ part }) => !('text' in part) || part.text !== '');
  return messages.with(at, { message: { ...message, content: kept.map(({ part }) => part) }, origins: kept.map(({ origins }) => origins) });
}

/** The variables a template reads that neither the case nor the prompt's defaults give. */
export function missingVariables(document: PromptDocument, used: readonly string[], variables: JsonObject): string[] {
  const has = (name: string): boolean => ownValue(variables, name) !== undefined || ownValue(document.input.defaults, name) !== undefined;
  return [...new Set(used)].filter((name) => !has(name));
}
