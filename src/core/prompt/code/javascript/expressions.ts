/** Syntax tree of JavaScript, TypeScript and JSX → expressions. */
import type { Argument, CodeExpression, ExpressionPiece, ObjectEntry, StringExpression, StringPiece } from '../expression.ts';
import { childOf, childNodes, firstName, separatedNodes, MAX_NESTING, onlyReturn, rangeOf, type SyntaxNode } from '../syntax-node.ts';
import { jsxAttribute, jsxChildren } from './jsx.ts';
import { readEscapes, readRaw } from './strings.ts';

export const FUNCTION_NODES: ReadonlySet<string> = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunction',
  'MethodDeclaration',
]);

const BRACKETS = ['(', ')', '[', ']', '{', '}'];

export function javascriptExpression(node: SyntaxNode, text: string, depth = 0): CodeExpression {
  const range = rangeOf(node);
  const other = (): CodeExpression => ({ kind: 'other', range, about: firstName(node, text) });
  if (depth > MAX_NESTING) return { kind: 'other', range, about: null };
  const read = (child: SyntaxNode | null | undefined): CodeExpression => (child ? javascriptExpression(child, text, depth + 1) : other());
  switch (node.name) {
    case 'String':
      return plainString(node, text);
    case 'TemplateString':
      return templateString(node, text, depth, readEscapes);
    case 'TaggedTemplateExpression': {
      const [tag, template] = [node.firstChild, childOf(node, 'TemplateString')];
      if (tag === null || template === null) return other();
      const raw = templateString(template, text, depth, readRaw);
      return { kind: 'tagged', range, tag: read(tag), raw, cooked: templateString(template, text, depth, readEscapes) };
    }
    case 'VariableName':
    case 'this':
      return { kind: 'name', range, name: text.slice(node.from, node.to) };
    case 'MemberExpression':
      return member(node, text, depth);
    case 'ParenthesizedExpression':
    case 'InstantiationExpression':
    case 'TypeAssertionExpression':
      return read(childNodes(node).find((child) => child.name !== '(' && !child.name.startsWith('Type')));
    case 'AwaitExpression':
    case 'PostfixExpression': {
      // `a!` is a; `a++` changes it.
      const operand = childNodes(node).find((child) => child.name !== 'await');
      const last = childNodes(node).at(-1);
      return last && last.name === 'ArithOp' ? other() : read(operand);
    }
    case 'BinaryExpression':
      return binary(node, text, depth) ?? other();
    case 'UnaryExpression': {
      const value = Number(text.slice(node.from, node.to).replaceAll('_', ''));
      return Number.isFinite(value) && childOf(node, 'Number') ? { kind: 'scalar', range, value } : other();
    }
    case 'Number': {
      const value = Number(text.slice(node.from, node.to).replaceAll('_', ''));
      return Number.isFinite(value) ? { kind: 'scalar', range, value } : other();
    }
    case 'BooleanLiteral':
      return { kind: 'scalar', range, value: text.slice(node.from, node.to) === 'true' };
    case 'null':
      return { kind: 'scalar', range, value: null };
    case 'ArrayExpression':
      return { kind: 'list', range, items: separatedNodes(node, BRACKETS).map((item) => listItem(item, text, depth)) };
    case 'ObjectExpression':
      return {
        kind: 'object',
        range,
        entries: separatedNodes(node, BRACKETS).flatMap(([property]) => (property ? entry(property, text, depth) : [])),
      };
    case 'CallExpression':
    case 'NewExpression': {
      const children = childNodes(node).filter((child) => child.name !== 'new' && child.name !== 'TypeArgList' && child.name !== '?.');
      const list = childOf(node, 'ArgList');
      const callee = children[0];
      if (!callee || callee === list) return other();
      return { kind: 'call', range, callee: read(callee), arguments: list ? argumentsOf(list, text, depth) : [] };
    }
    case 'ArrowFunction':
    case 'FunctionExpression':
    case 'FunctionDeclaration':
      return { kind: 'function', range, result: resultOf(node, text, depth) };
    case 'ClassDeclaration':
    case 'ClassExpression':
      return { kind: 'object', range, entries: classEntries(childOf(node, 'ClassBody'), text, depth) };
    case 'EnumDeclaration':
      return { kind: 'object', range, entries: enumEntries(childOf(node, 'EnumBody'), text, depth) };
    case 'JSXElement':
      return jsxChildren(node, text, (child) => javascriptExpression(child, text, depth + 1));
    case 'JSXAttributeValue':
      return jsxAttribute(node, text);
    default:
      return other();
  }
}

export const plainString = (node: SyntaxNode, text: string): StringExpression => {
  const closed = node.to - node.from > 1 && text[node.to - 1] === text[node.from];
  return { kind: 'string', range: rangeOf(node), pieces: readEscapes(text, node.from + 1, closed ? node.to - 1 : node.to) };
};

function templateString(
  node: SyntaxNode,
  text: string,
  depth: number,
  readText: (source: string, start: number, end: number) => StringPiece[],
): StringExpression {
  const pieces: StringPiece[] = [];
  let at = node.from + 1;
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.name !== 'Interpolation') continue;
    pieces.push(...readText(text, at, child.from), interpolation(child, text, depth));
    at = child.to;
  }
  const closed = text[node.to - 1] === '`' && node.to - 1 >= at;
  pieces.push(...readText(text, at, closed ? node.to - 1 : node.to));
  return { kind: 'string', range: rangeOf(node), pieces };
}

