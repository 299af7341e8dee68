/** The call whose callee or argument a place is. */
import type { CallExpression, CodeExpression } from './expression.ts';
import type { SyntaxNode } from './syntax-node.ts';

/** The innermost call around an offset; null: none is. */
export function callAround(top: SyntaxNode, offset: number, read: (node: SyntaxNode) => CodeExpression): CallExpression | null {
  let node: SyntaxNode | null = top.resolveInner(offset, 1);
  while (node !== null && node.name !== 'CallExpression' && node.name !== 'NewExpression') node = node.parent;
  const expression = node && read(node);
  return expression?.kind === 'call' ? expression : null;
}
