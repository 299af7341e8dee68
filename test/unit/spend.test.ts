/** The cap, the estimate, and what is never asked twice. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ProviderError } from '../../src/core/problems/errors.ts';
import { boundOf, inputTokensAtMost } from '../../src/core/calls/call-bound.ts';
import { requestKey } from '../../src/core/calls/request-key.ts';
import { assumedCost, likelyCost, dryRun, unpriced } from '../../src/core/run/estimate.ts';
import { gradeHere, renderHere } from '../../src/core/evaluation/evaluate-here.ts';
import { readJournal } from '../../src/core/results/journal.ts';
import type { ModelRequest } from '../../src/core/model/model-request.ts';
import { resumedFrom } from '../../src/core/results/resume.ts';
import { SEEDS } from './numbers/simulated-rate.ts';
import { answerOf, goldenOf, modelOf, planOf, World, type Complete } from './run-world.ts';
import { seeded } from './virtual-clock.ts';
import { sha256 } from '../../src/adapters/hash.ts';

const textOf = (request: ModelRequest): string => JSON.stringify(request.messages);
const bytes = (request: ModelRequest): number =>
  new TextEncoder().encode(request.messages.flatMap(({ content }) => content.map((part) => ('text' in part ? part.text : ''))).join(''))
    .length;

/** Of any code points, also halves of pairs. */
const anyText = fc.array(fc.integer({ min: 0, max: 0x10ffff }), { maxLength: 30 }).map((codes) => String.fromCodePoint(...codes));