function interpolation(node: SyntaxNode, text: string, depth: number): ExpressionPiece {
  const inner = childNodes(node).find((child) => !child.name.startsWith('Interpolation'));
  const range = rangeOf(node);
  const hole: CodeExpression = inner ? javascriptExpression(inner, text, depth + 1) : { kind: 'other', range, about: null };
  return { hole, range, format: null };
}

function member(node: SyntaxNode, text: string, depth: number): CodeExpression {
  const children = childNodes(node);
  const object = children[0];
  const property = children.find((child) => child.name === 'PropertyName' || child.name === 'PrivatePropertyName');
  const range = rangeOf(node);
  if (!object) return { kind: 'other', range, about: firstName(node, text) };
  const index = children.find((child) => child.name === 'String');
  const name = property
    ? text.slice(property.from, property.to)
    : index && index !== object
      ? plainString(index, text)
          .pieces.map((piece) => ('text' in piece ? piece.text : ''))
          .join('')
      : null;
  return { kind: 'member', range, object: javascriptExpression(object, text, depth + 1), property: name };
}

/** Sums lean to the left, so a long one is walked, not descended. `as` and `satisfies` change no value. */
function binary(node: SyntaxNode, text: string, depth: number): CodeExpression | null {
  const items: CodeExpression[] = [];
  let current = node;
  for (;;) {
    const [left, operator, right] = childNodes(current);
    if (!left || !operator) return null;
    if (operator.name === 'as' || operator.name === 'satisfies') {
      if (items.length === 0) return javascriptExpression(left, text, depth + 1);
      items.push(javascriptExpression(current, text, depth + 1));
      break;
    }
    if (operator.name !== 'ArithOp' || text.slice(operator.from, operator.to) !== '+' || !right) {
      if (items.length === 0) return null;
      items.push({ kind: 'other', range: rangeOf(current), about: firstName(current, text) });
      break;
    }
    items.push(javascriptExpression(right, text, depth + 1));
    if (left.name !== 'BinaryExpression') {
      items.push(javascriptExpression(left, text, depth + 1));
      break;
    }
    current = left;
  }
  return { kind: 'concat', range: rangeOf(node), items: items.reverse() };
}

function listItem(item: readonly SyntaxNode[], text: string, depth: number): CodeExpression {
  const last = item.at(-1);
  const range = { start: item[0]?.from ?? 0, end: last?.to ?? 0 };
  if (!last) return { kind: 'other', range, about: null };
  const value = javascriptExpression(last, text, depth + 1);
  return item[0]?.name === 'Spread' ? { kind: 'spread', range, value } : value;
}

const argumentsOf = (list: SyntaxNode, text: string, depth: number): Argument[] =>
  separatedNodes(list, ['(', ')']).map((item) => ({ name: null, value: listItem(item, text, depth) }));

function entry(property: SyntaxNode, text: string, depth: number): ObjectEntry[] {
  const children = childNodes(property);
  const [first] = children;
  const last = children.at(-1);
  const range = rangeOf(property);
  if (!first || !last) return [];
  if (first.name === 'Spread')
    return [{ key: null, value: { kind: 'spread', range, value: javascriptExpression(last, text, depth + 1) }, range }];
  const key = keyOf(first, text);
  if (children.length === 1 && key !== null) return [{ key, value: { kind: 'name', range, name: key }, range }];
  const colon = children.findIndex((child) => child.name === ':');
  const value = children[colon + 1];
  if (colon === -1 || !value) return [{ key, value: { kind: 'other', range, about: key }, range }];
  return [{ key, value: javascriptExpression(value, text, depth + 1), range }];
}

function keyOf(node: SyntaxNode, text: string): string | null {
  if (node.name === 'String')
    return plainString(node, text)
      .pieces.map((piece) => ('text' in piece ? piece.text : ''))
      .join('');
  return ['PropertyDefinition', 'PropertyName', 'Number'].includes(node.name) ? text.slice(node.from, node.to) : null;
}

/** What an arrow function gives, or a function that returns at its end only. */
function resultOf(node: SyntaxNode, text: string, depth: number): CodeExpression | null {
  const last = childNodes(node).at(-1);
  if (!last) return null;
  if (last.name !== 'Block') return node.name === 'ArrowFunction' ? javascriptExpression(last, text, depth + 1) : null;
  const only = onlyReturn(
    childNodes(last).filter((child) => child.name !== '{' && child.name !== '}'),
    FUNCTION_NODES,
  );
  const value = only && childNodes(only).find((child) => child.name !== 'return' && child.name !== ';');
  return value ? javascriptExpression(value, text, depth + 1) : null;
}

function classEntries(body: SyntaxNode | null, text: string, depth: number): ObjectEntry[] {
  return (body ? childNodes(body) : []).flatMap((member) => {
    if (member.name !== 'PropertyDeclaration') return [];
    const children = childNodes(member);
    const name = children.find((child) => child.name === 'PropertyDefinition');
    const equals = children.findIndex((child) => child.name === 'Equals');
    const value = children[equals + 1];
    if (!name || equals === -1 || !value) return [];
    return [{ key: text.slice(name.from, name.to), value: javascriptExpression(value, text, depth + 1), range: rangeOf(member) }];
  });
}

function enumEntries(body: SyntaxNode | null, text: string, depth: number): ObjectEntry[] {
  return (body ? separatedNodes(body, BRACKETS) : []).flatMap((item) => {
    const [name, equals, value] = item;
    if (!name || equals?.name !== 'Equals' || !value) return [];
    const range = { start: name.from, end: value.to };
    return [{ key: keyOf(name, text), value: javascriptExpression(value, text, depth + 1), range }];
  });
}
