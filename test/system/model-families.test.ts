/** What ships runs on the models that it names: each family of models rejects what its provider rejects. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { newPromptText } from '../../src/core/setup/new-prompt.ts';
import type { HttpModelClient } from '../../src/adapters/models/http-client.ts';
import { ProviderError } from '../../src/core/problems/errors.ts';
import type { ModelRequest, ModelResponse } from '../../src/core/model/model-request.ts';
import { changeText } from '../../src/core/model/sent-without.ts';
import { parameterFromText } from '../../src/core/prompt/formats/parameters.ts';
import { readPrompt } from '../../src/core/prompt/read-prompt.ts';
import { allowedHere, TestWorkspace, type RunJson } from './command-line.ts';
import { FAMILIES, FamilyServer, type Family } from './families/family-server.ts';
import { serverClient } from './server-client.ts';

const { signal } = new AbortController();
const USER = [{ role: 'user', content: [{ text: 'hello' }] }] as const;
const TOOL = { name: 'weather', description: null, parameters: { type: 'object', properties: {} } };
const TEXT = { format: null, name: null, schema: null, strict: false } as const;

const asked = (parameters: Readonly<Record<string, unknown>>, rest: Partial<ModelRequest> = {}): ModelRequest => ({
  ...{ messages: USER, tools: [], output: TEXT, repeat: 0 },
  parameters: parameters as ModelRequest['parameters'],
  ...rest,
});

/** Every prompt that ships, as a request: its own parameters, tools and schema. */
const shipped = [
  'judges',
  ...readdirSync('examples', { withFileTypes: true })
    .filter((item) => item.isDirectory())
    .map(({ name }) => `examples/${name}`),
]
  .flatMap((folder) => readdirSync(folder).map((name) => path.join(folder, name)))
  .filter((file) => /(^|\/)[^_/][^/]*\.prompt$/.test(file))
  .map((file) => ({ file, document: readPrompt(file, readFileSync(file, 'utf8'), []).document }));

async function withServer<T>(family: Family, use: (client: HttpModelClient, server: FamilyServer) => Promise<T>): Promise<T> {
  const server = new FamilyServer(family);
  const baseUrl = await server.listen();
  try {
    return await use(serverClient({ baseUrl, model: family.model, config: { stream: false, ...family.config } }), server);
  } finally {
    server.close();
  }
}

const named = (model: string): Family => {
  const family = FAMILIES.find((item) => item.model === model);
  assert.ok(family);
  return family;
};

describe('prompts that ship', () => {
  it('are the judges and the examples', () => {
    assert.equal(shipped.filter(({ file }) => file.startsWith('judges')).length, 14);
    assert.equal(shipped.filter(({ file }) => file.startsWith('examples')).length, 5);
  });

  for (const family of FAMILIES)
    it(`and the new prompt are accepted by ${family.name} as they are written`, () =>
      withServer(family, async (client, server) => {
        const documents = [
          ...shipped,
          { file: 'new.prompt', document: readPrompt('new.prompt', newPromptText(family.model), []).document },
        ];
        for (const { file, document } of documents) {
          const { parameters, output, tools } = document;
          const answer = await client.complete(asked(parameters, { output, tools }), { signal });
          assert.equal(answer.sentWithout, undefined, file);
          assert.notEqual(answer.output, '', file);
        }
        assert.deepEqual(server.refusals, []);
        assert.equal(server.received.length, documents.length);
      }));
});

