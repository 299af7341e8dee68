/**
 * `{{name}}` in the texts of a golden case. promptfoo renders them with Nunjucks: here a name, with fields, is replaced by that variable of
 * the case, and everything else is a problem, so that no tag reaches a model unseen.
 */
import { fillPlaceholders, SPACED } from '../text/fill-text.ts';
import { isJsonObject, ownValue, type JsonObject, type JsonValue } from '../json/json.ts';
import { excerpt } from '../text/text.ts';
import type { Path } from '../yaml/yaml.ts';
import type { GoldenCase } from './case.ts';
import { hasTemplateTag, isLiteralAt } from './literal.ts';

export const WRITE_LITERAL = 'If the text is meant as it is written, write `{ literal: … }`.';

/** Names of the variables whose values stand in a text. */
export const variablesIn = (text: string): string[] => namesIn(text).map((path) => path.split('.')[0] ?? '');

const namesIn = (text: string): string[] => [...text.matchAll(SPACED)].map(([, inner = '']) => inner.trim());

/** Why a text cannot be rendered with these variables; null: it can, or it has no tag. */
export function templateProblem(text: string, vars: JsonObject): string | null {
  if (!hasTemplateTag(text)) return null;
  for (const name of namesIn(text)) {
    if (valueOf(name, vars) !== undefined) continue;
    const shown = `\`{{${excerpt(name, 60)}}}\``;
    if (/^env\s*[.[]/.test(name)) return `${shown} names a variable of the environment, which Goldset does not put into a case.`;
    if (/^[\p{L}_][\p{L}\p{N}_.]*$/u.test(name)) return `${shown} is not a variable of the case.`;
    return `${shown} is an expression of Nunjucks. Only \`{{name}}\` and \`{{name.field}}\` are supported.`;
  }
  const tag = /\{[{%#][^\n]{0,60}/.exec(text.replace(SPACED, ''))?.[0];
  return tag === undefined ? null : `\`${excerpt(tag, 60)}\` is a tag of Nunjucks. Only \`{{name}}\` and \`{{name.field}}\` are supported.`;
}

function valueOf(name: string, vars: JsonObject): JsonValue | undefined {
  let value: JsonValue | undefined = vars;
  for (const step of name.split('.')) value = isJsonObject(value) ? ownValue(value, step) : undefined;
  return value;
}

export interface RenderedVars {
  readonly vars: JsonObject;
  /** With the variables that contain a literal now. */
  readonly literals: readonly Path[];
}

/** Variables that need more rounds than this name each other in a circle. */
const MOST_ROUNDS = 10;

/**
 * The variables of a case, with the variables that their texts name put in: those of the top level and the items of their lists, as
 * promptfoo does. A text into which a literal is filled is a literal itself. `problem`: they name each other in a circle, or a text
 * cannot be rendered.
 */
export function renderVars(
  vars: JsonObject,
  { literals = [], expandLists }: Pick<GoldenCase, 'literals' | 'expandLists'>,
): RenderedVars | { readonly problem: string } | null {
  const ownTexts = (name: string): readonly TextOf[] => texts(vars[name]).filter(({ at }) => !isLiteralAt(literals, 'vars', name, ...at));
  const isOpen = (name: string): boolean => ownTexts(name).some(({ text }) => hasTemplateTag(text));
  const open = new Set(Object.keys(vars).filter(isOpen));
  if (open.size === 0) return null;
  const rendered: JsonObject = { ...vars };
  const marked: Path[] = [...literals];
  for (let round = 0; open.size > 0 && round < MOST_ROUNDS; round++) {
    for (const name of open) {
      const own = ownTexts(name);
      const named = new Set(own.flatMap(({ text }) => variablesIn(text)));
      if ([...named].some((other) => open.has(other))) continue;
      for (const { text, at } of own) {
        const list = expandLists ? variablesIn(text).find((other) => Array.isArray(vars[other])) : undefined;
        const problem = list === undefined ? templateProblem(text, vars) : `\`{{${list}}}\` is a list, which makes several cases.`;
        if (problem !== null) return { problem: `The variable \`${name}\`: ${problem}` };
        const fill = fillPlaceholders(text, rendered);
        if (at.length === 0) rendered[name] = fill;
        else rendered[name] = (rendered[name] as JsonValue[]).with(Number(at[0]), fill);
        const takes = namesIn(text).some((path) => holdsLiteral(marked, path.split('.')));
        if (takes) marked.push(['vars', name, ...at]);
      }
      open.delete(name);
    }
  }
  const [circle] = open;
  return circle === undefined ? { vars: rendered, literals: marked } : { problem: `The variable \`${circle}\` contains itself.` };
}

/** Whether the value at a path is a literal, is inside one, or has one inside. */
const holdsLiteral = (literals: readonly Path[], path: readonly string[]): boolean =>
  literals.some(([start, ...rest]) => start === 'vars' && rest.every((step, i) => i >= path.length || String(step) === path[i]));

interface TextOf {
  readonly text: string;
  /** In the variable. */
  readonly at: Path;
}

/** The text of a variable, or those of a list. */
function texts(value: JsonValue | undefined): TextOf[] {
  if (typeof value === 'string') return [{ text: value, at: [] }];
  if (!Array.isArray(value)) return [];
  return value.flatMap((item, i) => (typeof item === 'string' ? [{ text: item, at: [i] }] : []));
}
