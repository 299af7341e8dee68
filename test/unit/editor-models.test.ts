import assert from 'node:assert/strict';
import { editorMessages, SYSTEM_MARK } from '../../src/adapters/models/editor/editor-messages.ts';
import { openEditorModel, type EditorModel, type EditorRequest } from '../../src/adapters/models/editor/editor-client.ts';
import { ProviderError } from '../../src/core/problems/errors.ts';
import type { ModelRequest } from '../../src/core/model/model-request.ts';
import { modelGroups } from '../../src/engine/models/model-choices.ts';
import type { ProviderStatus } from '../../src/adapters/models/probe-providers.ts';

const request = (messages: ModelRequest['messages']): ModelRequest => ({
  messages,
  tools: [],
  output: { format: 'json', name: null, schema: { type: 'object' }, strict: false },
  parameters: { temperature: 0, maxOutputTokens: 9 },
  repeat: 0,
});
const text = (role: string, text: string): ModelRequest['messages'][number] => ({ role, content: [{ text }] });
const signal = new AbortController().signal;

function model(over: Partial<EditorModel> = {}): { model: EditorModel; sent: EditorRequest[] } {
  const sent: EditorRequest[] = [];
  return {
    sent,
    model: {
      vendor: 'acme',
      id: 'm-1',
      family: 'm',
      version: '1',
      name: 'M',
      maxInputTokens: 100,
      takesImages: false,
      mayBeAsked: () => true,
      send: (request) => {
        sent.push(request);
        return Promise.resolve(answers([{ text: 'a' }, { text: 'b' }, { id: '1', name: 'look', arguments: '{}' }]));
      },
      countTokens: (text) => Promise.resolve(text.length),
      ...over,
    },
  };
}
async function* answers<T>(pieces: readonly T[]): AsyncGenerator<T> {
  for (const piece of pieces) yield await Promise.resolve(piece);
}
async function* endless(): AsyncGenerator<{ readonly text: string }> {
  yield { text: 'a' };
  await new Promise(() => undefined);
}
const open = (item: EditorModel): ReturnType<typeof openEditorModel> =>
  openEditorModel('acme/m', { list: () => Promise.resolve([item]) }, { deadlineMs: 1000, now: () => 0 });

