/** Templates and values of a stranger's repository: none reaches the host, none runs without end. */
import assert from 'node:assert/strict';
import { isHumanError } from '../../src/core/problems/errors.ts';
import type { JsonObject } from '../../src/core/json/json.ts';
import { segmentsOf, textOfSegments } from '../references/rendered.ts';

const render = (syntax: string, template: string, vars: JsonObject = {}, files: Record<string, string> = {}): string =>
  textOfSegments(segmentsOf({ syntax, template, vars, files }));

/** What the template prints between the brackets, or a readable error. */
function printed(syntax: string, expression: string): string {
  try {
    return render(syntax, expression, { s: 'text', o: { a: 1 }, l: [1], n: 1 });
  } catch (error) {
    assert.ok(isHumanError(error), String(error));
    return '';
  }
}

const FIELDS = ['constructor', '__proto__', 'prototype', '__class__', '__init__', '__globals__', 'toString', 'valueOf', 'hasOwnProperty', '__defineGetter__', 'call', 'apply', 'bind', '__mro__', '__subclasses__', 'caller', 'arguments', '__lookupGetter__']; // prettier-ignore

describe('a template reaches nothing but its own data', () => {
  for (const syntax of ['jinja', 'nunjucks'])
    for (const field of FIELDS)
      it(`${syntax}: by the field ${field} of any value`, () => {
        for (const root of [
          's',
          'o',
          'l',
          'n',
          'range',
          'cycler("a")',
          'namespace()',
          '(1, 2)',
          'none',
          's.upper',
          'l|map("string")',
          'm',
          'self',
          'joiner()',
        ])
          for (const way of [
            `${root}.${field}`,
            `${root}.${field}()`,
            `${root}["${field}"]`,
            `${root}|attr("${field}")`,
            `[${root}]|map(attribute="${field}")|list`,
          ]) {
            const text = printed(syntax, `{% macro m() %}{% endmacro %}{{ ${way} }}`);
            assert.doesNotMatch(text, /native code|function|object Object|class|=>/, way);
          }
      });

  for (const name of ['process', 'globalThis', 'require', 'Function', 'constructor', '__proto__', 'toString', 'module', 'import'])
    for (const syntax of ['jinja', 'nunjucks', 'mustache', 'handlebars'])
      it(`${syntax}: by the name ${name}`, () => assert.equal(printed(syntax, `[{{ ${name} }}]`).replace('[]', ''), ''));

  for (const [syntax, template] of [
    ['python', '{o.constructor}{o[constructor]}{l.__proto__}{s.__class__}'],
    ['dollar', '${o.constructor}${o.__proto__}$toString'],
    ['percent', '%(constructor)s%(__proto__)s%(toString)s'],
    ['mustache', '{{o.constructor}}{{#o}}{{toString}}{{/o}}{{s.length}}{{l.length}}'],
  ] as const)
    it(`${syntax}: by inherited fields`, () => assert.equal(render(syntax, template, { s: 'text', o: { a: 1 }, l: [1] }), ''));

  for (const name of ['constructor', '__proto__', 'toString', 'valueOf'])
    it(`by a filter or a test named ${name}`, () => {
      for (const template of [
        `{{ s | ${name} }}`,
        `{{ s is ${name} }}`,
        `{{ [s] | map("${name}") | list }}`,
        `{{ [s] | select("${name}") | list }}`,
      ])
        assert.throws(() => render('jinja', template, { s: 'text' }), isHumanError);
    });

  it('a key named __proto__ is data, and the data of the next rendering is its own', () => {
    const vars = JSON.parse('{"o": {"__proto__": {"polluted": 1}, "a": [1]}}') as JsonObject;
    const template =
      '{{ o["__proto__"].polluted }}{% set _ = o.update({"polluted": 2}) %}{% set _ = o.a.append(2) %}{{ o.polluted }}{{ o.a }}';
    assert.equal(render('jinja', template, vars), '12[1, 2]');
    assert.equal(render('jinja', template, vars), '12[1, 2]');
    assert.equal(({} as { polluted?: number }).polluted, undefined);
  });

  it('the value of a variable chooses no file', () => {
    for (const tag of [
      '{% include f %}',
      '{% extends f %}',
      '{% import f as m %}',
      '{% from f import x %}',
      '{% include [f] %}',
      '{% include "a" ~ f %}',
    ])
      assert.throws(
        () => render('jinja', tag, { f: 'secret' }, { secret: 'SECRET', asecret: 'SECRET' }),
        (error) => isHumanError(error) && error.code === 'template/syntax',
      );
  });
});

