/** The one place that touches the Handlebars library: parsing text, and an isolated environment without host access. */
import Library from 'handlebars/dist/cjs/handlebars.js';
import type { LineIndex, TextRange } from '../../text/text.ts';
import { syntaxProblem, type TemplateProblem } from './syntax-problem.ts';

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

export type Parsed = { readonly program: Program; readonly problem: null } | { readonly program: null; readonly problem: TemplateProblem };

/** Parses template text. Only strings are ever compiled, so no data can pass for a syntax tree. */
export function parseTemplate(source: string): Parsed {
  const text = source.replace(/\r(?!\n)/g, '\n');
  const problem = tooMuch(text);
  if (problem !== null) return { program: null, problem };
  try {
    return { program: Library.parse(text), problem: null };
  } catch (error) {
    return { program: null, problem: syntaxProblem(error, text) };
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
