/** Aligning a judge, part by part: which labels may be used for what, what a proposal may change, and when one is better. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { sha256 } from '../../src/adapters/hash.ts';
import { labelledCases } from '../../src/adapters/judging/labelled-cases.ts';
import { alignmentFile, alignmentLine, looksIn, type AlignmentLook } from '../../src/core/judge/alignment/alignment-log.ts';
import { confusionsOf } from '../../src/core/judge/alignment/confusions.ts';
import { alphaOfLook, balanced, isBetter, isProved, judgeChange, measureJudge } from '../../src/core/judge/alignment/judge-measure.ts';
import { readProposals } from '../../src/core/judge/alignment/judge-proposals.ts';
import { criteriaOfLabels, labelledOutputs, type LabelledOutput } from '../../src/core/judge/alignment/labelled-outputs.ts';
import { criterionOf } from '../../src/core/judge/criterion.ts';
import { labelSplit, partOfLabel, spread } from '../../src/core/judge/labels/label-part.ts';
import type { LabelRecord } from '../../src/core/judge/labels/label-record.ts';

const CRITERION = { type: 'llm-rubric', hash: 'cd34' };
const LABEL: LabelRecord = {
  id: '1',
  target: { interaction: null, run: 'r', case: 'c', repeat: 0, hash: 'h' },
  item: { input: 'May I?', output: 'Yes.', context: null },
  criterion: CRITERION,
  judge: { path: 'j.prompt', version: 'v', model: 'm', verdict: 'pass', score: null },
  grade: 'fail',
  cause: 'content',
  failureMode: 'too short',
  critique: 'why',
  correction: null,
  by: 'ana',
  at: '2026-11-20T10:00:00.000Z',
  blind: true,
  draw: null,
};
const label = (id: string, more: Partial<LabelRecord> = {}): LabelRecord => ({ ...LABEL, target: { ...LABEL.target, case: id }, ...more });
const output = (key: string, grade: 'pass' | 'fail', more: Partial<LabelledOutput> = {}): LabelledOutput => ({
  key,
  target: LABEL.target,
  group: key,
  part: 'dev',
  item: { input: null, output: key, context: null },
  grade,
  judged: 'pass',
  weight: 1,
  failureModes: [],
  critiques: [],
  ...more,
});

describe('the part of a label', () => {
  it('is that of its group: cases of one group, repeats and runs of one case are never in two parts', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.nat(5), fc.nat(3), fc.string()), { maxLength: 30 }), (rows) => {
        const groupOf = (id: string): string | null => (id.length % 2 === 0 ? `g${id.length}` : null);
        const parts = new Map<string, Set<string>>();
        for (const [id, run, repeat, hash] of rows) {
          const part = partOfLabel({ target: { interaction: null, run: `r${run}`, case: id, repeat, hash } }, groupOf);
          const group = groupOf(id) ?? `case ${id}`;
          parts.set(group, (parts.get(group) ?? new Set()).add(part));
        }
        for (const found of parts.values()) assert.equal(found.size, 1);
      }),
    );
  });

  it('of an interaction does not depend on its text, and a group is no case of its name', () => {
    const of = (interaction: string | null, hash: string) =>
      partOfLabel({ target: { interaction, run: null, case: null, repeat: null, hash } });
    assert.equal(of('i1', 'a'), of('i1', 'b'));
    const names = Array.from({ length: 50 }, (_, i) => `n${i}`);
    const asCase = names.map((name) => partOfLabel(label(name)));
    const asGroup = names.map((name) => partOfLabel(label('c'), () => name));
    assert.notDeepEqual(asCase, asGroup);
  });

  it('is train for a fifth, dev and test for two fifths each, also of names that differ in one digit', () => {
    const labels = Array.from({ length: 5000 }, (_, i) => label(`refund-${i}`));
    const { train, dev, test } = labelSplit(labels);
    assert.equal(train + dev + test, 5000);
    // Five standard errors of a fifth of 5,000 are 141.
    assert.ok(Math.abs(train - 1000) < 141 && Math.abs(dev - 2000) < 174 && Math.abs(test - 2000) < 174, `${train} ${dev} ${test}`);
  });

  it('stays what it was: files of several versions of Goldset mean the same parts', () => {
    // FNV-1a of "a" is 0xe40c292c, and fmix32 of that 0xe9ae5a71, by the reference code of both.
    assert.equal(spread('a'), referenceSpread('a'));
    assert.deepEqual(
      ['refund-1', 'refund-2', 'refund-3', 'refund-4', 'refund-5', 'refund-6'].map((id) => partOfLabel(label(id))),
      EXPECTED_PARTS,
    );
  });
});

/** FNV-1a and MurmurHash3's fmix32 with integers of any size, as their authors write them. */
function referenceSpread(text: string): number {
  const mask = 0xffffffffn;
  let hash = 0x811c9dc5n;
  for (let i = 0; i < text.length; i++) hash = ((hash ^ BigInt(text.charCodeAt(i))) * 0x01000193n) & mask;
  hash = ((hash ^ (hash >> 16n)) * 0x85ebca6bn) & mask;
  hash = ((hash ^ (hash >> 13n)) * 0xc2b2ae35n) & mask;
  return Number(hash ^ (hash >> 16n));
}