/** Each ends with a readable error after a bounded number of steps, by a count and not by a clock. */
const RUNAWAYS: readonly (readonly [name: string, template: string])[] = [
  ['a macro that calls itself', '{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}'],
  ['two macros that call each other', '{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}{{ a() }}'],
  ['a macro that doubles', '{% macro m(n) %}{{ m(n - 1) }}{{ m(n - 1) }}{% endmacro %}{{ m(0) }}'],
  ['a file that includes itself', '{% include "self" %}'],
  ['a file that extends itself', '{% extends "parent" %}'],
  ['a block that prints itself', '{% block a %}{{ self.a() }}{% endblock %}'],
  ['nested loops over ranges', '{% for a in range(2000) %}{% for b in range(3000) %}{% endfor %}{% endfor %}'],
  ['a huge range', '{{ range(10 ** 12) | list }}'],
  ['text that doubles', '{% set ns = namespace(t="0123456789") %}{% for i in range(64) %}{% set ns.t = ns.t ~ ns.t %}{% endfor %}'],
  ['text that is repeated', '{{ "x" * 10 ** 12 }}'],
  ['a list that doubles', '{% set l = [1] %}{% for i in range(64) %}{% set _ = l.extend(l) %}{% endfor %}'],
  ['a list that is repeated', '{{ [1] * 10 ** 12 }}'],
  ['shared lists inside one another', `{% set ns = namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l }}`],
  ['shared lists as JSON', `{% set ns = namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l | tojson }}`],
  ['shared lists compared', `{% set ns = namespace(l=[1], m=[1]) %}{% for i in range(60) %}{% set ns.l = [ns.l, ns.l] %}{% set ns.m = [ns.m, ns.m] %}{% endfor %}{{ ns.l == ns.m }}`],
  ['a list inside of itself as JSON', '{% set l = [] %}{% set _ = l.append(l) %}{{ l | tojson }}'],
  ['a huge width', '{{ "x".ljust(10 ** 12) }}{{ "%999999999d" % 1 }}'],
  ['a huge precision', '{{ "{:.999999999f}".format(1.5) }}'],
  ['a huge indent', '{{ "a\\nb" | indent(10 ** 12) }}'],
  ['a huge power', '{{ 10 ** 10 ** 10 }}'],
  ['a recursive loop over a list inside of itself', '{% set l = [] %}{% set _ = l.append(l) %}{% for x in l recursive %}{{ loop(x) }}{% endfor %}'],
  ['parentheses', `{{ ${'('.repeat(5000)}1${')'.repeat(5000)} }}`],
  ['blocks inside one another', `${'{% if 1 %}'.repeat(5000)}x${'{% endif %}'.repeat(5000)}`],
  ['a chain of operators', `{{ 1${' + 1'.repeat(60_000)} }}`],
  ['a chain of filters', `{{ x${'|upper'.repeat(60_000)} }}`],
]; // prettier-ignore

describe('a template that would run without end', () => {
  for (const [name, template] of RUNAWAYS)
    it(`${name} is stopped with a readable error or ends`, () => {
      const files = { self: 'x{% include "self" %}', parent: '{% extends "parent" %}' };
      try {
        assert.ok(render('jinja', template, {}, files).length < 32 * 1024 * 1024);
        assert.match(name, /chain/);
      } catch (error) {
        assert.ok(isHumanError(error), String(error));
        assert.match(error.code, /^template\//);
      }
    });

  for (const [syntax, template] of [
    ['jinja', '{{ v }}'],
    ['nunjucks', '{{ v | dump }}'],
    ['python', '{v}'],
    ['percent', '%(v)s'],
    ['dollar', '$v'],
  ] as const)
    it(`${syntax}: a value nested 5,000 lists deep is a readable error`, () => {
      const vars = { v: JSON.parse('['.repeat(5000) + ']'.repeat(5000)) as [] };
      assert.throws(() => render(syntax, template, vars), isHumanError);
    });

  it('a partial of Mustache that uses itself', () => {
    assert.throws(() => render('mustache', '{{>p}}', {}, { p: '{{>p}}' }), isHumanError);
  });
});
