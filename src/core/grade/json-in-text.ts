/** Finds JSON objects and lists inside prose. */
import { parseJson, type JsonValue } from '../json/json.ts';

/** Prose with more brackets than this that open no JSON is not searched further, so that the time stays bounded. */
const MAX_FALSE_STARTS = 200;

/** A value with its place in the text. */
export interface JsonInText {
  readonly value: JsonValue;
  readonly start: number;
  readonly end: number;
}

/** The outermost objects and lists of a text, in order. */
export const jsonValuesIn = (text: string): JsonValue[] => jsonPlacesIn(text).map(({ value }) => value);

/** As `jsonValuesIn`, with places. */
export function jsonPlacesIn(text: string): JsonInText[] {
  const found: JsonInText[] = [];
  let falseStarts = 0;
  for (let at = nextOpening(text, 0); at !== -1 && falseStarts < MAX_FALSE_STARTS;) {
    const end = closingOf(text, at);
    const value = end === -1 ? undefined : parseJson(text.slice(at, end));
    if (value === undefined) falseStarts++;
    else found.push({ value, start: at, end });
    at = nextOpening(text, value === undefined ? at + 1 : end);
  }
  return found;
}

function nextOpening(text: string, from: number): number {
  const brace = text.indexOf('{', from);
  const bracket = text.indexOf('[', from);
  return brace === -1 ? bracket : bracket === -1 ? brace : Math.min(brace, bracket);
}

/** Just after the bracket that closes the one at `start`, or -1. */
function closingOf(text: string, start: number): number {
  let depth = 0;
  let inString = false;
  for (let i = start; i < text.length; i++) {
    const character = text[i];
    if (inString) {
      if (character === '\\') i++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') depth++;
    else if ((character === '}' || character === ']') && --depth === 0) return i + 1;
  }
  return -1;
}
