import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PromptAnalyst } from '../../src/adapters/analysis/prompt-analyst.ts';
import { GoldenSets } from '../../src/adapters/workspace/golden-sets.ts';
import { openWorkspace } from '../../src/adapters/workspace/root.ts';
import { loadPromptfoo, PromptfooNames } from '../../src/adapters/workspace/promptfoo-files.ts';
import type { Diagnostic } from '../../src/core/problems/diagnostics.ts';
import { columnTargets, distinctColumns } from '../../src/core/prompt/columns.ts';
import type { PromptDocument } from '../../src/core/prompt/document.ts';
import type { RunTarget } from '../../src/core/prompt/run-target.ts';
import type { LoadedPromptfoo } from '../../src/core/prompt/promptfoo/case-files-of.ts';
import { readPromptfoo } from '../../src/core/prompt/promptfoo/read-config.ts';
import { configReading } from '../../src/core/prompt/promptfoo/config-reading.ts';
import { withErrorCells } from '../../src/core/prompt/promptfoo/error-cells.ts';
import { refuseUnusable } from '../../src/core/prompt/refuse-broken.ts';
import type { PromptReading } from '../../src/core/prompt/read-prompt.ts';
import { concurrencyOf, repeatsOf } from '../../src/core/run/plan-run.ts';
import { modelOf } from './run-world.ts';
import { LineIndex } from '../../src/core/text/text.ts';

const FIXTURES = path.resolve('test/fixtures/promptfoo');

async function load(folder: string): Promise<LoadedPromptfoo> {
  const root = path.join(FIXTURES, folder);
  const name = readdirSync(root).find((file) => file.startsWith('promptfooconfig')) ?? '';
  return loadPromptfoo(root, name, readFileSync(path.join(root, name), 'utf8'), {
    read: (file) => Promise.resolve(readFileSync(file, 'utf8')),
    has: (file) => Promise.resolve(readdirSync(path.dirname(file)).includes(path.basename(file))),
  });
}

const read = (text: string) => readPromptfoo('promptfooconfig.yaml', text, { texts: new Map(), matches: new Map() });

const targetOf = (document: PromptDocument): RunTarget => ({
  document,
  partials: [],
  listVariables: [],
  version: 'v',
  ref: null,
  golden: 'g',
  cases: document.embedded.cases,
});

const refuseUnusableOf = ({ reading }: { readonly reading: PromptReading }): void => refuseUnusable(reading);

const lined = (text: string, all: readonly Diagnostic[]): string[] =>
  all.map(
    ({ severity, code, range }) => `${range === null ? '-' : new LineIndex(text).position(range.start).line + 1} ${severity} ${code}`,
  );

