/**
 * Renames a field of a text that the program fills (`{name}`, `{{name}}`): in the string, and wherever the program gives it a value. Each use
 * of the constant must be one that is understood, and the prompt must be the same afterwards but for the name; else the rename is refused.
 */
import { applyEdits, LineIndex, type TextEdit, type TextRange } from '../../text/text.ts';
import { pathOf, type CallExpression, type CodeExpression } from './expression.ts';
import { parseSource, readCode, type CodePrompt, type ImportResolver, type SourceText } from './read-code.ts';
import type { SourceFile } from './source-file.ts';

export interface FieldRename {
  readonly id: string;
  readonly variable: string;
  readonly to: string;
}

export type RenamedField =
  /** Edits of source files, by path from the root. */
  { readonly edits: readonly { readonly path: string; readonly edits: readonly TextEdit[] }[] } | { readonly refused: string };

/** `others`: the other source files of the workspace that have the name of the constant in their text. Never throws. */
export function renameField(
  source: SourceText,
  { id, variable, to }: FieldRename,
  others: readonly SourceText[],
  resolveImport: ImportResolver,
): RenamedField {
  const prompt = promptIn(source, id, resolveImport);
  if (prompt === undefined) return { refused: `There is no prompt ${id}.` };
  const places = fieldPlaces(source, prompt, variable);
  if ('refused' in places) return places;
  if (variablesOf(prompt).includes(to)) return { refused: `The prompt has a variable ${to} already.` };
  const file = parseSource(source);
  const constant = declaredAs(file, prompt);
  if (constant === null)
    return { refused: `Where the program gives ${variable} its value is not known: the text is in no constant. Rename it by hand.` };
  const edits = [{ path: source.path, edits: places.ranges.map((range) => ({ range, text: to })) }];
  for (const used of [source, ...others]) {
    const found = fillsIn(used === source ? file : parseSource(used), constant, { variable, to }, used === source);
    if ('refused' in found) return found;
    const known = edits.find(({ path }) => path === used.path);
    if (known !== undefined) known.edits.push(...found.edits);
    else if (found.edits.length > 0) edits.push({ path: used.path, edits: found.edits });
  }
  const after = promptIn({ ...source, text: applyEdits(source.text, edits[0]?.edits ?? []) }, id, resolveImport);
  const wanted = variablesOf(prompt).map((name) => (name === variable ? to : name));
  if (after === undefined || variablesOf(after).join('\n') !== wanted.join('\n'))
    return { refused: `${to} would not be read as a field of this text.` };
  return { edits };
}

/** The name under which the program uses the text of a prompt; null: it is in no constant. */
export function constantOf(source: SourceText, id: string, resolveImport: ImportResolver): string | null {
  const prompt = promptIn(source, id, resolveImport);
  return prompt === undefined ? null : declaredAs(parseSource(source), prompt);
}

const declaredAs = ({ declarations }: SourceFile, { range }: CodePrompt): string | null =>
  declarations.find(({ value }) => value?.().range.start === range.start)?.name ?? null;

const promptIn = (source: SourceText, id: string, resolveImport: ImportResolver): CodePrompt | undefined =>
  readCode(source.path, source.text, resolveImport).prompts.find((item) => item.id === id);

/** In the order of the text. */
const variablesOf = ({ document: { template } }: CodePrompt): string[] =>
  template.kind === 'parts'
    ? template.messages.flatMap(({ parts }) => parts.flatMap((part) => ('variable' in part ? [part.variable] : [])))
    : [];