/** Parameters that a user may write, and what is said of them, by family. Empty: they are sent as they are written. */
const CHANGES: readonly (readonly [model: string, parameters: Readonly<Record<string, unknown>>, said: readonly string[]])[] = [
  ['gpt-6-luna', { temperature: 0 }, ['sent without temperature: the model rejects it unless reasoningEffort is none']],
  ['gpt-6-luna', { temperature: 0, reasoningEffort: 'none' }, []],
  ['gpt-6-luna', { temperature: 1 }, []],
  [
    'gpt-6-luna',
    { reasoningEffort: 'minimal' },
    ['sent with reasoningEffort none: the model has no such effort; it has none, low, medium, high, xhigh, max'],
  ],
  ['gpt-6-astra', { stop: ['END'], topP: 0.5 }, ['sent without stop: the model rejects it', 'sent without topP: the model rejects it']],
  [
    'gpt-6-astra',
    { reasoningEffort: 'none' },
    ['sent with reasoningEffort low: the model has no such effort; it has low, medium, high, xhigh, max'],
  ],
  [
    'gpt-5.6-sol',
    { frequency_penalty: 0.5, topK: 3 },
    ['sent without frequency_penalty: the model rejects it', 'sent without topK: the model rejects it'],
  ],
  ['claude-sonnet-4-6', { temperature: 0.2, topK: 5, stop: ['END'] }, []],
  ['claude-sonnet-4-6', { temperature: 1.7 }, ['sent with temperature 1: the model accepts at most 1']],
  ['claude-opus-5', { thinking: { type: 'disabled' } }, []],
  [
    'claude-opus-5',
    { thinking: { type: 'enabled', budget_tokens: 2000 } },
    ['sent with thinking {"type":"adaptive"}: the model rejects a budget; set reasoningEffort'],
  ],
  [
    'claude-sonnet-5-5',
    { temperature: 0, topP: 0.9, topK: 4, seed: 1 },
    ['temperature', 'topP', 'topK', 'seed'].map((name) => `sent without ${name}: the model rejects it`),
  ],
  [
    'claude-opus-5-5',
    { thinking: { type: 'disabled' }, reasoningEffort: 'minimal' },
    [
      'sent without thinking: the model always thinks',
      'sent with reasoningEffort low: the model has no such effort; it has low, medium, high, xhigh, max',
    ],
  ],
  ['gemini-4-argon', { temperature: 0 }, []],
  [
    'gemini-4-argon',
    { presence_penalty: 1, reasoningEffort: 'max' },
    [
      'sent without presence_penalty: the model rejects it',
      'sent with reasoningEffort high: the model has no such effort; it has low, medium, high',
    ],
  ],
];

describe('parameters of a prompt', () => {
  for (const [model, parameters, said] of CHANGES)
    it(`${JSON.stringify(parameters)} reach ${model} as it accepts them, and every change is said`, () =>
      withServer(named(model), async (client, server) => {
        const { changes } = client.fit?.(asked(parameters)) ?? { changes: [] };
        assert.deepEqual(changes.map(changeText), said);
        await client.complete(asked(parameters), { signal });
        assert.deepEqual(server.refusals, []);
        assert.equal(server.received.length, 1);
      }));

  it('seed and stop do not move a request with tools to an API that rejects its tools', () =>
    withServer(named('gpt-6-luna'), async (client, server) => {
      const withTools = asked({ seed: 1, stop: ['END'] }, { tools: [TOOL] });
      assert.deepEqual(client.fit?.(withTools).changes.map(changeText), [
        'sent without seed: only Chat Completions has it, where the model rejects tools',
        'sent without stop: only Chat Completions has it, where the model rejects tools',
      ]);
      await client.complete(withTools, { signal });
      const [first] = server.received;
      assert.deepEqual([first?.path, first?.body['tools'] !== undefined, first?.body['seed']], ['/v1/responses', true, undefined]);
      // Where tools are accepted, or there are none, the parameter is worth the other API.
      await client.complete(asked({ seed: 1 }), { signal });
      await client.complete(asked({ seed: 1, reasoningEffort: 'none' }, { tools: [TOOL] }), { signal });
      assert.deepEqual(
        server.received.slice(1).map(({ path: to, body }) => [to, body['seed']]),
        [
          ['/v1/chat/completions', 1],
          ['/v1/chat/completions', 1],
        ],
      );
      assert.deepEqual(server.refusals, []);
    }));
});

