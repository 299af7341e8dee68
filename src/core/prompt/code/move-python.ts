/** A string of Python → a `.md` file in the string's own syntax, read in its place, with the same `format` call behind it. */
import type { TextEdit, TextRange } from '../../text/text.ts';
import { formatFields } from './format-fields.ts';
import { renamedIn, type MovedPart, type MovedVariable, type PromptMove, type VariableRename } from './move-types.ts';
import type { SourceText } from './read-code.ts';
import type { SourceFile } from './source-file.ts';

export interface PythonMove {
  readonly source: SourceText;
  readonly file: SourceFile;
  readonly range: TextRange;
  readonly parts: readonly MovedPart[];
  /** Path of the new file without its ending. */
  readonly base: string;
}

export function movePython({ source, file, range, parts, base }: PythonMove): PromptMove {
  const variables = parts.filter((part): part is MovedVariable => 'variable' in part);
  const filled = variables.filter(({ value }) => value === null);
  if (filled.length > 0 && filled.length < variables.length)
    return { refused: 'The program fills some fields of this text here and others elsewhere.' };
  const found = filled.length > 0 || variables.length === 0 ? asWritten(parts, filled) : asFormat(parts, variables);
  if ('refused' in found) return found;
  const { text, values, ending, renamed } = found;
  if (text.includes('\r')) return { refused: 'The text has a carriage return, which reading a file as text would change.' };
  const name = `${base.split('/').at(-1) ?? base}${ending}`;
  const read = `Path(__file__).with_name(${JSON.stringify(name)}).read_text(encoding="utf-8")`;
  const call = values.length === 0 ? read : `${read}.format(${values.map(([key, value]) => `${key}=${value}`).join(', ')})`;
  const folder = base.split('/').slice(0, -1);
  const edits = [...importEdit(source.text, file), { range, text: call }];
  return { file: { path: [...folder, name].join('/'), text }, edits, renamed };
}

interface FileText {
  readonly text: string;
  /** Keywords of the `format` call and their expressions. */
  readonly values: readonly (readonly [name: string, value: string])[];
  readonly ending: '.md' | '.j2';
  readonly renamed: readonly VariableRename[];
}

/** The text as it is, for a program that fills it later or not at all. */
function asWritten(parts: readonly MovedPart[], filled: readonly MovedVariable[]): FileText | { readonly refused: string } {
  const isJinja =
    filled.some(({ written }) => written.startsWith('{{')) || parts.some((part) => 'text' in part && part.text.includes('{%'));
  if (filled.some(({ written }) => !(isJinja ? /^\{\{[^{}]*\}\}$/ : /^\{[^{}]*\}$/).test(written)))
    return { refused: 'A field of the text is not written as the program fills it.' };
  // `format` reads a doubled brace as one, so in its own syntax it stays doubled.
  const isFormat = filled.length > 0 && !isJinja;
  const text = parts.map((part) => ('text' in part ? (isFormat ? doubled(part.text) : part.text) : part.written)).join('');
  return { text, values: [], ending: isJinja ? '.j2' : '.md', renamed: [] };
}

const doubled = (text: string): string => text.replace(/[{}]/g, (brace) => brace + brace);

/** The text as a `format` string, with a keyword for each variable. */
function asFormat(parts: readonly MovedPart[], variables: readonly MovedVariable[]): FileText | { readonly refused: string } {
  const names = keywords(variables);
  if (names === null) return { refused: 'A variable of the text has no name that `format` can use.' };
  if (variables.some(({ format }) => format?.startsWith('%') === true || /[{}]/.test(format ?? '')))
    return { refused: 'A format of the text cannot be written in a `format` string.' };
  const nameOf = (variable: string): string => names.get(variable) ?? variable;
  const text = parts
    .map((part) => {
      if ('text' in part) return doubled(part.text);
      const format = part.format === null ? '' : part.format.startsWith('!') ? part.format : `:${part.format}`;
      return `{${nameOf(part.variable)}${format}}`;
    })
    .join('');
  const difference = differenceOf(text, parts, nameOf);
  if (difference !== null) return { refused: difference };
  const values = [...new Map(variables.map(({ variable, value }) => [nameOf(variable), value ?? '']))];
  return { text, values, ending: '.md', renamed: renamedIn(names) };
}

/** A keyword for each variable; null: two would be the same. */
function keywords(variables: readonly MovedVariable[]): Map<string, string> | null {
  const names = new Map(variables.map(({ variable }) => [variable, variable.replace(/\W+/g, '_')]));
  const all = [...names.values()];
  return all.every((name) => /^[A-Za-z_]\w*$/.test(name) && !KEYWORDS.has(name)) && new Set(all).size === all.length ? names : null;
}

const KEYWORDS = new Set([
  'class',
  'def',
  'from',
  'import',
  'for',
  'if',
  'in',
  'is',
  'not',
  'lambda',
  'pass',
  'return',
  'self',
  'None',
  'True',
  'False',
  'and',
  'or',
  'with',
  'as',
]);

/** The fields that `format` would find must be the variables in their order, and the text between them the text of the string. */
function differenceOf(text: string, parts: readonly MovedPart[], nameOf: (variable: string) => string): string | null {
  const fields = formatFields(text);
  if (fields === null) return 'The text cannot be written as a `format` string.';
  let at = 0;
  const read: string[] = [];
  for (const field of fields) {
    read.push(text.slice(at, field.start), 'text' in field ? field.text : `\0${field.name}${field.path}\0`);
    at = field.end;
  }
  read.push(text.slice(at));
  const wanted = parts.map((part) => ('text' in part ? part.text : `\0${nameOf(part.variable)}\0`)).join('');
  return read.join('') === wanted ? null : 'A `format` string would not give exactly this text.';
}

/** `from pathlib import Path` in front of the first import that is no `__future__`, else behind the docstring; none where it is there. */
function importEdit(text: string, file: SourceFile): TextEdit[] {
  const imported = file.declarations.filter((declaration) => declaration.imported !== null && declaration.scope === file.root);
  if (imported.some(({ name, imported: from }) => name === 'Path' && from?.specifier === 'pathlib')) return [];
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const first = imported.find(({ imported: from }) => from?.specifier !== '__future__');
  const docstring = /^(?:\s*#[^\n]*\n|\s*\n)*(?:(?:"""[^]*?"""|'''[^]*?''')[^\n]*\n)?/.exec(text)?.[0].length ?? 0;
  const future = imported.findLast(({ imported: from }) => from?.specifier === '__future__')?.statement.end;
  const start = first?.statement.start ?? (future === undefined ? docstring : text.indexOf('\n', future) + 1);
  return [{ range: { start, end: start }, text: `from pathlib import Path${eol}` }];
}
