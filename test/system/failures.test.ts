/** `goldset insights failures` on planted weeks, through the built command line: what is rejected, why, and what it is about. */
import assert from 'node:assert/strict';
import { InteractionFiles } from '../../src/adapters/interactions/interaction-files.ts';
import type { Failures } from '../../src/core/feedback/insights/failures/failures.ts';
import type { Interaction } from '../../src/core/feedback/interactions/interaction.ts';
import { LABEL_SCHEMA } from '../../src/core/judge/labels/label-record.ts';
import { HIT_TENANT, plantedFailures } from './planted-topics.ts';
import { postedAs } from './planted-weeks.ts';
import { TestWorkspace } from './command-line.ts';

describe('goldset insights failures', function () {
  this.timeout(300_000);
  const { calls, signals, truth } = plantedFailures();
  let workspace: TestWorkspace;
  before(async () => {
    workspace = new TestWorkspace({ 'goldset.yaml': 'title: question\n' });
    new InteractionFiles(workspace.root).append(...calls.map((interaction) => ({ interaction })));
    const byId = new Map<string, Interaction>(calls.map((call) => [call.id, call]));
    const { code, err } = await workspace.run(['signal', '-'], { input: JSON.stringify(signals.map((signal) => postedAs(signal, byId))) });
    assert.equal(code, 0, err);
  });
  after(() => workspace.dispose());

  const look = async (...args: string[]): Promise<{ readonly failures: Failures; readonly err: string }> => {
    const { code, out, err } = await workspace.run(['insights', 'failures', '--json', ...args]);
    assert.equal(code, 0, err);
    return { failures: JSON.parse(out) as Failures, err };
  };
  const certain = (cause: string): number => [...truth.values()].filter((own) => own.cause === cause).length;

  it('without labels counts what records say, and says that the rest is not known', async () => {
    const { failures, err } = await look();
    const rejected = new Set(signals.filter(({ name, value }) => name !== 'thumb' || value === 'down').map(({ of }) => of.id));
    // A retry, a failed tool, an answer that was cut off and a refusal by the provider flag themselves.
    const own = [...truth].filter(([, { cause }]) => ['tool', 'truncated', 'refusal'].includes(cause)).map(([id]) => id);
    const retried = calls.filter(({ id }) => !rejected.has(id) && !own.includes(id)).length;
    assert.ok(retried > 0);
    assert.equal(failures.calls, calls.length);
    assert.equal(failures.flagged, new Set([...rejected, ...own]).size + 12, 'and twelve questions that were asked again');
    assert.deepEqual(failures.causes.map(({ cause, n, basis }) => [cause, n, basis]).sort(), [
      ['refusal', certain('refusal'), 'signature'],
      ['tool', certain('tool'), 'signature'],
      ['truncated', certain('truncated'), 'signature'],
    ]);
    assert.match(err, /The cause of \d+ of \d+ is not known: none was drawn for review and labelled\./);
  });

  it('with labels says where to work, and names of topics stay', async () => {
    const { failures: before } = await look();
    const bad = [...truth].filter(([id]) => signals.some(({ of, value }) => of.id === id && value === 'down'));
    const lines = bad
      .filter((_, i) => i % 5 === 0)
      .map(([id, { cause }]) => ({
        ...{ schema: LABEL_SCHEMA, id: `l-${id}`, target: { interaction: id, run: null, case: null, repeat: null, hash: 'h' } },
        ...{
          item: null,
          criterion: null,
          judge: null,
          grade: cause === 'none' ? 'pass' : 'fail',
          cause: cause === 'truncated' ? 'format' : cause,
        },
        ...{ failureMode: null, critique: null, correction: null, by: 'ana', at: '2026-11-23T09:00:00Z', blind: true },
        draw: { id: 'r1', stratum: 'not-judged', probability: 0.2 },
      }));
    workspace.write({ 'labels/causes/ana-r1.jsonl': `${lines.map((line) => JSON.stringify(line)).join('\n')}\n` });
    const { failures } = await look('--by', 'tenant');
    assert.deepEqual(
      failures.clusters.map(({ id }) => id),
      before.clusters.map(({ id }) => id),
    );
    const [first] = failures.causes;
    assert.deepEqual([first?.cause, first?.basis], ['retrieval', 'reviewed']);
    const true_ = bad.filter(([, { cause }]) => cause === 'retrieval').length / failures.flagged;
    assert.ok((first?.interval[0] ?? 1) < true_ && true_ < (first?.interval[1] ?? 0) + 0.05);
    const voucher = failures.clusters.find(({ terms }) => terms.includes('voucher'));
    assert.deepEqual(
      voucher?.by.filter(({ standsOut }) => standsOut).map(({ name, value }) => `${name} ${value}`),
      [`tenant ${HIT_TENANT}`],
    );
    assert.equal(voucher.action.kind, 'pipeline-cases');
    const tool = failures.clusters.find(({ cause }) => cause?.cause === 'tool');
    assert.match(tool?.action.ticket ?? '', /timeout after # ms/);
    const { out } = await workspace.run(['insights', 'failures']);
    assert.match(out, /^Where to work, 2–22 Nov: \d{3} rejected answers, \d\d reviewed: retrieval \d\d % \(\d\d–\d\d\), /);
    assert.match(out, /growing: \d\.\d times the failures per call/);
  });

  it('refuses a day that is none, and two kinds at once', async () => {
    assert.equal((await workspace.run(['insights', 'failures', '--since', 'monday'])).code, 2);
    assert.equal((await workspace.run(['insights', 'failures', 'units'])).code, 2);
    assert.equal((await workspace.run(['insights', 'units', '--by', 'verson'])).code, 2);
  });
});
