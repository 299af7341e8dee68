/** Where a prompt's settings write a parameter, and edits that remove it or give it another value, leaving the rest as it stands. */
import type { JsonValue } from '../../json/json.ts';
import type { PromptDocument } from '../../prompt/document.ts';
import { splitFrontMatter } from '../../prompt/formats/front-matter.ts';
import type { TextEdit, TextRange } from '../../text/text.ts';

interface ParameterPlace {
  readonly key: TextRange;
  /** Null: the value is a block, so only the whole entry can be replaced. */
  readonly value: TextRange | null;
  /** The entry with what separates it from its neighbours. */
  readonly entry: TextRange;
}

/** How formats spell the parameters that have one name here. */
const SPELLINGS: Readonly<Record<string, readonly string[]>> = {
  maxOutputTokens: ['maxOutputTokens', 'maxTokens', 'maxCompletionTokens', 'max_tokens', 'max_completion_tokens'],
  topP: ['topP', 'top_p'],
  topK: ['topK', 'top_k'],
  stop: ['stop', 'stopSequences'],
};

/** Null: the parameter is not written in these settings, or in a way that is not edited blindly. */
export function parameterPlace(text: string, document: PromptDocument, parameter: string): ParameterPlace | null {
  // The settings of plain text and of code are in goldset.yaml, those of promptfoo at its provider.
  if (document.format !== 'dotprompt' && document.format !== 'prompt-yml') return null;
  const isYml = document.format === 'prompt-yml';
  const { frontMatter } = isYml ? { frontMatter: { text, offset: 0 } } : splitFrontMatter(text);
  if (frontMatter === null) return null;
  const map = new RegExp(`^${isYml ? 'modelParameters' : 'config'}:([ \\t]*\\{.*\\})?[ \\t]*(?:#.*)?\\r?$`, 'm').exec(frontMatter.text);
  if (map === null) return null;
  const start = frontMatter.offset + map.index;
  const names = (SPELLINGS[parameter] ?? [parameter]).map(escaped).join('|');
  const inline = map[1];
  return inline === undefined
    ? blockPlace(text, start, names, frontMatter.offset + frontMatter.text.length)
    : inlinePlace(start, map[0], inline, names);
}

/** The name that the settings have for a parameter; its own where they do not write it. */
export function writtenName(text: string, document: PromptDocument, parameter: string): string {
  const place = parameterPlace(text, document, parameter);
  return place === null ? parameter : text.slice(place.key.start, place.key.end);
}

const escaped = (name: string): string => name.replace(/[^\w]/g, (letter) => `\\${letter}`);

/** A map on one line. Values that contain brackets or quotes are left alone. */
function inlinePlace(start: number, line: string, map: string, names: string): ParameterPlace | null {
  const found = new RegExp(`([{,][ \\t]*)(${names})([ \\t]*:[ \\t]*)([^,{}[\\]'"]*?)([ \\t]*)(,[ \\t]*|\\})`).exec(map);
  if (found === null) return null;
  const [, before = '', name = '', colon = '', value = '', space = '', after = ''] = found;
  const from = start + line.indexOf(map) + found.index;
  const key = { start: from + before.length, end: from + before.length + name.length };
  const valueStart = key.end + colon.length;
  const isLast = after === '}';
  const entry =
    isLast && before.startsWith(',')
      ? { start: from, end: valueStart + value.length }
      : { start: key.start, end: valueStart + value.length + space.length + (isLast ? 0 : after.length) };
  return { key, value: { start: valueStart, end: valueStart + value.length }, entry };
}

function blockPlace(text: string, mapStart: number, names: string, end: number): ParameterPlace | null {
  let indent: number | null = null;
  let others = 0;
  let found: Entry | null = null;
  let entryEnd = 0;
  for (let at = lineEnd(text, mapStart); at < end; at = lineEnd(text, at)) {
    const line = text.slice(at, lineEnd(text, at)).replace(/\r?\n$/, '');
    const depth = /^[ \t]*/.exec(line)?.[0].length ?? 0;
    if (line.trim() === '' || line.trim().startsWith('#')) continue;
    if (depth === 0) break;
    indent ??= depth;
    if (depth < indent) return null;
    if (depth > indent) {
      // A value that goes on below its key.
      if (entryEnd === at) entryEnd = lineEnd(text, at);
      continue;
    }
    const own = entryOn(line, at, names);
    if (own === null || found !== null) others++;
    else {
      found = own;
      entryEnd = lineEnd(text, at);
    }
  }
  if (found === null) return null;
  // A map without entries would be no map.
  return { key: found.key, value: found.value, entry: { start: others === 0 ? mapStart : found.start, end: entryEnd } };
}

interface Entry extends Omit<ParameterPlace, 'entry'> {
  /** Of its line. */
  readonly start: number;
}

function entryOn(line: string, at: number, names: string): Entry | null {
  const own = new RegExp(`^([ \\t]*)(${names})(:[ \\t]*)([^#\\r]*?)[ \\t]*(?:#.*)?$`).exec(line);
  if (own === null) return null;
  const [, space = '', name = '', colon = '', value = ''] = own;
  const key = { start: at + space.length, end: at + space.length + name.length };
  const start = key.end + colon.length;
  return { start: at, key, value: value === '' ? null : { start, end: start + value.length } };
}

/** The beginning of the next line. */
function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end + 1;
}

/** `instead` null: the parameter is removed. Null: a person has to edit it. */
export function replaceParameter(text: string, document: PromptDocument, parameter: string, instead: JsonValue): TextEdit | null {
  const place = parameterPlace(text, document, parameter);
  if (place === null) return null;
  if (instead === null) return { range: place.entry, text: '' };
  if (place.value === null) return null;
  return { range: place.value, text: typeof instead === 'object' ? JSON.stringify(instead) : String(instead) };
}
