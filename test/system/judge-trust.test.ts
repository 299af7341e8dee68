/**
 * From "not calibrated" to a corrected rate in the terminal, as a person goes: run, draw, label in a spreadsheet, calibrate, run, change the rubric.
 * Truth is planted: 75 of 120 answers are polite, and the judge misses the 15 that are only curt.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { JudgedRate } from '../../src/core/results/judged-rate.ts';
import { TestWorkspace, type RunJson } from './command-line.ts';

const PROMPT = `---\nmodel: scripted:./m.scripted.yaml\nconfig: { temperature: 0, maxOutputTokens: 200 }\n---\n{{role "user"}}\n{{x}}\n`;
const MODEL = `price: { input: 1, output: 2 }
speed: { ttftMs: 0, tokensPerSecond: 100000 }
rules:
  - { when: { user: rude }, reply: "Go away." }
  - { when: { user: curt }, reply: "No." }
default: { reply: "Good day, glad to help." }
`;
const JUDGE = `price: { input: 2, output: 4 }
speed: { ttftMs: 0, tokensPerSecond: 100000 }
rules:
  - when: { user: "Go away" }
    json: { reason: It sends the person away., quotes: [], score: 0, verdict: fail }
default: { json: { reason: It greets., quotes: [], score: 1, verdict: pass } }
`;
const wordOf = (i: number): string => (i < 30 ? 'rude' : i < 45 ? 'curt' : 'hello');
const golden = (rubric: string): string =>
  Array.from(
    { length: 120 },
    (_, i) => `- { id: c${i}, vars: { x: "${wordOf(i)} ${i}" }, assert: [{ type: llm-rubric, value: ${rubric} }] }\n`,
  ).join('');

describe('how a judge comes to be trusted, in the terminal', () => {
  let workspace: TestWorkspace;
  before(() => {
    workspace = new TestWorkspace({
      ...{ 't.prompt': PROMPT, 'm.scripted.yaml': MODEL, 'j.scripted.yaml': JUDGE, 't.golden.yaml': golden('Is it polite?') },
      'judges/strict.prompt': readFileSync('judges/llm-rubric.prompt', 'utf8'),
      'judges/_data.prompt': readFileSync('judges/_data.prompt', 'utf8'),
      'goldset.yaml':
        'judge: { model: "scripted:./j.scripted.yaml", prompts: { llm-rubric: judges/strict.prompt } }\ngate: { minPassRate: 0.5 }\n',
    });
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

  it('is not calibrated, then provisionally by 60 blind labels, and stale when the rubric changes', async () => {
    const before = await judged();
    assert.deepEqual([before.raw, before.value, before.status], [0.75, null, 'missing']);

    const run = readdirSync(path.join(workspace.root, '.goldset/runs'))[0]?.replace('.goldset-run.jsonl', '') ?? '';
    const drawn = await workspace.run(['review', '--week', '--n', '60', '--from', run, '--html', 'review.html']);
    assert.equal(drawn.code, 0, drawn.err);
    const id = readdirSync(path.join(workspace.root, 'reviews'))[0]?.replace('.draw.json', '') ?? '';
    const out = await workspace.run(['judge', 'labels', id, '--csv', 'week.csv']);
    assert.equal(out.code, 0, out.err);
    // A person fills in grade and failure mode: the empty columns after the criterion.
    const rows = workspace.read('week.csv').split('\n');
    assert.doesNotMatch(rows.join('\n'), /It sends the person away|It greets|scripted:/, 'neither verdict nor candidate is shown');
    const filled = rows.map((row, i) =>
      i === 0 || row.trim() === '' ? row : row.replace(/,,,,(\r?)$/, row.includes('Good day') ? ',pass,,,$1' : ',fail,,rude,$1'),
    );
    workspace.write({ 'filled.csv': filled.join('\n') });
    const read = await workspace.run(['judge', 'labels', id, '--read', 'filled.csv']);
    assert.match(read.out + read.err, /60 labels in labels\/t\/ana-/);

    const calibrated = await workspace.run(['judge', 'calibrate', 'judges/strict.prompt']);
    assert.match(calibrated.out, /provisional: label 20 more that pass and 20 more that fail/);
    const after = await judged();
    assert.equal(after.status, 'provisional');
    assert.equal(after.raw, 0.75);
    // The truth is 75 of 120.
    const { low, high } = after;
    assert.ok(low !== null && high !== null && low <= 75 / 120 && high >= 75 / 120, JSON.stringify(after));

    workspace.write({ 't.golden.yaml': golden('Is it polite and kind?') });
    const stale = await judged();
    assert.deepEqual([stale.status, stale.value], ['stale', null]);
    assert.match(stale.reason ?? '', /^judge calibration stale: the rubric changed since /);
  });
});
