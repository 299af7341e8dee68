/** Labelling on the results page: what the page gets has neither verdict nor candidate in it, and a verdict that was shown is never blind. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Git } from '../../src/adapters/git/git.ts';
import { sha256 } from '../../src/adapters/hash.ts';
import type { AssertionSpec } from '../../src/core/grade/assertion.ts';
import type { GoldenCase } from '../../src/core/golden/case.ts';
import { criterionOf } from '../../src/core/judge/criterion.ts';
import type { Interaction } from '../../src/core/feedback/interactions/interaction.ts';
import { InteractionLabelling } from '../../src/engine/labelling/interaction-labelling.ts';
import { seenCall } from '../../src/engine/labelling/seen-outputs.ts';
import { LabelBook } from '../../src/engine/labelling/label-book.ts';
import { labelOrder } from '../../src/engine/labelling/label-queue.ts';
import { markRows } from '../../src/engine/labelling/mark-seen.ts';
import { ResultsLabelling } from '../../src/engine/labelling/results-labelling.ts';
import { ResultsView } from '../../src/engine/results-view/results-view.ts';
import { EVERYTHING } from '../../src/protocol/query.ts';
import type { LabelGiven } from '../../src/protocol/labelling.ts';
import { SyntheticRun } from '../ui/harness/synthetic-run.ts';

const RUBRIC: AssertionSpec = { type: 'llm-rubric', value: 'It says sorry for {{thing}}.' };
const OTHER: AssertionSpec = { type: 'context-faithfulness' };
const CASES = 6;

const given = (at: number, more: Partial<LabelGiven> = {}): LabelGiven => ({
  ...{ at, criterion: 0, grade: 'fail', cause: null, failureMode: null, critique: null },
  ...more,
});

describe('labelling blind', () => {
  let root: string;
  let view: ResultsView;
  let book: LabelBook;
  beforeEach(() => {
    root = mkdtempSync(path.join(os.tmpdir(), 'goldset-labelling-'));
    execFileSync('git', ['init', '-q', root]);
    execFileSync('git', ['config', 'user.name', 'Ana'], { cwd: root });
    writeFileSync(path.join(root, 'goldset.yaml'), '');
    book = new LabelBook(new Git());
    view = viewOf([RUBRIC]);
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  /** Two candidates; every output is judged by these. */
  function viewOf(judgedBy: readonly AssertionSpec[]): ResultsView {
    const run = new SyntheticRun({ cases: CASES, candidates: 2 });
    const made = new ResultsView({ root, sideBySide: false, readOnly: false, now: () => 0 });
    const judged = (position: number) => {
      const result = run.result(position);
      const note = {
        prompt: 'llm-rubric',
        version: 'version-of-judge',
        model: 'model-of-judge',
        costUsd: 0,
        paidUsd: 0,
        quotes: [],
        calibrated: false,
      };
      const assertions = judgedBy.map((spec) => ({
        ...{ type: spec.type, weight: 1, pass: false, score: 0.123, reason: 'reason-of-judge' },
        judge: { ...note, criterion: criterionOf(spec, sha256) },
      }));
      return { ...result, verdict: 'fail' as const, vars: { thing: 'the delay' }, output: `Answer ${position}.`, assertions };
    };
    const index = made.add({ ...run.viewed(null), read: judged });
    for (let position = 0; position < run.samples; position++) made.take(index, judged(position), position);
    return made;
  }

  const labelling = (assertions: readonly AssertionSpec[]): ResultsLabelling => {
    const cases = Array.from({ length: CASES }, (_, i) => ({ id: `case-${i}`, assertions }) as unknown as GoldenCase);
    return new ResultsLabelling(view, book, () => Promise.resolve(cases), 'Ana');
  };
  const prompt = (): string => view.table.columns[0]?.head.prompt.path ?? '';
  const labels = () => book.of(root, [path.join(root, prompt())]);

  it('gives the page texts and the criterion, and nothing of the judge or the candidate', async () => {
    const queue = labelling([RUBRIC]);
    assert.equal(queue.start(), 2 * CASES);
    for (let at = 0; at < 2 * CASES; at++) {
      const task = await queue.task(at);
      assert.deepEqual(task?.criteria, [{ text: 'It says sorry for the delay.', grade: null }]);
      const text = JSON.stringify(task);
      for (const word of ['of-judge', '0.123', 'verdict', 'fail', ...view.table.columns.flatMap(({ id, head }) => [`"${id}"`, head.model])])
        assert.ok(!text.includes(word), `${word}: ${text}`);
    }
  });

  it('records what the judge said, and that the person did not see it', async () => {
    const queue = labelling([RUBRIC]);
    queue.start();
    const task = await queue.task(0);
    assert.equal(await queue.give(given(0, { failureMode: 'no apology', critique: ' It is curt. ' })), true);
    const [label, ...more] = labels();
    assert.deepEqual(more, []);
    assert.deepEqual(label?.judge, {
      path: 'llm-rubric',
      version: 'version-of-judge',
      model: 'model-of-judge',
      verdict: 'fail',
      score: 0.123,
    });
    assert.deepEqual(
      [label.blind, label.criterion, label.item?.output, label.item?.input],
      [true, criterionOf(RUBRIC, sha256), task?.output, 'the delay'],
    );
    assert.deepEqual([label.failureMode, label.critique, label.draw], ['no apology', 'It is curt.', null]);
    assert.equal(label.target.hash, sha256(task?.output ?? ''));
    const next = await queue.task(1);
    assert.deepEqual([next?.labelled, next?.modes], [1, [{ mode: 'no apology', count: 1 }]]);
  });

  it('asks by each criterion, and keeps a label of each', async () => {
    view = viewOf([RUBRIC, OTHER]);
    const queue = labelling([{ type: 'assert-set', assert: [RUBRIC, OTHER] }]);
    queue.start();
    const task = await queue.task(0);
    assert.deepEqual(
      task?.criteria.map(({ text }) => text),
      ['It says sorry for the delay.', 'The context supports every statement of the output.'],
    );
    await queue.give(given(0, { grade: 'pass' }));
    await queue.give(given(0, { criterion: 1 }));
    assert.equal(await queue.give(given(0, { criterion: 2 })), false);
    assert.equal(await queue.give(given(3)), false, 'that one is not open');
    assert.deepEqual(
      labels().map(({ criterion, grade }) => [criterion?.type, grade]),
      [
        ['llm-rubric', 'pass'],
        ['context-faithfulness', 'fail'],
      ],
    );
    assert.deepEqual(
      (await queue.task(0))?.criteria.map(({ grade }) => grade),
      ['pass', 'fail'],
    );
  });

  it('has no criterion where the rubric is another by now: nobody can grade by words that are gone', async () => {
    const queue = labelling([{ ...RUBRIC, value: 'It is friendly.' }]);
    queue.start();
    assert.deepEqual((await queue.task(0))?.criteria, [{ text: null, grade: null }]);
    await queue.give(given(0));
    assert.deepEqual(
      labels().map(({ criterion, judge }) => [criterion, judge]),
      [[null, null]],
    );
  });

  it('is not blind for rows that the page has had, which come after the others', async () => {
    const seen = view.rows({ from: 0, to: 2, glance: true }, EVERYTHING);
    markRows(view, seen, book.seen);
    // Where a judge graded production, a case is the call of this id.
    assert.deepEqual([book.seen.has(seenCall(seen.rows[0]?.case ?? '')), book.seen.has(seenCall('another call'))], [true, false]);
    const queue = labelling([RUBRIC]);
    queue.start();
    const tasks = [];
    for (let at = 0; at < 2 * CASES; at++) tasks.push(await queue.task(at));
    assert.deepEqual(
      tasks.map((task) => task?.isSeen),
      [...Array<boolean>(8).fill(false), ...Array<boolean>(4).fill(true)],
    );
    await queue.give(given(11));
    await queue.task(0);
    await queue.give(given(0));
    assert.deepEqual(
      labels().map(({ blind }) => blind),
      [false, true],
    );
    // What is labelled comes last.
    queue.start();
    const first = await queue.task(0);
    assert.deepEqual([first?.isSeen, first?.output === tasks[0]?.output], [false, false]);
    assert.equal((await queue.task(2 * CASES - 1))?.labelled, 2);
    assert.equal(readdirSync(path.join(root, path.dirname(prompt()), 'labels')).length, 1);
  });
});

