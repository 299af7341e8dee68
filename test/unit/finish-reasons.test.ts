/** Why answers end, word by word: what each provider documents, and what Goldset makes of it. */
import assert from 'node:assert/strict';
import { recordedEnding } from '../../src/core/feedback/logs/recorded-ending.ts';
import { endingOf } from '../../src/core/model/finish-reasons.ts';

const FINISHES: Readonly<Record<string, readonly string[]>> = {
  stop: ['stop', 'STOP', 'end_turn', 'stop_sequence', 'completed', 'COMPLETE', 'FinishReason.STOP', 'eos'],
  length: [
    'length',
    'max_tokens',
    'MAX_TOKENS',
    'FinishReason.MAX_TOKENS',
    'model_length',
    'max_output_tokens',
    'model_context_window_exceeded',
  ],
  'tool-calls': ['tool_calls', 'tool-calls', 'function_call', 'tool_use', 'tool_call'],
  'content-filter': [
    'content_filter',
    'SAFETY',
    'RECITATION',
    'PROHIBITED_CONTENT',
    'SPII',
    'content_filter: SAFETY',
    'guardrail_intervened',
    'sensitive',
  ],
  refusal: ['refusal'],
};

const BROKEN_OFF: Readonly<Record<string, readonly string[]>> = {
  server: ['error', 'network_error', 'insufficient_system_resource', 'abort', 'aborted', 'ERROR', 'timeout'],
  malformed: [
    'malformed_function_call',
    'MALFORMED_FUNCTION_CALL',
    'function_call_filter: MALFORMED_FUNCTION_CALL',
    'UNEXPECTED_TOOL_CALL',
  ],
  unfinished: ['pause_turn', 'cancelled', 'canceled', 'in_progress', 'queued'],
};

describe('the finish reason of a provider', () => {
  for (const [finish, words] of Object.entries(FINISHES))
    it(`is ${finish} for ${words.join(', ')}`, () => {
      for (const word of words) assert.deepEqual(endingOf(word), { finish, brokenOff: null }, word);
    });

  for (const [failure, words] of Object.entries(BROKEN_OFF))
    it(`is no finish but an error (${failure}) for ${words.join(', ')}`, () => {
      for (const word of words) {
        assert.deepEqual([endingOf(word).finish, endingOf(word).brokenOff], [null, failure], word);
        const { finish, error } = recordedEnding(word);
        assert.deepEqual([finish, error?.type], [null, failure], word);
        assert.ok(error?.message.includes(JSON.stringify(word)), error?.message);
      }
    });

  it('is unknown where it is not in the table', () => {
    for (const word of ['OTHER', 'FINISH_REASON_UNSPECIFIED', 'unknown', 'because', '', 'constructor', 'compaction'])
      assert.deepEqual(endingOf(word), { finish: null, brokenOff: null }, word);
    for (const value of [null, undefined, 5, {}, []]) assert.deepEqual(endingOf(value), { finish: null, brokenOff: null });
    assert.deepEqual(recordedEnding('because'), { finish: null, error: null });
  });
});
