/** Syntax tree of Python → expressions. */
import type { Argument, CodeExpression, ExpressionPiece, ObjectEntry, StringExpression, StringPiece } from '../expression.ts';
import { childOf, childNodes, firstName, separatedNodes, MAX_NESTING, onlyReturn, rangeOf, type SyntaxNode } from '../syntax-node.ts';
import { prefixOf, readPythonText, unknownCharacterNames, type StringPrefix } from './strings.ts';

const FUNCTIONS: ReadonlySet<string> = new Set(['FunctionDefinition', 'LambdaExpression']);

const BRACKETS = ['(', ')', '[', ']', '{', '}'];

export function pythonExpression(node: SyntaxNode, text: string, depth = 0): CodeExpression {
  const range = rangeOf(node);
  const other = (): CodeExpression => ({ kind: 'other', range, about: firstName(node, text) });
  if (depth > MAX_NESTING) return { kind: 'other', range, about: null };
  const read = (child: SyntaxNode | null | undefined): CodeExpression => (child ? pythonExpression(child, text, depth + 1) : other());
  switch (node.name) {
    case 'String':
    case 'FormatString':
      return stringOf(node, text, depth) ?? other();
    case 'ContinuedString':
      return { kind: 'concat', range, items: childNodes(node).map((child) => read(child)) };
    case 'VariableName':
      return { kind: 'name', range, name: text.slice(node.from, node.to) };
    case 'MemberExpression':
      return member(node, text, depth);
    case 'ParenthesizedExpression':
      return read(childNodes(node).find((child) => child.name !== '(' && child.name !== ')'));
    case 'AwaitExpression':
      return read(childNodes(node).find((child) => child.name !== 'await'));
    case 'NamedExpression':
      return read(childNodes(node).at(-1));
    case 'BinaryExpression':
      return binary(node, text, depth) ?? other();
    case 'UnaryExpression':
    case 'Number': {
      const value = Number(text.slice(node.from, node.to).replaceAll('_', '').replaceAll(' ', ''));
      return Number.isFinite(value) && /^[-+]?\s*[\d.]/.test(text.slice(node.from, node.to)) ? { kind: 'scalar', range, value } : other();
    }
    case 'Boolean':
      return { kind: 'scalar', range, value: text.slice(node.from, node.to) === 'True' };
    case 'None':
      return { kind: 'scalar', range, value: null };
    case 'ArrayExpression':
    case 'TupleExpression':
      return { kind: 'list', range, items: separatedNodes(node, BRACKETS).map((item) => listItem(item, text, depth)) };
    case 'DictionaryExpression':
      return { kind: 'object', range, entries: separatedNodes(node, BRACKETS).map((item) => entry(item, text, depth)) };
    case 'CallExpression': {
      const [callee, list] = childNodes(node);
      if (!callee || list?.name !== 'ArgList') return other();
      const given = argumentsOf(list, text, depth);
      if (text.slice(callee.from, callee.to) === 'dict')
        return { kind: 'object', range, entries: given.map(({ name, value }) => ({ key: name, value, range: value.range })) };
      return { kind: 'call', range, callee: read(callee), arguments: given };
    }
    case 'LambdaExpression':
      return { kind: 'function', range, result: read(childNodes(node).at(-1)) };
    case 'FunctionDefinition':
      return { kind: 'function', range, result: resultOf(node, text, depth) };
    case 'ClassDefinition':
      return { kind: 'object', range, entries: classEntries(childOf(node, 'Body'), text, depth) };
    default:
      return other();
  }
}

/** Null: bytes, or a character whose name is not known. */
function stringOf(node: SyntaxNode, text: string, depth: number): StringExpression | null {
  const literal = text.slice(node.from, node.to);
  const prefix = prefixOf(literal);
  if (prefix.isBytes || prefix.opening === 0 || unknownCharacterNames(literal).length > 0) return null;
  const quotes = literal.slice(prefix.opening - prefix.quotes, prefix.opening);
  const isClosed = literal.length >= prefix.opening + prefix.quotes && literal.endsWith(quotes);
  const end = isClosed ? node.to - prefix.quotes : node.to;
  const pieces: StringPiece[] = [];
  let at = node.from + prefix.opening;
  for (let child = node.firstChild; child !== null && prefix.isFormat; child = child.nextSibling) {
    if (child.name !== 'FormatReplacement') continue;
    pieces.push(...readPythonText(text, at, child.from, prefix), ...replacement(child, text, depth, prefix));
    at = child.to;
  }
  pieces.push(...readPythonText(text, at, Math.max(at, end), prefix));
  return { kind: 'string', range: rangeOf(node), pieces };
}

