/** The prompt of a BAML function → one Jinja text, its roles as marks, and what BAML itself writes into it as fixed text. */
import type { TextMark, TextMessage, WrittenPiece } from '../document.ts';
import { BamlMistake, BamlScanner, isBamlMistake, type BamlString } from './baml-scanner.ts';
import { dedentedLines } from './baml-dedent.ts';
import { FORMAT_OPTIONS, type FormatOptions } from './output-format.ts';
import type { BamlTemplate } from './declarations.ts';

/** Stands in the text where a message begins: what a value writes is found nowhere among the places. */
const MARK = '\uE000';
const CONVERSATION =
  /\{%-?\s*for\s+(\w+)\s+in\s+(\w+)\s*-?%\}\s*\{\{-?\s*_\.(?:role|chat)\(\s*\1\.role\s*\)\s*-?\}\}\s*\{\{-?\s*\1\.(\w+)\s*-?\}\}\s*\{%-?\s*endfor\s*-?%\}/g;
const ROLE = /\{\{[-+]?\s*_\.(?:role|chat)\(\s*(?:role\s*=\s*)?(["'])(\w+)\1\s*\)\s*[-+]?\}\}/g;
const FORMAT = /\{\{([-+]?)\s*ctx\.output_format\s*(\([^{}]*\))?\s*([-+]?)\}\}/g;
const OTHER = /\{\{[-+]?\s*(_\.(?:role|chat)\b[^}]*|ctx\.\w[^}]*)\}\}/g;

export interface BamlText {
  readonly message: TextMessage;
  readonly marks: readonly TextMark[];
  /** The argument that holds a conversation; null: none. */
  readonly history: string | null;
  readonly problems: readonly { readonly message: string; readonly at: number }[];
}

/** One sign of the text, and where it stands in the file; null: it is not in the file. */
interface Written {
  readonly text: string;
  readonly at: number;
  readonly isWhole: boolean;
}

export function bamlText(
  file: string,
  prompt: BamlString,
  templates: readonly (BamlTemplate & { readonly file: string })[],
  format: (options: FormatOptions) => string,
): BamlText {
  const builder = new TextBuilder(format);
  for (const template of usedTemplates(prompt.content, templates)) {
    const parameters = template.args.map(({ name }) => name).join(', ');
    builder.fixed(`{% macro ${template.name}(${parameters}) %}`, prompt.start);
    builder.text(template.content, template.file === file ? null : prompt.start);
    builder.fixed('{% endmacro %}', prompt.start);
  }
  builder.text(prompt, null);
  return builder.finish(file);
}

/** The templates that a text calls, and those that these call, the called ones first. */
function usedTemplates<T extends BamlTemplate>(text: string, all: readonly T[], above: readonly string[] = []): T[] {
  const own = all.filter(({ name }) => !above.includes(name) && new RegExp(`\\b${name}\\s*\\(`).test(text));
  return [...new Set(own.flatMap((item) => [...usedTemplates(item.content.content, all, [...above, item.name]), item]))];
}

class TextBuilder {
  private source = '';
  private readonly pieces: WrittenPiece[] = [];
  private readonly marks: TextMark[] = [];
  private readonly problems: { message: string; at: number }[] = [];
  private history: string | null = null;

  constructor(private readonly format: (options: FormatOptions) => string) {}

  fixed(text: string, at: number): void {
    this.push({ text, at, isWhole: true });
  }

  private push({ text, at, isWhole }: Written): void {
    const from = this.source.length;
    const last = this.pieces.at(-1);
    const goesOn = last !== undefined && last.isWhole !== true && !isWhole && from - last.from === at - last.at;
    if (text !== '' && !goesOn) this.pieces.push({ from, at, ...(isWhole ? { isWhole } : {}) });
    this.source += text;
  }

  /** The text of a string of BAML. `instead`: where it stands, if it is in another file. */
  text(string: BamlString, instead: number | null): void {
    const { text, placeOf } = trimmedText(string);
    const at = (offset: number): number => instead ?? placeOf(offset);
    let from = 0;
    const upTo = (end: number): void => {
      for (const [offset, line] of linesOf(text.slice(from, end), from))
        this.push({ text: line, at: at(offset), isWhole: instead !== null });
    };
    for (const { start, end, put } of this.replacements(text, at)) {
      if (start < from) continue;
      upTo(start);
      put();
      from = end;
    }
    upTo(text.length);
  }

  private replacements(text: string, at: (offset: number) => number): { start: number; end: number; put: () => void }[] {
    const found = [...text.matchAll(CONVERSATION)].map((hit) => ({
      ...spanOf(hit),
      put: () => this.conversation(hit[2] ?? '', hit[3] ?? '', at(hit.index)),
    }));
    const roles = [...text.matchAll(ROLE)].map((hit) => ({ ...spanOf(hit), put: () => this.role(hit[2] ?? '', at(hit.index)) }));
    const formats = [...text.matchAll(FORMAT)].map((hit) => ({
      ...spanOf(hit),
      put: () => this.outputFormat(hit[1] ?? '', hit[2] ?? '()', hit[3] ?? '', at(hit.index)),
    }));
    const others = [...text.matchAll(OTHER)].map((hit) => ({ ...spanOf(hit), put: () => this.refuse(hit[1] ?? '', at(hit.index)) }));
    // The first of several readings of one place counts.
    return [...found, ...roles, ...formats, ...others].sort((a, b) => a.start - b.start || b.end - a.end);
  }

  private role(role: string, at: number): void {
    const start = this.source.length;
    this.marks.push({ range: { start, end: start + MARK.length }, role: role === 'assistant' ? 'model' : role });
    this.fixed(MARK, at);
  }

  private conversation(name: string, content: string, at: number): void {
    if (content !== 'content' || (this.history !== null && this.history !== name)) {
      const message =
        content === 'content'
          ? 'a second conversation in one prompt is not supported'
          : `the messages of \`${name}\` have their text in \`${content}\`: only \`role\` and \`content\` are supported`;
      this.problems.push({ message, at });
      return;
    }
    this.history = name;
    this.fixed(`{{ ${name} }}`, at);
  }

  private outputFormat(before: string, given: string, after: string, at: number): void {
    let text = '';
    try {
      text = this.format(formatOptions(given));
    } catch (error) {
      if (!isBamlMistake(error)) throw error;
      this.problems.push({ message: error.message, at });
    }
    const open = before === '-' ? "{{- '' }}" : '';
    const close = after === '-' ? "{{ '' -}}" : '';
    this.fixed(`${open}${/\{[{%#]/.test(text) ? `{% raw %}${text}{% endraw %}` : text}${close}`, at);
  }

  private refuse(written: string, at: number): void {
    const message = written.startsWith('ctx')
      ? `\`${written.trim()}\` is known only to BAML`
      : `the role of this message is a value (\`${written.trim()}\`): a value never begins a message`;
    this.problems.push({ message, at });
  }

  finish(file: string): BamlText {
    const message: TextMessage = { role: 'user', source: this.source, file, offset: 0, pieces: this.pieces };
    return { message, marks: this.marks, history: this.history, problems: this.problems };
  }
}

const spanOf = (hit: RegExpExecArray): { start: number; end: number } => ({ start: hit.index, end: hit.index + hit[0].length });

/** Each line with its end, and where it begins. */
function linesOf(text: string, from: number): [number, string][] {
  return [...text.matchAll(/[^\n]*\n|[^\n]+$/g)].map((hit) => [from + hit.index, hit[0]]);
}

/**
 * The text as BAML gives it to its template language: without common indentation, without space before a statement that begins a line, and
 * without the end of the line behind a statement.
 */
function trimmedText({ content, start }: BamlString): { readonly text: string; readonly placeOf: (offset: number) => number } {
  const lines = dedentedLines(content).map(({ text, at }) => {
    const cut = /^[ \t]+(?=\{[%#](?![-+]))/.exec(text)?.[0].length ?? 0;
    return { text: text.slice(cut), at: at + cut };
  });
  const ends: { readonly from: number; readonly at: number }[] = [];
  let whole = '';
  lines.forEach(({ text, at }, i) => {
    ends.push({ from: whole.length, at });
    const isCut = /[%#]\}$/.test(text) && !/\+[%#]\}$/.test(text);
    whole += i === lines.length - 1 || isCut ? text : `${text}\n`;
  });
  const lead = whole.length - whole.trimStart().length;
  const placeOf = (offset: number): number => {
    const own = ends.findLast(({ from }) => from <= offset + lead);
    return start + (own === undefined ? 0 : own.at + (offset + lead - own.from));
  };
  return { text: whole.trim(), placeOf };
}

/** The named arguments of `ctx.output_format(…)`. @throws {BamlMistake} for one that is not known. */
function formatOptions(given: string): FormatOptions {
  const scan = new BamlScanner(given);
  const found: Record<string, unknown> = {};
  scan.need('(');
  while (!scan.skip().eat(')')) {
    const { name } = scan.needWord('the name of an option');
    scan.skip().need('=');
    scan.skip();
    const value = quotedIn(scan) ?? scan.value();
    if (!FORMAT_OPTIONS.includes(name)) throw new BamlMistake(`\`${name}\` of \`output_format\` is not supported`, 0);
    found[name] = value === 'none' || value === 'None' ? null : value === 'True' || value === 'False' ? value === 'True' : value;
    scan.skip().eat(',');
  }
  return found;
}

/** Text in single quotes, which only Jinja has. */
function quotedIn(scan: BamlScanner): string | null {
  const hit = /^'((?:\\.|[^'\\])*)'/s.exec(scan.text.slice(scan.at));
  if (hit === null) return null;
  scan.at += hit[0].length;
  return (hit[1] ?? '').replace(/\\n/g, '\n').replace(/\\(.)/g, '$1');
}