describe('promptfoo configs', () => {
  /** Cases of the corpus that Goldset says it cannot judge, with the reason: all others must be judged as they are written. */
  const LEFT_OUT: Readonly<Record<string, number>> = {
    '69-environment': 2, // no name is listed here: test/unit/promptfoo-environment.test.ts lists some
    '57-unsupported': 2, // moderation and search-rubric need a provider that is not here
  };

  it('reads every case of the corpus, but those that it names', async () => {
    let cases = 0;
    let unjudged = 0;
    for (const folder of readdirSync(FIXTURES)) {
      const { documents, caseDiagnostics } = await load(folder);
      const distinct = new Set(documents.flatMap(({ embedded }) => embedded.cases.map(({ id }) => id)));
      const refused = new Set(
        documents.flatMap(({ embedded }) => embedded.cases.filter(({ unsupported }) => unsupported !== null).map(({ id }) => id)),
      );
      const said = caseDiagnostics.filter(({ severity }) => severity === 'error').length;
      assert.equal(
        Math.max(refused.size, said),
        LEFT_OUT[folder] ?? 0,
        `${folder}: ${caseDiagnostics.map(({ message }) => message).join(' ')}`,
      );
      cases += distinct.size;
      unjudged += Math.max(refused.size, said);
    }
    assert.ok(cases >= 100 && unjudged / cases <= 0.05, `${unjudged} of ${cases}`);
  });

  it('has a column for each prompt and provider, each with its own settings', async () => {
    const { documents } = await load('17-provider-config');
    const [document] = documents;
    assert.ok(document);
    assert.deepEqual(
      document.columns?.map(({ label, model, parameters, output }) => [label, model.id, parameters, output.format]),
      [
        [null, 'openai:gpt-4.1-mini', { temperature: 0.2, maxOutputTokens: 200 }, 'json'],
        ['sonnet', 'anthropic:messages:claude-sonnet-4-5', { temperature: 0, maxOutputTokens: 300 }, null],
      ],
    );
    const filtered = (await load('56-provider-filter')).documents[0];
    assert.ok(filtered);
    const target = targetOf(filtered);
    assert.deepEqual(
      columnTargets(target).map(({ cases }) => cases.map(({ vars }) => vars['text'])),
      [['for both'], ['for both', 'for one']],
    );
    // Both send the same requests, so they are run once, with the cases of both.
    assert.deepEqual(
      distinctColumns(target).map(({ cases }) => cases.map(({ vars }) => vars['text'])),
      [['for both', 'for one']],
    );
  });

  it('names prompts by their labels, and finds those of patterns and of one text file', async () => {
    assert.deepEqual(new PromptfooNames().of(path.join(FIXTURES, '15-labels'), path.join(FIXTURES, '15-labels/promptfooconfig.yaml')), [
      'first',
      'second',
      'third',
    ]);
    assert.deepEqual(
      (await load('08-separators')).documents.map(({ name, path: id }) => [name, id]),
      [
        ['prompts', 'promptfooconfig.yaml#prompts'],
        ['prompts-2', 'promptfooconfig.yaml#prompts-2'],
        ['prompts-3', 'promptfooconfig.yaml#prompts-3'],
      ],
    );
    assert.equal((await load('09-globs')).documents.length, 2);
  });

  it('keeps a test for the prompts that it names', async () => {
    const { documents } = await load('15-labels');
    assert.deepEqual(
      documents.map(({ embedded }) => embedded.cases.length),
      [1, 2, 1],
    );
  });

  it('merges defaults as promptfoo does: its assertions come first, its variables and options last', async () => {
    const { documents } = await load('02-default-test');
    const [, , third] = documents[0]?.embedded.cases ?? [];
    assert.deepEqual(
      third?.assertions.map(({ type, value }) => [type, value]),
      [
        ['icontains', 'answer'],
        ['not-contains', 'As an AI'],
        ['contains', 'river'],
      ],
    );
    const judged = (await load('04-judge-in-options')).documents[0]?.embedded.cases.flatMap(({ assertions }) =>
      assertions.map(({ type, provider }) => [type, provider]),
    );
    assert.deepEqual(judged, [
      ['llm-rubric', 'openai:gpt-4.1-mini'],
      ['contains', undefined],
      ['factuality', 'openai:gpt-4.1'],
    ]);
  });

  it('says at its line what it cannot follow, with the number of cases, and never lets such a case pass', () => {
    const text = `prompts: ['{{x}}']
providers: [echo]
defaultTest:
  assert: [{ type: no-such-type, value: 1 }]
tests:
  - vars: { x: a }
  - vars: { x: b }
  - vars: { x: file://gone.txt }
  - vars: { x: '{{ env.HOME }}' }
`;
    const { documents, caseDiagnostics } = read(text);
    assert.deepEqual(lined(text, caseDiagnostics), [
      '4 error assert/unknown-type',
      '8 error golden/unsupported',
      '9 error golden/unsupported',
    ]);
    assert.match(caseDiagnostics[0]?.message ?? '', /This affects 4 cases\./);
    assert.deepEqual(
      documents[0]?.embedded.cases.map(({ unsupported }) => unsupported !== null),
      [false, false, true, true],
    );
  });

  it('never grades an output that a config transforms at a place that is not executed', () => {
    const text = `prompts: ['{{x}}', 'other {{x}}']
providers:
  - echo
  - id: openai:gpt-4.1
    label: shouted
    transform: { code: output.toUpperCase() }
  - id: openai:gpt-4.1
    config: { transformResponse: json.text }
tests:
  - vars: { x: a }
    assert: [{ type: equals, value: a }]
  - vars: { x: b }
    providers: [echo]
  - vars: { x: c }
    transform: output.trim()
  - vars: { x: d }
    assert: [{ type: llm-rubric, value: polite, provider: { id: 'openai:gpt-4.1', transform: output.trim() } }]
`;
    const { documents, diagnostics, caseDiagnostics } = read(text);
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(lined(text, caseDiagnostics), [
      '15 error golden/unsupported',
      '17 error golden/unsupported',
      '6 error promptfoo/transform',
      '8 error promptfoo/transform',
    ]);
    // The test that names echo is not sent to the label `shouted`.
    assert.match(caseDiagnostics[2]?.message ?? '', /`transform` of the provider openai:gpt-4\.1 .* This affects 3 cases\.$/);
    const [document] = documents;
    assert.ok(document);
    const cells = distinctColumns(targetOf(document)).map(({ cases }) => cases.map(({ unsupported }) => unsupported !== null));
    assert.deepEqual(cells, [
      [false, false, true, true],
      [true, true, true],
    ]);
    const both = read('prompts: [x]\nproviders: [echo, { id: echo, postprocess: output }]\ntests: [{ vars: { a: b } }]\n').documents[0];
    assert.ok(both);
    // Both send the same requests, so they are run once: what one of them cannot judge does not pass.
    assert.deepEqual(
      distinctColumns(targetOf(both)).map(({ cases }) => cases.map(({ unsupported }) => unsupported !== null)),
      [[true]],
    );
    // What is not run column by column looks at the first one that can be judged.
    assert.equal(document.model?.id, 'echo');
    const alone = read(`prompts: [x]\nproviders: [{ id: echo, postprocess: x }]\ntests: [{ assert: [{ type: contains, value: x }] }]\n`);
    const [only] = alone.documents;
    assert.ok(only);
    assert.deepEqual(
      distinctColumns(targetOf(only)).map(({ cases }) => cases.map(({ unsupported }) => unsupported !== null)),
      [[true]],
    );
    // Another model in its place has neither the provider's code nor its fault.
    assert.deepEqual(
      only.embedded.cases.map(({ unsupported }) => unsupported),
      [null],
    );
    const top = 'transform: output\nprompts: [x]\nproviders: [echo]\ntests: [{ vars: { a: b } }, { vars: { a: c } }]\n';
    assert.deepEqual(lined(top, read(top).caseDiagnostics), ['1 error golden/unsupported']);
    assert.match(read(top).caseDiagnostics[0]?.message ?? '', /This affects 2 cases\.$/);
    const ofPrompt = 'prompts: [{ raw: x, transform: output }]\nproviders: [echo]\n';
    assert.deepEqual(lined(ofPrompt, read(ofPrompt).diagnostics), ['1 error promptfoo/prompt']);
  });

  it('makes a prompt that cannot be read an error of its own cells, and runs the others', () => {
    const text = `prompts: ['say {{x}}', file://make.py, 'broken {% if x %}', langfuse://greeting]
providers: [echo]
tests: [{ vars: { x: a } }, { vars: { x: b } }]
`;
    const config = read(text);
    const all = config.documents.map((document) => ({ reading: configReading(config, document.path, text), target: targetOf(document) }));
    const errors = all.map(({ reading }) =>
      reading.diagnostics.flatMap(({ severity, message }) => (severity === 'error' ? [message] : [])),
    );
    assert.deepEqual(
      errors.map(({ length }) => length),
      [0, 1, 1, 1],
    );
    for (const [message = ''] of errors.slice(1)) assert.match(message, / This affects 2 cases\.$/);
    const run = withErrorCells(all);
    assert.deepEqual(
      run.map(({ target }) => target.cases.map(({ unsupported }) => unsupported)),
      errors.map(([message = null]) => Array<string | null>(2).fill(message?.replace(' This affects 2 cases.', '') ?? null)),
    );
    assert.doesNotThrow(() => run.forEach(refuseUnusableOf));
    // One that runs alone, or of a config of which no prompt can be read, is refused.
    const [, ...broken] = all;
    assert.deepEqual(withErrorCells(broken), broken);
    assert.throws(() => withErrorCells(broken).forEach(refuseUnusableOf), /make\.py would be run as a program/);
  });

  it('has a cost for each column, with its own settings', async () => {
    const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'goldset-columns-')));
    const config = `prompts: ['Answer briefly: {{x}}']
providers:
  - { id: openai:gpt-4.1-mini, config: { max_tokens: 100 } }
  - { id: anthropic:claude-sonnet-4-5, config: { max_tokens: 900 } }
  - { id: openai:gpt-4.1-mini, label: again, config: { max_tokens: 100 } }
tests: [{ vars: { x: Why is the sky blue? } }]
`;
    writeFileSync(path.join(root, 'promptfooconfig.yaml'), config);
    try {
      const job = { file: path.join(root, 'promptfooconfig.yaml#prompt'), unsaved: {}, previous: null, off: [], isRestricted: true };
      const workspace = await openWorkspace(root);
      const analyst = new PromptAnalyst(new GoldenSets());
      const modelsFor = async (models: readonly string[]): Promise<(string | number | null)[][]> =>
        (await analyst.analyse({ ...job, workspace, models })).report.models.map(({ model, tokens }) => [model, tokens.output.p95]);
      assert.deepEqual(await modelsFor([]), [
        ['openai:gpt-4.1-mini', 100],
        ['anthropic:claude-sonnet-4-5', 900],
      ]);
      assert.deepEqual(await modelsFor(['openai:gpt-4.1']), [['openai:gpt-4.1', 100]]);
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  it('names settings that it does not follow, at their lines', () => {
    const text = `prompts: [x]
providers: [echo]
evaluateOptions:
  repeat: 3
  maxConcurrency: 4
  cache: false
commandLineOptions:
  filterFirstN: 2
  repeat: 1.5
derivedMetrics: [{ name: f1, value: a / b }]
`;
    const { diagnostics, documents } = read(text);
    assert.deepEqual(lined(text, diagnostics).sort(), [
      '10 warning promptfoo/ignored',
      '4 info promptfoo/repeat',
      '8 warning promptfoo/ignored',
      '9 warning promptfoo/ignored',
    ]);
    assert.deepEqual(
      documents.map(({ repeats, concurrency }) => [repeats, concurrency]),
      [[3, 4]],
    );
    const plan = (numbers: readonly (number | undefined)[]) => ({
      candidates: numbers.map((concurrency) => {
        const [document] = documents;
        assert.ok(document);
        const { concurrency: _own, ...rest } = document;
        const target = targetOf({ ...rest, ...(concurrency === undefined ? {} : { concurrency }) });
        return { candidate: { id: 'a', target, client: modelOf(() => Promise.resolve({ output: '' })), parameters: {} }, cases: [] };
      }),
    });
    // The smallest number that a config of the run has; without one, the command line and the editor have their own.
    assert.deepEqual([concurrencyOf(plan([4, undefined, 2])), concurrencyOf(plan([undefined]))], [2, null]);
  });

  it('sends each case as often as the config says, unless goldset.yaml or another prompt of the run say another number', () => {
    const ofRepeat = (repeat: string) => {
      const [document] = read(`prompts: [x]\nproviders: [echo]\nevaluateOptions: { ${repeat} }\n`).documents;
      assert.ok(document);
      return { target: targetOf(document), clients: [] };
    };
    const [thrice, once, unsaid] = [ofRepeat('repeat: 3'), ofRepeat('repeat: 1'), ofRepeat('cache: false')];
    assert.equal(repeatsOf([thrice, thrice], 1), 3);
    assert.equal(repeatsOf([thrice], 5), 5);
    assert.equal(repeatsOf([thrice, once], 1), 1);
    assert.equal(repeatsOf([thrice, unsaid], 1), 1);
    assert.equal(repeatsOf([unsaid], 1), 1);
  });

  it('never reads the environment, keys or addresses of a config', () => {
    const text = `prompts: ['Tell {{ env.SECRET }}']
providers:
  - id: openai:gpt-4.1
    config: { apiKey: sk-none, apiBaseUrl: 'https://elsewhere.example', temperature: 1 }
env: { OPENAI_BASE_URL: 'https://elsewhere.example' }
tests: [{ vars: { a: b } }]
`;
    const { documents, diagnostics } = read(text);
    assert.deepEqual(lined(text, diagnostics), [
      '4 warning promptfoo/key',
      '4 warning promptfoo/server',
      '5 warning promptfoo/env',
      '1 error promptfoo/prompt',
    ]);
    assert.equal(documents[0]?.model?.id, 'promptfoo-server:openai:gpt-4.1');
    assert.equal(JSON.stringify(documents).includes('sk-none'), false);
    assert.equal(JSON.stringify(documents).includes('elsewhere'), false);
  });

  it('refuses what is kept elsewhere, and code that makes prompts or tests', () => {
    const text = `prompts: [langfuse://greeting, file://make.py, 'exec:run.sh', 'plain {{x}}']
providers: [echo]
tests:
  - https://docs.google.com/spreadsheets/d/1
  - file://tests.js
  - huggingface://datasets/x
`;
    const { diagnostics } = read(text);
    assert.deepEqual(lined(text, diagnostics).sort(), [
      '1 error promptfoo/prompt',
      '1 error promptfoo/prompt',
      '1 error promptfoo/prompt',
      '4 error promptfoo/tests',
      '5 error promptfoo/pending-tests',
      '6 error promptfoo/tests',
    ]);
  });
});
