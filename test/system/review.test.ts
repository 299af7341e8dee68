/** Judging production, the weekly review and its labels, through the built command line. Truth is planted: answers that say "Go away" are bad. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { readDrawFile, type DrawFile } from '../../src/core/judge/labels/draw-file.ts';
import { labelRecordLine, type LabelRecord } from '../../src/core/judge/labels/label-record.ts';
import { unseal } from '../../src/core/judge/labels/sealed.ts';
import { reviewLabel } from '../../src/core/judge/review/review-queue.ts';
import type { ReviewSummary } from '../../src/core/judge/review/review-summary.ts';
import { TestWorkspace } from './command-line.ts';
import { undescribed } from './described-json.ts';

const JUDGE = 'judges/strict.prompt';
const DAY = 86_400_000;
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
/** Two days ago, so that a test at midnight reads the same week. */
const AT = Date.now() - 2 * DAY;

/** Every fifth answer is rude; the judge misses those that also say please. */
const answerOf = (i: number): string => (i % 5 !== 0 ? `Good day ${i}.` : i % 10 === 0 ? `Please go off ${i}.` : `Go away ${i}.`);
const isBad = (i: number): boolean => i % 5 === 0;

const calls = Array.from({ length: 60 }, (_, i) =>
  JSON.stringify({
    id: `call-${i}`,
    time: new Date(AT + i * 1000).toISOString(),
    prompt: { name: 'answer.prompt' },
    model: 'openai:m',
    variables: { question: `question ${i}` },
    messages: [{ role: 'user', content: `question ${i}` }],
    output: answerOf(i),
    ...(i === 10 ? { signals: [{ kind: 'explicit', name: 'thumb', value: -1 }] } : {}),
  }),
).join('\n');

const FILES = {
  'goldset.yaml': `judge: { model: "scripted:./judge.scripted.yaml", prompts: { llm-rubric: ${JUDGE} } }\nlabels: { texts: all }\nreview: { size: 20 }\n`,
  'judge.scripted.yaml': `price: { input: 2, output: 4 }
rules:
  - { when: { user: "Go away" }, json: { reason: It sends the person away., verdict: fail } }
default: { json: { reason: It greets., verdict: pass } }
`,
  [JUDGE]: `---\noutput:\n  format: json\n  schema: { type: object, properties: { reason: { type: string }, verdict: { type: string } }, required: [reason, verdict] }\n---\n{{role "user"}}\n{{rubric}}\n{{input}}\n{{output}}\n`,
  'answer.prompt': '---\ninput: { schema: { question: string } }\n---\n{{question}}',
  'answer.golden.yaml': '- { vars: { question: hello }, assert: [{ type: llm-rubric, value: Is it polite? }] }\n',
  [`.goldset/interactions/${dayOf(AT)}.jsonl`]: `${calls}\n`,
};