describe('the spend cap', () => {
  // A cap is reached within a few calls or never, so most runs are short.
  it('is never passed by random runs whose requests have an output limit, whatever goes wrong', async function () {
    for (let seed = 1; seed <= (SEEDS === 1 ? 250 : 1000); seed++) {
      const random = seeded(seed);
      const world = new World(seed);
      const limit = 1 + Math.floor(random() * 2000);
      const cases = 1 + Math.floor(random() * (seed % 10 === 0 ? 40 : 10));
      const cap = random() ** 2 * cases * ((100 + 2 * limit) / 1e6);
      // What the provider really charges, seen or not.
      let billed = 0;
      const complete: Complete = async (request, { signal }) => {
        await world.clock.sleep(random() * 500, signal);
        const fate = random();
        if (fate < 0.05) throw new ProviderError('rate-limit', 'busy', 429, random() < 0.5 ? 100 : null);
        if (fate < 0.1) throw new ProviderError('server', 'oops', 500);
        const input = bytes(request);
        const output = Math.floor(random() * (limit + 1));
        await world.clock.sleep(random() * 2000, signal);
        billed += (input + 2 * output) / 1e6;
        if (fate < 0.2) throw new ProviderError('connection', 'reset in the middle');
        const usage = fate < 0.25 ? null : { input, cacheRead: 0, cacheWriteShort: 0, cacheWriteLong: 0, output, reasoning: 0 };
        return { usage };
      };
      const plan = planOf(goldenOf(cases), [modelOf(complete)], { parameters: { maxOutputTokens: limit } });
      const report = await world.run(plan, { cap, concurrency: 1 + Math.floor(random() * 16) });
      assert.ok(billed <= cap + 1e-12, `seed ${seed}: billed ${billed} of ${cap}`);
      assert.equal(report.spend.cap, cap);
      if (!report.complete) assert.equal(report.stopped?.code, 'spend/cap', `seed ${seed}`);
      // A run that is resumed with the same cap has no more to spend than that.
      if (!report.complete) {
        await world.resume(plan, { cap });
        assert.ok(billed <= cap + 1e-12, `seed ${seed}, resumed: billed ${billed} of ${cap}`);
      }
    }
  });

  it('bounds parameters that multiply the cost, or says that it cannot', () => {
    const bound = (parameters: Record<string, string | number>): number | null => {
      const output = { format: null, name: null, schema: null, strict: false };
      return boundOf(
        modelOf(() => Promise.resolve({})),
        { messages: [], tools: [], output, parameters, repeat: 0 },
      );
    };
    const one = bound({ maxOutputTokens: 100 }) ?? 0;
    assert.equal(((bound({ maxOutputTokens: 100, n: 8 }) ?? 0) - one).toFixed(9), ((7 * 100 * 2) / 1e6).toFixed(9));
    assert.equal(bound({ maxOutputTokens: 100, service_tier: 'priority' }), null);
  });

  it('a journal that cannot be written ends the run at once, whatever waits', async () => {
    for (let room = 1; room < 30; room++) {
      const world = new World(room);
      let asked = 0;
      const complete: Complete = async (_request, { signal }) => {
        asked++;
        await world.clock.sleep(100, signal);
        if (signal.aborted) throw new ProviderError('aborted', 'cancelled');
        return {};
      };
      const plan = planOf(goldenOf(40), [modelOf(complete)], { parameters: { maxOutputTokens: 20 } });
      await assert.rejects(world.run(plan, { cap: 0.003, concurrency: 4 }, room), /no room/, `${room} lines`);
      assert.ok(asked <= 4 + room, `${asked} asked with room for ${room} lines`);
    }
  });

  it('lets a run end that stays below it, side by side', async () => {
    const world = new World();
    let most = 0;
    let now = 0;
    const complete: Complete = async (_request, { signal }) => {
      most = Math.max(most, ++now);
      await world.clock.sleep(100, signal);
      now--;
      return {};
    };
    const plan = planOf(goldenOf(40), [modelOf(complete)], { parameters: { maxOutputTokens: 20 } });
    const report = await world.run(plan, { cap: 0.1, concurrency: 8 });
    assert.deepEqual([report.complete, report.verdict, most], [true, 'pass', 8]);
    assert.equal(report.spend.usd?.toFixed(6), '0.004800');
  });

  it('stops where it is reached, is no pass, and goes on with more', async () => {
    const world = new World();
    const plan = planOf(goldenOf(40), [modelOf(() => Promise.resolve({}))], { parameters: { maxOutputTokens: 20 } });
    const report = await world.run(plan, { cap: 0.002, concurrency: 4 });
    assert.deepEqual([report.complete, report.verdict, report.stopped?.code], [false, 'inconclusive', 'spend/cap']);
    assert.ok((report.spend.usd ?? 1) <= 0.002);
    const rest = await world.resume(plan, { cap: 1 });
    assert.deepEqual([rest.complete, rest.verdict, rest.calls.asked], [true, 'pass', 40]);
    assert.equal(rest.spend.usd?.toFixed(6), '0.004800');
  });

  it('without an output limit: one call at a time near the cap, and at most one passes it', async () => {
    for (let seed = 1; seed <= 50; seed++) {
      const world = new World(seed);
      const random = seeded(seed);
      const costs: number[] = [];
      let now = 0;
      let mostWhenNear = 0;
      const cap = 0.005;
      const complete: Complete = async (_request, { signal }) => {
        now++;
        const spent = costs.reduce((a, b) => a + b, 0);
        if (spent > 0.9 * cap) mostWhenNear = Math.max(mostWhenNear, now);
        await world.clock.sleep(50 * random(), signal);
        now--;
        const usage = { input: 50, cacheRead: 0, cacheWriteShort: 0, cacheWriteLong: 0, output: Math.floor(200 * random()), reasoning: 0 };
        costs.push((usage.input + 2 * usage.output) / 1e6);
        return { usage };
      };
      const report = await world.run(planOf(goldenOf(60), [modelOf(complete)]), { cap, concurrency: 8 });
      const billed = costs.reduce((a, b) => a + b, 0);
      assert.equal(report.stopped?.code, 'spend/cap');
      assert.ok(mostWhenNear <= 1, `seed ${seed}: ${mostWhenNear} at once`);
      assert.ok(billed <= cap + Math.max(...costs), `seed ${seed}: ${billed}`);
    }
  });

  it('bounds the input of every text: no tokenizer of bytes can make more', () => {
    fc.assert(
      fc.property(anyText, anyText, (system, user) => {
        const messages = [
          { role: 'system', content: [{ text: system }] },
          { role: 'user', content: [{ text: user }] },
        ];
        const output = { format: null, name: null, schema: null, strict: false };
        const length = new TextEncoder().encode(system).length + new TextEncoder().encode(user).length;
        assert.ok(inputTokensAtMost({ messages, tools: [], output }) >= length + 2 * 4 + 3);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the estimate', () => {
  const evaluator = {
    render: (job: Parameters<typeof renderHere>[0]) => Promise.resolve(renderHere(job)),
    grade: (job: Parameters<typeof gradeHere>[0]) => Promise.resolve(gradeHere(job)),
  };
  const ports = { evaluator, hash: sha256, readMedia: (url: string) => Promise.resolve({ url }) };
  it('counts what has to be asked, and what it can cost at most', async () => {
    const model = modelOf(() => Promise.resolve({}));
    const plan = planOf(goldenOf(10), [model], { repeats: 2, parameters: { maxOutputTokens: 100 } });
    const { candidate } = plan.candidates[0] ?? assert.fail();
    const output = { format: null, name: null, schema: null, strict: false };
    const request = {
      messages: [{ role: 'user', content: [{ text: '3' }] }],
      tools: [],
      output,
      parameters: candidate.parameters,
      repeat: 1,
    };
    const known = requestKey(model.endpoint, request, sha256);
    const answers = { find: (key: string) => (key === known ? answerOf() : null), keep: () => true };
    const requests = await dryRun(plan, { ...ports, answers });
    assert.deepEqual([requests.calls, requests.known, requests.keys.size], [19, 1, 20]);
    // 81 tokens at most of a one-letter request, 100 of the answer at twice the price.
    assert.equal(requests.atMostUsd?.toFixed(6), ((19 * (81 + 200)) / 1e6).toFixed(6));
    assert.equal(likelyCost(plan, requests, () => 0.001)?.toFixed(3), '0.019');
    assert.equal(
      likelyCost(plan, requests, () => null),
      null,
    );
  });
  it('has no upper bound without a limit, and names what has no price', async () => {
    const plan = planOf(goldenOf(2), [modelOf(() => Promise.resolve({}), { pricing: null })]);
    assert.deepEqual(unpriced(plan), ['test:model']);
    const priced = planOf(goldenOf(2), [modelOf(() => Promise.resolve({}))]);
    assert.equal((await dryRun(priced, { ...ports, answers: null })).atMostUsd, null);
    assert.equal(assumedCost(priced, await dryRun(priced, { ...ports, answers: null })).toFixed(6), (2 * (1000 + 1000) * 1e-6).toFixed(6));
  });
});

describe('known answers', () => {
  it('are not asked for again, and are graded anew', async () => {
    const world = new World();
    let asked = 0;
    const model = modelOf(() => (asked++, Promise.resolve({})));
    const first = await world.run(planOf(goldenOf(20), [model], { repeats: 2 }));
    assert.deepEqual([asked, first.calls], [40, { asked: 40, reused: 0, regraded: 0, resumed: 0 }]);
    const again = await world.run(planOf(goldenOf(20, 'something else'), [model], { repeats: 2 }));
    assert.deepEqual([asked, again.verdict, again.spend.usd], [40, 'fail', 0]);
    assert.deepEqual(again.calls, { asked: 0, reused: 40, regraded: 40, resumed: 0 });
    assert.equal(again.candidates[0]?.costPerCallUsd, first.candidates[0]?.costPerCallUsd);
    assert.ok([...again.results].every((result) => result.source === 'cache' && result.attempts === 0));
  });

  it('only what changed is asked: another text, model, parameter or repeat', async () => {
    const world = new World();
    const asked: string[] = [];
    const model = modelOf((request) => (asked.push(textOf(request)), Promise.resolve({})));
    await world.run(planOf(goldenOf(5), [model]));
    await world.run(planOf(goldenOf(6), [model]));
    assert.equal(asked.length, 6);
    await world.run(planOf(goldenOf(6), [model], { parameters: { temperature: 0 } }));
    assert.equal(asked.length, 12);
    await world.run(planOf(goldenOf(6), [model], { repeats: 2 }));
    assert.equal(asked.length, 18);
    await world.run(planOf(goldenOf(6), [{ ...model, endpoint: 'https://test.example/v1#other' }]));
    assert.equal(asked.length, 24);
  });

  it('refresh asks anew and keeps; off asks and keeps nothing; frozen asks nothing', async () => {
    const world = new World();
    let asked = 0;
    const plan = planOf(goldenOf(4), [modelOf(() => (asked++, Promise.resolve({})))]);
    const frozen = await world.run(plan, { cache: 'frozen' });
    assert.deepEqual([asked, frozen.verdict, [...frozen.results][0]?.error?.code], [0, 'error', 'cache/miss']);
    await world.run(plan, { cache: 'off' });
    assert.deepEqual([asked, world.answers.size], [4, 0]);
    await world.run(plan, { cache: 'refresh' });
    await world.run(plan, { cache: 'refresh' });
    assert.deepEqual([asked, world.answers.size], [12, 4]);
    const replayed = await world.run(plan, { cache: 'frozen' });
    assert.deepEqual([asked, replayed.verdict], [12, 'pass']);
  });

  it('the same request under way is asked once', async () => {
    const world = new World();
    let asked = 0;
    const same = Array.from({ length: 10 }, (_, i) => `- { id: c${i}, vars: { x: same }, expected: ok }`).join('\n');
    const complete: Complete = async (_request, { signal }) => {
      asked++;
      await world.clock.sleep(100, signal);
      return {};
    };
    const report = await world.run(planOf(same, [modelOf(complete)]));
    assert.deepEqual([asked, report.calls.asked, report.calls.reused, report.verdict], [1, 1, 9, 'pass']);
  });
});

describe('equal requests', () => {
  it('are paid once more when the first fails, not once each', async () => {
    const world = new World();
    let asked = 0;
    const same = Array.from({ length: 8 }, (_, i) => `- { id: c${i}, vars: { x: same }, expected: ok }`).join('\n');
    const complete: Complete = async (_request, { signal }) => {
      const own = ++asked;
      await world.clock.sleep(50, signal);
      if (own === 1) throw new ProviderError('bad-request', 'no', 400);
      return {};
    };
    const report = await world.run(planOf(same, [modelOf(complete)]));
    assert.deepEqual([asked, report.candidates[0]?.errors, report.calls.asked, report.calls.reused], [2, 1, 2, 6]);
  });

  it('and the same model twice is one candidate', () => {
    const model = modelOf(() => Promise.resolve({}));
    assert.equal(planOf(goldenOf(1), [model, model]).candidates.length, 1);
  });
});

describe('a damaged journal', () => {
  it('is counted, never thrown at, line by line', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('run', 'result', 'answer', 'reserved', 'settled', 'resumed', 'end', 'later'),
        fc.jsonValue(),
        fc.jsonValue(),
        (kind, a, b) => {
          const content = readJournal(
            JSON.stringify({ kind, result: a, sample: b, key: a, call: b, usd: a, candidates: a, cases: b, id: 'x' }),
          );
          resumedFrom(content);
        },
      ),
      { numRuns: 2000 },
    );
    for (const line of ['{"kind":"run"}', '{"kind":"result"}', '{"kind":"answer","sample":7}', '[]', 'null', '{"kind":7}'])
      assert.equal(readJournal(line).damaged, 1, line);
  });
});

describe('a resumed run', () => {
  it('asks for what is missing, whenever it was cut off, and its totals are those of one run', async function () {
    const whole = new World();
    const plan = (count: (id: string) => void) =>
      planOf(goldenOf(14), [modelOf((request) => (count(textOf(request)), Promise.resolve({})))], { repeats: 2 });
    const expected = await whole.run(plan(() => undefined));
    for (const cache of ['use', 'off', 'refresh'] as const) {
      for (let cut = 1; cut < whole.journal.length; cut += 2) {
        const world = new World();
        // The journal and the cache as a kill at this moment leaves them: no line after the cut, no answer after its line.
        const asked = new Set<string>();
        await world.run(
          plan((text) => asked.add(text)),
          { cache },
        );
        const kept = world.journal.splice(0, cut);
        world.journal.splice(0, Infinity, ...kept);
        const answered = new Set(kept.flatMap((record) => (record.kind === 'answer' ? [record.key] : [])));
        for (const key of world.answers.keys()) if (!answered.has(key)) world.answers.delete(key);
        let again = 0;
        const report = await world.resume(
          plan(() => again++),
          { cache },
        );
        assert.equal(again, 28 - answered.size, `${cache}, cut after ${cut} lines`);
        assert.deepEqual([report.results.length, report.complete, report.verdict], [28, true, 'pass']);
        assert.equal(report.spend.usd?.toFixed(9), expected.spend.usd?.toFixed(9));
        assert.deepEqual(
          [...report.results].map(({ case: id, repeat }) => `${id}#${repeat}`),
          [...expected.results].map(({ case: id, repeat }) => `${id}#${repeat}`),
        );
      }
    }
  });

  it('the same request of several samples is paid once, and counted once, before and after', async () => {
    const same = Array.from({ length: 6 }, (_, i) => `- { id: c${i}, vars: { x: same }, expected: ok }`).join('\n');
    for (const cache of ['use', 'off'] as const) {
      for (let cut = 1; cut < 12; cut++) {
        const world = new World();
        let asked = 0;
        const plan = planOf(same, [modelOf(() => (asked++, Promise.resolve({})))]);
        await world.run(plan, { cache, concurrency: 1 });
        world.journal.splice(cut);
        const paid = world.journal.filter((record) => record.kind === 'answer').length;
        asked = 0;
        if (paid === 0) world.answers.clear();
        const report = await world.resume(plan, { cache });
        assert.equal(report.calls.asked, paid + asked, `${cache}, ${cut}`);
        assert.equal(report.calls.asked, cache === 'use' ? 1 : 6);
      }
    }
  });

  it('asks again for samples that ended in an error', async () => {
    const world = new World();
    let broken = true;
    const complete: Complete = ({ messages }) =>
      broken && JSON.stringify(messages).includes('"3"')
        ? Promise.reject(new ProviderError('bad-request', 'no', 400))
        : Promise.resolve({});
    const plan = planOf(goldenOf(5), [modelOf(complete)]);
    assert.equal((await world.run(plan)).candidates[0]?.errors, 1);
    broken = false;
    const report = await world.resume(plan);
    assert.deepEqual([report.candidates[0]?.errors, report.results.length, report.calls.resumed], [0, 5, 4]);
  });
});
