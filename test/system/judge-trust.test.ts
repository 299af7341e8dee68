/**
 * From "not calibrated" to a rubric that is proved, in the terminal, as a person goes: run, draw, label in a spreadsheet, calibrate, run, change the
 * rubric, align, run. Truth is planted: half of 60 answers are rude, and the judge notices the third of these that shouts.
 */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { JudgedRate } from '../../src/core/results/judged-rate.ts';
import { TestWorkspace, type RunJson } from './command-line.ts';

const CASES = 60;
const JUDGE = 'judges/tone.prompt';
const WEAK = 'Say pass if the output is well written.';
const RULE = 'Say fail if it sends the person away.';
const isRude = (i: number): boolean => i % 2 === 0;
const replyTo = (i: number): string => (isRude(i) ? `Go away, customer ${i}${i % 6 === 0 ? '!' : ''}` : `Good day, customer ${i}.`);
const golden = (rubric: string): string =>
  Array.from(
    { length: CASES },
    (_, i) => `- { id: c${i}, vars: { x: "Hello ${i}." }, assert: [{ type: llm-rubric, value: ${rubric} }] }\n`,
  ).join('');
const FILES: Readonly<Record<string, string>> = {
  'goldset.yaml': `judge: { model: "scripted:./writer.scripted.yaml", prompts: { llm-rubric: ${JUDGE} } }\ngate: { minPassRate: 0.5 }\n`,
  'writer.scripted.yaml': `default: { json: { proposals: [{ reason: Tone counts., errors: [e1], edits: [{ find: "${WEAK}", replace: "${WEAK} ${RULE}" }] }] } }\n`,
  [JUDGE]: `---
model: scripted:./tone.scripted.yaml
output:
  format: json
  schema: { type: object, properties: { reason: { type: string }, verdict: { type: string, enum: [pass, fail, unknown] } }, required: [reason, verdict] }
---
{{role "system"}}
You grade an output by a rubric. ${WEAK}
{{role "user"}}
Rubric: {{rubric}}
Output: {{output}}
`,
  'judges/tone.scripted.yaml': `rules:
  - { when: { system: "sends the person away", user: "Go away" }, json: { reason: It is rude., verdict: fail } }
  - { when: { user: "Go away, customer \\\\d+!" }, json: { reason: It shouts., verdict: fail } }
default: { json: { reason: It is well written., verdict: pass } }
`,
  't.prompt': '---\nmodel: scripted:./m.scripted.yaml\n---\n{{x}}\n',
  'm.scripted.yaml': `rules:\n${Array.from({ length: CASES }, (_, i) => `  - { when: { user: "Hello ${i}\\\\." }, reply: "${replyTo(i)}" }\n`).join('')}`,
  't.golden.yaml': golden('Is it polite?'),
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

    const calibrated = await workspace.run(['judge', 'calibrate', JUDGE]);
    assert.match(calibrated.out, /provisional: label 40 more that fail/);
    const after = await judged();
    assert.equal(after.status, 'provisional');
    assert.equal(after.raw, 50 / 60);
    // The truth is 30 of 60.
    const { low, high } = after;
    assert.ok(low !== null && high !== null && low <= 0.5 && high >= 0.5, JSON.stringify(after));

    workspace.write({ 't.golden.yaml': golden('Is it polite and kind?') });
    const stale = await judged();
    assert.deepEqual([stale.status, stale.value], ['stale', null]);
    assert.match(stale.reason ?? '', /^judge calibration stale: the rubric changed since /);

    workspace.write({ 't.golden.yaml': golden('Is it polite?') });
    const aligned = await workspace.run(['judge', 'align', JUDGE, '--write', '--yes']);
    assert.equal(aligned.code, 0, aligned.err);
    assert.match(aligned.out, /Proved: It fixes \d+ and breaks 0, /);
    assert.equal(workspace.read(JUDGE), (FILES[JUDGE] ?? '').replace(WEAK, `${WEAK} ${RULE}`));
    // What was measured of the judge before is not said of this one, which now sees all of them.
    const edited = await judged();
    assert.deepEqual([edited.raw, edited.status, edited.value], [0.5, 'stale', null]);
    assert.match(edited.reason ?? '', /^judge calibration stale: the judge’s prompt changed since /);
  });
});