describe('a week of production, judged and reviewed', function () {
  let workspace: TestWorkspace;
  before(() => {
    workspace = new TestWorkspace(FILES);
    workspace.git('init', '-q');
    workspace.git('config', 'user.name', 'Ana');
  });
  after(() => workspace.dispose());

  const review = (...args: string[]): ReturnType<TestWorkspace['run']> => workspace.run(['review', '--week', ...args]);
  const drawIn = (): { readonly name: string; readonly text: string; readonly draw: DrawFile } => {
    const [name = '', ...others] = readdirSync(`${workspace.root}/reviews`);
    assert.deepEqual(others, []);
    const text = workspace.read(`reviews/${name}`);
    const read = readDrawFile(text);
    assert.ok(typeof read !== 'string');
    assert.deepEqual(read.problems, []);
    return { name, text, draw: read.draw };
  };

  it('a judge grades stored answers; its verdicts are signals of a model, and a second time costs nothing', async () => {
    const { code, out, err } = await workspace.run(['judge', 'run', JUDGE, '--sample', '50', '--yes']);
    assert.equal(code, 0, err);
    assert.match(out, /^50 verdicts stored: \d+ pass, \d+ fail\.\n/);
    const lines = workspace
      .read(`.goldset/interactions/${dayOf(Date.now())}.jsonl`)
      .trim()
      .split('\n')
      .map(
        (line) =>
          JSON.parse(line) as {
            readonly of: { readonly interaction: string };
            readonly signals: readonly {
              readonly name: string;
              readonly value: string;
              readonly annotator: string;
              readonly judge: object;
            }[];
          },
      );
    assert.equal(lines.length, 50);
    for (const line of lines) {
      assert.deepEqual(undescribed('follow-up', line), []);
      const [signal] = line.signals;
      const i = Number(line.of.interaction.slice('call-'.length));
      assert.deepEqual(
        [signal?.name, signal?.value, signal?.annotator],
        ['judged', answerOf(i).startsWith('Go away') ? 'fail' : 'pass', 'model'],
      );
      assert.match(JSON.stringify(signal?.judge), /"path":"judges\/strict\.prompt".*"text":"Is it polite\?"/);
    }
    // Every output of the sample was judged once: what is the same comes from the response cache.
    const again = await workspace.run(['judge', 'run', JUDGE, '--sample', '50', '--yes', '--cache', 'frozen']);
    assert.equal(again.code, 0, again.err);
    // A verdict flags nothing.
    const inbox = JSON.parse((await workspace.run(['interactions', '--json'])).out) as { readonly total: number };
    assert.equal(inbox.total, 1);
  });

  it('without a terminal says what to do, and draws nothing', async () => {
    const { code, err } = await review();
    assert.equal(code, 2);
    assert.match(err, /Labels are given by keys, and this is not a terminal\.\s+Use --html FILE .* --json/);
    assert.throws(() => readdirSync(`${workspace.root}/reviews`), /ENOENT/);
  });

  it('draws once: half where the judge says fail, and the file tells nothing of an item', async () => {
    const { code, out, err } = await review('--json', '--n', '20');
    assert.equal(code, 0, err);
    assert.match(err, /Drew 20 outputs of 60: reviews\/\d{4}-W\d\d\.draw\.json/);
    const summary = JSON.parse(out) as ReviewSummary;
    assert.deepEqual(undescribed('review', summary), []);
    assert.deepEqual([summary.frame, summary.drawn, summary.left, summary.errors, summary.rate], [60, 20, 20, null, null]);
    const { text, draw } = drawIn();
    assert.deepEqual(undescribed('draw', JSON.parse(text)), []);
    assert.equal(draw.frame.prompt, 'answer.prompt');
    assert.equal(draw.frame.criterion?.text, 'Is it polite?');
    assert.equal(draw.frame.judge?.path, JUDGE);
    assert.doesNotMatch(JSON.stringify(draw.items), /pass|fail|not-judged|notable|verdict/);
    const opened = draw.items.map(({ sealed }) => unseal(sealed ?? ''));
    const verdicts = draw.items.map(({ item }) => (item?.output.startsWith('Go away') === true ? 'fail' : 'pass'));
    opened.forEach((seal, i) => assert.ok(seal?.verdict === null || seal?.verdict === verdicts[i]));
    assert.ok(opened.filter((seal) => seal?.verdict === 'fail').length >= 4);
    // The complaint about call 10 disagrees with the judge, if the judge has graded it.
    const again = await review('--json');
    assert.equal(again.code, 0);
    assert.equal(drawIn().text, text);
  });

  it('labels give the rate, the judge’s errors, the failure modes and the next step, and calibrate the judge', async () => {
    const { draw } = drawIn();
    const labels = draw.items.map((item, i): LabelRecord => {
      const bad = isBad(Number(/\d+/.exec(item.item?.output ?? '')?.[0]));
      const answer = {
        cause: null,
        failureMode: bad ? 'rude' : null,
        critique: null,
        correction: null,
        by: 'Ana',
        at: new Date().toISOString(),
      };
      return reviewLabel(draw, item, { ...answer, grade: bad ? 'fail' : 'pass' }, `l${i}`);
    });
    workspace.write({ [`labels/answer/ana-${draw.id}.jsonl`]: `${labels.map(labelRecordLine).join('\n')}\n` });
    const { out, err } = await review('--json');
    const summary = JSON.parse(out) as ReviewSummary;
    assert.deepEqual(undescribed('review', summary), [], err);
    const errors = labels.filter(({ judge, grade }) => judge?.verdict != null && judge.verdict !== grade);
    assert.equal(summary.left, 0);
    assert.equal(summary.errors?.length, errors.length);
    assert.deepEqual(summary.modes, [{ mode: 'rude', count: labels.filter(({ grade }) => grade === 'fail').length }]);
    // Each label stands for 1 / probability outputs: of all 60, those whose label is a pass.
    const passes = labels.reduce((sum, { grade, draw: drawn }) => sum + (grade === 'pass' ? 1 / (drawn?.probability ?? 0) : 0), 0);
    assert.ok(Math.abs((summary.rate?.value ?? 0) - passes / 60) < 1e-9, JSON.stringify(summary.rate));
    assert.ok((summary.rate?.low ?? 1) < passes / 60 && (summary.rate?.high ?? 0) > passes / 60);
    assert.deepEqual(
      summary.weeks.map(({ id }) => id),
      [draw.id],
    );
    assert.notEqual(summary.next, '');
    const calibrated = await workspace.run(['judge', 'calibrate', JUDGE, '--dry-run']);
    assert.equal(calibrated.code, 0, calibrated.err);
    assert.match(calibrated.out, /llm-rubric [0-9a-f]{8}, prompt [0-9a-f]{8}/);
  });
});

