/** Money and answers of a run's calls, by hand: the ledger of a cap, and answers that are known. */
import assert from 'node:assert/strict';
import { HumanError } from '../../src/core/problems/errors.ts';
import { Answers, type AnswersOptions } from '../../src/core/calls/answers.ts';
import { SpendLedger, type LedgerOptions, type Reservation } from '../../src/core/calls/spend-ledger.ts';
import type { ModelResponse } from '../../src/core/model/model-request.ts';
import { carriedKey } from '../../src/core/results/resume.ts';

describe('the ledger of a cap', () => {
  const ledger = (over: Partial<LedgerOptions> = {}) => {
    const records: string[] = [];
    const own = new SpendLedger({
      cap: 10,
      spent: 0,
      unconfirmed: 0,
      journal: (record) => records.push(`${record.kind} ${record.call} ${record.usd}`),
      ...over,
    });
    return { own, records };
  };
  const held = (found: Reservation | 'wait' | 'never'): Reservation => (typeof found === 'string' ? assert.fail(found) : found);

  it('sets the most of a call aside, and books what it did cost', () => {
    const { own, records } = ledger();
    const first = held(own.reserve(6));
    assert.equal(own.reserve(5), 'wait');
    const second = held(own.reserve(4));
    first.settle(1);
    first.settle(9);
    assert.equal(own.countedUsd, 1);
    second.settle(null);
    assert.deepEqual([own.countedUsd, own.unconfirmedUsd], [5, 4]);
    assert.equal(own.reserve(5.1), 'never');
    assert.notEqual(own.reserve(5), 'never');
    assert.deepEqual(records, ['reserved 0 6', 'reserved 1 4', 'settled 0 1', 'settled 1 null', 'reserved 2 5']);
  });

  it('begins with what was spent before, and writes nothing without a cap', () => {
    const { own } = ledger({ spent: 3, unconfirmed: 2 });
    assert.deepEqual([own.countedUsd, own.unconfirmedUsd, own.cap, own.reserve(5.5)], [5, 2, 10, 'never']);
    const free = ledger({ cap: null });
    held(free.own.reserve(1e9)).settle(5);
    assert.deepEqual([free.own.countedUsd, free.records], [5, []]);
  });

  it('lets calls without a limit go one by one until five ended, then with twice the highest cost so far', () => {
    const { own, records } = ledger();
    for (let i = 0; i < 5; i++) {
      const call = held(own.reserve(null));
      assert.equal(own.reserve(null), 'wait', `${i}`);
      call.settle(0.5);
    }
    assert.equal(own.countedUsd, 2.5);
    const open = Array.from({ length: 7 }, () => held(own.reserve(null)));
    // 2.5 and seven times 1; an eighth would make 10.5.
    assert.equal(own.reserve(null), 'wait');
    open[0]?.settle(null);
    assert.equal(own.countedUsd, 3);
    assert.equal(records.at(5), 'settled 2 0.5');
    assert.equal(records.filter((record) => record.startsWith('reserved')).at(-1), 'reserved 11 1');
  });

  it('lets one call without a limit go near the cap, none at it', () => {
    const near9 = ledger({ spent: 9.9 });
    held(near9.own.reserve(null)).settle(0.05);
    const at = ledger({ spent: 10 });
    assert.equal(at.own.reserve(null), 'never');
    assert.equal(ledger({ spent: 10 }).own.reserve(0.01), 'never');
    held(ledger({ spent: 10 }).own.reserve(0));
  });

  it('wakes who waits when a call has ended, and goes on when that cannot be written', async () => {
    const { own } = ledger({
      journal: (record) => {
        if (record.kind === 'settled') throw new HumanError('journal/write', 'full');
      },
    });
    const call = held(own.reserve(1));
    const change = own.change();
    call.settle(1);
    await change;
    const broken = ledger({
      journal: (record) => {
        if (record.kind === 'settled') throw new TypeError('a bug');
      },
    }).own;
    assert.throws(() => held(broken.reserve(1)).settle(1), /a bug/);
  });
});

