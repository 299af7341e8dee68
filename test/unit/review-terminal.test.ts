/** Labelling at a terminal: which keys do what, what is stored when, and what the screen never says. */
import assert from 'node:assert/strict';
import { reviewAtTerminal, type TerminalReview } from '../../src/cli/review/terminal-review.ts';
import { joinedText, TerminalOutput, type Text } from '../../src/cli/output.ts';
import type { DrawFile } from '../../src/core/judge/labels/draw-file.ts';
import type { LabelRecord } from '../../src/core/judge/labels/label-record.ts';
import { newDraw, type Reviewable } from '../../src/core/judge/review/new-draw.ts';
import { queueOf, reviewLabel } from '../../src/core/judge/review/review-queue.ts';

const HOSTILE = 'Fine.\u001b[2J\u001b]0;owned\u0007\u202eevil';

function drawOf(n: number): DrawFile {
  const outputs = Array.from({ length: n }, (_, i): Reviewable => ({
    target: { interaction: `i${i}`, run: null, case: null, repeat: null, hash: `h${i}` },
    item: { input: `question ${i}`, output: HOSTILE, context: 'passage one' },
    verdict: i % 2 === 0 ? 'fail' : 'pass',
    score: null,
    isNotable: false,
  }));
  return newDraw(outputs, {
    ...{ id: '2026-W48', seed: 1, at: '2026-11-23T09:00:00.000Z', size: n, people: [] },
    frame: {
      query: 'production',
      judge: { path: 'judges/strict.prompt', version: '3a91', model: 'scripted:judge' },
      criterion: { type: 'llm-rubric', hash: 'c0ffee', text: 'Is it polite?' },
      prompt: null,
    },
  });
}

interface Typed {
  readonly labels: LabelRecord[];
  /** What was written, as a terminal gets it. */
  readonly written: string;
}

/** `keys`: names of keys; a text behind `m` and `n` is a line. */
async function typed(draw: DrawFile, keys: readonly string[], labels: LabelRecord[] = []): Promise<Typed> {
  const left = [...keys];
  const stream = { text: '' };
  const output = new TerminalOutput({
    write: (text: string) => ((stream.text += text), true),
    on: () => undefined,
    once: () => undefined,
    isTTY: true,
    columns: 80,
  } as never);
  const write = (text: Text): void => output.write(joinedText([text], ''));
  const review: TerminalReview = {
    draw,
    labels,
    queue: () => queueOf(draw, labels, 'ana'),
    textOf: ({ item }) => item,
    label: (item, answer) => {
      const at = new Date(Date.UTC(2026, 10, 24, 10, 0, labels.length)).toISOString();
      const label = reviewLabel(draw, item, { ...answer, by: 'ana', at }, `l${labels.length}`);
      labels.push(label);
      return label;
    },
  };
  await reviewAtTerminal(review, {
    show: write,
    write,
    key: () => Promise.resolve(left.shift() ?? null),
    line: () => Promise.resolve(left.shift() ?? null),
  });
  return { labels, written: stream.text };
}

/** Without our own bold. */
const ours = (written: string): string => written.replaceAll('\u001b[1m', '').replaceAll('\u001b[0m', '');

const said = (labels: readonly LabelRecord[]): unknown => labels.map(({ grade, failureMode, critique }) => [grade, failureMode, critique]);

describe('labelling at a terminal', () => {
  it('stores a label with Enter, goes to the next output, and ends when all are labelled', async () => {
    const { labels, written } = await typed(drawOf(3), [
      'p',
      'return',
      'f',
      'm',
      'too rude',
      'n',
      'says “no” twice',
      'return',
      '1',
      'return',
      'p',
    ]);
    assert.deepEqual(said(labels), [
      ['pass', null, null],
      ['fail', 'too rude', 'says “no” twice'],
      ['fail', 'too rude', null],
    ]);
    assert.ok(ours(written).includes('Output 2 of 3, 1 labelled'));
    assert.ok(labels.every(({ blind, draw }) => blind && draw?.id === '2026-W48'));
  });

  it('stores nothing without a grade, by arrows or by q', async () => {
    assert.deepEqual(said((await typed(drawOf(3), ['return', 'n', 'a note', 'return', 'p', 'right', 'f', 'q', 'return'])).labels), []);
  });

  it('continues where the person stopped, and a changed label is one more line', async () => {
    const draw = drawOf(3);
    const { labels } = await typed(draw, ['p', 'return', 'q']);
    const { written } = await typed(draw, ['left', 'f', 'return', 'q'], labels);
    assert.match(written, /Output 2 of 3/);
    assert.deepEqual(said(labels), [
      ['pass', null, null],
      ['fail', null, null],
    ]);
    assert.deepEqual(labels[0]?.target, labels[1]?.target);
  });

  it('a failure mode is of a fail: its key again takes it back, a pass drops it', async () => {
    const draw = drawOf(4);
    const { labels } = await typed(draw, ['m', 'late', 'return', '1', '1', 'return', '1', 'p', 'return', 'u', 'return']);
    assert.deepEqual(said(labels), [
      ['fail', 'late', null],
      ['fail', null, null],
      ['pass', null, null],
      ['unknown', null, null],
    ]);
  });

  it('offers failure modes again, counted', async () => {
    const { written } = await typed(drawOf(3), ['m', 'late', 'return', '1', 'return', 'q']);
    assert.match(written, /1 {2}late \(1\)/);
    assert.match(written, /1 {2}late \(2\)/);
    assert.match(ours(written), /Your label {2}none yet\n/);
    assert.match(ours((await typed(drawOf(3), ['p', 'return', 'left', 'q'])).written), /Your label {2}pass \(stored\)/);
  });

  it('shows request, passages, answer and criterion; no verdict, and nothing of a hostile text moves the terminal', async () => {
    const { written } = await typed(drawOf(3), ['?', 'q']);
    for (const text of ['question ', 'passage one', 'Fine.', 'Criterion', 'Is it polite?', 'p f u'])
      assert.ok(written.includes(text), text);
    assert.match(written, /unknown: you cannot tell/);
    for (const control of ['\u001b', '\u0007', '\u202e']) assert.ok(!ours(written).includes(control));
    assert.doesNotMatch(ours(written), /strict|scripted:judge|verdict|stratum|the judge said|i\d\b/);
  });

  it('ends at once when there is nothing to label', async () => {
    const { labels, written } = await typed(drawOf(0), ['p', 'return']);
    assert.deepEqual([labels, written], [[], '']);
  });
});
