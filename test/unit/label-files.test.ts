/** Label and draw files: what is read, what is named with its place, and what a person cannot see before the label. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { drawSample, type Drawable } from '../../src/core/judge/labels/draw-sample.ts';
import { drawFileText, readDrawFile, type DrawFile } from '../../src/core/judge/labels/draw-file.ts';
import { labelRecordLine, readLabelLines, type LabelRecord } from '../../src/core/judge/labels/label-record.ts';
import { seal, unseal } from '../../src/core/judge/labels/sealed.ts';

const LABEL: LabelRecord = {
  id: '1',
  target: { interaction: null, run: '20261120', case: 'refund', repeat: 0, hash: 'ab12' },
  item: { input: 'May I return it?', output: 'Yes.', context: null },
  criterion: { type: 'llm-rubric', hash: 'cd34' },
  judge: { path: 'judges/strict.prompt', version: '3a91', model: 'scripted:x', verdict: 'pass', score: 0.9 },
  grade: 'fail',
  cause: 'content',
  failureMode: 'too short',
  critique: null,
  correction: null,
  by: 'ana',
  at: '2026-11-20T10:00:00.000Z',
  blind: true,
  draw: { id: '2026-W47', stratum: 'pass', probability: 0.1 },
};

describe('a label file', () => {
  it('is read as it was written', () => {
    const text = `${labelRecordLine(LABEL)}\n\n${labelRecordLine({ ...LABEL, id: '2', draw: null, judge: null })}\n`;
    assert.deepEqual(readLabelLines(text), { labels: [LABEL, { ...LABEL, id: '2', draw: null, judge: null }], problems: [] });
  });

  it('of version 1 is read: it has no criterion, no judge and no draw', () => {
    const old = {
      id: 'a',
      output: { run: 'r', hash: 'h' },
      prompt: 'p.prompt',
      version: 'v',
      case: 'c',
      rubric: null,
      grade: 'pass',
      critique: null,
      correction: null,
      by: 'ben',
      at: '2026-01-01T00:00:00Z',
      blind: false,
      samplingProbability: null,
    };
    const [label] = readLabelLines(JSON.stringify(old)).labels;
    assert.deepEqual(label?.target, { interaction: null, run: 'r', case: 'c', repeat: null, hash: 'h' });
    assert.equal(label.blind, false);
    assert.equal(label.draw, null);
  });

  it('loses one torn line, says which, and nothing else', () => {
    const line = labelRecordLine(LABEL);
    const { labels, problems } = readLabelLines(`${line}\n${line.slice(0, 50)}\n${line}`);
    assert.equal(labels.length, 2);
    assert.deepEqual(problems, [{ line: 2, reason: 'It is not a JSON object; a line that was cut off looks like this.' }]);
  });

  for (const [what, change, reason] of [
    ['a grade that is no word of ours', { grade: 'good' }, /`grade` must be one of pass, fail, unknown/],
    ['no person', { by: '' }, /`by` is missing/],
    ['no time', { at: 'yesterday' }, /`at` must be a time/],
    ['a probability of 0', { draw: { id: 'd', stratum: 's', probability: 0 } }, /probability above 0/],
    ['a newer schema', { schema: 'goldset.label/9' }, /goldset\.label\/9/],
    ['no output', { target: null }, /`target` is missing/],
  ] as const)
    it(`names ${what}`, () => {
      const { labels, problems } = readLabelLines(JSON.stringify({ schema: 'goldset.label/2', ...LABEL, ...change }));
      assert.equal(labels.length, 0);
      assert.match(problems[0]?.reason ?? '', reason);
    });

  it('counts `blind` only where it is said', () => {
    assert.equal(readLabelLines(JSON.stringify({ schema: 'goldset.label/2', ...LABEL, blind: 'yes' })).labels[0]?.blind, false);
  });

  it('is a label or a problem in every line, whatever was changed in it', () => {
    const line = labelRecordLine(LABEL);
    fc.assert(
      fc.property(fc.nat(line.length), fc.nat(5), fc.string({ maxLength: 5 }), (at, cut, put) => {
        const changed = (line.slice(0, at) + put + line.slice(at + cut)).replaceAll('\n', ' ');
        const { labels, problems } = readLabelLines(`${line}\n${changed}\n${line}`);
        assert.equal(labels.length + problems.length, changed.trim() === '' ? 2 : 3);
        assert.ok(labels.length >= 2);
        for (const problem of problems) assert.ok(problem.line === 2 && problem.reason !== '');
      }),
      { numRuns: Number(process.env['GOLDSET_ROUND_TRIPS'] ?? '500') },
    );
  });
});

describe('a sealed line of a draw', () => {
  const one = { stratum: 'fail', probability: 0.25, verdict: 'fail' } as const;

  it('is opened as it was closed', () => {
    assert.deepEqual(unseal(seal(one, 7)), one);
    assert.deepEqual(unseal(seal({ ...one, verdict: null }, 0xffffffff)), { ...one, verdict: null });
  });

  it('shows nothing: neither a word, nor that two are equal, nor a length', () => {
    const [a, b] = [seal(one, 1), seal(one, 2)];
    assert.doesNotMatch(a, /fail|pass|25/i);
    assert.notEqual(a.slice(8), b.slice(8));
    assert.equal(a.length, seal({ stratum: 'pass-notable', probability: 0.123456789, verdict: 'pass' }, 3).length);
  });

  it('that somebody changed is none', () => {
    for (const text of ['', 'zz', seal(one, 1).slice(0, -3), `${'0'.repeat(8)}${'f'.repeat(96)}`]) assert.equal(unseal(text), null);
  });
});

describe('a draw', () => {
  const frame = [
    ...Array.from({ length: 160 }, (): Drawable => ({ verdict: 'pass', isNotable: false })),
    ...Array.from({ length: 20 }, (): Drawable => ({ verdict: 'pass', isNotable: true })),
    ...Array.from({ length: 20 }, (): Drawable => ({ verdict: 'fail', isNotable: false })),
  ];

  it('has half where the judge says fail, a random part, and what is notable', () => {
    const { strata, items } = drawSample(frame, 25, 1);
    const drawn = Object.fromEntries(strata.map(({ id, drawn: count }) => [id, count]));
    assert.equal(items.length, 25);
    assert.equal(drawn['fail'], 13);
    assert.ok((drawn['pass'] ?? 0) >= 7, JSON.stringify(drawn));
    assert.ok((drawn['pass-notable'] ?? 0) >= 2, JSON.stringify(drawn));
  });

  it('draws each output as often as it says', () => {
    const counts = new Map<Drawable, number>();
    const said = new Map<Drawable, number>();
    for (let seed = 0; seed < 2000; seed++)
      for (const { item, probability } of drawSample(frame, 25, seed).items) {
        counts.set(item, (counts.get(item) ?? 0) + 1);
        said.set(item, probability);
      }
    assert.equal(counts.size, frame.length);
    for (const [item, count] of counts) {
      const p = said.get(item) ?? 0;
      // Five standard errors: one of 200 outputs is beyond it in 1 of 10,000 runs.
      assert.ok(Math.abs(count / 2000 - p) < 5 * Math.sqrt((p * (1 - p)) / 2000) + 1e-9, `${count / 2000}, not ${p}`);
    }
  });

  it('of fewer outputs than wanted has them all, in an order that tells nothing', () => {
    const { items } = drawSample(frame.slice(150), 500, 3);
    assert.equal(items.length, 50);
    assert.ok(items.every(({ probability }) => probability === 1));
    assert.notDeepEqual(
      items.slice(0, 10).map(({ stratum }) => stratum),
      Array.from({ length: 10 }, () => 'pass'),
    );
  });

  it('of nothing is empty', () => assert.deepEqual(drawSample([], 25, 1), { strata: [], items: [] }));

  it('gives at most what is wanted, and one of each stratum if it can', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ verdict: fc.constantFrom('pass', 'fail', null), isNotable: fc.boolean() } as const), { maxLength: 60 }),
        fc.nat(40),
        fc.nat(),
        (items, n, seed) => {
          const found = drawSample(items, n, seed);
          assert.equal(found.items.length, Math.min(n, items.length));
          for (const { drawn, n: all } of found.strata) assert.ok(drawn <= all && (drawn > 0 || n < found.strata.length));
        },
      ),
    );
  });

  const file: DrawFile = {
    id: '2026-W48',
    seed: 5,
    at: '2026-11-23T08:00:00Z',
    frame: { query: 'production', n: 200, judge: null, criterion: null, prompt: null },
    strata: [{ id: 'fail', verdict: 'fail', n: 20, drawn: 13 }],
    items: [
      {
        target: LABEL.target,
        item: LABEL.item,
        assignees: ['ana', 'ben'],
        sealed: seal({ stratum: 'fail', probability: 0.65, verdict: 'fail' }, 9),
      },
    ],
  };

  it('is read as it was written; plain ids are interactions', () => {
    assert.deepEqual(readDrawFile(drawFileText(file)), { draw: file, problems: [] });
    const plain = readDrawFile(JSON.stringify({ schema: 'goldset.draw/1', ...file, items: ['8f2c', 7] }));
    assert.ok(typeof plain !== 'string');
    assert.equal(plain.draw.items[0]?.target.interaction, '8f2c');
    assert.deepEqual(plain.problems, ['Item 2: It is neither an object nor an id.']);
  });

  it('that is broken says why, whatever was changed in it', () => {
    const text = drawFileText(file);
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(9), fc.string({ maxLength: 5 }), (at, cut, put) => {
        const read = readDrawFile(text.slice(0, at) + put + text.slice(at + cut));
        assert.ok(typeof read === 'string' ? read.length > 10 : read.draw.items.length + read.problems.length > 0);
      }),
      { numRuns: Number(process.env['GOLDSET_ROUND_TRIPS'] ?? '500') },
    );
  });
});