/** Where the name is written in the fields of the string. */
function fieldPlaces(
  { path, text }: SourceText,
  prompt: CodePrompt,
  variable: string,
): { readonly ranges: TextRange[] } | { readonly refused: string } {
  const { template } = prompt.document;
  const known = prompt.unresolved.find((item) => item.variable === variable);
  if (known === undefined || template.kind !== 'parts') return { refused: `The prompt has no variable ${variable}.` };
  if (known.value !== null)
    return { refused: `${variable} is an expression of the program, not a field of the text. Rename it where the program declares it.` };
  const ranges: TextRange[] = [];
  for (const { parts } of template.messages)
    for (const part of parts) {
      if ('text' in part || part.variable !== variable) continue;
      const { range } = part.source;
      const written = part.source.path === path ? text.slice(range.start, range.end) : '';
      const lead = /^\{\{?\s*/.exec(written)?.[0].length ?? 0;
      if (lead === 0 || !written.startsWith(variable, lead) || !/^\s*[}!:]/.test(written.slice(lead + variable.length)))
        return { refused: `${variable} is written in another place than this string, or is what the user of the application writes.` };
      ranges.push({ start: range.start + lead, end: range.start + lead + variable.length });
    }
  return { ranges };
}

/** Edits where a file gives the field its value. Refused: it uses the constant in a way that is not followed. */
function fillsIn(
  file: SourceFile,
  constant: string,
  { variable, to }: Pick<FieldRename, 'variable' | 'to'>,
  isOwn: boolean,
): { readonly edits: TextEdit[] } | { readonly refused: string } {
  const { text, declarations, comments } = file;
  // Another constant of this name.
  if (!isOwn && declarations.some(({ name, imported }) => name === constant && imported === null)) return { edits: [] };
  const edits: TextEdit[] = [];
  const understood: TextRange[] = [...comments];
  for (const { name, range, imported, statement } of declarations) {
    if (name === constant) understood.push(imported === null ? range : statement);
    if (imported?.name === constant && name !== constant) return { refused: usedIn(file, statement.start, constant) };
  }
  for (const { 0: exported, index } of text.matchAll(/\bexport\s*\{[^}]*\}/g)) {
    if (new RegExp(`(?<![\\w$])${escaped(constant)}\\s+as\\b`).test(exported)) return { refused: usedIn(file, index, constant) };
    understood.push({ start: index, end: index + exported.length });
  }
  for (const { index } of text.matchAll(new RegExp(`(?<![\\p{L}\\p{N}_$])${escaped(constant)}(?![\\p{L}\\p{N}_$])`, 'gu'))) {
    const range = { start: index, end: index + constant.length };
    const literal = file.literalAt(range);
    const isText = literal !== null && !literal.holes.some((hole) => hole.start <= range.start && hole.end >= range.end);
    if (isText || understood.some(({ start, end }) => start <= range.start && end >= range.end)) continue;
    const call = file.callAround(index);
    const fill = call && fillOf(file, call, constant, variable, to);
    if (fill === null || fill.use.start > range.start || fill.use.end < range.end) return { refused: usedIn(file, index, constant) };
    edits.push(...fill.edits);
  }
  return { edits };
}

const escaped = (name: string): string => name.replace(/\$/g, '\\$');

const usedIn = ({ path, text }: SourceFile, at: number, constant: string): string =>
  `${path}:${String(new LineIndex(text).position(at).line + 1)} uses ${constant} in a way that Goldset does not follow, so it may give the field its value. Rename the field by hand.`;

interface Fill {
  /** The mention of the constant. */
  readonly use: TextRange;
  readonly edits: readonly TextEdit[];
}

/** `NAME.format(x=…)`, `NAME.replace("{{x}}", …)`, `render(NAME, { x })`; null: another call. */
function fillOf(file: SourceFile, call: CallExpression, constant: string, variable: string, to: string): Fill | null {
  const { callee } = call;
  const isConstant = (expression: CodeExpression): boolean => pathOf(expression)?.at(-1) === constant;
  if (callee.kind === 'member' && isConstant(callee.object)) {
    const use = callee.object.range;
    if (callee.property === 'format') return keywordFill(file, call, use, variable, to);
    return callee.property === 'replace' || callee.property === 'replaceAll' ? replaceFill(file, call, use, variable, to) : null;
  }
  const given = call.arguments.find(({ value }) => isConstant(value))?.value;
  const values = call.arguments.flatMap(({ value }) => (value.kind === 'object' ? [value] : []));
  const [fields] = values;
  if (file.language !== 'javascript' || given === undefined || fields === undefined || values.length > 1) return null;
  if (fields.entries.some(({ key }) => key === null)) return null;
  const edits = fields.entries
    .filter(({ key }) => key === variable)
    .map(({ range, value }): TextEdit => {
      const written = file.text.slice(range.start, range.end);
      if (written === variable) return { range, text: `${to}: ${variable}` };
      const quote = /^["']/.exec(written)?.[0] ?? '';
      const end = range.start + variable.length + 2 * quote.length;
      return { range: { start: range.start, end: Math.min(end, value.range.start) }, text: `${quote}${to}${quote}` };
    });
  return { use: given.range, edits };
}

function keywordFill(file: SourceFile, call: CallExpression, use: TextRange, variable: string, to: string): Fill | null {
  if (file.language !== 'python' || call.arguments.some(({ value }) => value.kind === 'spread')) return null;
  const edits = call.arguments.flatMap(({ name, value }) => {
    if (name !== variable) return [];
    const lead = /(\w+)\s*=\s*\(*$/u.exec(file.text.slice(use.end, value.range.start));
    if (lead?.[1] !== variable) return [];
    const start = use.end + lead.index;
    return [{ range: { start, end: start + variable.length }, text: to }];
  });
  return { use, edits };
}

function replaceFill(file: SourceFile, call: CallExpression, use: TextRange, variable: string, to: string): Fill | null {
  const [first] = call.arguments;
  if (first?.value.kind !== 'string') return null;
  const { start, end } = first.value.range;
  const at = file.text.slice(start, end).search(new RegExp(`(?<=^["'\`]\\{\\{?\\s*)${escaped(variable)}(?=\\s*\\}\\}?["'\`]$)`));
  return { use, edits: at < 0 ? [] : [{ range: { start: start + at, end: start + at + variable.length }, text: to }] };
}
