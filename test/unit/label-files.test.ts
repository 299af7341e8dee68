/** Label and draw files: what is read, what is named with its place, and what a person cannot see before the label. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { drawSample, type Drawable } from '../../src/core/judge/labels/draw-sample.ts';
import { drawFileText, readDrawFile, type DrawFile } from '../../src/core/judge/labels/draw-file.ts';
import { labelsFolder, labelsFolders, oldLabelsFile } from '../../src/core/judge/labels/label-place.ts';
import { labelRecordLine, readLabelLines, type LabelRecord } from '../../src/core/judge/labels/label-record.ts';
import type { JsonValue } from '../../src/core/json/json.ts';
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

describe('the folder of labels', () => {
  it('has a name that every system can have, and that of earlier versions is read too', () => {
    assert.deepEqual(labelsFolders('src/triage.ts#classify:1'), ['src/labels/triage.classify-1', 'src/labels/triage.classify:1']);
    assert.equal(labelsFolder('src/triage.ts#classify:1'), 'src/labels/triage.classify-1');
    assert.equal(oldLabelsFile('src/triage.ts#classify:1'), 'src/triage.classify:1.labels.jsonl');
    assert.deepEqual(labelsFolders('dir/triage.formal.prompt'), ['dir/labels/triage.formal']);
  });
});

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

  it('is read after a torn line that it was appended to', () => {
    const line = labelRecordLine({ ...LABEL, critique: 'It says {"schema":"goldset.label/2"}.' });
    const { labels, problems } = readLabelLines(`${line}\n${line.slice(0, 90)}${line}\n${line}`);
    assert.equal(labels.length, 3);
    assert.deepEqual(
      problems.map((problem) => problem.line),
      [2],
    );
  });

  for (const [what, change, reason] of [
    ['a text that is none', { item: { input: 'a', outputs: 'b' } }, /`item` needs an `output`/],
    ['a criterion that is none', { criterion: { type: 'llm-rubric' } }, /`criterion` needs a type and a hash/],
    ['a cause that is no word of ours', { cause: 'weather' }, /`cause` must be one of retrieval/],
    ['a critique that is no text', { critique: 5 }, /`critique` of the label must be a text/],
    ['a verdict that is no word of ours', { judge: { ...LABEL.judge, verdict: 'maybe' } }, /`verdict` of `judge`/],
    ['a score out of its scale', { judge: { ...LABEL.judge, score: 9 } }, /`score` of `judge`/],
    ['a repeat that is none', { target: { ...LABEL.target, repeat: 'first' } }, /`repeat` of `target`/],
    ['a key that was damaged', { critique: undefined, critiqeu: 'x' }, /unknown key "critiqeu", and no `critique`/],
    ['`blind` that is neither', { blind: 'yes' }, /`blind` must be true or false/],
  ] as const)
    it(`names ${what}`, () => {
      const { labels, problems } = readLabelLines(JSON.stringify({ schema: 'goldset.label/2', ...LABEL, ...change }));
      assert.equal(labels.length, 0);
      assert.match(problems[0]?.reason ?? '', reason);
    });

  it('of a newer version of Goldset may say more', () => {
    assert.equal(readLabelLines(JSON.stringify({ schema: 'goldset.label/2', ...LABEL, confidence: 3 })).labels.length, 1);
  });

  it('says in every line what it says, or why it is no label, whatever was changed in it', () => {
    const line = labelRecordLine(LABEL);
    fc.assert(
      fc.property(mutation(line), (changed) => {
        const { labels, problems } = readLabelLines(`${line}\n${changed}\n${line}`);
        const lines = changed.split('\n').filter((part) => part.trim() !== '');
        assert.ok(labels.length + problems.length >= lines.length + 2, changed);
        for (const problem of problems) assert.ok(problem.line >= 2 && problem.line <= 2 + lines.length && problem.reason.length > 10);
        if (problems.length > 0 || lines.length !== 1) return;
        assert.deepEqual(unread(JSON.parse(changed) as JsonValue, labels[1] as unknown as JsonValue, ['schema']), [], changed);
      }),
      { numRuns: MUTATIONS },
    );
  });
});

describe('a sealed line of a draw', () => {
  const one = { stratum: 'fail', probability: 0.25, verdict: 'fail', score: 0.125 } as const;

  it('is opened as it was closed', () => {
    assert.deepEqual(unseal(seal(one, 7)), one);
    assert.deepEqual(unseal(seal({ ...one, verdict: null, score: null }, 0xffffffff)), { ...one, verdict: null, score: null });
  });

  it('of a version that kept no score has none', () => {
    // Sealed by 0.7: stratum "fail", probability 0.25, verdict fail.
    assert.deepEqual(
      unseal(
        '000000070cd02a40ee6cf3df65d8a3c04e5e1b77a80db61b4d88032210aa5af833a87b3e78a388fe6f6bc17b9f85d9ab08a6dcd70099ab418e8f7b892d9b53f4b2f635590c12cb8e81a82a5203cdfe505f1107582d4e3b72d7f77e997db88968463c223befdf2386382d1842744208acb1a54df5193db2ad7ee772d4576bf1fc3130f165253cc61470555745712b52b434ba823a8e5d8528092bc1927aa57b161fbe61bea50065c97b4dc6c72f6f2bca6ccc2e88821edc13bb6bb2d9dd138d2fcf2c6c84',
      ),
      { ...one, score: null },
    );
  });

  it('shows nothing: neither a word, nor that two are equal, nor a length', () => {
    const [a, b] = [seal(one, 1), seal(one, 2)];
    assert.doesNotMatch(a, /fail|pass|25/i);
    assert.notEqual(a.slice(8), b.slice(8));
    assert.equal(a.length, seal({ stratum: 'pass-notable', probability: 0.12345678901234567, verdict: 'pass', score: 1 / 3 }, 3).length);
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
    frame: { query: 'production', n: 20, judge: null, criterion: null, prompt: null },
    strata: [{ id: 'fail', verdict: 'fail', n: 20, drawn: 13 }],
    items: [
      {
        target: LABEL.target,
        item: LABEL.item,
        assignees: ['ana', 'ben'],
        sealed: seal({ stratum: 'fail', probability: 0.65, verdict: 'fail', score: null }, 9),
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

  const large: DrawFile = {
    ...file,
    frame: {
      query: 'production',
      n: 220,
      judge: { path: 'j.prompt', version: '3a91', model: 'm' },
      criterion: { type: 'llm-rubric', hash: 'cd34', text: 'Polite?' },
      prompt: 'answer.prompt',
    },
    strata: [
      { id: 'fail', verdict: 'fail', n: 20, drawn: 10 },
      { id: 'pass', verdict: 'pass', n: 200, drawn: 10 },
    ],
    items: [
      {
        target: LABEL.target,
        item: LABEL.item,
        assignees: ['ana'],
        sealed: seal({ stratum: 'fail', probability: 0.5, verdict: 'fail', score: null }, 9),
      },
      {
        target: { ...LABEL.target, case: 'b' },
        item: null,
        assignees: [],
        sealed: seal({ stratum: 'pass', probability: 0.05, verdict: 'pass', score: null }, 8),
      },
    ],
  };

  it('says of everything in it what it is, or what is wrong with it, whatever was changed in it', () => {
    const text = drawFileText(large);
    assert.deepEqual(readDrawFile(text), { draw: large, problems: [] });
    fc.assert(
      fc.property(mutation(text), (changed) => {
        const read = readDrawFile(changed);
        if (typeof read === 'string') return assert.ok(read.length > 10);
        if (read.problems.length > 0)
          return assert.ok(read.problems.every((problem) => /^(?:`\w+`|Draw|Item \d+|Stratum \d+): ./.test(problem)));
        assert.deepEqual(unread(JSON.parse(changed) as JsonValue, read.draw as unknown as JsonValue, ['schema']), [], changed);
        // What is sealed is what was sealed: it fits the strata, which fit the frame.
        for (const [i, item] of read.draw.items.entries()) {
          const [was, is] = [large.items[i]?.sealed ?? '', item.sealed ?? ''].map(unseal);
          if (JSON.stringify(read.draw.strata) === JSON.stringify(large.strata)) assert.deepEqual(is, was, changed);
        }
      }),
      { numRuns: MUTATIONS },
    );
  });

  for (const [what, change, problem] of [
    ['strata that are no list', { strata: {} }, '`strata`: It must be a list.'],
    ['a stratum without a count', { strata: [{ id: 'a', verdict: null, n: 'x', drawn: 1 }] }, /^Stratum 1: It needs `n` and `drawn`/],
    [
      'strata that are not the frame',
      { frame: { ...large.frame, n: 2200 } },
      /^`strata`: They have 220 outputs together, and `frame` says 2200/,
    ],
    [
      'assignees that are none',
      { items: [{ ...large.items[0], assignees: 'ana' }, large.items[1]] },
      /^Item 1: `assignees` must be a list/,
    ],
    [
      'what is sealed for other strata',
      {
        items: [{ ...large.items[1], sealed: large.items[0]?.sealed }, large.items[1]],
        strata: [{ id: 'pass', verdict: 'pass', n: 220, drawn: 11 }],
      },
      /^Item 1: `sealed` does not fit/,
    ],
    ['a judge that is none', { frame: { ...large.frame, judge: { path: 'x' } } }, /^`frame`: `judge` needs/],
  ] as const)
    it(`names ${what}, and keeps the rest`, () => {
      const read = readDrawFile(JSON.stringify({ schema: 'goldset.draw/1', ...large, ...change }));
      assert.ok(typeof read !== 'string');
      assert.equal(read.draw.items.length, 2);
      if (typeof problem === 'string') assert.deepEqual(read.problems, [problem]);
      else assert.match(read.problems[0] ?? '', problem);
    });

  it('that is no JSON says where: a merge leaves its marks', () => {
    const lines = drawFileText(large).split('\n');
    assert.match(readDrawFile(lines.toSpliced(3, 0, '<<<<<<< ours').join('\n')) as string, /line 4 is a mark of a merge conflict/);
    assert.match(readDrawFile(lines.toSpliced(5, 0, '}').join('\n')) as string, /breaks at line/);
  });
});

/** In `npm test` a sample; all of them in `npm run test:all`. */
const MUTATIONS = Number(process.env['GOLDSET_ROUND_TRIPS'] ?? '400');