const EXPECTED_PARTS = ['refund-1', 'refund-2', 'refund-3', 'refund-4', 'refund-5', 'refund-6'].map((id) => {
  const fifth = referenceSpread(JSON.stringify(['case', id])) % 5;
  return fifth === 0 ? 'train' : fifth < 3 ? 'dev' : 'test';
});

describe('labelled outputs', () => {
  it('are the blind labels of one judge and criterion, by what most people say', () => {
    const labels = [
      label('a'),
      label('a', { by: 'ben' }),
      label('a', { by: 'cy', grade: 'pass' }),
      label('b', { grade: 'pass' }),
      label('b', { by: 'ben' }),
      label('c', { item: null }),
      label('d', { blind: false }),
      label('e', { grade: 'unknown' }),
      label('f', { criterion: { type: 'llm-rubric', hash: 'other' } }),
      label('g', { judge: { path: 'k.prompt', version: 'v', model: 'm', verdict: 'pass', score: null } }),
      // The newest label of a person counts.
      label('h', { at: '2026-11-21T10:00:00.000Z', grade: 'pass', draw: { id: 'w', stratum: 's', probability: 0.25 } }),
      label('h'),
    ];
    const { outputs, withoutText, disputed } = labelledOutputs(labels, 'j.prompt', CRITERION, () => null);
    assert.deepEqual(
      outputs.map(({ target, grade, judged, weight }) => [target.case, grade, judged, weight]),
      [
        ['h', 'pass', 'pass', 4],
        ['a', 'fail', 'pass', 1],
      ].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
    );
    assert.deepEqual([withoutText, disputed], [1, 1]);
    assert.deepEqual(
      criteriaOfLabels(labels, 'j.prompt').map(({ criterion, labels: n }) => [criterion.hash, n]),
      [
        ['cd34', 8],
        ['other', 1],
      ],
    );
  });

  it('are confusions where judge and people disagree, by failure mode, the most frequent first', () => {
    const found = confusionsOf([
      output('1', 'fail', { failureModes: ['Tone'] }),
      output('2', 'fail', { failureModes: ['tone '] }),
      output('3', 'fail'),
      output('4', 'pass', { judged: 'fail', failureModes: ['tone'] }),
      output('5', 'pass'),
    ]);
    assert.deepEqual(
      found.map(({ kind, mode, outputs }) => [kind, mode, outputs.map(({ key }) => key)]),
      [
        ['missed', 'Tone', ['1', '2']],
        ['missed', null, ['3']],
        ['strict', 'tone', ['4']],
      ],
    );
  });
});