/** `{expression!r:format}`; `{expression=}` prints its own text first. */
function replacement(node: SyntaxNode, text: string, depth: number, _prefix: StringPrefix): StringPiece[] {
  const range = rangeOf(node);
  const children = childNodes(node);
  const part = (name: string): string => {
    const found = children.find((child) => child.name === name);
    return found ? text.slice(found.from, found.to) : '';
  };
  const inner = children.find((child) => !['{', '}', 'FormatConversion', 'FormatSpec', 'FormatSelfDoc', 'yield'].includes(child.name));
  const hole: CodeExpression = inner ? pythonExpression(inner, text, depth + 1) : { kind: 'other', range, about: null };
  const isSelfDocumenting = children.some((child) => child.name === 'FormatSelfDoc');
  const spec = part('FormatSpec');
  const conversion = part('FormatConversion') || (isSelfDocumenting && spec === '' ? '!r' : '');
  const written = conversion === '' ? spec.slice(1) : `${conversion}${spec}`;
  const piece: ExpressionPiece = { hole, range, format: written === '' ? null : written };
  if (!isSelfDocumenting) return [piece];
  const sign = children.find((child) => child.name === 'FormatSelfDoc');
  return [{ text: text.slice(node.from + 1, sign?.to ?? node.to), range: { start: node.from, end: node.from } }, piece];
}

function member(node: SyntaxNode, text: string, depth: number): CodeExpression {
  const children = childNodes(node);
  const [object, access, key] = children;
  const range = rangeOf(node);
  if (!object) return { kind: 'other', range, about: firstName(node, text) };
  const property = children.find((child) => child.name === 'PropertyName');
  const index = access?.name === '[' && key?.name === 'String' && children.length === 4 ? stringOf(key, text, depth) : null;
  const name = property
    ? text.slice(property.from, property.to)
    : index
      ? index.pieces.map((piece) => ('text' in piece ? piece.text : '')).join('')
      : null;
  return { kind: 'member', range, object: pythonExpression(object, text, depth + 1), property: name };
}

/** Sums lean to the left, so a long one is walked, not descended. */
function binary(node: SyntaxNode, text: string, depth: number): CodeExpression | null {
  const [first, sign, second] = childNodes(node);
  const operator = sign ? text.slice(sign.from, sign.to) : '';
  const range = rangeOf(node);
  if (!first || !second || (operator !== '+' && operator !== '%')) return null;
  if (operator === '%')
    return { kind: 'percent', range, left: pythonExpression(first, text, depth + 1), right: pythonExpression(second, text, depth + 1) };
  const items: CodeExpression[] = [];
  let current = node;
  for (;;) {
    const [left, plus, right] = childNodes(current);
    if (!left || !right || !plus) break;
    items.push(pythonExpression(right, text, depth + 1));
    const [, inner] = left.name === 'BinaryExpression' ? childNodes(left) : [];
    if (!inner || text.slice(inner.from, inner.to) !== '+') {
      items.push(pythonExpression(left, text, depth + 1));
      break;
    }
    current = left;
  }
  return { kind: 'concat', range, items: items.reverse() };
}

function listItem(item: readonly SyntaxNode[], text: string, depth: number): CodeExpression {
  const last = item.at(-1);
  const range = { start: item[0]?.from ?? 0, end: last?.to ?? 0 };
  if (!last) return { kind: 'other', range, about: null };
  const value = pythonExpression(last, text, depth + 1);
  return item[0]?.name === '*' || item[0]?.name === '**' ? { kind: 'spread', range, value } : value;
}

const argumentsOf = (list: SyntaxNode, text: string, depth: number): Argument[] =>
  separatedNodes(list, ['(', ')']).map((item) => {
    const [name, sign, value] = item;
    if (name?.name === 'VariableName' && sign?.name === 'AssignOp' && value)
      return { name: text.slice(name.from, name.to), value: pythonExpression(value, text, depth + 1) };
    return { name: null, value: item.length > 2 ? { kind: 'other', range: rangeOf(list), about: null } : listItem(item, text, depth) };
  });

function entry(item: readonly SyntaxNode[], text: string, depth: number): ObjectEntry {
  const [first, colon, value] = item;
  const range = { start: first?.from ?? 0, end: item.at(-1)?.to ?? 0 };
  if (!first || colon?.name !== ':' || !value) return { key: null, value: listItem(item, text, depth), range };
  const key = first.name === 'String' ? stringOf(first, text, depth) : null;
  const name = key ? key.pieces.map((piece) => ('text' in piece ? piece.text : '')).join('') : null;
  return { key: name, value: pythonExpression(value, text, depth + 1), range };
}

/** What a function gives that returns at its end only. */
function resultOf(node: SyntaxNode, text: string, depth: number): CodeExpression | null {
  const body = childOf(node, 'Body');
  const statements = (body ? childNodes(body) : []).filter((child) => child.name !== ':');
  const only = onlyReturn(statements, FUNCTIONS);
  const values = (only ? childNodes(only) : []).filter((child) => child.name !== 'return');
  return values.length === 1 && values[0] ? pythonExpression(values[0], text, depth + 1) : null;
}

function classEntries(body: SyntaxNode | null, text: string, depth: number): ObjectEntry[] {
  return (body ? childNodes(body) : []).flatMap((statement) => {
    if (statement.name !== 'AssignStatement') return [];
    const parts = childNodes(statement).filter((child) => child.name !== 'TypeDef');
    const [name, sign, value] = parts;
    if (parts.length !== 3 || name?.name !== 'VariableName' || sign?.name !== 'AssignOp' || !value) return [];
    return [{ key: text.slice(name.from, name.to), value: pythonExpression(value, text, depth + 1), range: rangeOf(statement) }];
  });
}
