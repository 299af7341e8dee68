/** `goldset judge calibrate`: labels of two people in a real git repository become what is known of a judge. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { giveLabel } from '../../src/adapters/storage/label-writer.ts';
import { drawFileText, type DrawItem } from '../../src/core/judge/labels/draw-file.ts';
import { labelRecordLine, readLabelLines, type LabelRecord } from '../../src/core/judge/labels/label-record.ts';
import { seal } from '../../src/core/judge/labels/sealed.ts';
import type { Gradable } from '../../src/core/judge/labels/new-label.ts';
import { TestWorkspace, type Ended } from './command-line.ts';
import { undescribed } from './described-json.ts';

type Word = 'pass' | 'fail';
const JUDGE = 'judges/strict.prompt';

/** `n` labels of outputs from `from` on: what the judge said, what people say. */
function labels(n: number, from: number, judged: Word, grade: LabelRecord['grade'], more: Partial<LabelRecord> = {}): string {
  return Array.from({ length: n }, (_, i) =>
    labelRecordLine({
      id: `${from + i}-${more.by ?? 'ana'}`,
      target: { interaction: `i${from + i}`, run: null, case: null, repeat: null, hash: 'h' },
      item: null,
      criterion: { type: 'llm-rubric', hash: 'c0ffee00' },
      judge: { path: JUDGE, version: '3a91bc02', model: 'scripted:judge', verdict: judged, score: null },
      grade,
      cause: null,
      failureMode: null,
      critique: null,
      correction: null,
      by: 'ana',
      at: '2026-11-20T10:00:00.000Z',
      blind: true,
      draw: { id: 'w47', stratum: judged, probability: judged === 'pass' ? 50 / 800 : 50 / 200 },
      ...more,
    }),
  ).join('\n');
}

const FOLDER = 'labels/answer';
/** People pass 45 of 50 that the judge passed, and 10 of 50 that it failed. */
const ANA = [labels(45, 0, 'pass', 'pass'), labels(5, 45, 'pass', 'fail')].join('\n');
const BEN = [labels(10, 50, 'fail', 'pass', { by: 'ben' }), labels(40, 60, 'fail', 'fail', { by: 'ben' })].join('\n');
const DRAW = drawFileText({
  ...{
    id: 'w47',
    seed: 1,
    at: '2026-11-20T09:00:00.000Z',
    frame: { query: 'production', n: 1000, judge: null, criterion: null, prompt: null },
    items: [],
  },
  strata: [
    { id: 'pass', verdict: 'pass', n: 800, drawn: 50 },
    { id: 'fail', verdict: 'fail', n: 200, drawn: 50 },
  ],
});

