/** `goldset insights units` over interactions on disk, through the built command line. */
import assert from 'node:assert/strict';
import { appendFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Insights } from '../../src/core/feedback/insights/insights.ts';
import { Random } from '../../src/core/statistics/random.ts';
import type { UnitInsight } from '../../src/core/feedback/insights/units/unit-insight.ts';
import { InteractionFiles } from '../../src/adapters/interactions/interaction-files.ts';
import type { Interaction } from '../../src/core/feedback/interactions/interaction.ts';
import { readInteraction } from '../../src/core/feedback/interactions/stored-line.ts';
import { assertValid, TestWorkspace } from './command-line.ts';

const DAY = 86_400_000;
const START = Date.parse('2026-10-01T08:00:00Z');

function interactionOf(given: object): Interaction {
  const read = readInteraction(JSON.stringify(given));
  assert.ok('interaction' in read);
  return read.interaction;
}

/** 20 days of many documents, then 10 days of a third of them with a broken prefix: the total stays. */
function* production(): Generator<Interaction> {
  const random = new Random(3);
  let document = 0;
  for (let day = 0; day < 30; day++) {
    const isBroken = day >= 20;
    for (let i = 0; i < (isBroken ? 20 : 60); i++, document++) {
      const input = Math.round(2000 + 4000 * random.next());
      const cacheRead = isBroken ? 0 : Math.round(input * 0.9);
      for (let call = 0; call < 2; call++) {
        yield interactionOf({
          id: `i${document}-${call}`,
          time: new Date(START + day * DAY + i * 60_000).toISOString(),
          action: { type: 'document', id: `d${document}` },
          prompt: { name: 'summarize', version: isBroken ? '4' : '3' },
          model: 'openai:gpt-6-sol',
          usage: { input, cacheRead, output: 100 },
          costUsd: (input - cacheRead) * 2e-6 + cacheRead * 0.2e-6 + 100 * 10e-6,
        });
      }
    }
  }
}

