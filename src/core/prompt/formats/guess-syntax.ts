/** Which template language a text is written in, told by its content alone. Nothing is parsed and nothing is rendered. */
import { parseJson } from '../../json/json.ts';
import type { TextRange } from '../../text/text.ts';
import type { SyntaxName } from '../document.ts';

/** The syntaxes of `syntax:` in goldset.yaml, and those that are only recognised, so that they can be named. */
export type GuessedSyntax = SyntaxName | 'go' | 'erb' | 'json';

export interface SyntaxGuess {
  /** Null: the text has placeholders of no syntax that is known here, or of two syntaxes alike. `none`: it has none. */
  readonly syntax: GuessedSyntax | null;
  /** The first piece of the text that tells; null: nothing in the text does. */
  readonly evidence: TextRange | null;
}

/** Guesses the syntax of a template's text. Ranges are offsets in `text`; the time is linear in its length. */
export function guessSyntax(text: string): SyntaxGuess {
  const json = wholeJson(text);
  if (json !== null) return { syntax: 'json', evidence: json };
  const tags = doubleBraces(text);
  const found = new Map<GuessedSyntax | 'unknown', Evidence>();
  const add = (syntax: GuessedSyntax | 'unknown', range: TextRange): void => {
    const known = found.get(syntax);
    if (known === undefined) found.set(syntax, { first: range, count: 1 });
    else known.count++;
  };
  for (const { index, 0: statement } of text.matchAll(JINJA_STATEMENT)) add('jinja', { start: index, end: index + statement.length });
  for (const tag of tags) {
    const syntax = syntaxOfTag(tag.inner);
    if (syntax !== null) add(syntax, tag.range);
  }
  const logic = LOGIC.flatMap((syntax) => (found.has(syntax) ? [syntax] : [])).sort((a, b) => count(found, b) - count(found, a))[0];
  if (logic !== undefined) return guess(found, logic);
  for (const range of pythonFields(text)) add('python', range);
  const plain = count(found, 'mustache');
  const python = count(found, 'python');
  if (plain > 0 || python > 0) {
    // In Python's format `{{` is an escaped brace, so `{{name}}` would be the text `{name}`.
    if (plain !== python) return guess(found, plain > python ? 'mustache' : 'python');
    return { syntax: null, evidence: found.get('mustache')?.first ?? null };
  }
  for (const [syntax, pattern] of SIGNS) {
    const match = pattern.exec(text);
    if (match !== null) return { syntax, evidence: { start: match.index, end: match.index + match[0].length } };
  }
  const unknown = found.get('unknown');
  return unknown === undefined ? { syntax: 'none', evidence: null } : { syntax: null, evidence: unknown.first };
}

interface Evidence {
  readonly first: TextRange;
  count: number;
}

const count = (found: ReadonlyMap<string, Evidence>, syntax: string): number => found.get(syntax)?.count ?? 0;

const guess = (found: ReadonlyMap<string, Evidence>, syntax: GuessedSyntax): SyntaxGuess => ({
  syntax,
  evidence: found.get(syntax)?.first ?? null,
});

/** Languages with statements, best first where a text has as many signs of one as of another. */
const LOGIC = ['handlebars', 'jinja', 'go'] as const;

/** Placeholders that are not in braces of their own. */
const SIGNS: readonly (readonly [GuessedSyntax, RegExp])[] = [
  ['erb', /<%[=-]? ?[\w@.]+[^%\n]{0,200}%>/],
  ['percent', /%\([A-Za-z_]\w{0,99}\)[sdrf]/],
  ['dollar', /\$\{[A-Za-z_][\w.:-]{0,99}\}/],
];

