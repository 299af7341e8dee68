/** The version of a prompt: what decides the request, and nothing else. */
import canonicalize from 'canonicalize';
import type { Hash } from '../text/hash.ts';
import type { PartialSource, PromptDocument, Template, TemplatePart, TextMarks } from '../prompt/document.ts';
import type { JsonValue } from '../json/json.ts';
import { normaliseText } from '../text/text.ts';
import { wellFormedCopy } from '../text/well-formed.ts';

/**
 * SHA-256 over canonical JSON (RFC 8785) of templates, model, parameters, input defaults, tools, output schema and
 * the text of the partials in use. Golden cases, evaluators, `goldset.*`, name and description do not count.
 */
export function promptVersion(document: PromptDocument, partials: readonly PartialSource[], hash: Hash): string {
  const { template, model, parameters, input, tools, output } = document;
  const content = {
    template: templateContent(template),
    model: model?.id ?? null,
    parameters,
    defaults: input.defaults,
    tools,
    output,
    partials: partials.map(({ name, text }) => ({ name, text: normaliseText(text) })).sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
  return hash(canonicalize(wellFormedCopy(content as unknown as JsonValue)) ?? '');
}

/** The text that decides, without its places: moving a prompt within its file, or to another, keeps its version. */
function templateContent(template: Template): JsonValue {
  switch (template.kind) {
    case 'handlebars':
      return normaliseText(template.source);
    case 'messages':
      return template.messages.map(({ role, content }) => ({ role, content: normaliseText(content) }));
    case 'text':
      return {
        syntax: template.syntax,
        messages: template.messages.map(({ role, source, syntax }) => ({
          role,
          content: normaliseText(source),
          ...(syntax === undefined ? {} : { syntax }),
        })),
        ...(template.history === undefined ? {} : { history: template.history }),
        ...(template.marks === undefined ? {} : { marks: marksContent(template.marks, template.messages[0]?.offset ?? 0) }),
      };
    case 'parts':
      return template.messages.map(({ role, parts }) => ({ role, parts: joinedParts(parts) }));
    case 'built':
      return { build: template.build.name, content: template.content };
  }
}

const marksContent = ({ places, ...marks }: TextMarks, offset: number): JsonValue =>
  ({
    ...marks,
    places: places.map(({ range, ...mark }) => ({ ...mark, start: range.start - offset, end: range.end - offset })),
  }) as unknown as JsonValue;

/** Neighbouring texts are one: where a string is split in the code decides nothing. */
function joinedParts(parts: readonly TemplatePart[]): JsonValue[] {
  const joined: JsonValue[] = [];
  let text = '';
  const flush = (): void => {
    if (text !== '') joined.push(normaliseText(text));
    text = '';
  };
  for (const part of parts) {
    if ('text' in part) {
      text += part.text;
      continue;
    }
    flush();
    joined.push({ variable: part.variable, print: part.print, format: part.format });
  }
  flush();
  return joined;
}
