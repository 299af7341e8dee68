/** The one place that touches the Handlebars library: parsing text, and an isolated environment without host access. */
import Library from 'handlebars/dist/cjs/handlebars.js';
import type { TextRange } from '../../text.ts';
import { LineIndex } from '../../text.ts';
import { messageOf } from '../../errors.ts';

export type Program = hbs.AST.Program;
export type Statement = hbs.AST.Statement;
export type Expression = hbs.AST.Expression;

/** A library instance of its own: helpers and partials of one template never reach another. */
export const createEnvironment = (): typeof Handlebars => Library.create();

/** dotprompt's helpers besides those of Handlebars. */
export const MARKER_HELPERS = ['role', 'history', 'media', 'section'] as const;
export const VALUE_HELPERS = ['json', 'lookup'] as const;
export const BLOCK_HELPERS = ['if', 'unless', 'each', 'with', 'ifEquals', 'unlessEquals'] as const;
const KNOWN = new Set<string>([...MARKER_HELPERS, ...VALUE_HELPERS, ...BLOCK_HELPERS, 'log', 'helperMissing', 'blockHelperMissing']);

/** What a hint lists. */
export const HELPER_NAMES: readonly string[] = [...BLOCK_HELPERS, ...VALUE_HELPERS, ...MARKER_HELPERS];

/** Names that an application may register and that cannot be taken for something of the library or of objects. */
export const isExternalHelper = (name: string): boolean => /^[A-Za-z][\w-]*$/.test(name) && !KNOWN.has(name) && !(name in Object.prototype);

/** As `isExternalHelper`, for partials. */
export const isExternalPartial = (name: string): boolean => /^[\w./-]+$/.test(name) && !(name in Object.prototype);

export const isKnownHelper = (name: string): boolean => KNOWN.has(name);
export const isMarkerHelper = (name: string): boolean => (MARKER_HELPERS as readonly string[]).includes(name);

export interface TemplateProblem {
  readonly message: string;
  readonly range: TextRange;
}

export type Parsed = { readonly program: Program; readonly problem: null } | { readonly program: null; readonly problem: TemplateProblem };

/** Parses template text. Only strings are ever compiled, so no data can pass for a syntax tree. */
export function parseTemplate(source: string): Parsed {
  const text = source.replace(/\r(?!\n)/g, '\n');
  const problem = tooMuch(text);
  if (problem !== null) return { program: null, problem };
  try {
    return { program: Library.parse(text), problem: null };
  } catch (error) {
    return { program: null, problem: { message: parserMessage(error), range: parserRange(error, text) } };
  }
}

/** Blocks in blocks, and blocks in all; the library takes time by the square of both. */
const MAX_DEPTH = 100;
const MAX_BLOCKS = 5000;

/** Where there are more than that; null: nowhere. A rough count: `else` chains do not add to it. */
function tooMuch(text: string): TemplateProblem | null {
  let depth = 0;
  let blocks = 0;
  for (const match of text.matchAll(/\{\{~?(?:([#^])[ \t]*[\w@.>*/]|(\/))/g)) {
    if (match[2] !== undefined) depth = Math.max(0, depth - 1);
    else {
      const range = { start: match.index, end: match.index + 2 };
      if (++depth > MAX_DEPTH) return { message: 'this template is nested too deeply', range };
      if (++blocks > MAX_BLOCKS) return { message: `this template has more than ${MAX_BLOCKS} blocks`, range };
    }
  }
  return null;
}

/** Where a node of the syntax tree stands in its source. */
export function rangeOfNode(node: { loc: hbs.AST.SourceLocation }, lines: LineIndex): TextRange {
  const { start, end } = node.loc;
  return {
    start: lines.offset({ line: start.line - 1, character: start.column }),
    end: lines.offset({ line: end.line - 1, character: end.column }),
  };
}

interface ParserError {
  readonly hash?: {
    readonly loc?: { first_line: number; first_column: number; last_line: number; last_column: number };
    readonly line?: number;
  };
  readonly lineNumber?: number;
  readonly column?: number;
  readonly endLineNumber?: number;
  readonly endColumn?: number;
}

function parserRange(error: unknown, text: string): TextRange {
  const lines = new LineIndex(text);
  const detail = error as ParserError;
  const loc = detail.hash?.loc;
  if (loc) {
    const start = lines.offset({ line: loc.first_line - 1, character: loc.first_column });
    const end = lines.offset({ line: loc.last_line - 1, character: loc.last_column });
    return { start, end: Math.max(end, start + 1) };
  }
  const line = (detail.lineNumber ?? (detail.hash?.line ?? 0) + 1) - 1;
  const start = lines.offset({ line, character: detail.column ?? 0 });
  const stop =
    detail.endLineNumber === undefined
      ? lines.offset({ line: line + 1, character: 0 })
      : lines.offset({ line: detail.endLineNumber - 1, character: detail.endColumn ?? 0 });
  return { start, end: Math.max(stop, start + 1) };
}

/** The parser's last line says what it expected; the lines before only repeat the source. */
function parserMessage(error: unknown): string {
  if (error instanceof RangeError) return 'this template is nested too deeply';
  const message = messageOf(error);
  const expecting = /Expecting (.+), got '(\w+)'/.exec(message);
  if (!expecting) return (message.split('\n').at(-1) ?? message).trim();
  const got = TOKENS[expecting[2] ?? ''] ?? `'${expecting[2] ?? ''}'`;
  return `unexpected ${got}`;
}

const TOKENS: Readonly<Record<string, string>> = {
  EOF: 'end of the template (is a {{…}} or a block not closed?)',
  INVALID: 'character inside {{…}}',
  CLOSE: '}}',
  OPEN: '{{',
  OPEN_ENDBLOCK: '{{/…}} without its opening block',
  INVERSE: '{{else}}',
  OPEN_INVERSE_CHAIN: '{{else …}}',
  ID: 'name',
  SEP: '.',
  COMMENT: 'comment',
  CLOSE_BLOCK_PARAMS: '|',
  OPEN_BLOCK: '{{#…}}',
  OPEN_INVERSE: '{{^',
  OPEN_PARTIAL: '{{>',
  CLOSE_UNESCAPED: '}}}',
  STRING: 'text in quotes',
  NUMBER: 'number',
  EQUALS: '=',
  OPEN_SEXPR: '(',
  CLOSE_SEXPR: ')',
  DATA: '@',
  CONTENT: 'text',
};
