/**
 * Three weeks of traffic through the built command line: every count of insights, inbox and list is that of the planted truth. `npm test`
 * plays a fifth of the observed application, `npm run test:all` all of it.
 */
import assert from 'node:assert/strict';
import type { Insights } from '../../src/core/feedback/insights/insights.ts';
import type { Interaction } from '../../src/core/feedback/interactions/interaction.ts';
import { InteractionFiles } from '../../src/adapters/interactions/interaction-files.ts';
import { CHANGED, OBSERVED, plantedWeeks, postedAs, SMALL, type PlantedTurn, type PlantedWeeks } from './planted-weeks.ts';
import { TestWorkspace } from './command-line.ts';

const PROMPT = `---
model: scripted:./model.scripted.yaml
input: { schema: { question: string, passages: string } }
---
{{role "system"}}You answer questions about orders, only from the passages.
{{role "user"}}{{passages}}

{{question}}`;

/** A score below which retrieval found nothing: those of misses are below 0.3, those of others above 0.6. */
const LOW_SCORE = '0.5';

describe('three weeks of production', function () {
  this.timeout(600_000);
  const size = process.env['GOLDSET_WEEKS'] === 'all' ? OBSERVED : SMALL;
  let weeks: PlantedWeeks;
  let workspace: TestWorkspace;
  before(async () => {
    weeks = plantedWeeks(size);
    workspace = new TestWorkspace({
      'goldset.yaml': 'title: question\n',
      'answer.prompt': PROMPT,
      'model.scripted.yaml': 'default: { reply: "I am not sure." }\n',
    });
    new InteractionFiles(workspace.root).append(...weeks.calls.map((interaction) => ({ interaction })));
    const calls = new Map<string, Interaction>(weeks.calls.map((call) => [call.id, call]));
    const posted = JSON.stringify(weeks.signals.map((signal) => postedAs(signal, calls)));
    const { code, out, err } = await workspace.run(['signal', '-'], { input: posted });
    assert.equal(code, 0, err);
    assert.match(out, new RegExp(`^${(size.down + size.up + size.reports + size.corrections).toLocaleString('en')} signals stored`));
  });
  after(() => workspace.dispose());

  const json = async <T>(...args: string[]): Promise<T> => {
    const { code, out, err } = await workspace.run([...args, '--json']);
    assert.equal(code, 0, err);
    return JSON.parse(out) as T;
  };
  const withSignal = (name: string): PlantedTurn[] => weeks.signals.filter((signal) => signal.name === name).map(({ of }) => of);

  it('plants what was observed', () => {
    const bad = weeks.turns.filter(({ cause }) => cause !== null);
    assert.equal(weeks.calls.length, size.calls);
    assert.equal(bad.length, size.misses + size.truncated + size.refused + size.wrong);
    const all = plantedWeeks(OBSERVED);
    assert.deepEqual([all.calls.length, all.turns.filter(({ cause }) => cause !== null).length, all.signals.length], [7129, 1006, 1136]);
    assert.equal(Math.round((100 * OBSERVED.misses) / 1006), 68);
    assert.equal(JSON.stringify(plantedWeeks(size)), JSON.stringify(weeks), 'the same seed makes the same weeks');
  });

  it('counts every signal exactly, by version, and names what got worse', async () => {
    const { interactions, signals, worse, window } = await json<Insights>('insights', 'signals', '--low-score', LOW_SCORE);
    assert.equal(interactions, size.calls);
    assert.deepEqual([window?.from.slice(0, 10), window?.to.slice(0, 10)], ['2026-11-02', '2026-11-22']);
    const counted = (name: string): Record<string, number> =>
      Object.fromEntries((signals ?? []).filter(({ signal }) => signal === name).map(({ version, count }) => [version ?? '', count]));
    const planted = (turns: readonly PlantedTurn[]): Record<string, number> => {
      const late = turns.filter(({ day }) => day >= CHANGED.day).length;
      return { [CHANGED.from]: turns.length - late, [CHANGED.to]: late };
    };
    const ofCause = (cause: PlantedTurn['cause']): PlantedTurn[] => weeks.turns.filter((turn) => turn.cause === cause);
    const thumbs = (value: string): PlantedTurn[] => weeks.signals.filter((signal) => signal.value === value).map(({ of }) => of);
    for (const [name, turns] of [
      ['truncated', ofCause('truncated')],
      ['refusal', ofCause('refused')],
      ['thumbs-down', thumbs('down')],
      ['thumbs-up', thumbs('up')],
      ['report', withSignal('report')],
      ['correction', withSignal('correction')],
      ['retry', weeks.turns.filter(({ isRetried }) => isRetried)],
    ] as const)
      assert.deepEqual(counted(name), planted(turns), name);
    // A call before a tool was asked with the same passages, so it is one more of poor retrieval.
    const missed = new Set(ofCause('miss').map(({ id }) => id));
    const low = weeks.calls.filter(({ id }) => missed.has(id.replace(/-tool$/, '')));
    const lowOf = (version: string): number => low.filter(({ prompt }) => prompt?.version === version).length;
    assert.deepEqual(counted('low-retrieval'), { [CHANGED.from]: lowOf(CHANGED.from), [CHANGED.to]: lowOf(CHANGED.to) });
    assert.ok(
      worse?.some(({ signal, to }) => signal === 'low-retrieval' && to === CHANGED.to),
      JSON.stringify(worse),
    );
    assert.deepEqual(
      (worse ?? []).filter(({ signal }) => ['truncated', 'refusal', 'retry'].includes(signal)),
      [],
      'what did not change is not called worse',
    );
  });

  it('names the day, the version and the cause of the rise in cost, and how much it is', async () => {
    const { units } = await json<Insights>('insights', 'units');
    const [unit] = units ?? [];
    assert.deepEqual([units?.length, unit?.action, unit?.n, unit?.unknown], [1, 'question', weeks.turns.length, 0]);
    const spent = (unit?.series ?? []).reduce((sum, { totalUsd }) => sum + (totalUsd ?? 0), 0);
    const planted = weeks.calls.reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0);
    assert.ok(Math.abs(spent - planted) < 1e-6, `${spent} for ${planted}`);
    assert.equal(unit?.alerts.length, 1);
    const [alert] = unit?.alerts ?? [];
    const ratio = weeks.meanUsd.after / weeks.meanUsd.before;
    assert.deepEqual(
      [alert?.at.slice(0, 10), alert?.from, alert?.to],
      [CHANGED.date, `answer.prompt@${CHANGED.from}`, `answer.prompt@${CHANGED.to}`],
    );
    assert.ok(ratio > 3.2 && ratio < 3.4, `planted ${ratio}`);
    assert.ok(
      (alert?.low ?? 9) < ratio && (alert?.high ?? 0) > ratio && Math.abs((alert?.ratio ?? 0) - ratio) < 0.1,
      JSON.stringify(alert),
    );
    const [cause, ...others] = alert?.causes ?? [];
    assert.equal(cause?.factor, 'cache share');
    assert.ok(Math.abs((cause?.ratio ?? 0) - ratio) < 0.1, JSON.stringify(cause));
    assert.ok(
      others.every(({ ratio: other }) => other > 0.97 && other < 1.03),
      'nothing else was planted',
    );
    assert.equal((await workspace.run(['insights', 'units', '--check'])).code, 1);
  });

  it('has exactly the flagged ones in the inbox', async () => {
    const said = weeks.signals.filter(({ value }) => value !== 'up').map(({ of }) => of.id);
    const shown = weeks.turns.filter(({ cause }) => cause === 'truncated' || cause === 'refused').map(({ id }) => id);
    const open = new Set([...said, ...shown]);
    const { total, interactions } = await json<{ total: number; interactions: { id: string; title: string; signals: string[] }[] }>(
      ...['interactions', 'open', '--limit', '10000'],
    );
    // Retries are derived from two calls.
    const listed = interactions.filter(({ signals }) => signals.join() !== 'retry').map(({ id }) => id);
    assert.deepEqual(new Set(listed), open);
    assert.equal(total, interactions.length);
    const questions = new Map(weeks.turns.map(({ id, question }) => [id, question]));
    assert.ok(interactions.every(({ id, title }) => title === questions.get(id.replace(/-tool$/, ''))));
    const down = await json<{ total: number }>('interactions', 'open,signal=thumbs-down', '--limit', '1');
    assert.equal(down.total, size.down);
  });
});
