/** Small edits of a prompt's settings that leave everything else, comments above all, as it stands. */
import type { JsonObject } from '../../json/json.ts';
import type { PromptDocument } from '../../prompt/document.ts';
import { keysOfFormat } from '../../prompt/format-keys.ts';
import { splitFrontMatter } from '../../prompt/formats/front-matter.ts';
import type { TextEdit } from '../../text/text.ts';

/** Null: the settings are written in a way that is not edited blindly. */
export function setOutputLimit(text: string, document: PromptDocument, limit: number): TextEdit | null {
  const [map = '', key = ''] = keysOfFormat(document.format).outputLimit.split('.');
  return setIn(text, document, map, `${key}: ${limit}`);
}

export function addSchema(text: string, document: PromptDocument, schema: JsonObject): TextEdit | null {
  const place = settingsOf(text, document);
  if (place === null) return null;
  if (document.format === 'prompt-yml') {
    const wrapped = JSON.stringify({ name: 'output', strict: false, schema });
    const added = `responseFormat: json_schema\njsonSchema: '${wrapped.replaceAll("'", "''")}'`;
    const line = /^(?:responseFormat|jsonSchema):.*$/m.exec(place.text);
    if (line === null) return insertAt(place, `${added}\n`);
    const object = /^responseFormat:[ \t]*json_object[ \t]*(?=\r?$)/m.exec(place.text);
    if (object === null || /^jsonSchema:/m.test(place.text)) return null;
    return { range: { start: place.start + object.index, end: place.start + object.index + object[0].length }, text: added };
  }
  const added = `format: json\n  schema: ${JSON.stringify(schema)}`;
  const line = /^output:[ \t]*(.*)$/m.exec(place.text);
  if (!line) return insertAt(place, `output:\n  ${added}\n`);
  const block = /^output:[ \t]*\r?\n[ \t]+format:[ \t]*json[ \t]*(?=\r?\n|$)/m.exec(place.text);
  const inline = /^output:[ \t]*\{[ \t]*format:[ \t]*json[ \t]*\}[ \t]*(?=\r?\n|$)/m.exec(place.text);
  const found = block ?? inline;
  if (!found) return null;
  const start = place.start + found.index;
  return { range: { start, end: start + found[0].length }, text: `output:\n  ${added}` };
}

interface Settings {
  readonly text: string;
  /** Of `text` in the file. */
  readonly start: number;
  /** What a new front matter needs around it; empty where there is one. */
  readonly fence: string;
}

function settingsOf(text: string, document: PromptDocument): Settings | null {
  // Plain text and code have their settings in other files.
  if (document.format !== 'dotprompt' && document.format !== 'prompt-yml') return null;
  if (document.format === 'prompt-yml') return { text, start: 0, fence: '' };
  if (document.format !== 'dotprompt') return null;
  const { frontMatter, body } = splitFrontMatter(text);
  if (frontMatter !== null) return { text: frontMatter.text, start: frontMatter.offset, fence: '' };
  return { text: '', start: body.offset, fence: '---\n' };
}

/** Puts `KEY: VALUE` into a map of the settings, or makes the map. */
function setIn(text: string, document: PromptDocument, map: string, entry: string): TextEdit | null {
  const place = settingsOf(text, document);
  if (place === null) return null;
  const line = new RegExp(`^${map}:(.*)$`, 'm').exec(place.text);
  if (!line) return insertAt(place, `${map}:\n  ${entry}\n`);
  const start = place.start + line.index;
  const value = (line[1] ?? '').replace(/\s+#.*$/, '').trim();
  if (value === '') {
    const end = start + line[0].replace(/\r$/, '').length;
    const below = place.text.slice(line.index + line[0].replace(/\r$/, '').length);
    const indent = /^(?:\r?\n[ \t]*(?:#[^\r\n]*)?)*\r?\n([ \t]+)[^\s#]/.exec(below)?.[1] ?? '  ';
    return { range: { start: end, end }, text: `\n${indent}${entry}` };
  }
  if (!/^\{.*\}$/.test(value)) return null;
  const brace = start + line[0].indexOf('{') + 1;
  const rest = value.slice(1, -1).trim();
  return { range: { start: brace, end: brace }, text: ` ${entry}${rest === '' ? ' ' : ','}` };
}

/** Behind the comments that settings begin with: their end may be a block of text. */
function insertAt({ text, start, fence }: Settings, added: string): TextEdit {
  if (fence !== '') return { range: { start, end: start }, text: `${fence}${added}${fence}` };
  const lines = /^(?:#.*\r?\n|[ \t]*\r?\n|%.*\r?\n)*(?:---[ \t]*(?:#.*)?\r?\n)?/.exec(text)?.[0] ?? '';
  const at = start + lines.length;
  return { range: { start: at, end: at }, text: added };
}
