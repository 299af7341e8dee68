/** A string of TypeScript or JavaScript → a `.prompt` file, and `loadPrompt` in its place. */
import { NO_STUBS } from '../external.ts';
import { Diagnostics } from '../../problems/diagnostics.ts';
import { isHumanError } from '../../problems/errors.ts';
import type { JsonObject } from '../../json/json.ts';
import type { TextEdit, TextRange } from '../../text/text.ts';
import { readDotprompt } from '../formats/dotprompt.ts';
import { prepareRenderer } from '../render.ts';
import { textOf } from '../request.ts';
import { renamedIn, type MovedPart, type PromptMove } from './move-types.ts';
import type { SourceText } from './read-code.ts';
import type { SourceFile } from './source-file.ts';

export interface JavascriptMove {
  readonly source: SourceText;
  readonly file: SourceFile;
  readonly range: TextRange;
  readonly role: string;
  readonly parts: readonly MovedPart[];
  /** Path of the new file without its ending. */
  readonly base: string;
  readonly model: string | null;
}

export function moveJavascript({ source, file, range, role, parts, base, model }: JavascriptMove): PromptMove {
  if (!file.canAwait(range.start))
    return {
      refused: '`loadPrompt` needs `await`, and this string is neither in an async function nor at the top of a module with imports.',
    };
  const filled = parts.find((part) => 'variable' in part && part.value === null);
  if (filled !== undefined) return { refused: 'The program fills fields of this text itself, which `loadPrompt` would do instead.' };
  const names = plainNames(parts);
  if (names === null) return { refused: 'A variable of the text has no name that a template can use.' };
  const front = model === null ? '' : `---\nmodel: ${JSON.stringify(model)}\n---\n`;
  const body = parts.map((part) => ('text' in part ? part.text : `{{${names.get(part.variable) ?? ''}}}`)).join('');
  const user = role === 'system' ? '{{role "user"}}{{input}}' : '';
  // Without front matter the whole file is the text.
  const text = `${front}${role === 'user' ? '' : `{{role ${JSON.stringify(role)}}}`}${body}${user}${front === '' ? '' : '\n'}`;
  const path = `${base}.prompt`;
  const difference = differenceOf(path, text, parts, names);
  if (difference !== null) return { refused: difference };
  const given = [
    ...new Map(parts.flatMap((part) => ('text' in part ? [] : [[names.get(part.variable) ?? '', part.value ?? ''] as const]))),
  ];
  const values = given.map(([name, value]) => `${name ?? ''}: \`\${${value ?? ''}}\``).join(', ');
  const call = `(await loadPrompt(${quoted(base)})).render(${values === '' ? '' : `{ ${values} }`}).chat.messages[0].content as string`;
  const written = /\.[cm]?tsx?$/.test(source.path) ? `(${call})` : `(${call.replace(/ as string$/, '')})`;
  const edits = [...importEdit(source.text, file), { range, text: written }];
  return { file: { path, text }, edits, renamed: renamedIn(names) };
}

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** Names without dots, each once; null: two become the same. */
function plainNames(parts: readonly MovedPart[]): Map<string, string> | null {
  const names = new Map<string, string>();
  for (const part of parts) if (!('text' in part)) names.set(part.variable, part.variable.replace(/[^A-Za-z0-9_]+/g, '_'));
  const all = [...names.values()];
  const isUsable = all.every((name) => /^[A-Za-z_]\w*$/.test(name) && !RESERVED.has(name));
  return isUsable && new Set(all).size === all.length ? names : null;
}

/** Words of the template language, and the message that the file adds. */
const RESERVED = new Set([
  'input',
  'this',
  'true',
  'false',
  'null',
  'undefined',
  'else',
  'if',
  'each',
  'unless',
  'with',
  'role',
  'history',
  'media',
  'section',
  'json',
]);

/** Values that would show if the file printed one in another way than the string does. */
const SAMPLES = ['A <b> & "c" \'d\' {{e}}', ' 0\n\n', 'ü {{role "system"}} \\'];

/** Why the file does not give the bytes of the string; null: it does. */
function differenceOf(path: string, text: string, parts: readonly MovedPart[], names: ReadonlyMap<string, string>): string | null {
  const document = readDotprompt(path, text, new Diagnostics(path), NO_STUBS);
  for (let i = 0; i < SAMPLES.length; i++) {
    const sample = (name: string): string => SAMPLES[(i + name.length) % SAMPLES.length] ?? '';
    const wanted = parts.map((part) => ('text' in part ? part.text.replace(/\r\n?/g, '\n') : sample(part.variable))).join('');
    const input: JsonObject = Object.fromEntries([...names].map(([variable, name]) => [name, sample(variable)]));
    try {
      const [message] = prepareRenderer(document, []).render({ input }).messages;
      if (message === undefined || textOf(message) !== wanted)
        return 'A .prompt file cannot give exactly this text: it begins or ends with white space, or has `{{` in it.';
    } catch (error) {
      if (isHumanError(error)) return `A .prompt file cannot have this text: ${error.message}`;
      throw error;
    }
  }
  return null;
}

/** `import { loadPrompt } …` behind the last import; none where it is there. */
function importEdit(text: string, file: SourceFile): TextEdit[] {
  const imported = file.declarations.filter((declaration) => declaration.imported !== null);
  if (imported.some(({ name, imported: from }) => name === 'loadPrompt' && from?.specifier === 'goldset/runtime')) return [];
  const last = imported.at(-1)?.statement.end ?? 0;
  const line = "import { loadPrompt } from 'goldset/runtime';";
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const lead = /^(?:#![^\n]*\n)?(?:\s*(?:'use [a-z]+'|"use [a-z]+");?[^\n]*\n)*/.exec(text)?.[0].length ?? 0;
  const start = Math.max(last, lead);
  return [{ range: { start, end: start }, text: last > 0 ? `${eol}${line}` : `${line}${eol}` }];
}
