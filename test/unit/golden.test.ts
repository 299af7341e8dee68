import assert from 'node:assert/strict';
import { caseProblems } from '../../src/core/prompt/case-problems.ts';
import { readGoldenSet } from '../../src/core/golden/read-golden.ts';
import { keyTrail } from '../../src/core/golden/key-trail.ts';
import { goldenVariableKeys, variableKeys } from '../../src/core/golden/variable-keys.ts';
import { gradeOutput } from '../../src/core/grade/grade.ts';
import { readPrompt } from '../../src/core/prompt/read-prompt.ts';
import { expandLists } from '../../src/core/prompt/expand-lists.ts';
import { parseExpectedCell } from '../../src/core/golden/expected-cell.ts';
import { LineIndex } from '../../src/core/text/text.ts';

const codes = (path: string, text: string): string[] =>
  readGoldenSet(path, text).diagnostics.map((item) => {
    const at = item.range === null ? '-' : String(new LineIndex(text).position(item.range.start).line + 1);
    return `${at} ${item.severity} ${item.code}`;
  });

describe('golden sets', () => {
  it('reads every field of the contract', () => {
    const text = `- id: refund-late
  description: refund asked after the window
  vars: { ticket: "Hello" }
  expected: { label: refund }
  assert:
    - { type: is-json, value: { type: object } }
    - { type: not-icontains, value: "as an AI", weight: 2, metric: tone }
  threshold: 0.5
  options: { prefix: "P", suffix: "S" }
  critical: true
  group: policy
  status: known-failing
  metadata: { tags: [a] }
`;
    const set = readGoldenSet('t.golden.yaml', text);
    assert.deepEqual(set.diagnostics, []);
    const [first] = set.cases;
    assert.ok(first);
    const { source, assertions, ...rest } = first;
    assert.deepEqual(rest, {
      id: 'refund-late',
      description: 'refund asked after the window',
      vars: { ticket: 'Hello' },
      expected: { label: 'refund' },
      threshold: 0.5,
      prefix: 'P',
      suffix: 'S',
      expandLists: true,
      critical: true,
      group: 'policy',
      status: 'known-failing',
      metadata: { tags: ['a'] },
      unsupported: null,
    });
    assert.deepEqual(
      assertions.map(({ range: _range, ...spec }) => spec),
      [
        { type: 'is-json', value: { type: 'object' } },
        { type: 'not-icontains', value: 'as an AI', weight: 2, metric: 'tone' },
      ],
    );
    assert.equal(text.slice(source.anchor.start, source.anchor.end), 'id');
  });

  it('derives ids that do not depend on the order', () => {
    const one = readGoldenSet('a.golden.yaml', '- vars: { a: 1 }\n- vars: { a: 2 }\n- vars: { a: 1 }\n').cases.map((item) => item.id);
    const two = readGoldenSet('a.golden.yaml', '- vars: { a: 2 }\n- vars: { a: 1 }\n').cases.map((item) => item.id);
    assert.deepEqual(two, [one[1], one[0]]);
    assert.equal(one[2], `${one[0] ?? ''}-2`);
  });

  it('says what is wrong, at its line', () => {
    const text = `- id: a
  vars: { x: 1 }
  assert:
    - { type: moderation, value: good }
    - { type: nonsense }
    - { type: contains }
    - { type: regex, value: "(" }
  provider: openai:x
  colour: red
  status: maybe
- id: a
  vars: { y: "file://y.js" }
- 12
`;
    assert.deepEqual(codes('t.golden.yaml', text), [
      '8 error golden/unsupported',
      '9 warning golden/unknown-key',
      '10 error golden/invalid-value',
      '4 error assert/not-supported',
      '5 error assert/unknown-type',
      '6 error assert/invalid',
      '7 error assert/invalid',
      '12 error golden/unsupported',
      '11 error golden/duplicate-id',
      '13 error golden/invalid-value',
    ]);
  });

  it('reads JSON, JSONL and an object with tests', () => {
    assert.equal(readGoldenSet('t.golden.json', '[{"id":"a","vars":{}},{"id":"b"}]').cases.length, 2);
    assert.equal(readGoldenSet('t.golden.yaml', 'tests:\n  - id: a\n').cases.length, 1);
    const lines = '{"id":"a","vars":{"x":1}}\n\nnot json\n{"id":"b"}\n';
    assert.deepEqual(
      readGoldenSet('t.golden.jsonl', lines).cases.map((item) => item.id),
      ['a', 'b'],
    );
    assert.deepEqual(codes('t.golden.jsonl', lines), ['3 error golden/syntax']);
  });

  it('reads promptfoo CSV', () => {
    const csv =
      'ticket,__expected,__expected2,__description,__prefix,__threshold,__metadata:tags[],expected,id\n"Hello, you","contains:hi","levenshtein(3):hallo",greets,P,0.7,"a,b","{""label"":""x""}",one\nsecond,plain,,,,,,,\n';
    const [first, second] = readGoldenSet('t.golden.csv', csv).cases;
    assert.deepEqual(first?.vars, { ticket: 'Hello, you' });
    assert.deepEqual(
      first?.assertions.map(({ range: _range, ...spec }) => spec),
      [
        { type: 'contains', value: 'hi' },
        { type: 'levenshtein', value: 'hallo', threshold: 3 },
      ],
    );
    assert.deepEqual(
      [first?.id, first?.description, first?.prefix, first?.threshold, first?.metadata, first?.expected],
      ['one', 'greets', 'P', 0.7, { tags: ['a', 'b'] }, { label: 'x' }],
    );
    assert.deepEqual(
      second?.assertions.map(({ range: _range, ...spec }) => spec),
      [{ type: 'equals', value: 'plain' }],
    );
  });

  const cells: readonly (readonly [string, object])[] = [
    ['is-json', { type: 'is-json' }],
    ['not-contains:x', { type: 'not-contains', value: 'x' }],
    ['contains-all:a, "b, c"', { type: 'contains-all', value: ['a', 'b, c'] }],
    ['latency(500)', { type: 'latency', threshold: 500 }],
    ['cost:0.01', { type: 'cost', threshold: 0.01 }],
    ['grade: be nice', { type: 'llm-rubric', value: 'be nice' }],
    ['fn: output.length', { type: 'javascript', value: 'output.length' }],
    ['Dear Sir: hello', { type: 'equals', value: 'Dear Sir: hello' }],
    ['note: x', { type: 'equals', value: 'note: x' }],
  ];
  for (const [cell, spec] of cells) it(`reads the cell ${cell}`, () => assert.deepEqual(parseExpectedCell(cell), spec));

  it('refuses bombs, cycles and giants with a diagnostic, at once', () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghij'
      .split('')
      .map(
        (key, i) =>
          `${key}: &${key} [${Array(9)
            .fill(`*${'abcdefghi'[i] ?? ''}`)
            .join(',')}]`,
      )
      .join('\n')}\n`;
    assert.deepEqual(codes('t.golden.yaml', bomb), ['1 error yaml/aliases']);
    assert.deepEqual(codes('t.golden.yaml', '- &a [*a]\n').length, 1);
    assert.deepEqual(codes('t.golden.yaml', '['.repeat(50_000)), ['1 error yaml/too-deep']);
    assert.deepEqual(codes('t.golden.yaml', '- '.repeat(50_000)), ['1 error yaml/too-deep']);
    assert.deepEqual(codes('t.golden.yaml', `- vars: { x: "${'a'.repeat(30 * 1024 * 1024)}" }`), ['- error golden/too-large']);
  });

  it('makes a case per list element, unless the prompt takes lists', () => {
    const [goldenCase] = readGoldenSet('t.golden.yaml', '- id: a\n  vars: { x: [1, 2], y: [3, 4], z: [5] }\n').cases;
    assert.ok(goldenCase);
    const target = (text: string) => {
      const { document, analysis } = readPrompt('t.prompt', text);
      return { document, listVariables: analysis.variables.filter((use) => use.use === 'iteration').map((use) => use.name) };
    };
    assert.deepEqual(
      expandLists(goldenCase, target('{{x}}{{y}}{{#each z}}{{this}}{{/each}}')).map((item) => [item.id, item.vars]),
      [
        ['a/1', { x: 1, y: 3, z: [5] }],
        ['a/2', { x: 1, y: 4, z: [5] }],
        ['a/3', { x: 2, y: 3, z: [5] }],
        ['a/4', { x: 2, y: 4, z: [5] }],
      ],
    );
    const declared = '---\ninput:\n  schema:\n    x(array): number\n    y: any\n    z(array): number\n---\n{{x}}';
    assert.equal(expandLists(goldenCase, target(declared)).length, 1);
    assert.equal(expandLists({ ...goldenCase, expandLists: false }, target('{{x}}')).length, 1);
  });

  it('finds variables that a case leaves out or that nothing reads', () => {
    const reading = readPrompt('t.prompt', '{{a}} {{#if b}}x{{/if}}');
    const { cases } = readGoldenSet(
      't.golden.yaml',
      '- id: one\n  vars: { a: 1, c: 2 }\n  expected: x\n- id: two\n  vars: { b: true }\n  expected: x\n',
    );
    assert.deepEqual(
      caseProblems(reading, cases).map((item) => [item.severity, item.code, item.message]),
      [
        ['warning', 'golden/missing-variable', 'The case `two` has no value for `a`, so it renders empty.'],
        ['info', 'golden/unused-variable', 't.prompt does not use the variable `c` of the case `one`.'],
      ],
    );
  });

  it('places variable names for rename', () => {
    const text = '- vars: { ticket: x, "two": 2 }\n- vars:\n    ticket: y\n';
    assert.deepEqual(
      variableKeys(text, 'vars').map(({ name, range }) => [name, text.slice(range.start, range.end)]),
      [
        ['ticket', 'ticket'],
        ['two', 'two'],
        ['ticket', 'ticket'],
      ],
    );
  });
});

describe('a long golden set', () => {
  const item = (i: number): string =>
    [
      `- id: case-${i}\n  vars: { ticket: "Ticket ${i}: ${'word '.repeat(30)}" }\n  expected: { label: refund }\n`,
      `- vars:\n    text: |\n      - not an item\n      - ${i}\n\n  assert:\n    - type: nonsense\n      value: ${i}\n`,
      `# a comment\n- description: 'multi\n    line ${i}'\n  vars:\n    list: [a, "b\n      - c", ${i}]\n  critical: true\n`,
      `- "no map ${i}"\n`,
      `- id: case-${i - (i % 4)}\n  vars: {}\n  unknownKey: ${i}\n`,
    ][i % 5] ?? '';
  const text = Array.from({ length: 3000 }, (_, i) => item(i)).join('');
  /** What looks like an anchor keeps a list from being read in pieces. */
  const WHOLE = '# &x\n';
  const shifted = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value), (key, part: unknown) => {
      if (typeof part === 'string') return part.replace(/g\.golden\.yaml:(\d+)/g, (_, line: string) => `g.golden.yaml:${Number(line) - 1}`);
      if (typeof part !== 'number') return part;
      return key === 'start' || key === 'end' ? part - WHOLE.length : key === 'line' ? part - 1 : part;
    });

  it('gives the same cases, problems and places in pieces as in one', () => {
    const inPieces = readGoldenSet('g.golden.yaml', text);
    const inOne = readGoldenSet('g.golden.yaml', WHOLE + text);
    assert.ok(text.length > 300_000 && inPieces.cases.length > 2000 && inPieces.diagnostics.length > 500);
    assert.deepEqual(inPieces.cases, shifted(inOne.cases));
    assert.deepEqual(inPieces.diagnostics, shifted(inOne.diagnostics));
  });

  it('is read in one where it is not certain: broken text, anchors, a map, several documents', () => {
    const good = readGoldenSet('g.golden.yaml', text).cases.length;
    for (const [broken, cases] of [
      [`${text}- vars: { x: "unterminated\n`, 0],
      [`${text}- &a { vars: {} }\n- *a\n`, good + 2],
      [`tests:\n${text.replaceAll(/^(?=.)/gm, '  ')}`, good],
    ] as const) {
      assert.equal(readGoldenSet('g.golden.yaml', broken).cases.length, cases, broken.slice(-30));
    }
  });
});