describe('answers that are known', () => {
  const response = (output: string): ModelResponse => ({ output }) as ModelResponse;
  const sample = { candidate: 'm', case: 'c', repeat: 0 };
  const answers = (over: Partial<AnswersOptions> = {}, stored: Record<string, string> = {}) => {
    const log: string[] = [];
    const store = {
      find: (key: string, account: string | null) => (stored[key] === undefined ? null : response(`${stored[key]}${account ?? ''}`)),
      keep: (key: string) => log.push(`keep ${key}`) > 0,
    };
    const own = new Answers({
      store,
      mode: 'use',
      carried: new Map(),
      paidFor: new Map(),
      journal: ({ key, usd }) => log.push(`journal ${key} ${usd}`),
      ...over,
    });
    const get = async (key: string, output: string | null = 'asked'): Promise<string | null> => {
      const found = await own.get(
        { sample, key, account: null, costUsd: () => 2 },
        () => (log.push(`ask ${key}`), Promise.resolve(output === null ? null : response(output))),
      );
      return found === null ? null : `${found.response.output}${found.reused ? ' reused' : ''}`;
    };
    return { own, get, log };
  };

  it('are asked for once, written to the journal first, then kept', async () => {
    const { get, log } = answers();
    assert.equal(await get('k'), 'asked');
    assert.deepEqual(log, ['ask k', 'journal k 2', 'keep k']);
    const none = answers();
    assert.deepEqual([await none.get('k', null), none.log], [null, ['ask k']]);
  });

  it('come from the store where the mode reads it', async () => {
    const mode = async (of: AnswersOptions['mode']): Promise<string | null> => answers({ mode: of }, { k: 'kept' }).get('k');
    assert.deepEqual(
      [await mode('use'), await mode('frozen'), await mode('refresh'), await mode('off')],
      ['kept reused', 'kept reused', 'asked', 'asked'],
    );
    await assert.rejects(answers({ mode: 'frozen' }).get('k'), { code: 'cache/miss' });
    const off = answers({ mode: 'off' });
    await off.get('k');
    assert.deepEqual(off.log, ['ask k', 'journal k 2']);
    const refresh = answers({ mode: 'refresh' });
    await refresh.get('k');
    assert.deepEqual(refresh.log, ['ask k', 'journal k 2', 'keep k']);
  });

  it('come from the part of the run before it was interrupted, of the sample itself or of another', async () => {
    const carried = new Map([[carriedKey(sample, 'k'), { response: response('own') }]]);
    assert.equal(await answers({ carried, mode: 'off' }, { k: 'kept' }).get('k'), 'own');
    const inStore = new Map([[carriedKey(sample, 'k'), { response: null }]]);
    assert.equal(await answers({ carried: inStore, mode: 'off' }, { k: 'kept' }).get('k'), 'kept');
    assert.equal(await answers({ carried: inStore }).get('k'), 'asked');
    const paidFor = new Map([['k', { response: response('other') }]]);
    assert.deepEqual(
      [await answers({ paidFor }, { k: 'kept' }).get('k'), await answers({ paidFor, mode: 'off' }).get('k')],
      ['other reused', 'asked'],
    );
    assert.equal(await answers({ paidFor: new Map([['k', { response: null }]]) }).get('k'), 'asked');
  });

  it('under way are waited for; where they fail the next asks for itself', async () => {
    const together = async (mode: AnswersOptions['mode'], fails = false) => {
      const { own } = answers({ mode });
      let asked = 0;
      const get = () =>
        own.get({ sample, key: 'k', account: null, costUsd: () => 2 }, async () => {
          const nth = ++asked;
          await new Promise((resolve) => setImmediate(resolve));
          if (fails && nth === 1) throw new Error('down');
          return response(`answer ${nth}`);
        });
      const found = await Promise.allSettled([get(), get(), get()]);
      return [
        asked,
        ...found.map((one) =>
          one.status === 'rejected' ? 'failed' : `${one.value?.response.output}${one.value?.reused === true ? ' reused' : ''}`,
        ),
      ];
    };
    assert.deepEqual(await together('use'), [1, 'answer 1', 'answer 1 reused', 'answer 1 reused']);
    assert.deepEqual(await together('off'), [3, 'answer 1', 'answer 2', 'answer 3']);
    assert.deepEqual(await together('use', true), [2, 'failed', 'answer 2', 'answer 2 reused']);
    const after = answers({ mode: 'use' });
    await after.get('k');
    assert.equal(await after.get('k', 'again'), 'again');
  });
});
