/** Jinja, Python, percent, dollar, Nunjucks and Mustache text renders as its own engine recorded it; every piece has its place. */
import assert from 'node:assert/strict';
import { HumanError } from '../../src/core/problems/errors.ts';
import type { SyntaxName } from '../../src/core/prompt/document.ts';
import { textSyntax } from '../../src/core/prompt/template/text-syntaxes.ts';
import type { RenderingCase } from '../references/engines.ts';
import { segmentsOf, textOfSegments } from '../references/rendered.ts';
import { picturesOf } from './picture.ts';

for (const [file, engine] of [
  ['jinja', 'python3-jinja2'],
  ['python-text', 'Python 3'],
  ['nunjucks', 'the npm package nunjucks'],
  ['mustache', 'the npm package mustache'],
] as const)
  describe(`${file} as ${engine} recorded it`, () => {
    for (const one of picturesOf<RenderingCase>(file)) {
      const request = { ...one, syntax: one.syntax ?? file };
      it(`${one.name}${one.because === undefined ? '' : ` (${one.because})`}`, () => {
        const text = one.ours ?? one.text;
        if (text !== undefined) return assert.equal(textOfSegments(segmentsOf(request)), text);
        assert.ok(one.error !== undefined, 'the case has no recorded result: run scripts/record-renderings.mjs');
        assert.throws(
          () => segmentsOf(request),
          (error) => error instanceof HumanError && error.code.startsWith('template/'),
        );
      });
    }
  });

/** Kind, text and the piece of the source that it comes from. */
const shown = (syntax: string, template: string, vars: object, files: Record<string, string> = {}) =>
  segmentsOf({ syntax, template, vars: vars as never, files }).map((segment) => [
    segment.kind,
    segment.kind === 'marker' ? '' : segment.text,
    (files[segment.source.path] ?? template).slice(segment.source.range.start, segment.source.range.end),
    segment.source.path,
  ]);

describe('places in plain text', () => {
  it('Jinja: literals, values, and loops', () => {
    assert.deepEqual(
      shown('jinja', 'Hi {{ u.name | upper }}!\n{%- for x in xs %} <{{ x }}>{% endfor %}', { u: { name: 'a' }, xs: [1, 2] }),
      [
        ['literal', 'Hi ', 'Hi ', 'main'],
        ['value', 'A', '{{ u.name | upper }}', 'main'],
        ['literal', '!', '!', 'main'],
        ['literal', ' <', ' <', 'main'],
        ['value', '1', '{{ x }}', 'main'],
        ['literal', '>', '>', 'main'],
        ['literal', ' <', ' <', 'main'],
        ['value', '2', '{{ x }}', 'main'],
        ['literal', '>', '>', 'main'],
      ],
    );
  });

  it('Jinja: text of a macro, a block and an included file keeps its place in its own file', () => {
    const files = {
      base: 'B[{% block a %}old{% endblock %}]',
      lib: '{% macro m(x) %}m:{{ x }}{% endmacro %}',
      part: 'part {{ v }}',
    };
    const template =
      '{% extends "base" %}{% from "lib" import m %}{% block a %}{{ super() }}+{{ m(v) }}+{% include "part" %}{% endblock %}';
    assert.deepEqual(shown('jinja', template, { v: 'V' }, files), [
      ['literal', 'B[', 'B[', 'base'],
      ['literal', 'old', 'old', 'base'],
      ['literal', '+', '+', 'main'],
      ['literal', 'm:', 'm:', 'lib'],
      ['value', 'V', '{{ x }}', 'lib'],
      ['literal', '+', '+', 'main'],
      ['literal', 'part ', 'part ', 'part'],
      ['value', 'V', '{{ v }}', 'part'],
      ['literal', ']', ']', 'base'],
    ]);
  });

  it('Jinja: parts of a concatenation and the chosen branch are pieces of their own; a constant is a literal', () => {
    assert.deepEqual(shown('jinja', '{{ "a" ~ x }}{{ "yes" if x else "no" }}{{ x if x }}{{ "{{" }}', { x: 'X' }), [
      ['literal', 'a', '"a"', 'main'],
      ['value', 'X', 'x', 'main'],
      ['literal', 'yes', '"yes"', 'main'],
      ['value', 'X', '{{ x if x }}', 'main'],
      ['literal', '{{', '{{ "{{" }}', 'main'],
    ]);
  });

  for (const [syntax, template] of [
    ['python', 'A {{{u.n!r:>4}}}'],
    ['dollar', 'A $${u} ${u.n}'],
    ['percent', 'A %% %(n)s'],
  ] as const)
    it(`${syntax}: holes and escapes`, () => {
      const expected = {
        python: [
          ['literal', 'A ', 'A '],
          ['literal', '{', '{{'],
          ['value', " 'x'", '{u.n!r:>4}'],
          ['literal', '}', '}}'],
        ],
        dollar: [
          ['literal', 'A ', 'A '],
          ['literal', '$', '$$'],
          ['literal', '{u} ', '{u} '],
          ['value', 'x', '${u.n}'],
        ],
        percent: [
          ['literal', 'A ', 'A '],
          ['literal', '%', '%%'],
          ['literal', ' ', ' '],
          ['value', 'y', '%(n)s'],
        ],
      }[syntax];
      assert.deepEqual(
        shown(syntax, template, { u: { n: 'x' }, n: 'y' }),
        expected.map((row) => [...row, 'main']),
      );
    });
});