describe('labelling interactions blind', () => {
  it('shows no signal, version or model, and keeps no text of production unless goldset.yaml says so', async () => {
    const root = mkdtempSync(path.join(os.tmpdir(), 'goldset-labelling-'));
    try {
      execFileSync('git', ['init', '-q', root]);
      writeFileSync(path.join(root, 'goldset.yaml'), '');
      const book = new LabelBook(new Git());
      const interaction = {
        ...{ id: 'i1', time: '2026-11-20T10:00:00Z', model: 'model-of-call', prompt: { name: 'triage', version: 'version-of-call' } },
        ...{ variables: { ticket: 'Where is it?' }, messages: [], chunks: [], output: 'On its way.' },
        signals: [
          { kind: 'explicit', name: 'judged', value: 'fail', annotator: 'model', by: 'judge', time: null, note: 'reason-of-judge' },
        ],
      } as unknown as Interaction;
      const stored = { interaction, promptFile: path.join(root, 'triage.prompt') };
      const key = { id: 'i1', day: '2026-11-20', offset: 0, end: 1 };
      const queue = new InteractionLabelling(root, book, () => Promise.resolve(stored), await book.person(root));
      assert.equal(queue.start([key]), 1);
      const task = await queue.task(0);
      assert.deepEqual([task?.input, task?.output, task?.isSeen], ['Where is it?', 'On its way.', false]);
      assert.doesNotMatch(JSON.stringify(task), /of-call|of-judge|judged|fail/);
      assert.equal(await queue.give(given(0)), true);
      writeFileSync(path.join(root, 'goldset.yaml'), 'labels: { texts: all }\n');
      book.seen.add(seenCall('i1'));
      await queue.give(given(0, { grade: 'pass' }));
      const labels = book.of(root, [stored.promptFile]);
      assert.deepEqual(
        labels.map(({ target, item, grade, blind, judge }) => [target.interaction, item?.output ?? null, grade, blind, judge]),
        [
          ['i1', null, 'fail', true, null],
          ['i1', 'On its way.', 'pass', false, null],
        ],
      );
      assert.equal((await queue.task(0))?.criteria[0]?.grade, 'pass');
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});

describe('the order of labelling', () => {
  it('mixes candidates: neither side is first more often than chance', () => {
    const items = Array.from({ length: 400 }, (_, i) => ({ key: `${i % 2} ${i}`, isSeen: false, isLabelled: false, side: i % 2 }));
    const half = labelOrder(items, 'Ana')
      .slice(0, 200)
      .filter(({ side }) => side === 0).length;
    // Hypergeometric: standard deviation 5; five of them.
    assert.ok(Math.abs(half - 100) < 25, String(half));
    assert.notDeepEqual(labelOrder(items, 'Ana'), labelOrder(items, 'Ben'));
  });
});