describe('a golden case that is not as its author wrote it', () => {
  const read = (text: string, path = 'a.golden.yaml') => readGoldenSet(path, text);
  for (const [name, text] of Object.entries({
    'an assertion list that is a map': '- { vars: { q: 1 }, assert: { type: equals, value: x } }',
    'a threshold that is text': '- { vars: { q: 1 }, assert: [{ type: levenshtein, value: x, threshold: abc }] }',
    'a threshold of the case that is text': '- { vars: { q: 1 }, expected: x, threshold: high }',
    'a threshold above 1': '- { vars: { q: 1 }, expected: x, threshold: 5 }',
    'a weight that is text': '- { vars: { q: 1 }, assert: [{ type: equals, value: x, weight: much }] }',
    'a status that there is not': '- { vars: { q: 1 }, expected: x, status: done }',
    'a slip in `assert`': '- { vars: { q: 1 }, asssert: [{ type: equals, value: x }] }',
    'a slip in `expected`': '- { vars: { q: 1 }, expectd: x }',
    'an empty `expected`': '- { vars: { q: 1 }, expected: }',
    'variables in a prefix': '- { vars: { q: 1 }, expected: x, options: { prefix: "{{q}} " } }',
    'defaultTest beside it': 'defaultTest: { assert: [{ type: equals, value: x }] }\ntests:\n  - { vars: { q: 1 } }',
  })) {
    it(`becomes an error, with a place: ${name}`, () => {
      const { cases, diagnostics } = read(text);
      assert.equal(cases.length, 1);
      assert.notEqual(cases[0]?.unsupported, null);
      assert.ok(diagnostics.some((item) => item.severity === 'error' && item.range !== null));
    });
  }

  it('and what cannot be judged is an error too: an empty set, a check that nobody knows', () => {
    const { cases } = read('- { vars: { q: 1 }, assert: [{ type: assert-set, assert: [] }] }');
    const output = {
      output: 'x',
      toolCalls: [],
      finish: null,
      costUsd: null,
      ttftMs: null,
      latencyMs: null,
      outputTokens: null,
      vars: {},
      tools: [],
    };
    assert.equal(gradeOutput(cases[0]?.assertions ?? [], null, output).verdict, 'error');
    const yml = readPrompt(
      'a.prompt.yml',
      'messages: [{ role: user, content: hi }]\ntestData: [{ a: 1 }]\nevaluators: [{ name: e, string: { containz: x } }]\n',
    );
    assert.equal(gradeOutput(yml.document.embedded.assertions, null, output).verdict, 'error');
  });

  it('not-assert-set turns a set around', () => {
    const { cases } = read('- { vars: { q: 1 }, assert: [{ type: not-assert-set, assert: [{ type: equals, value: y }] }] }');
    const output = {
      output: 'x',
      toolCalls: [],
      finish: null,
      costUsd: null,
      ttftMs: null,
      latencyMs: null,
      outputTokens: null,
      vars: {},
      tools: [],
    };
    assert.equal(gradeOutput(cases[0]?.assertions ?? [], null, output).verdict, 'pass');
  });

  it('keys are completed where they belong', () => {
    const lines = ['- id: a', '  vars:', '    ticket: x', '  assert:', '    - type: equals', '      value: 1', '      '];
    assert.deepEqual(keyTrail(lines, 6), ['assert']);
    assert.deepEqual(keyTrail(lines, 2), ['vars']);
    assert.deepEqual(keyTrail(lines, 1), []);
    assert.deepEqual(keyTrail(['tests:', '  - vars:', '      a: 1', '    '], 3), ['tests']);
  });

  it('variables have places in every form of a golden set', () => {
    const names = (path: string, text: string) =>
      goldenVariableKeys(path, text, 'vars').map(({ name, range }) => [name, text.slice(range.start, range.end)]);
    assert.deepEqual(names('a.golden.csv', 'ticket,"tone",__expected\nx,y,z\n'), [
      ['ticket', 'ticket'],
      ['tone', 'tone'],
    ]);
    assert.deepEqual(names('a.golden.jsonl', '{"vars":{"a":1}}\n{"vars":{"b":2}}\n'), [
      ['a', 'a'],
      ['b', 'b'],
    ]);
  });
});
