/** The string literal around a place, and how text is written in it. */
import type { TextRange } from '../../text/text.ts';
import { prefixOf } from './python/strings.ts';
import type { CodeLiteral, SourceLanguage } from './source-file.ts';
import type { SyntaxNode } from './syntax-node.ts';

const LITERALS = new Set(['String', 'TemplateString', 'FormatString', 'JSXAttributeValue', 'JSXText']);

/** The innermost literal that has all of a range in its text; null: no literal has it. */
export function literalAt(top: SyntaxNode, text: string, range: TextRange, language: SourceLanguage): CodeLiteral | null {
  let node: SyntaxNode | null = top.resolveInner(range.start, 1);
  while (node !== null && !(LITERALS.has(node.name) && node.from <= range.start && node.to >= range.end)) node = node.parent;
  const literal = node && (language === 'python' ? python(node, text) : javascript(node, text));
  return literal && literal.content.start <= range.start && literal.content.end >= range.end ? literal : null;
}

function holesIn(node: SyntaxNode, name: string): TextRange[] {
  const holes: TextRange[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling)
    if (child.name === name) holes.push({ start: child.from, end: child.to });
  return holes;
}

function python(node: SyntaxNode, text: string): CodeLiteral | null {
  const prefix = prefixOf(text.slice(node.from, node.to));
  if (prefix.isBytes || prefix.opening === 0) return null;
  const quote = text.slice(node.from + prefix.opening - prefix.quotes, node.from + prefix.opening);
  return {
    writing: prefix.isRaw ? 'verbatim' : prefix.quotes === 3 ? 'triple' : 'quoted',
    quote,
    doublesBraces: prefix.isFormat,
    content: { start: node.from + prefix.opening, end: node.to - prefix.quotes },
    holes: holesIn(node, 'FormatReplacement'),
  };
}

function javascript(node: SyntaxNode, text: string): CodeLiteral {
  const plain = { doublesBraces: false, holes: [] };
  if (node.name === 'JSXText') return { ...plain, writing: 'verbatim', quote: '', content: { start: node.from, end: node.to } };
  const content = { start: node.from + 1, end: node.to - 1 };
  if (node.name === 'JSXAttributeValue') return { ...plain, writing: 'verbatim', quote: text[node.from] ?? '"', content };
  if (node.name === 'TemplateString') return { ...plain, writing: 'template', quote: '`', content, holes: holesIn(node, 'Interpolation') };
  return { ...plain, writing: 'quoted', quote: text[node.from] ?? "'", content };
}