describe('goldset judge calibrate', () => {
  let workspace: TestWorkspace;
  beforeEach(() => {
    workspace = new TestWorkspace({
      'answer.prompt': 'Answer.',
      [JUDGE]: '---\nmodel: scripted:judge\n---\nGrade {{output}}.',
      'reviews/w47.draw.json': DRAW,
    });
    workspace.git('init', '-q', '-b', 'main');
    workspace.git('add', '.');
    workspace.git('commit', '-qm', 'first');
  });
  afterEach(() => workspace.dispose());

  const calibrate = (...more: string[]): Promise<Ended> => workspace.run(['judge', 'calibrate', JUDGE, ...more]);
  const branch = (name: string, file: string, text: string): void => {
    workspace.git('checkout', '-qb', name, 'main');
    workspace.write({ [`${FOLDER}/${file}`]: `${text}\n` });
    workspace.git('add', '.');
    workspace.git('commit', '-qm', name);
  };

  it('counts every label of two people whose branches merge without a conflict', async () => {
    branch('ana', 'ana-w47.jsonl', ANA);
    branch('ben', 'ben-w47.jsonl', BEN);
    workspace.git('merge', '-q', '--no-edit', 'ana');
    const { code, out, err } = await calibrate('--json');
    assert.equal(code, 0, err);
    const found = JSON.parse(out) as {
      items: number;
      status: string;
      table: { tp: number };
      tpr: { value: number };
      corrected: { raw: number; value: number; low: number; high: number };
    };
    assert.deepEqual(undescribed('calibration', found), []);
    assert.equal(found.items, 100);
    assert.equal(found.status, 'calibrated');
    // 0.8 · 0.9 + 0.2 · 0.2; of 760 good ones 720 were passed.
    assert.ok(Math.abs(found.corrected.value - 0.76) < 1e-9 && Math.abs(found.corrected.raw - 0.8) < 1e-9, out);
    assert.ok(found.corrected.low < 0.7 && found.corrected.high > 0.8, out);
    assert.ok(Math.abs(found.tpr.value - 720 / 760) < 1e-9, out);
    const stored = readFileSync(path.join(workspace.root, 'judges/strict.calibration.json'), 'utf8');
    assert.equal(stored, out);
  });

  it('counts what two people said of the same outputs of one draw, written by the product on two branches, in a clone that has only the repository', async () => {
    const label = (i: number): Gradable => ({
      target: { interaction: `i${i}`, run: null, case: null, repeat: null, hash: `h${i}` },
      item: { input: 'May I return it?', output: `Answer ${i}.`, context: null },
      criterion: { type: 'llm-rubric', hash: 'c0ffee00' },
      judge: { path: JUDGE, version: '3a91bc02', model: 'scripted:judge', verdict: i < 50 ? 'pass' : 'fail', score: null },
      draw: { id: 'w47', stratum: i < 50 ? 'pass' : 'fail', probability: i < 50 ? 50 / 800 : 50 / 200 },
    });
    const onBranch = (name: string, grades: (i: number) => Word): void => {
      workspace.git('checkout', '-qb', name, 'main');
      for (let i = 0; i < 100; i++)
        giveLabel(
          { root: workspace.root, prompt: path.join(workspace.root, 'answer.prompt'), person: { name, file: name }, texts: 'runs' },
          label(i),
          { grade: grades(i), cause: null, failureMode: null, critique: null, correction: null, blind: true },
        );
      workspace.git('add', '.');
      workspace.git('commit', '-qm', name);
    };
    onBranch('ana', (i) => (i < 45 || (i >= 50 && i < 60) ? 'pass' : 'fail'));
    // Of ten they say the opposite.
    onBranch('ben', (i) => (i < 40 || (i >= 50 && i < 65) ? 'pass' : 'fail'));
    workspace.git('merge', '-q', '--no-edit', 'ana');
    assert.deepEqual(readdirSync(path.join(workspace.root, FOLDER)), ['ana-w47.jsonl', 'ben-w47.jsonl']);
    assert.equal(existsSync(path.join(workspace.root, '.gitattributes')), false);
    const clone = new TestWorkspace({});
    try {
      rmSync(path.join(clone.root, 'goldset.yaml'));
      clone.git('clone', '-q', workspace.root, '.');
      const { code, out, err } = await clone.run(['judge', 'calibrate', JUDGE, '--json']);
      assert.equal(code, 0, err);
      const found = JSON.parse(out) as {
        items: number;
        split: Record<string, number>;
        betweenPeople: object;
        corrected: { value: number };
      };
      // Production texts are not in the repository: labels are matched by what they are of.
      assert.doesNotMatch(readFileSync(path.join(clone.root, FOLDER, 'ana-w47.jsonl'), 'utf8'), /May I|Answer/);
      assert.equal(
        Object.values(found.split).reduce((sum, n) => sum + n, 0),
        200,
      );
      assert.deepEqual([found.items, found.betweenPeople], [100, { agreement: 0.9, pairs: 100 }]);
      // 0.8 · (40 + 5/2)/50 + 0.2 · (10 + 5/2)/50
      assert.ok(Math.abs(found.corrected.value - 0.73) < 1e-9, out);
    } finally {
      clone.dispose();
    }
  });

  it('counts labels that came back from a spreadsheet', async () => {
    const item = (i: number, verdict: Word): DrawItem => ({
      target: { interaction: null, run: 'r', case: `c${i}`, repeat: 0, hash: `${i}abcdef01` },
      item: { input: 'May I?', output: i === 2 ? '=1+1' : `Answer ${i}.`, context: null },
      assignees: [],
      sealed: seal({ stratum: verdict, probability: 0.5, verdict, score: null }, i),
    });
    const frame = { query: 'r', n: 6, prompt: 'answer.prompt', criterion: { type: 'llm-rubric', hash: 'c0ffee00', text: 'It answers.' } };
    workspace.write({
      'reviews/w48.draw.json': drawFileText({
        ...{ id: 'w48', seed: 1, at: '2026-11-23T09:00:00.000Z', strata: [] },
        frame: { ...frame, judge: { path: JUDGE, version: '3a91bc02', model: 'scripted:judge' } },
        items: [item(1, 'pass'), item(2, 'fail'), item(3, 'fail')],
      }),
    });
    const { code, err } = await workspace.run(['judge', 'labels', 'w48', '--csv', 'week.csv']);
    assert.equal(code, 0, err);
    const csv = workspace.read('week.csv');
    assert.match(csv, /2-2abcdef0,May I\?,'=1\+1,,It answers\.,,,,/);
    workspace.git('config', 'user.name', 'Ana');
    // As a person fills it in, with one slip.
    workspace.write({
      'week.csv': csv.replace('1.,,It answers.,,', '1.,,It answers.,pass,').replace('=1+1,,It answers.,,', '=1+1,,It answers.,no,'),
    });
    const read = await workspace.run(['judge', 'labels', 'reviews/w48.draw.json', '--read', 'week.csv']);
    assert.equal(read.code, 1);
    assert.match(read.out, /^1 label in labels\/answer\/ana-w48\.jsonl; 1 row without a grade\.$/m);
    assert.match(read.err, /week\.csv, line 3: The grade must be pass, fail, unknown, not "no"\./);
    const { labels: kept } = readLabelLines(workspace.read(`${FOLDER}/ana-w48.jsonl`));
    assert.deepEqual(
      kept.map(({ grade, blind, by, judge, draw, item: texts }) => [grade, blind, by, judge?.verdict, draw?.probability, texts?.output]),
      [['pass', true, 'Ana', 'pass', 0.5, 'Answer 1.']],
    );
    assert.match((await calibrate('--dry-run')).out, /1 output labelled/);
  });

  it('is said in a terminal as what it means, with what is missing', async () => {
    workspace.write({ [`${FOLDER}/ana-w47.jsonl`]: `${ANA}\n` });
    const { code, out } = await calibrate('--dry-run');
    assert.equal(code, 0);
    assert.match(out, /llm-rubric c0ffee00, prompt 3a91bc02, scripted:judge: refused\. The judge says pass to everything/);
    workspace.write({ [`${FOLDER}/ben-w47.jsonl`]: `${labels(40, 60, 'fail', 'fail', { by: 'ben' })}\n` });
    const { out: more } = await calibrate('--dry-run');
    assert.match(more, /provisional: label 10 more that fail/);
    assert.match(more, /pass rate 72 % \(likely \d+–\d+ %\); the judge alone says 80 % \(weighted by verdict\)/);
  });

  it('leaves out labels that were not blind, and names lines that are none', async () => {
    const file = path.join(workspace.root, FOLDER, 'ana-w47.jsonl');
    workspace.write({ [`${FOLDER}/ana-w47.jsonl`]: `${ANA}\n${BEN}\n${labels(3, 200, 'fail', 'pass', { blind: false })}\n` });
    writeFileSync(file, `${readFileSync(file, 'utf8')}{"schema":"goldset.label/2","gra`);
    const { code, out, err } = await calibrate('--dry-run');
    assert.equal(code, 0);
    assert.match(out, /100 outputs labelled, drawn by the judge’s verdict\n/);
    assert.match(out, /3 labels left out: 3 given after seeing the verdict, 0 unknown\./);
    assert.match(err, /labels\/answer\/ana-w47\.jsonl, line 104: It is not a JSON object/);
  });

  it('without a label that says how the judge graded ends with what to do', async () => {
    workspace.write({ [`${FOLDER}/ana.jsonl`]: `${labels(2, 0, 'pass', 'pass', { judge: null })}\n` });
    const { code, err } = await calibrate();
    assert.equal(code, 2);
    assert.match(err, /No label in \d+ files? says how judges\/strict\.prompt graded \(labels: 2 without a judge’s verdict\)\./);
    const missing = await calibrate('--labels', 'nothing');
    assert.equal(missing.code, 2);
    assert.match(missing.err, /There is no nothing/);
  });
});
