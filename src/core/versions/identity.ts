/** The version of a prompt: what decides the request, and nothing else. */
import canonicalize from 'canonicalize';
import type { Hash } from '../hash.ts';
import type { PartialSource, PromptDocument } from '../prompt/document.ts';
import type { JsonValue } from '../json.ts';
import { normaliseText } from '../text.ts';
import { wellFormedCopy } from '../well-formed.ts';

/**
 * SHA-256 over canonical JSON (RFC 8785) of templates, model, parameters, input defaults, tools, output schema and
 * the text of the partials in use. Golden cases, evaluators, `goldset.*`, name and description do not count.
 */
export function promptVersion(document: PromptDocument, partials: readonly PartialSource[], hash: Hash): string {
  const { template, model, parameters, input, tools, output } = document;
  const content = {
    template:
      template.kind === 'handlebars'
        ? normaliseText(template.source)
        : template.messages.map(({ role, content }) => ({ role, content: normaliseText(content) })),
    model: model?.id ?? null,
    parameters,
    defaults: input.defaults,
    tools,
    output,
    partials: partials.map(({ name, text }) => ({ name, text: normaliseText(text) })).sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
  return hash(canonicalize(wellFormedCopy(content as unknown as JsonValue)) ?? '');
}