const JINJA_STATEMENT =
  /\{%[-+]?\s{0,20}(?:for|if|elif|else|endif|endfor|set|endset|block|endblock|include|extends|macro|endmacro|raw|endraw|import|from|call|endcall|filter|endfilter|with|endwith|do|autoescape|generation|endgeneration|switch|case)\b(?:[^%{}]{0,200}%\})?|\{#-?\s[^#{}]{0,200}#\}/g;

/** A text that is JSON as a whole: its first line, for a message. */
function wholeJson(text: string): TextRange | null {
  const start = text.length - text.replace(/^[\s\uFEFF]+/, '').length;
  if (text[start] !== '{' && text[start] !== '[') return null;
  const value = parseJson(text.slice(start));
  if (value === null || typeof value !== 'object') return null;
  const line = text.indexOf('\n', start);
  return { start, end: line === -1 ? text.trimEnd().length : line };
}

interface Tag {
  readonly inner: string;
  readonly range: TextRange;
}

/** More characters than this between `{{` and `}}` are not a tag. */
const MAX_TAG = 1000;

function doubleBraces(text: string): Tag[] {
  const tags: Tag[] = [];
  for (let at = text.indexOf('{{'); at !== -1;) {
    const close = text.slice(at + 2, at + 2 + MAX_TAG).indexOf('}}');
    if (close === -1) {
      at = text.indexOf('{{', at + 2);
      continue;
    }
    let end = at + 2 + close + 2;
    while (text[end] === '}' && text[at + 2] === '{') end++;
    tags.push({ inner: text.slice(at + 2, at + 2 + close), range: { start: at, end } });
    at = text.indexOf('{{', end);
  }
  return tags;
}

/** What only one language writes between double braces; null: nothing that tells, such as escaped JSON. */
function syntaxOfTag(inner: string): GuessedSyntax | 'unknown' | null {
  if (GO.some((pattern) => pattern.test(inner))) return 'go';
  if (JINJA_OPERATION.test(inner)) return 'jinja';
  if (HANDLEBARS.some((pattern) => pattern.test(inner))) return 'handlebars';
  if (JINJA.some((pattern) => pattern.test(inner))) return 'jinja';
  if (/^\s*[A-Za-z_$][\w$-]*(?:\.[\w$-]+)*\s*$/.test(inner)) return 'mustache';
  return /^\s*[A-Za-z][\w -]{0,60}$/.test(inner) ? 'unknown' : null;
}

const GO: readonly RegExp[] = [
  /^-?\s*\.[A-Za-z_]/,
  /^-?\s*(?:range|with|if|else if|template|define|block|eq|ne|and|or|not|len|index|printf?|println|join|toJson)\s(?:[^{}]*\s)?\(?[.$]?(?:"[^"]*"\s)?[.$](?:[A-Za-z_][\w.]*)?(?:\)|\s|-?$)/,
  /^-?\s*(?:range|template|define)\s/,
  /^-?\s*\$\w*(?:\s*:?=|\s*$|\.)/,
  /^-?\s*end\s*-?$/,
  /^-?\s*\/\*/,
];

const HANDLEBARS: readonly RegExp[] = [
  /^~?[#^/>!&{]/,
  /^~?\s*(?:else(?:\s+if\s.*)?|\.\.?\/.*|@[a-z].*|this(?:\..*)?|\.)\s*~?$/,
  /^~|~$/,
  /^\s*(?:role|media|history|section|json|lookup|ifEquals|unlessEquals|log)(?:\s+["'(\w@.]|\s*$)(?!.*\|)/,
  /^\s*[a-zA-Z]\w*(?:\s+["'(\w@./][^|]*)?\s+\w+=/,
  /^\s*[a-zA-Z]\w*(?:\s+[\w@./]+)*\s+(?:"[^"]*"|'[^']*')[^|]*$/,
];

/** Operators between operands. */
const JINJA_OPERATION =
  /^[-+]?\s*(?!else\s)(?:not\s+)?(?:[\w.]+|"[^"]*"|'[^']*')(?:\s+(?:if|else|or|and|in|is|not in|==|!=|[~+*/<>-])\s+(?:not\s+)?(?:[\w.]+|"[^"]*"|'[^']*'))+\s*[-+]?$/;

const JINJA: readonly RegExp[] = [
  /^[-+]?\s*[A-Za-z_"'[][\w.[\]'"() -]*\|\s*[a-z_]\w*/,
  /^[-+]?\s*[A-Za-z_][\w.]*(?:\[[^\]]*\]|\()/,
  /^[-+]\s*[A-Za-z_][\w.]*\s*[-+]?$|^\s*[A-Za-z_][\w.]*\s*[-+]$/,
];

/** `{name}`, `{item.price:.2f}`, `{0}`: fields of Python's `str.format`, outside escaped braces. */
function pythonFields(text: string): TextRange[] {
  const fields: TextRange[] = [];
  const code = programBlocks(text);
  let other = -1;
  for (const match of text.matchAll(PYTHON_FIELD)) {
    const start = match.index;
    const end = start + match[0].length;
    const before = text[start - 1] ?? '';
    // `${x}` and `#{x}` are others' placeholders; `\frac{a}`, `x_{i}` and `a{3}` are mathematics and patterns; `/users/{id}` is an address.
    if (/[$#%\\{_^/\w)\]]/.test(before) || start === other) other = end;
    else if (text[end] !== '}' && !isOfProgram(text, start, code)) fields.push({ start, end });
  }
  return fields;
}

/** Names between braces in JavaScript are not placeholders. */
const isOfProgram = (text: string, at: number, blocks: readonly TextRange[]): boolean =>
  /\b(?:import|export|const|let|var|return)\s*$/.test(text.slice(Math.max(0, at - 20), at)) ||
  blocks.some(({ start, end }) => at >= start && at < end);

/** Fenced blocks of Markdown that name a programming language. */
function programBlocks(text: string): TextRange[] {
  const blocks: TextRange[] = [];
  let open: { readonly start: number; readonly isProgram: boolean } | null = null;
  for (const { index, 1: language = '' } of text.matchAll(/^[ \t]*```([^\n`]*)$/gm)) {
    if (open === null) open = { start: index, isProgram: PROGRAMMING.test(language) };
    else {
      if (open.isProgram) blocks.push({ start: open.start, end: index });
      open = null;
    }
  }
  return blocks;
}

const PROGRAMMING = /^\s*(?:[jt]sx?|javascript|typescript|go|rust|java|kotlin|swift|dart|c|cpp|cs|css|php|ruby)\b/;

const PYTHON_FIELD = /\{[A-Za-z_]\w{0,99}(?:\.\w{1,99}|\[\w{1,99}\]){0,9}(?:![rsa])?(?::[^{}\s"']{1,20})?\}/g;