describe('what plain text refers to', () => {
  const found = (syntax: SyntaxName, source: string) => {
    const { variables, partials, problems } = textSyntax(syntax).analyse(source, 100);
    const at = ({ range }: { range: { start: number; end: number } }) => source.slice(range.start - 100, range.end - 100);
    return {
      variables: variables.map((variable) => [variable.path, variable.use, at(variable)]),
      partials: partials.map((partial) => [partial.name, at(partial)]),
      problems: problems.map((problem) => [problem.code, problem.message, at(problem)]),
    };
  };

  it('Jinja: input variables by their use; names that the template defines are none', () => {
    const source =
      '{% set a = b %}{{ a }}{{ u.name }}{% if c is defined %}{% endif %}{% for x in xs if x > y %}{{ x }}{{ loop.index }}{% endfor %}' +
      '{% macro m(p, q=d) %}{{ p }}{{ q }}{{ late }}{{ r }}{% endmacro %}{% set late = 1 %}{{ m(e) }}{% with w = f %}{{ w }}{% endwith %}{{ g["k"].upper() }}{{ range(n) }}';
    assert.deepEqual(found('jinja', source).variables, [
      ['b', 'value', 'b'],
      ['u.name', 'value', 'u'],
      ['c', 'condition', 'c'],
      ['xs', 'iteration', 'xs'],
      ['y', 'condition', 'y'],
      ['d', 'argument', 'd'],
      ['r', 'value', 'r'],
      ['e', 'argument', 'e'],
      ['f', 'value', 'f'],
      ['g.k', 'value', 'g'],
      ['n', 'argument', 'n'],
    ]);
  });

  it('Jinja: the files that it names', () => {
    const source =
      '{% include ["a.j2", "b.j2"] ignore missing %}{% import "c.j2" as c %}{% from "d.j2" import x %}{% include "e" if v else "f" %}';
    const { partials, variables } = found('jinja', source);
    assert.deepEqual(
      partials.map(([name]) => name),
      ['a.j2', 'b.j2', 'c.j2', 'd.j2', 'e', 'f'],
    );
    assert.deepEqual(variables, [['v', 'condition', 'v']]);
  });

  it('Python, percent, dollar: their holes', () => {
    assert.deepEqual(found('python', '{a.b[0]:{w}} {{no}}').variables, [
      ['a.b.0', 'value', 'a'],
      ['w', 'argument', 'w'],
    ]);
    assert.deepEqual(found('percent', '%(abc)s %%').variables, [['abc', 'value', 'abc']]);
    assert.deepEqual(found('dollar', '$a ${b.c} $$d $5').variables, [
      ['a', 'value', 'a'],
      ['b.c', 'value', 'b'],
    ]);
  });

  for (const [syntax, source, message, at] of [
    ['jinja', 'a {% if x %}b', '{% if %} is not closed', '{%'],
    ['jinja', 'a {{ x', 'this {{ is not closed', '{{'],
    ['jinja', '{{ x | nope }}', "there is no filter 'nope'", 'nope'],
    ['jinja', '{{ x is nope }}', "there is no test 'nope'", 'nope'],
    ['jinja', '{{ x | random }}', "the filter 'random' is not supported", 'random'],
    ['jinja', '{% trans %}x{% endtrans %}', 'there is no tag {% trans %}', 'trans'],
    ['jinja', '{% include name %}', 'the name of a template file must be written out', 'name'],
    ['jinja', '{% for x in y %}{% endif %}', 'unexpected {% endif %} inside {% for %}', 'endif'],
    ['jinja', '{{ a b }}', "unexpected 'b', expected '}}'", 'b'],
    ['jinja', '{{ "a }}', 'this string is not closed', '"'],
    ['jinja', `{{ ${'('.repeat(300)}x${')'.repeat(300)} }}`, 'this template is nested too deeply', '('],
    ['python', 'a {"k": 1}', 'is not the name of a variable', '{"k": 1}'],
    ['python', 'a {} b', 'a field needs the name of a variable', '{}'],
    ['python', 'a } b', "single '}' encountered", '}'],
    ['python', '{x:q5}', 'Python does not know the format', '{x:q5}'],
    ['dollar', 'a ${b c} d', 'is not the name of a variable', '${b c}'],
    ['dollar', 'a ${b', 'this ${ is not closed', '${'],
    ['percent', '50% of x', 'does not name a variable', '% o'],
    ['percent', 'a %(x) b', 'Python cannot read', '%'],
  ] as const)
    it(`${syntax}: ${JSON.stringify(source.slice(0, 40))} is one problem at its place`, () => {
      const { problems } = found(syntax, source);
      assert.equal(problems.length, 1);
      assert.equal(problems[0]?.[0], 'template/syntax');
      assert.ok(problems[0]?.[1]?.includes(message), problems[0]?.[1]);
      assert.equal(problems[0]?.[2], at);
      assert.throws(
        () => segmentsOf({ syntax, template: source }),
        (error) => error instanceof HumanError && error.message.startsWith('Template main, line 1: '),
      );
    });
});