describe('a proposal', () => {
  const PROMPT = '---\nmodel: a:b\n---\nGrade {{output}} by {{rubric}}. {{>data}}\nBe kind. Be kind to all.\n';
  const errors = new Map([
    ['e1', output('k1', 'fail', { item: { input: null, output: `${'x'.repeat(30)} unusual words ${'y'.repeat(30)}`, context: null } })],
  ]);
  const read = (...edits: readonly { find: string; replace: string }[]) => {
    const found = readProposals(JSON.stringify({ proposals: [{ reason: 'r', errors: ['e1', 'e9'], edits }] }), PROMPT, errors);
    assert.ok(!('problem' in found));
    return found;
  };

  it('is the prompt with its edits, and names the outputs that it is for', () => {
    const { proposals, refused } = read({ find: 'to all', replace: 'to each' }, { find: 'to each.', replace: 'to each one.' });
    assert.deepEqual(refused, []);
    assert.deepEqual(proposals, [
      { number: 1, reason: 'r', addresses: ['k1'], text: PROMPT.replace('to all.', 'to each one.'), copies: null },
    ]);
  });

  for (const [what, edit, problem] of [
    ['a part that is not there', { find: 'Be rude', replace: 'x' }, /does not contain “Be rude”/],
    ['a part that is there twice', { find: 'Be kind', replace: 'x' }, /more than once/],
    ['the settings', { find: 'model: a:b', replace: 'model: c:d' }, /changes the settings/],
    ['the end of the settings', { find: '---\nGrade', replace: 'output: x\n---\nGrade' }, /changes the settings/],
    ['a variable', { find: '{{output}}', replace: 'it' }, /what is put into the prompt/],
    ['another variable', { find: 'to all', replace: 'to {{all}}' }, /what is put into the prompt/],
    ['the note about judged text', { find: '{{>data}}', replace: '' }, /what is put into the prompt/],
    ['a mark of judged text', { find: 'to all', replace: '<<<DATA x' }, /marks of judged text/],
    ['nothing', { find: 'to all', replace: 'to all' }, /changes nothing/],
    ['very much', { find: 'to all', replace: 'x'.repeat(4000) }, /longer by more than 3000/],
    ['an empty part', { find: '', replace: 'x' }, /needs `find` and `replace`/],
  ] as const)
    it(`that changes ${what} is none`, () => {
      const { proposals, refused } = read(edit);
      assert.deepEqual(proposals, []);
      assert.match(refused[0] ?? '', problem);
    });

  it('that copies a labelled text says which', () => {
    const { proposals } = read({ find: 'to all', replace: `to ${'x'.repeat(30)} unusual words` });
    assert.match(proposals[0]?.copies ?? '', /unusual/);
  });

  it('is at most three, and an answer that cannot be read is a problem', () => {
    const one = { reason: 'r', errors: [], edits: [{ find: 'to all', replace: 'to each' }] };
    const many = readProposals(JSON.stringify({ proposals: [one, one, one, one] }), PROMPT, errors);
    assert.ok('proposals' in many && many.proposals.length === 3);
    assert.deepEqual(readProposals('I would say be kind.', PROMPT, errors), { problem: 'it is not JSON' });
  });
});

