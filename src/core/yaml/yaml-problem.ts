/** What the YAML parser refuses, in plain words and at the mistake: a bracket or quote that is not closed is marked where it begins. */
import { isCollection, isScalar, Scalar, visit, type Document, type YAMLParseError } from 'yaml';
import { excerpt, type TextRange } from '../text/text.ts';

export interface YamlProblem {
  readonly message: string;
  /** In the text that was parsed. */
  readonly range: TextRange;
}

/** `text`: what was parsed. The message begins with `YAML: `. */
export function yamlProblem(document: Document.Parsed, { code, message, pos }: YAMLParseError, text: string): YamlProblem {
  const [at, end] = pos;
  const range = { start: at, end: Math.max(end, at + 1) };
  const said = (words: string, place: TextRange = range): YamlProblem => ({ message: `YAML: ${words}`, range: place });
  const line = text.slice(text.lastIndexOf('\n', at - 1) + 1, lineEnd(text, at));
  if (/flow (?:sequence|map)/i.test(message) && /end with/i.test(message)) {
    const start = beginOfFlow(document, at);
    if (start !== null)
      return said(`this \`${text[start] ?? ''}\` is not closed: \`${text[start] === '[' ? ']' : '}'}\` is missing.`, {
        start,
        end: start + 1,
      });
  }
  if (/missing closing/i.test(message)) {
    const start = beginOfQuote(document, at) ?? at;
    return said(`this quote is not closed: ${text[start] ?? '"'} is missing.`, { start, end: lineEnd(text, start) });
  }
  switch (code) {
    case 'DUPLICATE_KEY': {
      const key = /^[^\s:]+/.exec(text.slice(at))?.[0] ?? '';
      return said(`the key \`${excerpt(key, 40)}\` stands here twice. Only one value can count.`, {
        start: at,
        end: at + Math.max(1, key.length),
      });
    }
    case 'TAB_AS_INDENT':
      return said('a line may not begin with a tab. Indent it with spaces.');
    case 'BAD_INDENT':
      if (/same column/.test(message)) return said('this line is not indented like the keys beside it.', contentOf(text, at));
      break;
    case 'BLOCK_AS_IMPLICIT_KEY':
      return /:\s.*:(\s|$)/.test(line)
        ? said('a value with `: ` in it needs quotes.')
        : said('the line below is indented, so it belongs to this key, which has a value already.');
    case 'MULTILINE_IMPLICIT_KEY':
      return said('this line is no key: `:` is missing after it, or it is not indented like the text above.');
    default:
  }
  return said(`${message.slice(0, 1).toLowerCase()}${message.slice(1)}${message.endsWith('.') ? '' : '.'}`);
}

const lineEnd = (text: string, at: number): number => (text.indexOf('\n', at) + 1 || text.length + 1) - 1;

/** From a place, or from the first character after its indentation, to the end of the word. */
function contentOf(text: string, at: number): TextRange {
  const start = at + (/^\s*/.exec(text.slice(at))?.[0].length ?? 0);
  const length = /^[^\s:]+/.exec(text.slice(start))?.[0].length ?? 1;
  return { start, end: start + Math.max(1, length) };
}

/** Where the innermost `[` or `{` begins that is open at a place; null: none is. */
function beginOfFlow(document: Document.Parsed, at: number): number | null {
  let start: number | null = null;
  visit(document, {
    Collection(_key, node) {
      if (!isCollection(node) || node.flow !== true || !node.range) return;
      const [from, to] = node.range;
      if (from <= at && to >= at && (start === null || from > start)) start = from;
    },
  });
  return start;
}

/** Where a quoted text begins that ends at an offset, for one that is never closed; null: none does. */
function beginOfQuote(document: Document.Parsed, end: number): number | null {
  let start: number | null = null;
  visit(document, {
    Scalar(_key, node) {
      if (!isScalar(node) || !node.range) return;
      const isQuoted = node.type === Scalar.QUOTE_DOUBLE || node.type === Scalar.QUOTE_SINGLE;
      if (isQuoted && node.range[0] < end && node.range[1] >= end) start = node.range[0];
    },
  });
  return start;
}
