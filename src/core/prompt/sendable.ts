/** Why a case, or what it renders to, is not sent: it would not say what its author meant. */
import type { GoldenCase } from '../golden/case.ts';
import type { JsonValue } from '../json/json.ts';
import { loneSurrogateIn } from '../text/well-formed.ts';
import type { RenderedRequest } from './request.ts';

export interface Unsendable {
  readonly code: string;
  readonly problem: string;
  readonly hint?: string;
}

const HALF: Pick<Unsendable, 'code' | 'hint'> = {
  code: 'golden/lone-surrogate',
  hint: 'Write the whole character. The text was probably cut in the middle of an emoji.',
};

/** Of a golden case, before it is rendered; null: nothing. */
export function unsendableCase({
  unsupported,
  vars,
  prefix,
  suffix,
}: Pick<GoldenCase, 'unsupported' | 'vars' | 'prefix' | 'suffix'>): Unsendable | null {
  if (unsupported !== null) return { code: 'golden/unsupported', problem: unsupported };
  const variable = loneSurrogateIn(vars);
  if (variable !== null)
    return { ...HALF, problem: `The variable \`${variable}\` contains half of a character (a lone surrogate), which cannot be sent.` };
  const option = loneSurrogateIn({ prefix, suffix });
  return option === null
    ? null
    : { ...HALF, problem: `\`${option}\` of the case contains half of a character (a lone surrogate), which cannot be sent.` };
}

/** Of a rendered request; null: nothing. */
export function unsendableRequest({
  messages,
  tools,
  output,
  objects,
}: Pick<RenderedRequest, 'messages' | 'tools' | 'output' | 'objects'>): Unsendable | null {
  if (messages.length === 0)
    return {
      code: 'template/no-messages',
      problem: 'This renders to no message, so there is nothing to send.',
      hint: 'Check the conditions of the template, and that its variables have values.',
    };
  const [object] = objects ?? [];
  if (object !== undefined)
    return {
      code: 'template/object-as-text',
      problem: `\`{{${object}}}\` is an object, so it would be sent as [object Object].`,
      hint: objectHint(object),
    };
  const place = loneSurrogateIn({ messages, tools, output } as unknown as JsonValue);
  return place === null
    ? null
    : {
        code: 'template/lone-surrogate',
        problem: `The prompt contains half of a character (a lone surrogate) in ${place}, which cannot be sent.`,
      };
}

/** What to write instead of an expression such as `item` that prints an object. */
export function objectHint(expression: string): string {
  return `Write \`{{json ${expression}}}\`, or print one of its fields: \`{{${expression}.field}}\`.`;
}
