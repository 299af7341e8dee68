/** What `goldset/runtime` declares is what it does: the declarations, which applications get, against the source. */
import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import * as runtime from '../../src/runtime/index.ts';
import type * as Declared from '../../src/runtime/goldset-runtime.d.ts';
import { kindOfSignal } from '../../src/core/feedback/signals/signal-names.ts';
import { copyJson } from '../../src/core/json/json-copy.ts';

// Both ways: nothing is declared that is not there, and nothing is there that is not declared.
const declared: typeof Declared = runtime;
const built: Pick<typeof runtime, keyof typeof Declared> = declared;

describe('the types of goldset/runtime', () => {
  it('are those of the source', () => {
    assert.deepEqual(Object.keys(runtime).sort(), Object.keys(built).sort());
  });

  it('a wrapped client is the client that it was', () => {
    const openai: OpenAI = declared.withCapture(new OpenAI({ apiKey: 'x' }));
    const anthropic: Anthropic = declared.withCapture(new Anthropic({ apiKey: 'x' }), { user: 'u' });
    assert.ok(openai instanceof OpenAI && anthropic instanceof Anthropic);
    assert.equal(openai.chat.completions.create, openai.chat.completions.create);
    assert.equal(openai.constructor, OpenAI);
    openai.timeout = 17;
    assert.equal(openai.timeout, 17);
  });

  it('bodies of a prompt are what the clients take', () => {
    const take = (rendered: Declared.RenderedPrompt): readonly unknown[] => {
      const chat: OpenAI.ChatCompletionCreateParamsNonStreaming = rendered.chat;
      const responses: OpenAI.Responses.ResponseCreateParamsNonStreaming = rendered.responses;
      const messages: Anthropic.MessageCreateParamsNonStreaming = rendered.anthropic;
      return [chat, responses, messages];
    };
    assert.equal(
      take({
        chat: { model: '', messages: [] },
        responses: { model: '', input: [] },
        anthropic: { model: '', max_tokens: 1, messages: [] },
      }).length,
      3,
    );
  });
});

describe('a copy as JSON', () => {
  it('is what JSON.stringify writes, and later changes do not reach it', () => {
    const value = { a: [1, undefined, NaN, { toJSON: () => 'x' }], b: undefined, c: new Date(0), d: { e: null, f: true } };
    const { value: copy, lost } = copyJson(value);
    assert.deepEqual([copy, lost], [JSON.parse(JSON.stringify(value)), 0]);
    value.d.f = false;
    value.a.push(2);
    assert.deepEqual((copy as { d: unknown; a: unknown[] }).d, { e: null, f: true });
    assert.equal((copy as { a: unknown[] }).a.length, 4);
  });

  it('ends, whatever the value is', () => {
    const shared = { x: 1 };
    assert.deepEqual(copyJson([shared, shared]).value, [{ x: 1 }, { x: 1 }]);
    let deep: unknown = 1;
    for (let i = 0; i < 10_000; i++) deep = [deep];
    assert.equal(copyJson(deep).lost, 1);
    const wide: Record<string, unknown> = {};
    for (let i = 0; i < 30; i++) wide[`k${i}`] = wide;
    assert.equal(copyJson(wide).lost, 30);
  });
});

describe('kinds of signals', () => {
  it('are known by the name', () => {
    assert.deepEqual(['thumb', 'correction', 'copied', 'retry', 'refusal', 'tool-failure', 'own'].map(kindOfSignal), [
      ...['explicit', 'explicit', 'implicit', 'implicit', 'operational', 'operational'],
      null,
    ]);
  });
});