describe('goldset insights units', () => {
  let workspace: TestWorkspace;
  beforeEach(() => {
    workspace = new TestWorkspace({});
  });
  afterEach(() => workspace.dispose());
  const store = (interactions: Iterable<Interaction>): void => {
    const files = new InteractionFiles(workspace.root);
    for (const interaction of interactions) files.append({ interaction });
  };
  const json = async (...args: string[]): Promise<{ interactions: number; units: UnitInsight[]; window: { from: string; to: string } }> => {
    const { out, code, err } = await workspace.run(['insights', 'units', '--json', ...args]);
    assert.equal(code, 0, err);
    return JSON.parse(out) as { interactions: number; units: UnitInsight[]; window: { from: string; to: string } };
  };

  it('finds the rise that the total hides, its version and its cause', async () => {
    store(production());
    const { out } = await workspace.run(['insights', 'units']);
    assert.match(out, /^document: \$0\.00\d+ an action \(95 %: .*\), 1,400 actions$/m);
    assert.match(
      out,
      /! \d\.\d× the cost since 2026-10-21, summarize@3 → summarize@4 \(95 %: .*; typical action .*\), about \$\d+\.\d+ more in 30 days\n +by cache share × [345]\.\d/,
    );
    const { units, interactions, window } = await json();
    assert.deepEqual([interactions, window.from.slice(0, 10), window.to.slice(0, 10)], [2800, '2026-10-01', '2026-10-30']);
    const [unit] = units;
    assert.deepEqual(
      [units.length, unit?.action, unit?.by, unit?.n, unit?.series.length, unit?.alerts.length],
      [1, 'document', null, 1400, 30, 1],
    );
    const [before, after] = [unit?.series[0]?.totalUsd ?? 0, unit?.series[29]?.totalUsd ?? 0];
    assert.ok(after / before > 0.6 && after / before < 1.5);
    assert.equal(unit?.alerts[0]?.causes[0]?.factor, 'cache share');
  });
  it('ends with 1 at --check while an action is more expensive, and with 0 ten days after that is over', async () => {
    const days = [...production()];
    store(days);
    assert.equal((await workspace.run(['insights', '--check'])).code, 1);
    assert.equal((await workspace.run(['insights'])).code, 0);
    // As before the fault, on the ten days after it.
    store(
      days
        .filter(({ time }) => time >= '2026-10-10' && time < '2026-10-20')
        .map((call) => ({ ...call, id: `${call.id}-later`, time: new Date(Date.parse(call.time) + 21 * DAY).toISOString() }))
        .map((call) => ({ ...call, action: { type: 'document', id: `${call.action?.id ?? ''}-later` } })),
    );
    const { out, code } = await workspace.run(['insights', 'units', '--check']);
    assert.equal(code, 0, out);
    assert.ok(!out.includes('since'), out);
  });
  it('holds the last days against the budget of goldset.yaml, and --check ends with 1', async () => {
    store([...production()].filter(({ time }) => time < '2026-10-20'));
    writeFileSync(path.join(workspace.root, 'goldset.yaml'), 'actions: { document: { costUsd: 0.001 } }\n');
    const { out, code } = await workspace.run(['insights', 'units', '--check']);
    assert.equal(code, 1);
    assert.match(out, /! \$0\.0\d+ an action in the last 7 days with data, above its budget of \$0\.0010 in goldset\.yaml/);
    writeFileSync(path.join(workspace.root, 'goldset.yaml'), 'actions: { document: { costUsd: 1 } }\n');
    const kept = await workspace.run(['insights', 'units', '--check', '--json']);
    const { units } = JSON.parse(kept.out) as { units: UnitInsight[] };
    assert.deepEqual([kept.code, units[0]?.budget?.costUsd, units[0]?.budget?.isExceeded], [0, 1, false]);
    writeFileSync(path.join(workspace.root, 'goldset.yaml'), 'actions: { document: { usd: 1 } }\n');
    assert.match((await workspace.run(['insights', 'units'])).err, /goldset\.yaml:\d+:\d+: The budget of `document` needs `costUsd`/);
  });
  it('writes all three kinds as its schema says', async () => {
    store(production());
    const { out } = await workspace.run(['insights', '--json']);
    assertValid('insights', JSON.parse(out));
    const { cache } = JSON.parse(out) as Insights;
    // Nothing of the requests was captured.
    assert.deepEqual([cache?.responses[0]?.unusable, cache?.prefixes], [2800, []]);
  });
  it('tells versions and models apart, and takes only what is asked for', async () => {
    store(production());
    const { units } = await json('--by', 'version');
    assert.deepEqual(
      units.map(({ by, n }) => [by, n]),
      [
        ['summarize@3', 1200],
        ['summarize@4', 200],
      ],
    );
    assert.deepEqual(
      (await json('--by', 'model')).units.map(({ by }) => by),
      ['openai:gpt-6-sol'],
    );
    assert.equal((await json('--since', '2026-10-21')).units[0]?.n, 200);
    assert.equal((await json('--min-usd', '100000')).units[0]?.alerts.length, 0);
  });
  it('loses nothing to lines that are none, and says where the first is', async () => {
    store([interactionOf({ id: 'a', time: '2026-11-01T00:00:00Z', costUsd: 1 })]);
    const day = path.join(workspace.root, '.goldset/interactions/2026-11-01.jsonl');
    appendFileSync(day, 'no json\n\n{"id":"b"}\n');
    appendFileSync(day, `${JSON.stringify({ id: 'c', time: '2026-11-01T01:00:00Z' })}\n{"id":"torn"`);
    writeFileSync(path.join(workspace.root, '.goldset/interactions/notes.txt'), 'not a day');
    const { out, err } = await workspace.run(['insights', 'units', '--json']);
    assert.match(err, /2 lines skipped: not valid interactions \(first: 2026-11-01\.jsonl, line 2: It is not a JSON object/);
    const { units } = JSON.parse(out) as { units: UnitInsight[] };
    assert.deepEqual([units[0]?.n, units[0]?.unknown, units[0]?.costPerActionUsd], [2, 1, 1]);
  });
  it('says what to do where nothing is stored, and what it takes', async () => {
    assert.match((await workspace.run(['insights', 'units'])).out, /No interactions stored/);
    for (const args of [
      ['insights', 'weather'],
      ['insights', 'units', '--by', 'modle'],
      ['insights', 'units', '--since', 'monday'],
    ]) {
      assert.equal((await workspace.run(args)).code, 2, args.join(' '));
    }
  });
  it('signals: rates with their interval, those that nobody had to say, and the version that made one worse', async () => {
    const of = (version: string, bad: (i: number) => boolean, day: number): Interaction[] =>
      Array.from({ length: 100 }, (_, i) =>
        interactionOf({
          id: `${version}-${i}`,
          time: new Date(START + day * DAY + i * 60_000).toISOString(),
          prompt: { name: 'answer', version },
          output: bad(i) ? 'I am sorry, I cannot help with that.' : 'The parcel is on its way.',
        }),
      );
    store([...of('1', (i) => i % 20 === 0, 0), ...of('2', (i) => i % 3 === 0, 1)]);
    const { out, code } = await workspace.run(['insights', 'signals']);
    assert.equal(code, 0);
    assert.match(out, /^refusal\n +5 %  5 of 100  \(95 %: 2\.2 % to 11\.2 %\)  answer@1\n +34 %  34 of 100 .* answer@2$/m);
    assert.match(out, /^! answer: refusal 5 % → 34 % since 2026-10-02, version 1 → 2 \(p = 0\.00\d\)$/m);
    const json = JSON.parse((await workspace.run(['insights', 'signals', '--json'])).out) as {
      signals: unknown[];
      worse: { signal: string }[];
    };
    assert.deepEqual([json.signals.length, json.worse.map(({ signal }) => signal)], [2, ['refusal']]);
  });
});
