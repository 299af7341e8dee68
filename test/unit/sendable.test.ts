/** What is not sent, and that it costs only its own case. */
import assert from 'node:assert/strict';
import { pipelineAnswer } from '../../src/adapters/models/pipeline/pipeline-answer.ts';
import { keyFault } from '../../src/adapters/models/key-fault.ts';
import { keyFor, type KeySource } from '../../src/adapters/models/keys.ts';
import { sha256 } from '../../src/adapters/hash.ts';
import { isConfigurationError, isProviderError } from '../../src/core/problems/errors.ts';
import { dryRun } from '../../src/core/run/estimate.ts';
import { gradeHere, renderHere } from '../../src/core/evaluation/evaluate-here.ts';
import { readPrompt } from '../../src/core/prompt/read-prompt.ts';
import { promptVersion } from '../../src/core/versions/identity.ts';
import { modelOf, planOf, World } from './run-world.ts';

const line = (item: object): string => JSON.stringify(item);
const GOOD = line({ id: 'good', vars: { x: 'a' }, expected: 'ok' });

describe('what is not sent', () => {
  const rows: readonly (readonly [string, string, object, string, RegExp])[] = [
    ['half an emoji in a variable', '{{x}}', { vars: { x: 'a \ud83d' }, expected: 'ok' }, 'golden/lone-surrogate', /variable `x`/],
    [
      'half an emoji deep in a variable',
      '{{x}}',
      { vars: { x: 'a', t: { body: ['\udc00'] } }, expected: 'ok' },
      'golden/lone-surrogate',
      /variable `t\.body\.0`/,
    ],
    [
      'half an emoji in a suffix',
      '{{x}}',
      { vars: { x: 'a' }, options: { suffix: '\ud83d' }, expected: 'ok' },
      'golden/lone-surrogate',
      /`suffix`/,
    ],
    [
      'an object that is printed',
      '{{x}}',
      { vars: { x: { a: 1 } }, expected: 'ok' },
      'template/object-as-text',
      /`\{\{x\}\}` is an object/,
    ],
    [
      'a list with an object that is printed',
      '{{#if x}}{{this.x}}{{/if}}',
      { vars: { x: [[{ a: 1 }]] }, options: { disableVarExpansion: true }, expected: 'ok' },
      'template/object-as-text',
      /\[object Object\]/,
    ],
    ['no message', '{{#if x}}{{x}}{{/if}}', { vars: { x: '' }, expected: 'ok' }, 'template/no-messages', /no message/],
  ];
  for (const [name, template, item, code, message] of rows)
    it(`A case with ${name} is an error of its own, and the other case passes`, async () => {
      const sent: string[] = [];
      const client = modelOf((request) => {
        sent.push(JSON.stringify(request.messages));
        return Promise.resolve({ output: 'ok' });
      });
      const plan = planOf(`${GOOD}\n${line({ id: 'odd', ...item })}`, [client], { template });
      const report = await new World().run(plan);
      const [good, odd] = [...report.results];
      assert.equal(good?.verdict, 'pass');
      assert.deepEqual([odd?.verdict, odd?.error?.code], ['error', code]);
      assert.match(odd?.error?.message ?? '', message);
      assert.equal(sent.length, 1);
      const evaluator = {
        render: (job: Parameters<typeof renderHere>[0]) => Promise.resolve(renderHere(job)),
        grade: (job: Parameters<typeof gradeHere>[0]) => Promise.resolve(gradeHere(job)),
      };
      const estimate = await dryRun(plan, { evaluator, answers: null, hash: sha256, readMedia: (url) => Promise.resolve({ url }) });
      assert.equal(estimate.calls, 1);
    });

  it('A text that contains [object Object] is sent as it is', async () => {
    const plan = planOf(line({ id: 'a', vars: { x: 'It prints [object Object] \u{1f600}' }, expected: 'ok' }), [
      modelOf(() => Promise.resolve({ output: 'ok' })),
    ]);
    assert.equal((await new World().run(plan)).verdict, 'pass');
  });

  it('Half an emoji in the text of a prompt has a version, and is not sent', () => {
    const text = 'messages:\n  - { role: user, content: "Hi \\ud83d {{x}}" }\n';
    const { document } = readPrompt('t.prompt.yml', text);
    assert.notEqual(
      promptVersion(document, [], sha256),
      promptVersion(readPrompt('t.prompt.yml', text.replace('ud83d', 'ud83c')).document, [], sha256),
    );
  });

  const answers: readonly (readonly [string, object, string, RegExp])[] = [
    ['an error as text beside an output', { output: 'x', error: 'index not ready' }, 'bad-request', /reported an error: index not ready/],
    ['an error without an output', { error: { message: 'no rows' } }, 'bad-request', /no rows/],
    ['an error with a status that passes', { error: { message: 'slow down', status: 429 } }, 'rate-limit', /slow down/],
    ['an error of another shape', { output: 'x', error: { detail: 7 } }, 'bad-request', /"detail":7/],
  ];
  for (const [name, body, failure, message] of answers)
    it(`A pipeline that answers with ${name} has failed`, () => {
      assert.throws(
        () => pipelineAnswer('rag', JSON.stringify(body), 1),
        (error) => isProviderError(error) && error.failure === failure && message.test(error.message),
      );
    });

  it('A pipeline that answers with an empty error has answered', () => {
    for (const error of [null, false, '']) assert.equal(pipelineAnswer('rag', JSON.stringify({ output: 'x', error }), 1).output, 'x');
  });

  const keys: readonly (readonly [string, string, RegExp])[] = [
    ['double quotes', '"sk-secret"', /is in quotes/],
    ['single quotes', "'sk-secret'", /is in quotes/],
    ['a quote at its end', 'sk-secret"', /is in quotes/],
    ['Bearer', 'Bearer sk-secret', /starts with “Bearer”/],
    ['the whole header', 'Authorization: Bearer sk-secret', /starts with “Authorization:”/],
    ['a line break', 'sk-\nsecret', /white space or a line break/],
    ['a zero-width space', 'sk-secret\u200b', /no header can carry/],
  ];
  for (const [name, key, fault] of keys)
    it(`A key with ${name} is an error that names the variable and the fault, not the key`, async () => {
      const source: KeySource = { keyForOrigin: () => Promise.resolve(null), variable: () => key, isAllowed: () => true };
      const request = { provider: 'local', baseUrl: 'http://127.0.0.1:9/v1', keyVariable: 'LOCAL_KEY' };
      await assert.rejects(keyFor(request, source), (error) => {
        assert.ok(isConfigurationError(error));
        assert.match(error.message, /LOCAL_KEY/);
        assert.match(error.message, fault);
        assert.doesNotMatch(`${error.message} ${error.hint ?? ''}`, /secret/);
        return true;
      });
    });

  it('Keys of known forms have no fault', () => {
    for (const key of ['sk-proj-abc_DEF-123', 'AIzaSy.abc', 'abc+/=', 'pk_lf_1:sk_lf_2']) assert.equal(keyFault(key), null);
  });
});
