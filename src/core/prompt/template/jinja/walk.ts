/** The parts of a node: what a walk over a tree visits. */
import type { ArgumentNodes, Body, JinjaExpression, JinjaStatement } from './nodes.ts';

export const argumentsOf = ({ positional, named, star, doubleStar }: ArgumentNodes): JinjaExpression[] => [
  ...positional,
  ...named.map(([, value]) => value),
  ...(star === null ? [] : [star]),
  ...(doubleStar === null ? [] : [doubleStar]),
];

/** The expressions directly inside one. */
export function partsOf(node: JinjaExpression): readonly JinjaExpression[] {
  switch (node.type) {
    case 'constant':
    case 'name':
      return [];
    case 'attribute':
    case 'unary':
      return [node.target];
    case 'item':
      return [node.target, node.key];
    case 'slice':
      return [node.target, ...node.parts.filter((part) => part !== null)];
    case 'call':
    case 'test':
      return [node.target, ...argumentsOf(node.args)];
    case 'filter':
      return [...(node.target === null ? [] : [node.target]), ...argumentsOf(node.args)];
    case 'binary':
    case 'logic':
      return [node.left, node.right];
    case 'compare':
      return [node.first, ...node.rest.map(({ right }) => right)];
    case 'concat':
      return node.parts;
    case 'choice':
      return [node.test, node.then, ...(node.otherwise === null ? [] : [node.otherwise])];
    case 'list':
    case 'tuple':
      return node.items;
    case 'dict':
      return node.pairs.flat();
  }
}

/** The expressions of a statement itself, without those of its body. */
export function expressionsOf(node: JinjaStatement): readonly JinjaExpression[] {
  switch (node.type) {
    case 'output':
      return node.expressions;
    case 'if':
      return node.branches.map(({ test }) => test);
    case 'for':
      return node.test === null ? [node.iterable] : [node.iterable, node.test];
    case 'set':
    case 'do':
      return [node.value];
    case 'set-block':
      return node.filter === null ? [] : [node.filter];
    case 'extends':
    case 'include':
    case 'import':
    case 'from':
      return [node.template];
    case 'macro':
      return node.parameters.flatMap(({ fallback }) => (fallback === null ? [] : [fallback]));
    case 'call-block':
      return [node.call, ...node.parameters.flatMap(({ fallback }) => (fallback === null ? [] : [fallback]))];
    case 'filter-block':
      return [node.filter];
    case 'with':
      return node.pairs.map(([, value]) => value);
    case 'text':
    case 'block':
    case 'loop-control':
      return [];
  }
}

/** The bodies of a statement. */
export function bodiesOf(node: JinjaStatement): readonly Body[] {
  if (node.type === 'if') return [...node.branches.map(({ body }) => body), node.otherwise];
  if (node.type === 'for') return [node.body, node.otherwise];
  return 'body' in node ? [node.body] : [];
}

/** Every name that statements read, wherever it stands in them. */
export function namesRead(body: Body): Set<string> {
  const names = new Set<string>();
  const expressions: JinjaExpression[] = [];
  const statements: JinjaStatement[] = [...body];
  for (let node = statements.pop(); node !== undefined; node = statements.pop()) {
    expressions.push(...expressionsOf(node));
    for (const inner of bodiesOf(node)) statements.push(...inner);
  }
  for (let node = expressions.pop(); node !== undefined; node = expressions.pop()) {
    if (node.type === 'name') names.add(node.name);
    expressions.push(...partsOf(node));
  }
  return names;
}
