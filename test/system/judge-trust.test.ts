/**
 * From "not calibrated" to a proved rubric, in the terminal, as a person goes: run, draw, label in a spreadsheet, calibrate, run, change the
 * rubric, align, run. Truth is planted: half of 60 answers are rude, and the judge notices the third of these that shouts.
 */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { JudgedRate } from '../../src/core/results/judged-rate.ts';
import { TestWorkspace, type RunJson } from './command-line.ts';
import { goldenWith, REPLIES, RULE, SHOUTS, TONE, TONE_WRITER, toneJudge, toneVerdicts, WEAK } from './tone-judge.ts';

const FILES: Readonly<Record<string, string>> = {
  'goldset.yaml': `judge: { model: "scripted:./writer.scripted.yaml", prompts: { llm-rubric: ${TONE} } }\ngate: { minPassRate: 0.5 }\n`,
  'writer.scripted.yaml': TONE_WRITER,
  [TONE]: toneJudge(),
  'judges/tone.scripted.yaml': toneVerdicts(SHOUTS),
  't.prompt': '---\nmodel: scripted:./m.scripted.yaml\n---\n{{x}}\n',
  'm.scripted.yaml': REPLIES,
  't.golden.yaml': goldenWith('Is it polite?'),
};

describe('how a judge comes to be trusted, in the terminal', () => {
  let workspace: TestWorkspace;
  before(() => {
    workspace = new TestWorkspace(FILES);
    workspace.git('init', '-q');
    workspace.git('config', 'user.name', 'Ana');
    workspace.git('config', 'user.email', 'ana@example.com');
  });
  after(() => workspace.dispose());

  const judged = async (): Promise<JudgedRate> => {
    const { out, err } = await workspace.run(['run', 't.prompt', '--json']);
    const found = (JSON.parse(out || '{}') as RunJson).candidates[0]?.judged;
    assert.ok(found, err);
    return found;
  };

  it('is not calibrated, then provisionally by 60 blind labels, stale when the rubric changes, aligned, and proved on test', async () => {
    const before = await judged();
    assert.deepEqual([before.raw, before.value, before.status], [50 / 60, null, 'missing']);

    const run = readdirSync(path.join(workspace.root, '.goldset/runs'))[0]?.replace('.goldset-run.jsonl', '') ?? '';
    const drawn = await workspace.run(['review', '--week', '--n', '60', '--from', run, '--html', 'review.html']);
    assert.equal(drawn.code, 0, drawn.err);
    const id = readdirSync(path.join(workspace.root, 'reviews'))[0]?.replace('.draw.json', '') ?? '';
    const out = await workspace.run(['judge', 'labels', id, '--csv', 'week.csv']);
    assert.equal(out.code, 0, out.err);
    // A person fills in grade and failure mode: the empty columns after the criterion.
    const rows = workspace.read('week.csv').split('\n');
    assert.doesNotMatch(rows.join('\n'), /It shouts|It is well written|scripted:/, 'neither verdict nor candidate is shown');
    const filled = rows.map((row, i) =>
      i === 0 || row.trim() === '' ? row : row.replace(/,,,,(\r?)$/, row.includes('Good day') ? ',pass,,,$1' : ',fail,,rude,$1'),
    );
    workspace.write({ 'filled.csv': filled.join('\n') });
    const read = await workspace.run(['judge', 'labels', id, '--read', 'filled.csv']);
    assert.match(read.out + read.err, /60 labels in labels\/t\/ana-/);

    const calibrated = await workspace.run(['judge', 'calibrate', TONE]);
    assert.match(calibrated.out, /provisional: label 40 more that fail/);
    const after = await judged();
    assert.equal(after.status, 'provisional');
    assert.equal(after.raw, 50 / 60);
    // The truth is 30 of 60.
    const { low, high } = after;
    assert.ok(low !== null && high !== null && low <= 0.5 && high >= 0.5, JSON.stringify(after));

    workspace.write({ 't.golden.yaml': goldenWith('Is it polite and kind?') });
    const stale = await judged();
    assert.deepEqual([stale.status, stale.value], ['stale', null]);
    assert.match(stale.reason ?? '', /^judge calibration stale: the rubric changed since /);

    workspace.write({ 't.golden.yaml': goldenWith('Is it polite?') });
    const aligned = await workspace.run(['judge', 'align', TONE, '--write', '--yes']);
    assert.equal(aligned.code, 0, aligned.err);
    assert.match(aligned.out, /Proved: It fixes \d+ and breaks 0, /);
    assert.equal(workspace.read(TONE), (FILES[TONE] ?? '').replace(WEAK, `${WEAK} ${RULE}`));
    // What was measured of the judge before is not said of this one, which now sees all of them.
    const edited = await judged();
    assert.deepEqual([edited.raw, edited.status, edited.value], [0.5, 'stale', null]);
    assert.match(edited.reason ?? '', /^judge calibration stale: the judge’s prompt changed since /);
  });
});
