import assert from 'node:assert/strict';
import type { Diagnostic } from '../../src/core/problems/diagnostics.ts';
import type { AssertionSpec } from '../../src/core/grade/assertion.ts';
import { distinctColumns } from '../../src/core/prompt/columns.ts';
import type { PromptDocument } from '../../src/core/prompt/document.ts';
import { isPromptfooPath } from '../../src/core/prompt/formats/prompt-name.ts';
import { promptfooNames, readPromptfoo } from '../../src/core/prompt/promptfoo/read-config.ts';
import type { RunTarget } from '../../src/core/prompt/run-target.ts';
import { LineIndex } from '../../src/core/text/text.ts';

const NOTHING_KNOWN = { texts: new Map<string, string | null>(), matches: new Map<string, readonly string[]>() };
const read = (text: string) => readPromptfoo('promptfooconfig.yaml', text, NOTHING_KNOWN);

const targetOf = (document: PromptDocument): RunTarget => ({
  document,
  partials: [],
  listVariables: [],
  version: 'v',
  ref: null,
  golden: 'g',
  cases: document.embedded.cases,
});

const lined = (text: string, all: readonly Diagnostic[]): string[] =>
  all.map(
    ({ severity, code, range }) => `${range === null ? '-' : new LineIndex(text).position(range.start).line + 1} ${severity} ${code}`,
  );

describe('providers of a promptfoo config', () => {
  it('executes the `transform` of a provider before that of the test, only for that provider', () => {
    const text = `prompts: ['{{x}}']
providers: [echo, { id: openai:gpt-4.1, transform: 'file://code/first.js:up' }, { id: https, config: { url: 'http://h', transformResponse: json.a } }]
defaultTest: { options: { transform: output.trim() } }
tests: [{ vars: { x: a }, assert: [{ type: equals, value: a }, { type: assert-set, assert: [{ type: contains, value: a }] }] }]
`;
    const { documents, caseDiagnostics } = read(text);
    assert.deepEqual(caseDiagnostics, []);
    const [document] = documents;
    assert.ok(document);
    const transforms = (specs: readonly AssertionSpec[]): unknown[] =>
      specs.map((spec) => (spec.assert === undefined ? (spec.transforms ?? []) : transforms(spec.assert)));
    assert.deepEqual(
      distinctColumns(targetOf(document)).map(({ cases }) => cases.map(({ assertions }) => transforms(assertions))),
      [
        [[['output.trim()'], [['output.trim()']]]],
        [[['file://code/first.js:up', 'output.trim()'], [['file://code/first.js:up', 'output.trim()']]]],
        [[['output.trim()'], [['output.trim()']]]],
      ],
    );
    const two = read(
      'prompts: [x]\nproviders: [echo, { id: echo, transform: output }]\ntests: [{ assert: [{ type: equals, value: x }] }]\n',
    );
    const [both] = two.documents;
    assert.ok(both);
    // One request has one answer here, which cannot be graded in two ways.
    assert.match(distinctColumns(targetOf(both))[0]?.cases[0]?.unsupported ?? '', /different `transform`/);
  });

  it('sends a test with its own `provider` to that one only', () => {
    const text = `prompts: ['{{x}}']
providers: [echo, openai:gpt-4.1]
tests:
  - { vars: { x: a } }
  - { vars: { x: b }, provider: openai:gpt-4.1 }
  - { vars: { x: c }, provider: { id: 'openai:gpt-4.1', config: { temperature: 0 } } }
  - { vars: { x: d }, provider: 'promptfoo:simulated-user' }
`;
    const { documents, caseDiagnostics } = read(text);
    assert.deepEqual(lined(text, caseDiagnostics), ['7 error golden/unsupported']);
    const [document] = documents;
    assert.ok(document);
    const sent = distinctColumns(targetOf(document)).map(({ document: { model, parameters }, cases }) => [
      model?.id,
      parameters,
      cases.map(({ vars, unsupported }) => (unsupported === null ? vars['x'] : 'error')),
    ]);
    assert.deepEqual(sent, [
      ['echo', {}, ['a', 'error']],
      ['openai:gpt-4.1', {}, ['a', 'b', 'error']],
      ['openai:gpt-4.1', { temperature: 0 }, ['c']],
    ]);
  });

  it('does not read who would judge what no model judges, and says so', () => {
    const text = `prompts: ['{{x}}']
providers: [echo]
tests: [{ vars: { x: a }, assert: [{ type: icontains, value: a, provider: 'openai:gpt-4o' }] }]
`;
    const { documents, caseDiagnostics } = read(text);
    assert.deepEqual(lined(text, caseDiagnostics), ['3 warning promptfoo/ignored']);
    assert.equal(documents[0]?.embedded.cases[0]?.unsupported, null);
  });

  it('takes a file of another name for a config only if it holds prompts and what to run', () => {
    const names = (path: string, text: string): readonly string[] => promptfooNames(path, text, NOTHING_KNOWN).names;
    const text = 'prompts: [hi]\nproviders: [echo]\n';
    assert.ok(['promptfoo.tasks.yaml', 'a/promptfoo-base.yml', 'promptfoo_a.json'].every((path) => isPromptfooPath(path)));
    assert.ok(
      ['promptfoo.golden.yaml', 'promptfoo.prompt.yml', 'my-promptfoo.yaml', 'promptfoo.md'].every((path) => !isPromptfooPath(path)),
    );
    assert.deepEqual(names('promptfoo.tasks.yaml', text), ['prompt']);
    assert.deepEqual(names('promptfoo-tests.yaml', '- vars: { a: b }\n'), []);
    assert.deepEqual(names('promptfoo-prompts.yaml', 'prompts: [hi]\n'), []);
    assert.deepEqual(names('promptfooconfig.yaml', 'tests: []\n'), ['prompt']);
  });
});