describe('a version of a judge', () => {
  const outputs = [
    ...Array.from({ length: 6 }, (_, i) => output(`p${i}`, 'pass')),
    ...Array.from({ length: 4 }, (_, i) => output(`f${i}`, 'fail')),
  ];
  const saysAll = (verdict: 'pass' | 'fail' | null) => new Map(outputs.map(({ key }) => [key, verdict]));
  const right = new Map(outputs.map(({ key, grade }) => [key, grade]));

  it('is measured in people’s passes and fails; no verdict is right for nothing', () => {
    const always = measureJudge(outputs, saysAll('pass'));
    assert.deepEqual([always.right, always.tpr?.value, always.tnr?.value, balanced(always)], [6, 1, 0, 0.5]);
    const none = measureJudge(outputs, saysAll(null));
    assert.deepEqual([none.right, none.unread, balanced(none)], [0, 10, 0]);
    assert.equal(measureJudge(outputs, new Map()).unread, 10);
  });

  it('is weighted by the draw', () => {
    const weighted = [output('a', 'pass', { weight: 3 }), output('b', 'pass')];
    const { agreement } = measureJudge(weighted, new Map([['a', 'pass'] as const]));
    assert.ok(Math.abs((agreement?.value ?? 0) - 0.75) < 1e-12);
  });

  it('is better if it fixes more than it breaks and is better by balance', () => {
    const better = judgeChange(outputs, saysAll('pass'), right);
    // Four of four: one-sided mid-p 1/16 − 1/32.
    assert.deepEqual([better.fixed, better.broken, better.gain, isBetter(better)], [4, 0, 0.5, true]);
    assert.ok(Math.abs(better.p - 1 / 32) < 1e-12);
    const same = judgeChange(outputs, right, right);
    assert.ok(same.p === 1 && !isBetter(same));
    // Failing everything fixes four and breaks six.
    assert.equal(isBetter(judgeChange(outputs, saysAll('pass'), saysAll('fail'))), false);
    // Passing everything fixes more than it breaks where nearly all is good, and tells nothing.
    const strict = new Map([...right, ['p0', 'fail'], ['p1', 'fail'], ['p2', 'fail'], ['p3', 'fail'], ['p4', 'fail']] as const);
    const lenient = judgeChange(outputs, strict, saysAll('pass'));
    assert.deepEqual([lenient.fixed, lenient.broken, isBetter(lenient)], [5, 4, false]);
  });

  it('counts a group once: ten outputs of one conversation prove nothing', () => {
    const one = outputs.map((each) => ({ ...each, group: 'g' }));
    assert.equal(judgeChange(one, saysAll('fail'), right).p, 0.5);
  });

  it('is proved by a bound that falls with every look, so that all looks together prove falsely in at most 5 %', () => {
    assert.deepEqual([1, 2, 3].map(alphaOfLook), [0.025, 0.0125, 0.00625]);
    const change = { fixed: 6, broken: 0, gain: 0.2, p: 1 / 128 };
    assert.deepEqual(
      [1, 2, 3].map((look) => isProved(change, look)),
      [true, true, false],
    );
    assert.equal(isProved({ ...change, broken: 9 }, 1), false);
  });
});

describe('the looks at a test part', () => {
  const look: AlignmentLook = {
    at: '2026-11-30T10:00:00.000Z',
    criterion: CRITERION,
    model: 'm',
    from: 'a',
    to: 'b',
    outputs: 20,
    result: null,
  };

  it('are counted by criterion, begun ones too; a line that cannot be read may have been one', () => {
    const text = [alignmentLine(look), alignmentLine({ ...look, criterion: { type: 'llm-rubric', hash: 'other' } }), '{"schema":', ''].join(
      '\n',
    );
    assert.equal(looksIn(text, CRITERION), 2);
    assert.equal(looksIn('', CRITERION), 0);
  });

  it('stand beside the judge', () => {
    assert.deepEqual(
      [alignmentFile('judges/a.prompt'), alignmentFile('llm-rubric')],
      ['judges/a.alignment.jsonl', 'judges/llm-rubric.alignment.jsonl'],
    );
  });
});

describe('what labelled outputs are graded by', () => {
  const rubric = { type: 'llm-rubric', value: 'It is polite.' };
  const criterion = criterionOf(rubric, sha256);
  const drawOf = (text: string) => ({ frame: { query: 'production', n: 9, judge: null, prompt: null, criterion: { ...criterion, text } } });

  it('is the rubric of their draw where no golden set has it, if it is the one that the labels are of', () => {
    assert.equal(labelledCases([], criterion, []), null);
    assert.deepEqual(labelledCases([], criterion, [], [drawOf('It is polite.')]), { cases: [], withoutVariables: 0 });
    assert.equal(labelledCases([], criterion, [], [drawOf('It is rude.')]), null);
  });
});
