/** Golden cases as tests of promptfoo: its texts are rendered by Nunjucks, and ours are not. */
import assert from 'node:assert/strict';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { promptfooTests } from '../../src/core/golden/promptfoo-export.ts';
import { promptfooText } from '../../src/core/golden/promptfoo-text.ts';
import { readGoldenSet } from '../../src/core/golden/read-golden.ts';
import type { JsonObject } from '../../src/core/json/json.ts';
import { shownByNunjucks } from './nunjucks-raw.ts';
import { taggedText } from './tagged-text.ts';

describe('a text for promptfoo', () => {
  /** Rendered with nunjucks 3.2.4, `autoescape: false`: each gives its text back. */
  const recorded: readonly (readonly [string, string])[] = [
    ['plain text', 'plain text'],
    ['file://a', '{% raw %}file://a{% endraw %}'],
    ['{{env.X}}', '{% raw %}{% endraw %}{{ "{" }}{% raw %}{env.X}}{% endraw %}'],
    ['a{% endraw %}b', '{% raw %}a{% endraw %}{{ "{" }}{% raw %}% endraw %}b{% endraw %}'],
    ['{{{', '{% raw %}{% endraw %}{{ "{" }}{% raw %}{% endraw %}{{ "{" }}{% raw %}{{% endraw %}'],
    ['c #} d', '{% raw %}c #} d{% endraw %}'],
    ['line\n', '{% raw %}line\n{% endraw %}'],
  ];
  for (const [given, wanted] of recorded)
    it(`${JSON.stringify(given)} is ${JSON.stringify(wanted)}`, () => {
      assert.equal(promptfooText(given), wanted);
    });

  it('is shown as it was, and has no tag of its own left', () => {
    fc.assert(
      fc.property(taggedText, (given) => {
        const made = promptfooText(given);
        if (made === given) return assert.ok(!/\{[{%#]|#\}|\n$|^\s*(?:file|package|data):/i.test(given));
        assert.equal(shownByNunjucks(made), given);
        const own = made.replaceAll('{% raw %}', '').replaceAll('{% endraw %}', '').replaceAll('{{ "{" }}', '\u0001');
        assert.ok(!/\{[{%#]/.test(own), own);
      }),
      { numRuns: 3000, seed: 23 },
    );
  });
});

describe('golden cases for promptfoo', () => {
  it('have vars, assertions, options and what is expected as code', () => {
    const yaml = `- id: a
  description: asks {x}
  vars: { q: "{{n}}", n: 1, list: [{ literal: "{{a}}" }] }
  expected: { label: "{{b}}" }
  assert: [{ type: contains, value: "{{n}}" }, { type: equals, value: { literal: "{{c}}" } }, { type: ttft, threshold: 5 }, { type: javascript, value: "output === '{{d}}'" }]
  critical: true
  group: g
  options: { disableVarExpansion: true }
- { id: b, vars: { q: "{% if %}" } }
`;
    const { tests, problems } = promptfooTests('p.prompt', readGoldenSet('t.golden.yaml', yaml).cases, '');
    const raw = (name: string): string => `{% raw %}{% endraw %}{{ "{" }}{% raw %}{${name}}}{% endraw %}`;
    const [test] = tests;
    assert.deepEqual(test?.['vars'], { q: raw('n'), n: 1, list: [raw('a')] });
    assert.deepEqual([test?.['options'], test?.['metadata']], [{ disableVarExpansion: true }, { id: 'a', group: 'g', critical: true }]);
    const assertions = test?.['assert'] as JsonObject[];
    assert.deepEqual(
      assertions.map(({ type }) => type),
      ['javascript', 'contains', 'equals', 'javascript'],
    );
    assert.deepEqual(
      assertions.slice(1, 3).map((item) => item['value']),
      ['{{n}}', raw('c')],
    );
    const code = shownCode(JSON.stringify(assertions[0]?.['value']));
    const judged = ['{"label":"{{b}}","more":1}', '{"label":"b"}', '{}'].map((output): unknown =>
      runInNewContext(`((output) => {${code}})(${JSON.stringify(output)})`),
    );
    assert.deepEqual(judged, [true, false, false]);
    assert.equal(problems.length, 2);
    assert.match(problems[0] ?? '', /`ttft` of the case a is left out/);
    assert.match(problems[1] ?? '', /The case b is left out: .*Nunjucks/);
  });

  const shownCode = (made: string): string =>
    (JSON.parse(made) as string).replaceAll('{% endraw %}{{ "{" }}{% raw %}', '{').replace(/^\{% raw %\}|\{% endraw %\}$/g, '');
});
