/** One interaction on its page, and what it takes to ask it again: whatever the record holds, in whichever provider's form. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { capturedMessages, capturedModel, capturedParameters } from '../../src/core/feedback/interactions/captured-request.ts';
import type { Interaction } from '../../src/core/feedback/interactions/interaction.ts';
import { countedAs, isFlag, mainFlag } from '../../src/core/feedback/signals/signal-meaning.ts';
import { readInteraction } from '../../src/core/feedback/interactions/stored-line.ts';
import { isVersion, versionNamed } from '../../src/core/versions/named-version.ts';
import { showInteraction } from '../../src/engine/interactions/show-interaction.ts';

const KEY = { id: 'a', day: '2026-11-20', offset: 0, end: 1 };

function recordOf(change: object): Interaction {
  const read = readInteraction(JSON.stringify({ id: 'a', time: '2026-11-20T10:00:00Z', ...change }));
  assert.ok('interaction' in read);
  return read.interaction;
}

describe('the page of an interaction', () => {
  it('says who said what, and what it shows by itself', () => {
    const record = recordOf({
      output: '{"a":',
      finish: 'length',
      parameters: { response_format: { type: 'json_object' } },
      signals: [
        { kind: 'explicit', name: 'thumb', value: 'down', by: 'ana', note: 'wrong' },
        { kind: 'explicit', name: 'correction', value: '{"a":1}', by: 'ben', time: '2026-11-21T00:00:00Z' },
        { kind: 'operational', name: 'cache', value: 0.5 },
      ],
      usage: { input: 100, output: 9, cacheRead: 60, cacheWriteShort: 10 },
    });
    const shown = showInteraction(KEY, { interaction: record, reason: null }, null, ['ticket']);
    assert.deepEqual(
      shown.signals.map(({ name, value, who, isBad }) => [name, value, who, isBad]),
      [
        ['thumb', 'down', 'ana (a person)', true],
        ['correction', '', 'ben (a person)', false],
        ['cache', '0.5', 'the application', false],
        ['truncated', '', 'Goldset (derived from the record)', true],
        ['invalid-json', '', 'Goldset (derived from the record)', true],
      ],
    );
    assert.deepEqual(shown.correction, { text: '{"a":1}', by: 'ben', time: '2026-11-21T00:00:00Z' });
    assert.deepEqual(
      shown.bill.map(({ tokens }) => tokens),
      [30, 60, 10, 9],
    );
    assert.equal(shown.state, 'open');
    assert.match(shown.variablesNote ?? '', /No variables were captured/);
  });

  it('shows any record, and nothing longer than a page can hold', () => {
    const anything = fc.record(
      Object.fromEntries(
        ['messages', 'tools', 'parameters', 'variables', 'signals', 'chunks', 'output', 'error', 'usage', 'prompt', 'action'].map(
          (name) => [name, fc.oneof(fc.jsonValue(), fc.array(fc.jsonValue()), fc.constant('x'.repeat(100_000)))],
        ),
      ),
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(anything, (change) => {
        const shown = showInteraction(KEY, { interaction: recordOf(change), reason: null }, 'a.prompt', ['x']);
        assert.ok(JSON.stringify(shown).length < 2_000_000);
      }),
      { numRuns: 150 },
    );
  });

  it('reads messages in every form that is captured', () => {
    assert.deepEqual(
      capturedMessages([
        { role: 'system', content: 'plain' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'parts' },
            { type: 'image_url', image_url: { url: 'data:x' } },
          ],
        },
        { role: 'assistant', content: null, tool_calls: [{ type: 'function', function: { name: 'find', arguments: '{"q":1}' } }] },
        { role: 'user', parts: [{ type: 'text', content: 'telemetry' }] },
        'no object',
      ]),
      [
        { role: 'system', text: 'plain' },
        { role: 'user', text: 'parts\n{"type":"image_url","image_url":{"url":"data:x"}}' },
        { role: 'assistant', text: '→ find {"q":1}' },
        { role: 'user', text: 'telemetry' },
        { role: 'message', text: 'no object' },
      ],
    );
  });

  it('asks again with the model and parameters of then', () => {
    assert.deepEqual(
      capturedParameters({ temperature: 0.2, top_p: 0.9, max_completion_tokens: 50, stop: 'END', stream: true, user: 'u' }),
      {
        temperature: 0.2,
        topP: 0.9,
        maxOutputTokens: 50,
        stop: ['END'],
      },
    );
    assert.equal(capturedModel('gpt-6-sol-2026-11-01', 'openai:gpt-6-sol'), 'openai:gpt-6-sol');
    assert.equal(capturedModel('openai:gpt-6-luna', 'openai:gpt-6-sol'), 'openai:gpt-6-luna');
    assert.equal(capturedModel('something', 'openai:gpt-6-sol'), 'openai:gpt-6-sol');
    assert.equal(capturedModel(null, 'openai:gpt-6-sol'), 'openai:gpt-6-sol');
    assert.equal(capturedModel('gpt-6-sol', null), 'gpt-6-sol');
    assert.equal(capturedModel(null, null), null);
  });

  it('finds the version by content, or by commit, and by nothing else', () => {
    const versions = [
      { version: 'a'.repeat(64), commit: { hash: 'c'.repeat(40) } },
      { version: 'b'.repeat(64), commit: { hash: 'd'.repeat(40) } },
    ];
    const of = (version: string | null, contentHash: string | null = null): number =>
      versions.findIndex((item) => item === versionNamed({ version, contentHash }, versions));
    assert.equal(of('7', 'b'.repeat(64)), 1);
    assert.equal(of(`sha256:${'a'.repeat(64)}`), 0);
    assert.equal(of('ddddddd'), 1);
    for (const name of ['dddddd', 'production', '7', '', 'e'.repeat(64)]) assert.equal(of(name), -1);
    assert.ok(isVersion({ version: null, contentHash: 'a'.repeat(64) }, 'a'.repeat(64)));
  });

  it('groups by the flag that tells most', () => {
    assert.equal(mainFlag(['truncated', 'correction', 'thumbs-down']), 'thumbs-down');
    assert.equal(mainFlag(['correction', 'truncated']), 'truncated');
    assert.equal(mainFlag(['correction', 'copied']), 'correction');
    assert.equal(mainFlag(['copied', 'custom']), null);
    const said = (name: string, value: boolean | number | string) => countedAs({ name, value });
    assert.deepEqual([said('thumb', 0), said('thumb', 1), said('abandoned', false)], ['thumbs-down', 'thumbs-up', null]);
    assert.ok(isFlag('edited') && !isFlag('thumbs-up') && !isFlag('anything'));
  });
});
