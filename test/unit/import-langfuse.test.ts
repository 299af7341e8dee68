import assert from 'node:assert/strict';
import { observationLine, scoreLine } from '../../src/core/feedback/logs/langfuse/langfuse-rows.ts';
import type { FollowUp, Interaction } from '../../src/core/feedback/interactions/interaction.ts';
import type { JsonObject } from '../../src/core/json/json.ts';

const hash = (name: string): string => `hash of ${name}`;

describe('import: Langfuse', () => {
  const observation: JsonObject = {
    id: 'o1',
    traceId: 't1',
    type: 'GENERATION',
    startTime: '2026-11-01T10:00:00.000Z',
    endTime: '2026-11-01T10:00:02.000Z',
    completionStartTime: '2026-11-01T10:00:00.300Z',
    level: 'DEFAULT',
    userId: 'ana',
    sessionId: 's1',
    promptName: 'triage',
    promptVersion: 7,
    model: 'gpt-6-luna',
    modelParameters: '{"temperature":0}',
    input: JSON.stringify({ messages: [{ role: 'user', content: 'Hi' }], tools: [{ type: 'function' }] }),
    output: JSON.stringify({ role: 'assistant', content: 'Yo' }),
    usageDetails: { input: 10, input_cached_tokens: 90, output: 5, output_reasoning_tokens: 2, total: 107 },
    costDetails: { total: 0.01 },
    totalCost: '0.01',
  };
  const interaction = (more: JsonObject = {}): Interaction => {
    const read = observationLine({ ...observation, ...more }, hash);
    assert.ok('interaction' in read, JSON.stringify(read));
    return read.interaction;
  };
  it('a generation is an interaction', () => {
    const { id, trace, conversation, user, prompt, messages, tools, output, usage, costUsd, latencyMs, ttftMs, parameters } = interaction();
    assert.deepEqual([id, trace, conversation, user], ['o1', 't1', 's1', 'hash of ana']);
    assert.deepEqual(prompt, { name: 'triage', version: '7', contentHash: null });
    assert.deepEqual([messages, tools, output], [[{ role: 'user', content: 'Hi' }], [{ type: 'function' }], 'Yo']);
    assert.deepEqual(usage, { input: 100, cacheRead: 90, cacheWriteShort: 0, cacheWriteLong: 0, output: 7, reasoning: 2 });
    assert.deepEqual([costUsd, latencyMs, ttftMs, parameters], [0.01, 2000, 300, { temperature: 0 }]);
  });
  it('what it does not know is not known', () => {
    const { costUsd, usage, latencyMs } = interaction({ costDetails: {}, totalCost: 0, usageDetails: {}, endTime: null, latency: 1.5 });
    assert.deepEqual([costUsd, usage, latencyMs], [null, null, 1500]);
    assert.deepEqual(interaction({ level: 'ERROR', statusMessage: 'no' }).error, { type: 'error', message: 'no' });
  });
  it('spans are none, and rows that are broken say why', () => {
    assert.deepEqual(observationLine({ ...observation, type: 'SPAN' }, hash), {
      skipped: 'It is an observation of the type "SPAN", not a generation.',
    });
    for (const row of [null, 5, {}, { id: 'x' }, { id: 'x', startTime: 'soon' }])
      assert.ok('problem' in observationLine(row, hash), JSON.stringify(row));
  });
  it('scores are signals of what they are about', () => {
    const followUp = (more: JsonObject): FollowUp => {
      const read = scoreLine({
        id: 's',
        name: 'quality',
        timestamp: '2026-11-01T11:00:00Z',
        dataType: 'NUMERIC',
        source: 'EVAL',
        value: 0.5,
        ...more,
      });
      assert.ok('followUp' in read, JSON.stringify(read));
      return read.followUp;
    };
    const correction = followUp({
      dataType: 'CORRECTION',
      source: 'ANNOTATION',
      name: 'output',
      value: 'Better',
      comment: 'c',
      authorUserId: 'u',
      subject: { kind: 'observation', id: 'o1', traceId: 't1' },
    });
    assert.equal(correction.of.interaction, 'o1');
    assert.deepEqual(correction.signals, [
      { kind: 'explicit', name: 'correction', annotator: 'human', value: 'Better', by: 'u', time: '2026-11-01T11:00:00.000Z', note: 'c' },
    ]);
    const { of, signals } = followUp({ subject: { kind: 'trace', id: 't1' } });
    assert.deepEqual([of.trace, signals[0]?.annotator, signals[0]?.kind], ['t1', 'model', 'operational']);
    assert.equal(followUp({ subject: { kind: 'session', id: 's1' } }).of.conversation, 's1');
    assert.equal(followUp({ traceId: 't1', observationId: 'o2' }).of.interaction, 'o2');
    assert.equal(
      followUp({ traceId: 't1', dataType: 'BOOLEAN', value: 0, source: 'API', name: 'user-thumb' }).signals[0]?.kind,
      'explicit',
    );
    assert.deepEqual(scoreLine({ id: 's', name: 'q', timestamp: '2026-11-01', subject: { kind: 'experiment', id: 'e' } }), {
      skipped: 'It is a score of an experiment, or of nothing that it names.',
    });
    assert.ok('problem' in scoreLine({ id: 's', timestamp: '2026-11-01' }));
  });
});
