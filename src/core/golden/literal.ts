/**
 * `{ literal: … }` in a golden case: a value that stands for itself. It is never read as a file, as a template or as the address of media.
 * What came from production is written so where its text could be read as one of these.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../json/json.ts';
import { contentTypeOf } from '../files/media-type.ts';
import type { Path } from '../yaml/yaml.ts';
import type { GoldenCase } from './case.ts';

export const LITERAL = 'literal';

/** A file, or a function of a package as promptfoo names one. */
const REFERENCE = /^\s*(?:file:|package:|data:)/i;
const TEMPLATE = /\{[{%#]/;

/** Whether a text contains what starts a tag of Nunjucks. */
export const hasTemplateTag = (text: string): boolean => TEMPLATE.test(text);

/** Whether a text of a case could be read as something else than itself: a file, a template, or the address of media. */
export const isResolvable = (text: string): boolean => REFERENCE.test(text) || TEMPLATE.test(text) || isMediaName(text);

/** One line that ends like the name of an image, a PDF or audio. */
const isMediaName = (text: string): boolean => !/[\r\n]/.test(text) && contentTypeOf({ url: text.trim() }) !== null;

const isLiteral = (value: JsonObject): boolean => Object.hasOwn(value, LITERAL) && Object.keys(value).length === 1;

/** A value as it is written into a case, so that each of its texts stands for itself. `isMarked`: which texts need the mark. */
export function withLiterals(value: JsonValue, isMarked: (text: string) => boolean = isResolvable): JsonValue {
  if (typeof value === 'string') return isMarked(value) ? { [LITERAL]: value } : value;
  if (Array.isArray(value)) return value.map((item) => withLiterals(item, isMarked));
  if (!isJsonObject(value)) return value;
  // An object of production that looks like the mark.
  if (isLiteral(value)) return { [LITERAL]: value };
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withLiterals(item, isMarked)]));
}

export interface WithoutLiterals {
  /** Without the marks; the same object where it has no marks. */
  readonly value: JsonValue;
  /** Where values stand for themselves, in `value`. */
  readonly literals: readonly Path[];
}

/** Maps of a case whose keys are names: one that is called `literal` is a name too. */
const NAMED = ['vars', 'metadata', 'options', 'tools'];

/** The entry of a golden set as it is read. What is inside a literal is not looked at. */
export function withoutLiterals(entry: JsonValue): WithoutLiterals {
  const literals: Path[] = [];
  const read = (item: JsonValue, at: Path): JsonValue => {
    if (Array.isArray(item)) return mapped(item, (each, i) => read(each, [...at, i]));
    if (!isJsonObject(item)) return item;
    const isMap = at.length === 0 || (at.length === 1 && NAMED.includes(String(at[0])));
    if (!isMap && isLiteral(item)) {
      literals.push(at);
      return item[LITERAL] ?? null;
    }
    const entries = Object.entries(item);
    const changed = entries.map(([key, each]): [string, JsonValue] => [key, read(each, [...at, key])]);
    return changed.some(([, each], i) => each !== entries[i]?.[1]) ? Object.fromEntries(changed) : item;
  };
  return { value: read(entry, []), literals };
}

/** The list itself where nothing changed: most cases have no literal. */
function mapped(items: JsonValue[], change: (item: JsonValue, i: number) => JsonValue): JsonValue[] {
  const changed = items.map(change);
  return changed.some((item, i) => item !== items[i]) ? changed : items;
}

/** Paths below `start`, relative to it. */
export const literalsBelow = (literals: readonly Path[] | undefined, ...start: Path): Path[] =>
  (literals ?? []).filter((path) => start.every((step, i) => path[i] === step)).map((path) => path.slice(start.length));

/** Whether the value at a path is a literal, or is inside one. */
export const isLiteralAt = (literals: readonly Path[] | undefined, ...at: Path): boolean =>
  (literals ?? []).some((path) => path.length <= at.length && path.every((step, i) => at[i] === step));

/** Every text of the variables that stands for itself, for the renderer. */
export function literalTexts({ vars, literals }: Pick<GoldenCase, 'vars' | 'literals'>): string[] {
  const texts = new Set<string>();
  for (const path of literalsBelow(literals, 'vars')) addTexts(valueAt(vars, path), texts);
  return [...texts];
}

/** The variables that may name a file: all but those that are literals. */
export function resolvableVars({ vars, literals }: Pick<GoldenCase, 'vars' | 'literals'>): JsonObject {
  if (literals === undefined) return vars;
  return Object.fromEntries(Object.entries(vars).filter(([name]) => !isLiteralAt(literals, 'vars', name)));
}

function addTexts(value: JsonValue | undefined, texts: Set<string>): void {
  if (typeof value === 'string') texts.add(value);
  else if (Array.isArray(value)) for (const item of value) addTexts(item, texts);
  else if (isJsonObject(value)) for (const item of Object.values(value)) addTexts(item, texts);
}

function valueAt(value: JsonValue, path: Path): JsonValue | undefined {
  let at: JsonValue | undefined = value;
  for (const step of path) {
    if (Array.isArray(at) && typeof step === 'number') at = at[step];
    else at = isJsonObject(at) && Object.hasOwn(at, String(step)) ? at[String(step)] : undefined;
  }
  return at;
}
