/** `{{key}}` of `.prompt.yml`: plain replacement, no spaces, no logic, no escaping. What a value holds is never read again. */
import type { JsonObject } from '../json.ts';
import { ownValue } from '../json.ts';
import type { MessageTemplate } from './document.ts';
import type { Segment } from './request.ts';
import { textOrJson } from '../fill-text.ts';

/** One message's segments; a key that has no value renders empty. */
export function renderMessageTemplate(path: string, template: MessageTemplate, variables: JsonObject): Segment[] {
  const segments: Segment[] = [{ kind: 'marker', marker: { type: 'role', role: template.role }, source: { path, range: template.range } }];
  let at = 0;
  const literal = (text: string): void => {
    if (text !== '') segments.push({ kind: 'literal', text, source: { path, range: template.range } });
  };
  for (const hole of template.placeholders) {
    const value = ownValue(variables, hole.name) ?? '';
    literal(template.content.slice(at, hole.at));
    segments.push({ kind: 'value', text: textOrJson(value), expression: hole.name, source: { path, range: hole.range } });
    at = hole.at + hole.length;
  }
  literal(template.content.slice(at));
  return segments;
}
