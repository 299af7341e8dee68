/** What caches could have saved: answers by replaying the log, prefixes by what the provider should have found. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { CachingRule } from '../../src/core/economics/data/caching-rules.ts';
import { cacheInsight, type ResponseCaching } from '../../src/core/feedback/insights/caches/cache-insight.ts';
import type { Interaction } from '../../src/core/feedback/interactions/interaction.ts';
import { NameTable } from '../../src/core/feedback/insights/signals/name-table.ts';
import { hash64 } from '../../src/core/text/text-hash.ts';
import { commonPrefix, PrefixAudit, type AuditedCall } from '../../src/core/feedback/insights/caches/prefix-audit.ts';
import { requestParts, ResponseReplay } from '../../src/core/feedback/insights/caches/response-replay.ts';
import { readInteraction } from '../../src/core/feedback/interactions/stored-line.ts';

const START = Date.parse('2026-11-01T00:00:00Z');
const HOUR = 3_600_000;

interface Call {
  readonly hours: number;
  readonly text: string;
  readonly over?: object;
}

function interactionOf({ hours, text, over }: Call, i: number): Interaction {
  const read = readInteraction(
    JSON.stringify({
      ...{ id: `i${i}`, time: new Date(START + hours * HOUR).toISOString(), prompt: { name: 'answer' }, model: 'openai:gpt-6-sol' },
      ...{ messages: [{ role: 'user', content: text }], output: 'Tomorrow.', latencyMs: 500, ...over },
    }),
  );
  assert.ok('interaction' in read);
  return read.interaction;
}

function add(replay: ResponseReplay, call: Call, i: number): void {
  const interaction = interactionOf(call, i);
  replay.add(interaction, requestParts(interaction), 0.01);
}

function replayed(calls: readonly Call[], after: (replay: ResponseReplay, i: number) => void = () => undefined): ResponseCaching {
  const replay = new ResponseReplay();
  calls.forEach((call, i) => {
    add(replay, call, i);
    after(replay, i);
  });
  const [caching] = cacheInsight(replay.list(), []).responses;
  assert.ok(caching);
  return caching;
}
const hits = (caching: ResponseCaching, key: string): number[] =>
  caching.potential.filter((item) => item.key === key).map((item) => item.hits);

describe('a response cache, replayed', () => {
  it('answers again within the lifetime of the first answer, and keeps a new one after it', () => {
    // Lifetimes: an hour, a day, seven days, thirty days.
    const caching = replayed([0, 0.5, 1.2, 20, 30, 200].map((hours) => ({ hours, text: 'where is it?' })));
    assert.deepEqual(hits(caching, 'exact'), [1, 3, 4, 5]);
    const month = caching.potential.find(({ key, lifetimeSeconds }) => key === 'exact' && lifetimeSeconds === 30 * 86_400);
    assert.deepEqual([month?.rate, month?.savedUsd?.toFixed(2), month?.savedSeconds], [5 / 6, '0.05', 2.5]);
  });
  it('is not asked by what differs; the normalised key takes white space and ways to write a letter for the same', () => {
    const caching = replayed([
      { hours: 0, text: 'caf\u00e9  where?' },
      { hours: 1, text: 'cafe\u0301 where?' },
      { hours: 2, text: 'café\r\nwhere?' },
      { hours: 3, text: 'CAFÉ where?' },
      { hours: 4, text: 'café  where?', over: { parameters: { temperature: 1 } } },
      { hours: 5, text: 'café  where?', over: { parameters: { stream: true, user: 'u' } } },
      { hours: 6, text: 'café  where?', over: { model: 'openai:gpt-6-luna' } },
    ]);
    assert.deepEqual([hits(caching, 'exact').at(-1), hits(caching, 'normalised').at(-1)], [1, 3]);
  });
  it('counts what could go wrong: other chunks, users, answers, and answers that people rejected', () => {
    const text = 'where?';
    const caching = replayed(
      [
        { hours: 0, text, over: { user: 'a', chunks: ['one'] } },
        { hours: 1, text, over: { user: 'a', chunks: ['one'] } },
        { hours: 2, text, over: { user: 'b', chunks: ['one'] } },
        { hours: 3, text, over: { user: 'a', chunks: ['two'], output: 'Friday.' } },
        { hours: 4, text, over: { user: 'a', chunks: ['one'] } },
      ],
      (replay, i) => {
        if (i === 2) replay.reject('i1');
        replay.reject('unheard of');
      },
    );
    assert.deepEqual(caching.risks, { differentChunks: 1, differentUser: 1, differentAnswer: 1, rejectedAnswer: 4 });
  });
  it('counts the same whenever a rejection becomes known, and none of an answer that is not the one that is kept', () => {
    const calls = [
      { hours: 0, text: 'a' },
      { hours: 1, text: 'a' },
      { hours: 2, text: 'a', over: { output: 'Friday.' } },
      { hours: 30, text: 'a' },
    ];
    const risk = (rejected: string, when: number): number =>
      replayed(calls, (replay, i) => {
        if (i === when) replay.reject(rejected);
      }).risks.rejectedAnswer;
    for (const when of [0, 1, 2, 3]) assert.deepEqual([risk('i0', when), risk('i1', when), risk('i2', when)], [3, 3, 0], `${when}`);
  });
  it('says what it could not use, and that money or time is not known', () => {
    const caching = replayed([
      { hours: 0, text: 'a', over: { messages: [] } },
      { hours: 0, text: 'a', over: { output: null } },
      { hours: 0, text: 'a', over: { error: { type: 'timeout', message: '' } } },
      { hours: 1, text: 'b' },
      { hours: 2, text: 'b', over: { latencyMs: null } },
    ]);
    assert.deepEqual([caching.n, caching.unusable, caching.potential.at(3)?.savedSeconds], [5, 3, null]);
  });
  it('knows of an answer that was rejected before its call came, also when it was stored in between', () => {
    let replay = new ResponseReplay();
    replay.reject('i0');
    replay = new ResponseReplay(JSON.parse(JSON.stringify(replay.save().state)) as ReturnType<typeof replay.save>['state']);
    for (const i of [0, 1]) add(replay, { hours: i, text: 'a' }, i);
    assert.equal(cacheInsight(replay.list(), []).responses[0]?.risks.rejectedAnswer, 1);
  });
  it('is the same when it was stored in between', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(400), fc.nat(3)), { minLength: 1, maxLength: 60 }), fc.nat(60), (calls, cut) => {
        const all = [...calls].sort(([a], [b]) => a - b).map(([hours, text]): Call => ({ hours, text: `${text}` }));
        let replay = new ResponseReplay();
        all.forEach((call, i) => {
          if (i === cut) {
            const { state, tables } = replay.save();
            const stored = Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, Buffer.concat(table.pieces())]));
            replay = new ResponseReplay(JSON.parse(JSON.stringify(state)) as typeof state, stored);
          }
          add(replay, call, i);
        });
        assert.deepEqual(cacheInsight(replay.list(), []).responses, [replayed(all)]);
      }),
      { numRuns: 50 },
    );
  });
});

const RULE: CachingRule = { minimum: 1024, block: 128, ttlSeconds: 300, kind: 'automatic', asOf: '2026-11-23', source: 'test' };
const STATIC = 'x'.repeat(9000);

function audit(calls: readonly Partial<AuditedCall>[]): ReturnType<typeof cacheInsight>['prefixes'] {
  const prefixes = new PrefixAudit();
  calls.forEach((call, i) =>
    prefixes.add({
      ...{
        at: START + i * 10_000,
        latencyMs: 500,
        prompt: 'answer',
        version: 'answer@1',
        model: 'openai:m',
        tools: '[]',
        messages: `${STATIC}${i}${'y'.repeat(999)}`,
      },
      ...{ input: 2500, cacheRead: 2176, rule: RULE, discountUsd: 1e-6, ...call },
    }),
  );
  return cacheInsight([], prefixes.list()).prefixes;
}

describe('the audit of prefixes', () => {
  it('predicts what the request before lets a call read, in blocks', () => {
    const [caching] = audit([{ cacheRead: 0 }, {}, {}]);
    // 9,000 of 10,000 characters of 2,500 tokens: 2,250, in blocks of 128.
    assert.deepEqual([caching?.n, caching?.predicted, caching?.reported, caching?.lostUsd], [3, 2 * 2176, 2 * 2176, 0]);
    assert.deepEqual(caching?.misses, [{ cause: 'first call', calls: 1 }]);
  });
  for (const [cause, calls] of [
    ['expired', [{ at: START + 3600_000, cacheRead: 0 }]],
    ['at the same time', [{ at: START + 100, cacheRead: 0 }]],
    ['not found', [{ cacheRead: 0 }]],
    ['prefix changed', [{ messages: `12:01 ${STATIC}`, cacheRead: 0 }]],
  ] as const) {
    it(`names the cause of a miss: ${cause}`, () => {
      const [caching] = audit([{}, ...(cause === 'prefix changed' ? [{}, {}] : []), ...calls]);
      assert.ok(caching);
      assert.equal(caching.misses.at(-1)?.cause ?? null, cause, JSON.stringify(caching.misses));
      assert.equal(caching.lostUsd, cause === 'not found' ? 2176e-6 : 0);
    });
  }
  it('names a prefix that is too short for the provider', () => {
    const [caching] = audit([
      { messages: 'short a', input: 40, cacheRead: 0 },
      { messages: 'short b', input: 40, cacheRead: 0 },
    ]);
    assert.deepEqual(caching?.misses.map(({ cause }) => cause).sort(), ['first call', 'too short']);
  });
  it('says of a version that broke the prefix of the one before it that it changed, call after call', () => {
    const broken = Array.from({ length: 20 }, (_, i) => ({ version: 'answer@2', messages: `It is ${i}:00. ${STATIC}`, cacheRead: 0 }));
    const [second] = audit([...Array.from({ length: 10 }, () => ({})), ...broken]).filter(({ version }) => version === 'answer@2');
    assert.deepEqual(second?.misses, [{ cause: 'prefix changed', calls: 20 }]);
    assert.deepEqual([second.predicted, second.hours.length], [0, 1]);
  });
  it('finds the common prefix of any two texts', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 2000 }), fc.string(), fc.string(), (same, a, b) => {
        const found = commonPrefix(same + a, same + b);
        let wanted = 0;
        while (wanted < (same + a).length && (same + a)[wanted] === (same + b)[wanted]) wanted++;
        assert.equal(found, wanted);
      }),
    );
  });
});

describe('a table of names', () => {
  it('finds the newest row of every name, stored or not, and refuses bytes that are none of its own', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 3 }), { maxLength: 400 }), (names) => {
        const table = new NameTable(2);
        const rows = new Map<string, number>();
        names.forEach((name, i) => rows.set(name, table.add([hash64(`a${name}`), hash64(`b${name}`)], [i, 2 ** 32 - 1])));
        const again = NameTable.from(Buffer.concat(table.pieces()), 2);
        assert.ok(again);
        for (const of of [table, again]) {
          for (const [name, row] of rows) {
            assert.deepEqual([of.find(hash64(`a${name}`)), of.find(hash64(`b${name}`))], [row, row]);
            assert.equal(of.get(row, 1), 2 ** 32 - 1);
          }
          assert.equal(of.find(hash64('never')), null);
          assert.equal(of.size, names.length);
        }
      }),
    );
  });
  it('never throws for the bytes of others', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 4000 }), (bytes) => void NameTable.from(bytes, 4)));
  });
});
