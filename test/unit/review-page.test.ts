/** The review in the editor: what its page gets before the labels are given, when a label is blind, and which reviews are left or due. */
import assert from 'node:assert/strict';
import type { DrawFile } from '../../src/core/judge/labels/draw-file.ts';
import type { LabelRecord } from '../../src/core/judge/labels/label-record.ts';
import { newDraw } from '../../src/core/judge/review/new-draw.ts';
import { queueOf, reviewLabel } from '../../src/core/judge/review/review-queue.ts';
import { reviewStanding } from '../../src/core/judge/review/review-standing.ts';
import { reviewSummary } from '../../src/core/judge/review/review-summary.ts';
import { ReviewLabelling } from '../../src/engine/labelling/review-labelling.ts';
import { seenCall, SeenOutputs } from '../../src/engine/labelling/seen-outputs.ts';
import type { LabelGiven } from '../../src/protocol/labelling.ts';

const N = 8;
const drawOf = (id = '2026-W48', at = '2026-11-23T09:00:00.000Z'): DrawFile =>
  newDraw(
    Array.from({ length: N }, (_, i) => ({
      target: { interaction: `call-${i}`, run: null, case: null, repeat: null, hash: `h${i}` },
      item: i === 3 ? null : { input: `question ${i}`, output: `answer ${i}`, context: null },
      verdict: i % 2 === 0 ? ('fail' as const) : ('pass' as const),
      score: i / 10,
      isNotable: false,
    })),
    {
      ...{ id, seed: 1, at, size: N, people: [] },
      frame: {
        query: 'production',
        judge: { path: 'judges/strict.prompt', version: '3a91', model: 'scripted:judge' },
        criterion: { type: 'llm-rubric', hash: 'c0ffee', text: 'Is it polite?' },
        prompt: null,
      },
    },
  );

interface Opened {
  readonly labels: LabelRecord[];
  readonly seen: SeenOutputs;
  readonly page: ReviewLabelling;
}

function opened(draw = drawOf(), labels: LabelRecord[] = []): Opened {
  const seen = new SeenOutputs();
  const page = new ReviewLabelling(
    {
      draw,
      labels,
      problems: [],
      queue: () => queueOf(draw, labels, 'ana'),
      textOf: ({ item }) => item,
      summary: () => reviewSummary(draw, [draw], labels, 'ana'),
      label: (item, answer, how) => {
        const at = new Date(Date.UTC(2026, 10, 24, 10, 0, labels.length)).toISOString();
        const label = { ...reviewLabel(draw, item, { ...answer, by: 'ana', at }, `l${labels.length}`), blind: how?.isBlind ?? true };
        labels.push(label);
        return label;
      },
    },
    seen,
    [],
  );
  return { labels, seen, page };
}

const given = (at: number, more: Partial<LabelGiven> = {}): LabelGiven => ({
  ...{ at, criterion: 0, grade: 'pass', cause: null, failureMode: null, critique: null },
  ...more,
});

describe('the page of a review', () => {
  it('gets one output at a time, with the words of the criterion and without verdict, score, stratum or judge', () => {
    const { page } = opened();
    assert.equal(page.start(), N);
    for (let at = 0; at < N; at++) {
      const task = page.task(at);
      assert.equal(task?.criteria[0]?.text, 'Is it polite?');
      assert.doesNotMatch(JSON.stringify(task), /fail|pass|notable|strict|scripted|0\.\d|call-/);
      assert.equal(page.reviewed(at), null, 'an output is not opened before all labels are given');
    }
    assert.equal(page.task(N), null);
    assert.equal(page.snapshot().summary.errors, null);
    // What has no text can still be passed over by a label.
    const texts = Array.from({ length: N }, (_, at) => page.task(at)?.output ?? '');
    assert.equal(texts.filter((text) => text.includes('neither the call nor the run')).length, 1);
  });

  it('continues with what is left, and shows the grade of an output that is gone back to', () => {
    const { page, labels, seen } = opened();
    page.start();
    page.task(0);
    assert.equal(page.give(given(0, { grade: 'fail', failureMode: 'rude', cause: 'content' })), true);
    assert.equal(page.give(given(1)), false, 'it is not the open one');
    page.task(1);
    page.give(given(1, { failureMode: 'rude' }));
    assert.deepEqual(
      labels.map(({ grade, failureMode, cause, blind }) => [grade, failureMode, cause, blind]),
      [
        ['fail', 'rude', 'content', true],
        // A failure mode is of a fail.
        ['pass', null, null, true],
      ],
    );
    assert.deepEqual([page.task(0)?.criteria[0]?.grade, page.task(0)?.labelled], ['fail', 2]);
    assert.equal(page.start(), N - 2);
    const [, , third] = drawOf().items;
    seen.add(seenCall(third?.target.interaction ?? ''));
    assert.equal(page.task(0)?.isSeen, true);
    page.give(given(0));
    assert.equal(labels.at(-1)?.blind, false);
  });

  it('opens the judge’s errors once all labels are given, with what was hidden; from then on they have been seen', () => {
    const { page, labels, seen } = opened();
    page.start();
    for (let at = 0; at < N; at++) {
      page.task(at);
      page.give(given(at));
    }
    const { summary, excerpts } = page.snapshot();
    // The judge fails every second one; the person passes all.
    assert.equal(summary.errors?.length, N / 2);
    const [first] = summary.errors ?? [];
    assert.ok(first !== undefined);
    assert.match(excerpts[0] ?? '', /^answer \d$/);
    const shown = page.reviewed(first.index);
    assert.deepEqual([shown?.judged, shown?.labels.map(({ by, grade }) => [by, grade])], ['fail', [['ana', 'pass']]]);
    assert.equal(shown?.score, Number(/\d/.exec(shown?.output ?? '')?.[0]) / 10);
    assert.ok(seen.has(seenCall(first.target.interaction ?? '')));
    assert.equal(labels.length, N);
    assert.equal(page.reviewed(99), null);
  });
});

describe('reviews that wait', () => {
  const draws = [drawOf('2026-W46', '2026-11-09T09:00:00.000Z'), drawOf('2026-W48'), drawOf('2026-W20', '2026-05-11T09:00:00.000Z')];
  const of = (day: string, some = draws, isWanted = false, everyDays = 7) =>
    reviewStanding(some, [], { person: 'ana', everyDays, isWanted, now: new Date(`${day}T10:00:00.000Z`) });

  it('are those with outputs left, the newest first, and none of months ago', () => {
    assert.deepEqual(
      of('2026-11-24').open.map(({ id, left }) => [id, left]),
      [
        ['2026-W48', N],
        ['2026-W46', N],
      ],
    );
  });

  it('are due when the last one is older than goldset.yaml wants, and without one only if it wants them', () => {
    assert.equal(of('2026-11-24').isDue, false);
    assert.equal(of('2026-12-01').isDue, true);
    assert.equal(of('2026-12-01', draws, false, 30).isDue, false);
    assert.equal(of('2026-12-01', []).isDue, false);
    assert.equal(of('2026-12-01', [], true).isDue, true);
  });
});