/** A text with a part taken out and another one put in: letters, what JSON is made of, or a part of itself. */
const mutation = (text: string): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.nat(text.length),
      fc.nat(9),
      fc.oneof(
        fc.string({ maxLength: 5 }),
        fc.constantFrom('', '"', '{', '}', '[', ']', ',', ':', 'null', '7', '\n', '"":', 'true', '-', '\\', '\u0000'),
        fc.nat(text.length).map((at) => text.slice(at, at + 12)),
      ),
    )
    .map(([at, cut, put]) => text.slice(0, at) + put + text.slice(at + cut));

/** Values of JSON that are not in what was read of it, by their paths. An empty text and null are the same. */
function unread(value: JsonValue, read: JsonValue | undefined, except: readonly string[] = [], at = ''): string[] {
  if (value === null || value === '' || value === read) return [];
  if (Array.isArray(value)) return value.flatMap((item, i) => unread(item, Array.isArray(read) ? read[i] : undefined, [], `${at}[${i}]`));
  if (typeof value !== 'object') return [at];
  const own = typeof read === 'object' && read !== null && !Array.isArray(read) ? read : {};
  // A whole record may have more keys than are known: another program's, or a newer version's.
  const isWhole = at === '' && Object.keys(own).every((key) => Object.hasOwn(value, key));
  return Object.entries(value).flatMap(([key, item]) =>
    except.includes(key) || (isWhole && !Object.hasOwn(own, key)) ? [] : unread(item, own[key], [], `${at}.${key}`),
  );
}