describe('a model of which nothing is known', () => {
  const UNKNOWN: Family = { ...named('gpt-6-astra'), name: 'unknown', model: 'house-model' };

  it('is sent a request once more without the parameter that it refuses, and later ones without it at once', () =>
    withServer(UNKNOWN, async (client, server) => {
      const parameters = Object.fromEntries([parameterFromText('temperature', '0'), parameterFromText('top_p', '0.5')]);
      const first = await client.complete(asked(parameters), { signal });
      assert.deepEqual(
        first.sentWithout?.map((change) => [changeText(change), change.basis]),
        [
          ['sent without temperature: the model rejects it', 'answer'],
          ['sent without topP: the model rejects it', 'answer'],
        ],
      );
      assert.equal(server.received.length, 3);
      const second = await client.complete(asked({ temperature: 0.7 }), { signal });
      assert.deepEqual(second.sentWithout?.map(changeText), ['sent without temperature: the model rejects it']);
      assert.equal((await client.complete(asked({}), { signal })).sentWithout, undefined);
      assert.equal(server.received.length, 5);
    }));

  it('never loses what changes the question: tools, a schema, the limit of the answer', async () => {
    const failures: readonly (readonly [string, ModelRequest])[] = [
      [
        "Unsupported parameter: 'tool_choice' is not supported with this model.",
        asked({ tool_choice: 'any', temperature: 0 }, { tools: [TOOL] }),
      ],
      [
        "Unsupported parameter: 'response_format' is not supported with temperature.",
        asked({ response_format: { type: 'text' }, temperature: 0 }),
      ],
      ["Invalid schema for response_format: 'temperature' is not permitted.", asked({ temperature: 0 })],
      ["Unsupported parameter: 'max_output_tokens' is not supported.", asked({ maxOutputTokens: 5 })],
      ['The model is overloaded; temperature does not matter.', asked({ temperature: 0 })],
      ["Unsupported parameter: 'top_p' is not supported.", asked({ temperature: 0 })],
    ];
    for (const [message, request] of failures)
      await withServer({ ...UNKNOWN, refusal: () => message }, async (client, server) => {
        const error: unknown = await client.complete(request, { signal }).then(
          (answer: ModelResponse) => answer,
          (reason: unknown) => reason,
        );
        assert.ok(error instanceof ProviderError && error.message.includes(message), message);
        assert.equal(server.received.length, 1, message);
      });
  });
});

describe('a new prompt with two golden cases', () => {
  for (const model of ['gpt-6-luna', 'claude-sonnet-5-5', 'gemini-4-argon'])
    it(`passes 2 of 2 with ${model} on the command line, and a temperature is left out aloud`, async () => {
      const server = new FamilyServer(named(model));
      const baseUrl = await server.listen();
      const workspace = new TestWorkspace({
        'goldset.yaml': `providers:\n  house: ${JSON.stringify({ ...named(model).config, baseUrl, apiKeyEnv: 'HOUSE_KEY' })}\n`,
        'new.prompt': newPromptText(`house:${model}`),
        'new.golden.yaml': '- vars: { text: one }\n  expected: refund\n- vars: { text: two }\n  expected: refund\n',
      });
      const environment = { HOUSE_KEY: 'sk-planted', ...allowedHere('HOUSE_KEY') };
      const { code, out, err } = await workspace.run(['run', '--json'], { environment });
      const [candidate] = (JSON.parse(out) as RunJson).candidates;
      assert.deepEqual([code, candidate?.passed, candidate?.cases, candidate?.sentWithout], [0, 2, 2, []], err);
      assert.equal(candidate?.usage?.reasoning, 600);
      const changed = await workspace.run(['run', '--json', '--param', 'temperature=0', '--param', 'seed=4'], { environment });
      const again = JSON.parse(changed.out) as RunJson;
      const said = model === 'gemini-4-argon' ? [] : model === 'gpt-6-luna' ? ['temperature'] : ['temperature', 'seed'];
      assert.deepEqual(
        again.candidates[0]?.sentWithout.map(({ parameter }) => parameter),
        said,
      );
      for (const name of said) assert.match(changed.err, new RegExp(`house:${model}: sent without ${name}: `));
      assert.deepEqual(
        again.results.map(({ sentWithout = [] }) => sentWithout.map(({ parameter }) => parameter)),
        [said, said],
      );
      assert.deepEqual(server.refusals, []);
      server.close();
    });
});
