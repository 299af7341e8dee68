/** The string or call that a marker comment names. */
import type { CodeExpression } from './expression.ts';
import { MAX_NESTING, type SyntaxNode } from './syntax-node.ts';

const WHOLE = new Set([
  'CallExpression',
  'NewExpression',
  'BinaryExpression',
  'ParenthesizedExpression',
  'ContinuedString',
  'FormatString',
  'ArrayExpression',
]);

/** What has strings that are no prompts. */
const SKIPPED = new Set(['ImportDeclaration', 'ImportStatement', 'Decorator', 'ParamList', 'JSXOpenTag']);

/** The outermost string, call, sum or list that begins first at or after the offset. */
export function nextAfter(
  top: SyntaxNode,
  offset: number,
  strings: ReadonlySet<string>,
  read: (node: SyntaxNode) => CodeExpression,
): CodeExpression | null {
  let found: SyntaxNode | null = null;
  let depth = 0;
  top.cursor().iterate(
    (node) => {
      if (found !== null || node.to <= offset || depth > MAX_NESTING * 10) return false;
      depth++;
      if (node.from < offset) return true;
      if (SKIPPED.has(node.name) || /^Type|Type$/.test(node.name)) return false;
      if (strings.has(node.name) || WHOLE.has(node.name)) found = node.node;
      return found === null;
    },
    () => {
      depth--;
    },
  );
  return found === null ? null : read(found);
}
