/** Persons in records: who is one, and what is left of them. The hash of these tests is a mark, so that it is seen where it was used. */
import assert from 'node:assert/strict';
import type { Interaction } from '../../src/core/feedback/interactions/interaction.ts';
import { readInteraction } from '../../src/core/feedback/interactions/stored-line.ts';
import { GOLDSET } from '../../src/core/feedback/logs/goldset-format.ts';
import { isPersonKey, userIn, type PersonHash } from '../../src/core/feedback/redaction/persons.ts';
import { redactor } from '../../src/core/feedback/redaction/redact.ts';
import { DEFAULT_REDACTION } from '../../src/core/config/redaction-rules.ts';
import { EMPTY_MAPPING } from '../../src/core/feedback/logs/rows/mapping.ts';

const DIGITS = '0123456789abcdef';
const hash: PersonHash = () => DIGITS;
const MARK = `hash-${DIGITS}`;

function interaction(more: object): Interaction {
  const read = readInteraction(JSON.stringify({ id: 'i', time: '2026-11-25T10:00:00.000Z', ...more }));
  assert.ok('interaction' in read);
  return read.interaction;
}

function kept(more: object, persons: PersonHash = hash): Interaction {
  const line = redactor(DEFAULT_REDACTION, persons)({ interaction: interaction(more) });
  assert.ok('interaction' in line);
  return line.interaction;
}

describe('attributes about a person', () => {
  const PERSONS = [
    'user',
    'userId',
    'user.id',
    'user_name',
    'users',
    'enduser.id',
    'username',
    'email',
    'customer_email',
    'E-Mail',
    'phone',
  ];
  const MORE = ['mobilePhone', 'phone_number', 'ip', 'client.ip', 'ipAddress', 'name', 'firstName', 'last_name', 'customer.name'];
  const OTHERS = ['tenant', 'region', 'release', 'plan', 'service.name', 'tenant_name', 'model_name', 'zip', 'tip', 'shipping', 'browser'];
  for (const key of [...PERSONS, ...MORE]) it(`has the key ${key}`, () => assert.equal(isPersonKey(key), true));
  for (const key of OTHERS) it(`has another key than ${key}`, () => assert.equal(isPersonKey(key), false));

  it('are kept as hashes, others as they are, whatever their type', () => {
    const attributes = { tenant: 'acme', seats: 12, trial: false, user_id: 4711, note: 'write to ana@example.com', ip: '203.0.113.7' };
    const wanted = { tenant: 'acme', seats: 12, trial: false, user_id: MARK, note: MARK, ip: MARK };
    assert.deepEqual(kept({ attributes }).attributes, wanted);
    assert.deepEqual(kept({ attributes: wanted }).attributes, wanted, 'a hash is not hashed again');
  });
  it('are left out where no hash can be made', () => {
    assert.deepEqual(kept({ attributes: { tenant: 'acme', user_id: 'ana' } }, () => null).attributes, { tenant: 'acme' });
    assert.equal('attributes' in kept({ attributes: { user_id: 'ana' } }, () => null), false);
  });
  it('are left out where the key itself names one', () => {
    assert.equal(kept({ attributes: { 'ana@example.com': true } }).attributes, undefined);
  });
});

describe('the user of a request', () => {
  const REQUESTS: readonly (readonly [string, object, object])[] = [
    ['OpenAI', { user: 'ana', temperature: 0 }, { temperature: 0 }],
    ['OpenAI, as it is called now', { safety_identifier: 'ana', prompt_cache_key: 'ana' }, { prompt_cache_key: MARK }],
    ['Anthropic', { metadata: { user_id: 'ana' }, max_tokens: 5 }, { max_tokens: 5 }],
    [
      'a request with other metadata',
      { metadata: { user_id: 'ana', email: 'x', tenant: 't' } },
      { metadata: { email: MARK, tenant: 't' } },
    ],
    ['a compatible server', { extra_body: { user: 'ana', top_k: 4 } }, { extra_body: { top_k: 4 } }],
    ['the AI SDK', { providerOptions: { openai: { user: 'ana', store: true } } }, { providerOptions: { openai: { store: true } } }],
  ];
  for (const [name, given, wanted] of REQUESTS)
    it(`is found in that of ${name}, and is not among its parameters`, () => {
      assert.equal(userIn(interaction({ parameters: given }).parameters), 'ana');
      assert.deepEqual(kept({ parameters: given }).parameters, wanted);
    });

  it('is not what a schema calls so', () => {
    const format = {
      type: 'json_schema',
      json_schema: { name: 'a', schema: { properties: { user: { type: 'string' } }, required: ['user'] } },
    };
    const parameters = { response_format: format };
    assert.equal(userIn(parameters), null);
    assert.deepEqual(kept({ parameters }).parameters, parameters);
  });
});

describe('redaction', () => {
  it('keeps every field that a record has', () => {
    const all = interaction({
      ...{ action: { type: 't', id: '1' }, conversation: 'c', trace: 'x', responseId: 'r', user: DIGITS },
      ...{ prompt: { name: 'p', version: '1', contentHash: null }, variables: { a: 'b' }, model: 'openai:m', parameters: { top_p: 1 } },
      ...{ messages: [{ role: 'user', content: 'Hi' }], tools: [{ type: 'function' }], chunks: [{ id: 'c1', text: 't', score: 1 }] },
      ...{ output: 'Yo', finish: 'stop', usage: { input: 3, output: 2 }, served: { service: 'flex', region: 'eu' }, costUsd: 0.5 },
      ...{
        price: { asOf: '2026-11-01', source: 's' },
        response: { model: 'm-1', systemFingerprint: 'fp', serviceTier: 'flex' },
        attempts: 2,
      },
      ...{ operation: { type: 'embeddings', name: 'search' }, attributes: { tenant: 'acme' }, ttftMs: 1, latencyMs: 2 },
      ...{ error: { type: 'e', message: 'm' }, environment: 'production', triage: 'open' },
      signals: [{ kind: 'explicit', name: 'thumbs-up', value: true, annotator: 'human', by: null, time: null, note: null }],
    });
    assert.equal(JSON.stringify(kept(all)), JSON.stringify(all), 'and in the same order');
  });
});

describe('lines in our own form that another program wrote', () => {
  const ports = { hashes: { content: (text: string) => text, user: hash }, decode: () => '' };
  const userOf = (user: string): string | null => {
    const row = { schema: 'goldset.interaction/1', id: 'i', time: '2026-11-25T10:00:00.000Z', user };
    const [line] = GOLDSET.open(ports).read({ row }, { mapping: EMPTY_MAPPING, writtenMs: 0 }).lines;
    assert.ok(line !== undefined && 'interaction' in line);
    return line.interaction.user;
  };
  it('have their user hashed, unless it is a hash', () => {
    assert.equal(userOf('ana@example.com'), DIGITS);
    assert.equal(userOf('fedcba9876543210'), 'fedcba9876543210');
  });
});
