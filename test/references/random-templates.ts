/** Random Jinja templates that are mostly valid, for comparison with the real engine. */
import fc from 'fast-check';
import type { JsonObject } from '../../src/core/json/json.ts';

const names = fc.constantFrom('a', 'b', 'n', 'f', 'xs', 'd', 'missing', 'rows', 'u', 's', 't');
/** What templates assign to is no input: before that it is undefined on both sides. */
const assigned = fc.constantFrom('s', 't');
const texts = fc.constantFrom('x', ' y ', '\n', '  ', '- ', 'é😀', '<b>', '#', '{', '}', 'end\n', '\t');
const literals = fc.constantFrom(
  '1',
  '0',
  '-3',
  '2.5',
  '1.0',
  "'s'",
  '"a b"',
  "''",
  'none',
  'true',
  'false',
  '[]',
  '[3, 1, 2]',
  "{'k': 1}",
  '(1, 2)',
  "'A-b_c'",
);
const filters = fc.constantFrom(
  'upper', 'lower', 'trim', 'title', 'capitalize', 'length', 'first', 'last', 'list', 'string', 'reverse|list', 'sort', "join(', ')", 'int',
  'float', 'round', 'round(1)', 'abs', 'default("d")', "default('d', true)", 'unique|list', 'sum', 'min', 'max', 'tojson', 'tojson(2)',
  "replace('a', 'bb')", 'escape', 'indent(2)', 'truncate(4)', 'wordcount', 'center(9)', 'select|list', "map('string')|list", 'dictsort',
  "map(attribute='k')|list", "selectattr('k')|list", "rejectattr('k')|map(attribute='v')|list", "groupby('k')", 'batch(2)|list', 'slice(2)|list',
  'items|list', 'wordwrap(5)', 'urlencode', 'striptags', 'safe', 'e', 'pprint|length', "sort(attribute='v', reverse=true)",
); // prettier-ignore
const tests = fc.constantFrom('defined', 'none', 'odd', 'even', 'string', 'number', 'mapping', 'iterable', 'sequence', 'boolean', 'integer', 'float', 'divisibleby 2', 'in [1, 2]', "eq('x')", 'sameas none', 'lower', 'upper', 'true'); // prettier-ignore
const operators = fc.constantFrom('~', '==', '!=', 'and', 'or', 'and', 'or', '~');
const arithmetic = fc.constantFrom('+', '-', '*', '/', '//', '%', '<', '>=', '==');
const numbers = fc.constantFrom('n', 'f', '2', '3', '-5', '0.5', 'xs|length', "'7'|int", '4.0');
const textFilters = fc.constantFrom('upper', 'trim', 'title', 'indent', "replace('e', 'E')", 'string', 'escape', 'center(30)', 'wordwrap(6)', 'truncate(8)', 'striptags', 'capitalize', 'reverse', 'list|join("-")', 'urlencode', 'indent(2, true)'); // prettier-ignore
const methods = fc.constantFrom('.upper()', '.strip()', ".split('a')", '.get("k")', '.items()|list', '.k', '[0]', '[-1]', '[1:]', '["k"]', ".replace('x', 'y')", '.title()', '.k.v', '.startswith("x")', '[::-1]', ".join(['p', 'q'])"); // prettier-ignore

const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    names,
    literals,
    fc.tuple(tie('expression'), filters).map(([inner, filter]) => `${inner}|${filter}`),
    fc.tuple(names, methods).map(([name, method]) => name + method),
    fc.tuple(numbers, arithmetic, numbers).map(([left, operator, right]) => `(${left} ${operator} ${right})`),
    fc.tuple(tie('expression'), operators, tie('expression')).map(([left, operator, right]) => `(${left} ${operator} ${right})`),
    fc.tuple(tie('expression'), tests, fc.boolean()).map(([inner, test, not]) => `(${inner} is ${not ? 'not ' : ''}${test})`),
    fc.tuple(tie('expression'), tie('expression'), tie('expression')).map(([a, test, b]) => `(${a} if ${test} else ${b})`),
    tie('expression').map((inner) => `not ${inner}`),
    fc.array(tie('expression'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
  ),
}));

const dash = fc.constantFrom('', '', '', '-');
const tag = (inner: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(dash, inner, dash).map(([open, text, close]) => `{%${open} ${text} ${close}%}`);

const { body } = fc.letrec<{ body: string; statement: string }>((tie) => ({
  body: fc.array(tie('statement'), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('')),
  statement: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    texts,
    fc.tuple(dash, expression, dash).map(([open, inner, close]) => `{{${open} ${inner} ${close}}}`),
    fc.tuple(expression, tie('body'), tie('body')).map(([test, yes, no]) => `{% if ${test} %}${yes}{% else %}${no}{% endif %}`),
    fc.tuple(tag(expression.map((items) => `for i in ${items}`)), tie('body'), tag(fc.constant('endfor'))).map((all) => all.join('')),
    fc
      .tuple(names, tie('body'))
      .map(([items, inner]) => `{% for a in ${items} %}{{ loop.index }}{{ loop.last }}${inner}{% else %}E{% endfor %}`),
    fc.tuple(assigned, expression).map(([name, value]) => `{% set ${name} = ${value} %}`),
    fc.tuple(assigned, tie('body')).map(([name, inner]) => `{% set ${name} %}${inner}{% endset %}`),
    fc.tuple(assigned, expression, tie('body')).map(([name, value, inner]) => `{% with ${name} = ${value} %}${inner}{% endwith %}`),
    fc.tuple(textFilters, tie('body')).map(([filter, inner]) => `{% filter ${filter} %}${inner}{% endfilter %}`),
    fc.tuple(tie('body'), expression).map(([inner, value]) => `{% macro m(a, b=2) %}${inner}{% endmacro %}{{ m(${value}) }}`),
    fc.tuple(dash, texts, dash).map(([open, inner, close]) => `{#${open} ${inner} ${close}#}`),
    texts.map((inner) => `{% raw %}${inner}{{ no }}{% endraw %}`),
  ),
}));

const data = fc.record({
  a: fc.constantFrom('x', 'b a', '', 'é<', '{{ b }}'),
  b: fc.constantFrom(true, false, null, 'B'),
  n: fc.constantFrom(0, 1, 7, -2),
  f: fc.constantFrom(0.5, 2.5, -1.25, 3.75),
  xs: fc.constantFrom([], [1, 2, 3], ['b', 'A', 'a'], [1, null]),
  d: fc.constantFrom({}, { k: 1 }, { k: { v: 2 }, z: 'q' }),
  rows: fc.constantFrom(
    [],
    [
      { k: 1, v: 'p' },
      { k: 0, v: 'q' },
      { k: 1, v: 'r' },
    ],
  ),
  u: fc.constantFrom({ k: 'kk' }, 'text'),
});

/** `count` requests for the engine; the same seed makes the same ones. */
export const randomTemplates = (count: number, seed: number): { syntax: string; template: string; vars: JsonObject }[] =>
  fc
    .sample(fc.tuple(body, data), { numRuns: count, seed })
    .map(([template, vars]) => ({ syntax: 'jinja', template, vars: vars as unknown as JsonObject }));
