/** What an error means, by what it says: the same with a status, in a body with status 200, in a stream, in a line of a batch. */
import assert from 'node:assert/strict';
import type { ProviderFailure } from '../../src/core/problems/errors.ts';
import type { JsonObject, JsonValue } from '../../src/core/json/json.ts';
import { ProviderError } from '../../src/core/problems/errors.ts';
import { mayRetryRefusal, retryDelay } from '../../src/core/calls/retry.ts';
import { errorMessage, failureOfError, reportedStatus } from '../../src/adapters/models/provider-failure.ts';
import { reportedError } from '../../src/adapters/models/reported-error.ts';
import { retryAfterOf } from '../../src/adapters/models/retry-after.ts';
import { readReportedLimits } from '../../src/core/model/reported-limits.ts';

/** What the error is, the HTTP status (null: 200), what it means. */
const ERRORS: readonly (readonly [string, JsonValue, number | null, ProviderFailure])[] = [
  ['OpenRouter’s rate limit in a body', { code: 429, message: 'Rate limit exceeded' }, null, 'rate-limit'],
  ['a code in a text', { code: '429', message: 'slow down' }, null, 'rate-limit'],
  ['OpenRouter’s provider that is down', { code: 502, message: 'Provider returned error' }, null, 'server'],
  ['OpenRouter without credits', { code: 402, message: 'Insufficient credits' }, null, 'quota'],
  ['OpenRouter’s moderation', { code: 403, message: 'flagged' }, null, 'authentication'],
  ['OpenAI’s rate limit', { type: 'tokens', code: 'rate_limit_exceeded', message: 'Rate limit reached' }, 429, 'rate-limit'],
  ['OpenAI’s quota', { type: 'insufficient_quota', code: 'insufficient_quota', message: 'You exceeded …' }, 429, 'quota'],
  ['OpenAI’s quota in a stream', { type: 'insufficient_quota', code: 'insufficient_quota' }, null, 'quota'],
  [
    'a context that is too long, in a stream',
    { type: 'invalid_request_error', code: 'context_length_exceeded', message: 'This …' },
    null,
    'bad-request',
  ],
  ['the same with status 500, as some proxies send it', { code: 'context_length_exceeded', message: 'This …' }, 500, 'bad-request'],
  ['an invalid request, in a stream', { type: 'invalid_request_error', message: 'no', code: null }, null, 'bad-request'],
  ['an image that cannot be used', { code: 'invalid_image_format', message: 'no' }, null, 'bad-request'],
  ['an overload of Anthropic, in a stream', { type: 'overloaded_error', message: 'Overloaded' }, null, 'server'],
  ['a rate limit of Anthropic, in a batch', { type: 'error', error: { type: 'rate_limit_error', message: 'slow' } }, null, 'rate-limit'],
  ['Anthropic’s empty account', { type: 'invalid_request_error', message: 'Your credit balance is too low' }, 400, 'quota'],
  ['a wrong key of Anthropic, in a stream', { type: 'authentication_error', message: 'invalid x-api-key' }, null, 'authentication'],
  ['a model that is not there', { code: 'model_not_found', type: 'invalid_request_error', message: 'The model …' }, null, 'not-found'],
  ['Gemini’s rate limit', { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'You exceeded your current quota' }, 429, 'rate-limit'],
  ['Gemini’s bad argument', { code: 400, status: 'INVALID_ARGUMENT', message: 'no' }, null, 'bad-request'],
  ['Gemini’s overload', { code: 503, status: 'UNAVAILABLE', message: 'The model is overloaded' }, null, 'server'],
  ['Moonshot’s overload', { type: 'engine_overloaded_error', message: 'busy' }, 429, 'server'],
  ['Moonshot’s empty account', { type: 'exceeded_current_quota_error', message: 'no' }, 429, 'quota'],
  ['DeepSeek’s empty account', { message: 'Insufficient Balance', type: 'unknown_error' }, 402, 'quota'],
  ['Groq’s failed JSON', { code: 'json_validate_failed', type: 'invalid_request_error', message: 'no' }, 400, 'bad-request'],
  ['vLLM’s error', { object: 'error', type: 'BadRequestError', code: 400, message: 'no' }, null, 'bad-request'],
  ['vLLM’s error without a code', { object: 'error', type: 'BadRequestError', message: 'no' }, null, 'bad-request'],
  ['words alone: a rate limit', 'Rate limit reached for requests', null, 'rate-limit'],
  ['words alone: a context', 'This model’s maximum context length is 8192 tokens', null, 'bad-request'],
  ['words alone: anything', 'The server had an error', null, 'server'],
  ['nothing with a status', null, 404, 'not-found'],
  ['nothing at all', {}, null, 'server'],
];

