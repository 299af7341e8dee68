/** PromptDocument + variables → RenderedRequest. */
import type { JsonObject } from '../json.ts';
import { ownValue } from '../json.ts';
import { HumanError } from '../errors.ts';
import { splitFrontMatter } from './formats/front-matter.ts';
import type { PartialSource, PromptDocument } from './document.ts';
import { withLiteralMedia } from './media.ts';
import { assembleMessages, type AssembledMessage } from './messages.ts';
import { renderMessageTemplate } from './placeholders.ts';
import type { RenderData, RenderedRequest, Segment, TextSegment } from './request.ts';
import { compileTemplate, type TemplateFile } from './template/compile.ts';
import { renderParts } from './template/parts.ts';
import { compileText } from './template/text-syntaxes.ts';

export interface PromptRenderer {
  /** @throws {HumanError} when the template cannot be rendered with this data. */
  render(data: RenderData): RenderedRequest;
}

/**
 * Prepares a prompt for rendering many cases.
 * @throws {HumanError} when its template, or a partial it uses, is invalid.
 */
export function prepareRenderer(document: PromptDocument, partials: readonly PartialSource[]): PromptRenderer {
  const segmentsOf = segmentRenderer(document, partials);
  return {
    render(data) {
      const segments = segmentsOf({ ...document.input.defaults, ...data.input }, data);
      const assembled = wrapLastUserMessage(assembleMessages(segments, data.messages), data.prefix ?? '', data.suffix ?? '', document.path);
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
  };
}

type SegmentRenderer = (variables: JsonObject, data: RenderData) => Segment[];

function segmentRenderer(document: PromptDocument, partials: readonly PartialSource[]): SegmentRenderer {
  const { template, path } = document;
  if (template.kind === 'messages') {
    return (variables) => template.messages.flatMap((message) => renderMessageTemplate(path, message, variables));
  }
  if (template.kind === 'parts') return (variables) => template.messages.flatMap((message) => renderParts(message, variables));
  const files = new Map(partials.map((partial) => [partial.name, partialFile(partial)]));
  if (template.kind === 'text') return compileText(template.syntax, template.messages, files);
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
