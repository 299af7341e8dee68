/** `{{key}}` of `.prompt.yml`: plain replacement, no spaces, no logic, no escaping. What a value holds is never read again. */
import type { JsonObject } from '../json/json.ts';
import { ownValue } from '../json/json.ts';
import type { MessageTemplate } from './document.ts';
import type { Segment } from './request.ts';
import { textOrJson } from '../text/fill-text.ts';

/** A name that a variable can have; `{{/if}}` is text of another language. */
const isName = (name: string): boolean => /^[\p{L}_][\p{L}\p{N}_.-]*$/u.test(name);

/** One message's segments. What has no value stays as written, as in that tool, and so does a message without text. */
export function renderMessageTemplate(path: string, template: MessageTemplate, variables: JsonObject): Segment[] {
  const segments: Segment[] = [
    { kind: 'marker', marker: { type: 'role', role: template.role, isWhole: true }, source: { path, range: template.range } },
  ];
  let at = 0;
  const literal = (text: string): void => {
    if (text !== '') segments.push({ kind: 'literal', text, source: { path, range: template.range } });
  };
  for (const hole of template.placeholders) {
    const value = ownValue(variables, hole.name);
    if (value === undefined && !isName(hole.name)) continue;
    literal(template.content.slice(at, hole.at));
    const text = value === undefined ? template.content.slice(hole.at, hole.at + hole.length) : textOrJson(value ?? '');
    segments.push({ kind: 'value', text, expression: hole.name, source: { path, range: hole.range } });
    at = hole.at + hole.length;
  }
  literal(template.content.slice(at));
  return segments;
}