describe('an error of a provider', () => {
  for (const [name, error, status, failure] of ERRORS)
    it(`is ${failure}: ${name}`, () => assert.equal(failureOfError(error, status), failure));

  it('states its status and its words', () => {
    assert.deepEqual([{ code: 429 }, { code: '503' }, { code: 'x', status: 400 }, { code: 1000 }, 'text'].map(reportedStatus), [
      429,
      503,
      400,
      null,
      null,
    ]);
    const said: readonly (readonly [JsonValue, string | null])[] = [
      [{ message: 'a' }, 'a'],
      [{ error: { message: 'b' } }, 'b'],
      [{ detail: 'c' }, 'c'],
      [{ error: 'd' }, 'd'],
      ['e', 'e'],
      [{ code: 5 }, null],
    ];
    for (const [error, message] of said) assert.equal(errorMessage(error), message);
  });

  it('inside an answer is retried only where that can help', () => {
    const delay = (error: JsonObject): number | null => {
      const found = reportedError('m', error, { hasBegun: false });
      if (found.failure === 'rate-limit') return mayRetryRefusal(1, 0) ? 0 : null;
      return retryDelay(found, 1, 0);
    };
    assert.equal(delay({ code: 429, message: 'slow' }), 0);
    // Half of 500 ms.
    assert.equal(delay({ code: 502, message: 'down' }), 250);
    assert.equal(delay({ code: 'context_length_exceeded', message: 'long' }), null);
    assert.equal(delay({ type: 'authentication_error', message: 'no' }), null);
  });

  it('may have to be paid for where a part of the answer had come, or the server failed', () => {
    const billed = (error: JsonObject, hasBegun: boolean): boolean => reportedError('m', error, { hasBegun }).mayBeBilled;
    assert.deepEqual([billed({ code: 429 }, false), billed({ code: 429 }, true), billed({ code: 502 }, false)], [false, true, true]);
  });

  it('by a stream that ends without a finish reason is sent at most twice', () => {
    const unfinished = new ProviderError('unfinished', 'm');
    assert.equal(retryDelay(unfinished, 1, 0), 250);
    assert.equal(retryDelay(unfinished, 2, 0), null);
    assert.equal(unfinished.mayBeBilled, true);
  });
});

describe('what a server says about waiting', () => {
  const NOW = Date.parse('2026-11-29T12:00:00Z');
  const headers = (of: Record<string, string>) => ({ get: (name: string): string | null => of[name] ?? null });

  it('in Retry-After is seconds, a date, or ms in a header of its own; anything else is ignored', () => {
    const rows: readonly (readonly [Record<string, string>, number | null])[] = [
      [{ 'retry-after': '2' }, 2000],
      [{ 'retry-after': '1.5' }, 1500],
      [{ 'retry-after': '0' }, 0],
      [{ 'retry-after': '-3' }, null],
      [{ 'retry-after': 'soon' }, null],
      [{ 'retry-after': '' }, null],
      [{}, null],
      [{ 'retry-after': 'Sun, 29 Nov 2026 12:00:30 GMT' }, 30_000],
      [{ 'retry-after': 'Sun, 29 Nov 2026 11:00:00 GMT' }, 0],
      [{ 'retry-after-ms': '250', 'retry-after': '9' }, 250],
      [{ 'retry-after-ms': '-1', 'retry-after': '9' }, 9000],
    ];
    for (const [of, expected] of rows) assert.equal(retryAfterOf(headers(of), NOW), expected, JSON.stringify(of));
    assert.equal(retryAfterOf(undefined, NOW), null);
  });

  it('in its limits: −1 is no limit, and a number above 10^9 is a point in time', () => {
    const read = (left: string, reset: string): readonly (number | null)[] => {
      const found = readReportedLimits(
        headers({ 'x-ratelimit-remaining-requests': left, 'x-ratelimit-reset-requests': reset }).get,
        new Date(NOW),
      );
      return [found?.requestsLeft ?? null, found?.requestsResetMs ?? null];
    };
    const seconds = NOW / 1000;
    assert.deepEqual(read('-1', '60'), [null, null]);
    assert.deepEqual(read('0', '60'), [0, 60_000]);
    assert.deepEqual(read('0', `${seconds + 7}`), [0, 7000]);
    assert.deepEqual(read('0', `${NOW + 7000}`), [0, 7000]);
    assert.deepEqual(read('0', `${seconds - 7}`), [0, 0]);
    assert.deepEqual(read('0', '-1'), [0, null]);
    assert.deepEqual(read('5', '1m30.5s'), [5, 90_500]);
  });
});
