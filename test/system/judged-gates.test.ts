/** A judged run on the command line: labels become a calibration, rates and gates use it, and an edit of the rubric, the judge or its model ends that at once. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { labelRecordLine } from '../../src/core/judge/labels/label-record.ts';
import type { JudgedRate } from '../../src/core/results/judged-rate.ts';
import { assertValid, TestWorkspace, type RunJson } from './command-line.ts';
import { undescribed } from './described-json.ts';

const PROMPT = `---\nmodel: scripted:./m.scripted.yaml\nconfig: { temperature: 0, maxOutputTokens: 200 }\n---\n{{role "system"}}\nYou help.\n{{role "user"}}\n{{x}}\n`;
const MODEL = `price: { input: 1, output: 2 }\nspeed: { ttftMs: 0, tokensPerSecond: 100000 }\nrules:\n  - { when: { user: rude }, reply: "Go away." }\ndefault: { reply: "Good day." }\n`;
const JUDGE = `price: { input: 2, output: 4 }
speed: { ttftMs: 0, tokensPerSecond: 100000 }
rules:
  - when: { user: "Go away" }
    json: { reason: It sends the person away., quotes: [], score: 0, verdict: fail }
default: { json: { reason: It greets., quotes: [], score: 1, verdict: pass } }
`;
/** 90 of 100 pass by the judge. */
const golden = (rubric: string): string =>
  Array.from(
    { length: 100 },
    (_, i) => `- { id: c${i}, vars: { x: "${i < 10 ? 'rude' : 'hello'} ${i}" }, assert: [{ type: llm-rubric, value: ${rubric} }] }\n`,
  ).join('');
const settings = (minPassRate: number, judge = './j.scripted.yaml'): string =>
  `judge: { model: "scripted:${judge}" }\ngate: { minPassRate: ${minPassRate} }\n`;