describe('language models of the editor', () => {
  it('get system text first, as the user’s, marked as what it is; the rest stays in order', () => {
    const messages = editorMessages([text('user', 'hi'), text('system', 'be brief'), text('model', 'yes'), text('system', 'and kind')]);
    assert.deepEqual(messages, [
      { role: 'user', content: [{ text: `${SYSTEM_MARK}\nbe brief\n\nand kind` }] },
      { role: 'user', content: [{ text: 'hi' }] },
      { role: 'assistant', content: [{ text: 'yes' }] },
    ]);
  });
  it('get images only as data, and only where the editor can send them', async () => {
    const image = { role: 'user', content: [{ media: { url: 'data:image/png;base64,AAAA' } }] };
    assert.deepEqual(editorMessages([image])[0]?.content, [{ image: { mimeType: 'image/png', data: 'AAAA' } }]);
    const { model: blind } = model();
    await assert.rejects((await open(blind)).complete(request([image]), { signal }), /can’t send images/);
    const { model: seeing } = model({ takesImages: true });
    const linked = { role: 'user', content: [{ media: { url: 'https://example.com/a.png' } }] };
    await assert.rejects((await open(seeing)).complete(request([linked]), { signal }), /is a URL/);
  });
  it('answer with text, tool calls and estimated usage; why they ended and what they cost is not known', async () => {
    const { model: item, sent } = model();
    const heard: string[] = [];
    const answer = await (await open(item)).complete(request([text('user', 'four')]), { signal, onText: (piece) => heard.push(piece) });
    assert.deepEqual([answer.output, heard, answer.finish, answer.usageEstimated], ['ab', ['a', 'b'], null, true]);
    assert.deepEqual(answer.toolCalls, [{ id: '1', name: 'look', arguments: '{}' }]);
    assert.deepEqual([answer.usage?.input, answer.usage?.output], [4, 'ab\nlook {}'.length]);
    assert.deepEqual(sent[0]?.options, { temperature: 0, max_completion_tokens: 9 });
  });
  it('are asked one by one until the user has agreed', async () => {
    let agree = (): void => undefined;
    let atOnce = 0;
    let may: boolean | null = null;
    const agreed = new Promise<void>((resolve) => (agree = resolve));
    const { model: item } = model({
      mayBeAsked: () => may,
      send: async () => {
        atOnce++;
        await agreed;
        return answers([{ text: 'x' }]);
      },
    });
    const client = await open(item);
    const calls = [1, 2, 3].map(() => client.complete(request([text('user', 'q')]), { signal }));
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(atOnce, 1);
    may = true;
    agree();
    assert.deepEqual(
      (await Promise.all(calls)).map(({ output }) => output),
      ['x', 'x', 'x'],
    );
    assert.equal(atOnce, 3);
  });
  for (const [what, send] of [
    ['never accepts the request', () => new Promise<never>(() => undefined)],
    ['stops in the middle of its answer', () => Promise.resolve(endless())],
  ] as const)
    it(`are given up when the run is cancelled, also by an extension that ${what}`, async () => {
      const cancel = new AbortController();
      const { model: deaf } = model({ send });
      const answer = (await open(deaf)).complete(request([text('user', 'x')]), { signal: cancel.signal });
      cancel.abort();
      await assert.rejects(answer, (error) => error instanceof ProviderError);
    });
  it('say what the editor’s error means', async () => {
    for (const [code, failure] of [
      ['NoPermissions', 'authentication'],
      ['NotFound', 'not-found'],
      ['Blocked', 'quota'],
      ['Unknown', 'server'],
    ] as const) {
      const { model: item } = model({ send: () => Promise.reject(Object.assign(new Error('no'), { code })) });
      await assert.rejects(
        (await open(item)).complete(request([text('user', 'q')]), { signal }),
        (error: ProviderError) => error.failure === failure,
      );
    }
  });
  it('that the user has refused are not asked, and without an editor there are none', async () => {
    const { model: item } = model({ mayBeAsked: () => false });
    await assert.rejects(open(item), { code: 'model/refused' });
    await assert.rejects(openEditorModel('acme/m', null, { deadlineMs: 1, now: () => 0 }), { code: 'model/editor-only' });
  });
});

describe('the models that can be chosen', () => {
  const provider = (over: Partial<ProviderStatus>): ProviderStatus => ({
    name: 'openai',
    address: 'https://api.openai.com/v1',
    state: 'reachable',
    reason: null,
    hint: null,
    models: [],
    note: null,
    from: 'built-in',
    ...over,
  });
  const sources = {
    own: ['openai:gpt-6-sol'],
    scripted: ['scripted:/w/a.yaml'],
    providers: [],
    editor: [{ id: 'vscode:acme/m', name: 'M' }],
  };
  it('stand once, by where they come from; what does not answer in text is left out', () => {
    const groups = modelGroups({
      ...sources,
      providers: [
        provider({ models: ['gpt-6-luna', 'gpt-6-sol', 'text-embedding-3-small', 'whisper-1'] }),
        provider({ name: 'ollama', from: 'local', models: ['llama4'], note: 'cuts' }),
        provider({ name: 'rag', state: 'not-asked', from: 'goldset.yaml' }),
      ],
    });
    assert.deepEqual(
      groups.map(({ title, models }) => [title, models.map(({ id }) => id)]),
      [
        ['This prompt and goldset.yaml', ['openai:gpt-6-sol']],
        ['Scripted models, offline', ['scripted:/w/a.yaml']],
        ['openai', ['openai:gpt-6-luna']],
        ['ollama, found on this machine', ['ollama:llama4']],
        ['rag', ['rag']],
        ['Language models of the editor, no key needed', ['vscode:acme/m']],
      ],
    );
  });
  it('without a key are some all the same, and say what is missing', () => {
    // What cannot be called now stands after the editor's models.
    const [, , , openai] = modelGroups({ ...sources, providers: [provider({ state: 'no-key', reason: 'no key' })] });
    assert.equal(openai?.title, 'openai, no key');
    assert.match(openai.models[0]?.note ?? '', /Manage API Keys/);
  });
});
