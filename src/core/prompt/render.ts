/** PromptDocument + variables → RenderedRequest. */
import type { JsonObject } from '../json.ts';
import { ownValue } from '../json.ts';
import { HumanError } from '../errors.ts';
import { splitFrontMatter } from './formats/front-matter.ts';
import type { PartialSource, PromptDocument } from './document.ts';
import { assembleMessages } from './messages.ts';
import { renderMessageTemplate } from './placeholders.ts';
import type { Message, Part, RenderData, RenderedRequest, Segment } from './request.ts';
import { compileTemplate, type TemplateFile } from './template/compile.ts';

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
      const messages = assembleMessages(segments, data.messages);
      return {
        segments,
        messages: wrapLastUserMessage(messages, data.prefix ?? '', data.suffix ?? ''),
        tools: document.tools,
        output: document.output,
        parameters: document.parameters,
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
  const files = new Map(partials.map((partial) => [partial.name, partialFile(partial)]));
  const compiled = compileTemplate({ path, source: template.source, offset: template.offset }, files);
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

function wrapLastUserMessage(messages: Message[], prefix: string, suffix: string): Message[] {
  if (prefix === '' && suffix === '') return messages;
  const at = messages.findLastIndex((message) => message.role === 'user');
  const message = messages[at];
  if (!message) throw new HumanError('template/no-user-message', 'This prompt has no user message that a prefix or suffix could go to.');
  const wrapped: Part[] = wrapText(message.content, prefix, suffix);
  return messages.with(at, { ...message, content: wrapped });
}

function wrapText(content: readonly Part[], prefix: string, suffix: string): Part[] {
  const first = content[0];
  const parts = first && 'text' in first ? [{ text: prefix + first.text }, ...content.slice(1)] : [{ text: prefix }, ...content];
  const last = parts.at(-1);
  const all: Part[] = last && 'text' in last ? [...parts.slice(0, -1), { text: last.text + suffix }] : [...parts, { text: suffix }];
  return all.filter((part) => !('text' in part) || part.text !== '');
}

/** The variables a template reads that neither the case nor the prompt's defaults give. */
export function missingVariables(document: PromptDocument, used: readonly string[], variables: JsonObject): string[] {
  const has = (name: string): boolean => ownValue(variables, name) !== undefined || ownValue(document.input.defaults, name) !== undefined;
  return [...new Set(used)].filter((name) => !has(name));
}