describe('a judged run on the command line', () => {
  let workspace: TestWorkspace;
  before(() => {
    workspace = new TestWorkspace({
      ...{ 't.prompt': PROMPT, 'm.scripted.yaml': MODEL, 'j.scripted.yaml': JUDGE, 't.golden.yaml': golden('Is it polite?') },
      'goldset.yaml': settings(0.85),
    });
  });
  after(() => workspace.dispose());

  const run = async (): Promise<{ code: number | null; report: RunJson; judged: JudgedRate }> => {
    const { code, out, err } = await workspace.run(['run', '--json']);
    const report = JSON.parse(out || '{}') as RunJson;
    assert.ok(out !== '', err);
    assertValid('run', report);
    const judged = report.candidates[0]?.judged;
    assert.ok(judged);
    return { code, report, judged };
  };
  it('gates by the raw rate while the judge is not calibrated, and says so', async () => {
    const { code, report, judged } = await run();
    assert.equal(code, 0);
    assert.deepEqual([judged.status, judged.value, judged.reason], ['missing', null, 'judge not calibrated']);
    assert.deepEqual(
      report.gated?.map(({ rate, basis }) => [rate, basis]),
      [['reached', 'raw']],
    );
    const text = (await workspace.run(['run'])).out;
    assert.match(text, /judge {3}judge not calibrated/);
    assert.match(text, /gate {4}The judge alone decides: its pass rate 90 % is at least the required 85 %/);
  });

  it('is corrected by labels of a built-in judge, and gated by the whole interval', async () => {
    const { report } = await run();
    // People pass 88 of 90 that the judge passes, and 1 of 10 that it fails; each of them is labelled twice over two runs.
    const lines = report.results.flatMap(({ case: id, output, verdict, assertions: [first] }, i) => {
      const judge = first?.judge as
        | { prompt: string; version: string; model: string; criterion: { type: string; hash: string } }
        | undefined;
      if (judge === undefined) return [];
      const grade = verdict === 'pass' ? (i < 12 ? 'fail' : 'pass') : i === 0 ? 'pass' : 'fail';
      return [0, 1, 2, 3, 4].map((copy) =>
        labelRecordLine({
          id: `${id}-${copy}`,
          target: {
            interaction: null,
            run: `r${copy}`,
            case: id,
            repeat: 0,
            hash: createHash('sha256')
              .update(output ?? '')
              .digest('hex'),
          },
          ...{ item: null, criterion: judge.criterion, grade, cause: null, failureMode: null, critique: null, correction: null },
          judge: {
            path: judge.prompt,
            version: judge.version,
            model: judge.model,
            verdict: verdict === 'pass' ? 'pass' : 'fail',
            score: null,
          },
          ...{ by: 'ana', at: '2026-11-12T09:00:00.000Z', blind: true, draw: null },
        }),
      );
    });
    workspace.write({ 'labels/t/ana.jsonl': `${lines.join('\n')}\n` });
    const calibrated = await workspace.run(['judge', 'calibrate', 'llm-rubric', '--json']);
    assert.equal(calibrated.code, 0, calibrated.err);
    assert.deepEqual(undescribed('calibration', JSON.parse(calibrated.out)), []);
    assert.equal(workspace.read('judges/llm-rubric.calibration.json'), calibrated.out);

    const first = await run();
    const { value, low, high } = first.judged;
    // TPR 440 of 445, TNR 45 of 55: (.9 + .818 − 1) / (.989 + .818 − 1).
    assert.ok(value !== null && low !== null && high !== null);
    assert.ok(Math.abs(value - (0.9 + 45 / 55 - 1) / (440 / 445 + 45 / 55 - 1)) < 1e-9, String(value));
    assert.equal(first.judged.status, 'calibrated');
    const outcome = async (minPassRate: number): Promise<[number | null, string | undefined, string | undefined]> => {
      workspace.write({ 'goldset.yaml': settings(minPassRate) });
      const { code, report: found } = await run();
      return [code, found.gated?.[0]?.rate, found.gated?.[0]?.basis];
    };
    assert.deepEqual(await outcome(Math.floor(1000 * low) / 1000), [0, 'reached', 'corrected']);
    assert.deepEqual(await outcome(Math.ceil(1000 * high) / 1000 + 0.001), [1, 'missed', 'corrected']);
    assert.deepEqual(await outcome(0.88), [3, 'open', 'corrected']);
    assert.equal((await workspace.run(['run', '--inconclusive', 'pass'])).code, 0);
    assert.equal((await workspace.run(['run', '--inconclusive', 'fail'])).code, 1);
    const text = (await workspace.run(['run', '--report', 'markdown=r.md', '--report', 'html=r.html'])).out;
    const shown = /89 % \(\d\d–\d\d\), judge calibrated 12 Nov 2026/;
    for (const each of [text, workspace.read('r.md').replace(/\\/g, ''), workspace.read('r.html')]) {
      assert.match(each, shown);
      assert.match(each, /may be below or above the required 88 %/);
    }
  });

  it('is stale at once when the rubric, the judge’s prompt or its model is edited, and then gated by the raw rate', async () => {
    workspace.write({ 'goldset.yaml': settings(0.88) });
    const after = async (files: Record<string, string>): Promise<string> => {
      workspace.write(files);
      const { code, report, judged } = await run();
      assert.deepEqual([code, judged.status, judged.value, report.gated?.[0]?.basis], [0, 'stale', null, 'raw']);
      return judged.reason ?? '';
    };
    const stale = (what: string): string => `judge calibration stale: ${what} changed since 12 Nov 2026`;
    assert.equal(await after({ 't.golden.yaml': golden('Is it friendly?') }), stale('the rubric'));
    assert.match((await workspace.run(['run'])).out, /judge calibration stale: the rubric changed since 12 Nov 2026/);
    workspace.write({ 't.golden.yaml': golden('Is it polite?'), 'k.scripted.yaml': JUDGE });
    assert.equal(await after({ 'goldset.yaml': settings(0.88, './k.scripted.yaml') }), stale('the judge’s model'));
    const own = `---\noutput:\n  format: json\n  schema: { type: object, properties: { reason: { type: string }, verdict: { type: string } }, required: [reason, verdict] }\n---\nMine. {{rubric}}\n{{output}}\n`;
    const judge = `judge: { model: "scripted:./j.scripted.yaml", prompts: { llm-rubric: ./judges/llm-rubric.prompt } }\ngate: { minPassRate: 0.88 }\n`;
    assert.equal(await after({ 'judges/llm-rubric.prompt': own, 'goldset.yaml': judge }), stale('the judge’s prompt'));
  });

  it('names a calibration that cannot be read with its place, and goes on without it', async () => {
    workspace.write({ 'goldset.yaml': settings(0.85), 'judges/llm-rubric.calibration.json': '{"schema":"goldset.cal' });
    const { code, err } = await workspace.run(['run', '--json']);
    assert.equal(code, 0);
    assert.match(err, /warning: judges\/llm-rubric\.calibration\.json: line 1: It is not a JSON object\./);
  });
});