describe('a review of a run', () => {
  let workspace: TestWorkspace;
  before(() => {
    workspace = new TestWorkspace({
      'goldset.yaml': 'judge: { model: "scripted:./judge.scripted.yaml" }\n',
      'judge.scripted.yaml': `rules:\n  - { when: { user: "Go away" }, json: { reason: Rude., quotes: [], score: 0, verdict: fail } }\ndefault: { json: { reason: Kind., quotes: [], score: 1, verdict: pass } }\n`,
      'm.scripted.yaml': 'rules:\n  - { when: { user: "[05]$" }, reply: "Go away." }\ndefault: { reply: "Good day." }\n',
      't.prompt': '---\nmodel: scripted:./m.scripted.yaml\n---\n{{x}}',
      't.golden.yaml': Array.from(
        { length: 20 },
        (_, i) => `- { vars: { x: "q${i}" }, assert: [{ type: llm-rubric, value: Is it polite? }] }\n`,
      ).join(''),
    });
  });
  after(() => workspace.dispose());

  it('is of the run’s judged outputs, with the words of the criterion', async () => {
    await workspace.run(['run', '--yes']);
    const [journal = ''] = readdirSync(`${workspace.root}/.goldset/runs`).filter((name) => name.endsWith('.goldset-run.jsonl'));
    const run = journal.replace('.goldset-run.jsonl', '');
    const { code, out, err } = await workspace.run(['review', '--week', '--from', run, '--json', '--n', '8', '--assign', 'ana,ben']);
    assert.equal(code, 0, err);
    const summary = JSON.parse(out) as ReviewSummary;
    assert.equal(summary.query, `run ${run}`);
    assert.deepEqual([summary.judge?.path, summary.criterion?.text], ['llm-rubric', 'Is it polite?']);
    const [name = ''] = readdirSync(`${workspace.root}/reviews`);
    const read = readDrawFile(workspace.read(`reviews/${name}`));
    assert.ok(typeof read !== 'string');
    assert.ok(
      read.draw.items.every(({ target, item, assignees }) => target.run === run && item?.output !== undefined && assignees.length > 0),
    );
    const missing = await workspace.run(['review', '--week', '--from', 'nothing', '--json']);
    assert.equal(missing.code, 2);
    assert.match(missing.err, /A review is of production or of a run; "nothing" is neither/);
  });
});
