/** The parsers' syntax trees, as far as the readers use them. */
import { parser } from '@lezer/python';
import type { TextRange } from '../../text/text.ts';

export type SyntaxTree = ReturnType<typeof parser.parse>;
export type SyntaxNode = SyntaxTree['topNode'];

export const rangeOf = (node: SyntaxNode): TextRange => ({ start: node.from, end: node.to });

/** Comments and errors stand anywhere; no rule expects them. */
const isNoise = (node: SyntaxNode): boolean => node.type.isError || /Comment$/.test(node.name);

/** The children without comments and errors. */
export function childNodes(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) if (!isNoise(child)) children.push(child);
  return children;
}

/** The first of these kinds among the children. */
export const childOf = (node: SyntaxNode, ...names: string[]): SyntaxNode | null =>
  childNodes(node).find((child) => names.includes(child.name)) ?? null;

/** The children between commas and brackets, each as the nodes that it has. */
export function separatedNodes(node: SyntaxNode, brackets: readonly string[]): SyntaxNode[][] {
  const items: SyntaxNode[][] = [[]];
  for (const child of childNodes(node)) {
    if (child.name === ',') items.push([]);
    else if (!brackets.includes(child.name)) items.at(-1)?.push(child);
  }
  return items.filter((item) => item.length > 0);
}

/** The first name in a node that is not part of a string's text; with its fields where it is a path. */
export function firstName(node: SyntaxNode, text: string): string | null {
  let found: string | null = null;
  node.cursor().iterate((at) => {
    if (found !== null) return false;
    if (at.name === 'MemberExpression' || at.name === 'VariableName') {
      const path = /^[\p{L}_$][\p{L}\p{N}_$]*(?:\??\.[\p{L}_$][\p{L}\p{N}_$]*)*/u.exec(text.slice(at.from, at.to))?.[0];
      if (path !== undefined) found = path.replaceAll('?.', '.');
      return found === null;
    }
    return true;
  });
  return found;
}

/** Deeper nesting than people write; what is deeper is not read. */
export const MAX_NESTING = 100;

/** The one `return` of a function's body, which must be its last statement; null: there are others, or it is elsewhere. */
export function onlyReturn(statements: readonly SyntaxNode[], functions: ReadonlySet<string>): SyntaxNode | null {
  const last = statements.at(-1);
  if (last?.name !== 'ReturnStatement') return null;
  let count = 0;
  for (const statement of statements)
    statement.cursor().iterate((node) => {
      if (node.name === 'ReturnStatement' || node.name === 'YieldStatement') count++;
      return !functions.has(node.name);
    });
  return count === 1 ? last : null;
}
