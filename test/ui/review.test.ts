/** Labelling blind as a person walks it, by keyboard: the outputs of a run on the results page, then a review of a run and what its labels say. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readDrawFile } from '../../src/core/judge/labels/draw-file.ts';
import { readLabelLines, type LabelRecord } from '../../src/core/judge/labels/label-record.ts';
import { assertAccessible } from './accessibility.ts';
import type { Theme } from './themes.ts';
import { Workbench, walk } from './workbench-page.ts';

/** The judge misses the second rude answer. */
const ANSWERS = ['Sorry for the delay.', 'Go away.', 'Please go off.', 'It comes on Monday.', 'Tomorrow.', 'We are sorry.'];
const isRude = (output: string): boolean => /go (away|off)/i.test(output);

const FILES = {
  'goldset.yaml': 'judge: { model: "scripted:./judge.scripted.yaml" }\nreview: { size: 6 }\n',
  'judge.scripted.yaml': `rules:
  - { when: { user: "Go away" }, json: { reason: "It sends the person away.", quotes: [], score: 0.1, verdict: fail } }
default: { json: { reason: "Nothing is wrong with it.", quotes: [], score: 0.9, verdict: pass } }
`,
  'greet.prompt': `---\nmodel: scripted:./greet.scripted.yaml\n---\n{{question}}\n`,
  'greet.scripted.yaml': `rules:\n${ANSWERS.map((answer, i) => `  - { when: { user: "parcel ${i}" }, reply: "${answer}" }`).join('\n')}\n`,
  'greet.golden.yaml': ANSWERS.map(
    (_, i) => `- { id: c${i}, vars: { question: "Where is parcel ${i}?" }, assert: [{ type: llm-rubric, value: "It is polite." }] }\n`,
  ).join(''),
};

/** What a page that labels must not hold. */
const HIDDEN = ['sends the person', 'Nothing is wrong', 'scripted', '0.9', '0.1', 'verdict', 'notable', 'not calibrated', 'greet.prompt'];

describe('labelling blind', () => {
  const open = (theme: Theme): Promise<Workbench> => Workbench.open({ theme, open: 'greet.prompt', files: FILES });

  walk('by keyboard alone, on the results page and as a review, which says what the labels say', open, async (workbench) => {
    await workbench.lens(/Run 6.*not run yet/).waitFor();
    await labelResults(workbench);
    // One page at a time: the walk finds a page by its frame.
    await workbench.command('View: Close Editor');
    await labelReview(workbench);
  });
});

const labelsIn = (root: string): LabelRecord[] => {
  const folder = path.join(root, 'labels/greet');
  return existsSync(folder)
    ? readdirSync(folder).flatMap((name) => readLabelLines(readFileSync(path.join(folder, name), 'utf8')).labels)
    : [];
};

async function holdsNothing({ results }: Workbench): Promise<void> {
  const html = await results.locator('#root').evaluate(({ outerHTML }) => outerHTML);
  for (const hidden of HIDDEN) assert.ok(!html.includes(hidden), `the page holds “${hidden}”`);
}

/** The page knows neither verdict nor candidate until it shows the results. */
async function labelResults(workbench: Workbench): Promise<void> {
  const { page, results, root } = workbench;
  const press = async (...keys: readonly string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
  };
  await workbench.command('Goldset: Label Outputs Blind');
  await results.getByRole('heading', { name: 'No run yet' }).waitFor();
  await workbench.command('Goldset: Run Prompt Under Cursor');
  await workbench.command('Goldset: Label Outputs Blind');
  // It may begin while the run is not over: what is shown then is of the run that has ended.
  await workbench.lens(/5 of 6/).waitFor();
  await results.getByText(/^Output 1 of 6, 0 labelled by you/).waitFor();
  await results.locator('.criterion', { hasText: 'It is polite.' }).waitFor();
  await holdsNothing(workbench);
  await assertAccessible(results, 'labelling');
  await workbench.shot('labelling-1');

  await results.locator('main.labelling:focus').waitFor();
  // A command that shows what is shown already leaves the keys where they were.
  await workbench.command('Goldset: Label Outputs Blind');
  await results.locator('main.labelling:focus').waitFor();
  await press('?');
  await results.getByText('write a failure mode').waitFor();
  await press('f', 'm');
  await page.keyboard.type('no apology');
  await press('Escape', 'w');
  await page.keyboard.type('It is curt.');
  await press('Control+Enter');
  await results.getByText(/^Output 2 of 6, 1 labelled by you/).waitFor();
  await results.locator('main.labelling:focus').waitFor();
  await press('1');
  await results.getByRole('button', { name: /no apology/, pressed: true }).waitFor();
  await press('ArrowRight');
  await results.getByText(/^Output 3 of 6, 2 labelled by you/).waitFor();
  await results.locator('main.labelling:focus').waitFor();
  await press('p', 'ArrowRight');
  await results.getByText(/^Output 4 of 6, 3 labelled by you/).waitFor();
  const verdictOf = ({ item }: LabelRecord): string => (item?.output === 'Go away.' ? 'fail' : 'pass');
  assert.deepEqual(
    labelsIn(root).map(({ grade, failureMode, critique, blind, judge, by, draw }) => [
      grade,
      failureMode,
      critique,
      blind,
      judge?.verdict,
      by === '',
      draw,
    ]),
    labelsIn(root).map((label, i) => [
      i < 2 ? 'fail' : 'pass',
      i < 2 ? 'no apology' : null,
      i === 0 ? 'It is curt.' : null,
      true,
      verdictOf(label),
      false,
      null,
    ]),
  );
  assert.equal(labelsIn(root).length, 3);

  await results.locator('main.labelling:focus').waitFor();
  await press('Escape');
  await results.locator('.row .tag', { hasText: 'graded pass' }).waitFor();
  await workbench.command('Goldset: Label Outputs Blind');
  await results.getByText('does not count as evidence').waitFor();
  await results.locator('main.labelling:focus').waitFor();
  await press('u', 'Control+Enter');
  await results.getByText(/^Output 2 of 6, 4 labelled by you/).waitFor();
  assert.deepEqual([labelsIn(root).at(-1)?.grade, labelsIn(root).at(-1)?.blind], ['unknown', false]);
}

/** A sample of a run that this window has not shown, and its figures. */
async function labelReview(workbench: Workbench): Promise<void> {
  const { page, results, root } = workbench;
  // In a terminal: a window that has shown what the judge said is not blind.
  const { status, stderr } = spawnSync(process.execPath, [path.resolve('dist/cli.js'), 'run', 'greet.prompt', '--yes'], { cwd: root });
  assert.equal(status, 1, String(stderr));
  await workbench.command('Goldset: Review');
  // The newest run is listed first.
  await page.locator('.quick-input-list .monaco-list-row', { hasText: 'greet.prompt' }).first().click();
  await results.getByRole('heading', { name: /^Review \d{4}-W\d\d-/ }).waitFor();
  for (let i = 0; i < ANSWERS.length; i++) {
    await results.getByText(`Output ${i + 1} of 6, ${i} labelled by you`).waitFor();
    await results.locator('.criterion', { hasText: 'It is polite.' }).waitFor();
    await results.locator('main.labelling:focus').waitFor();
    await holdsNothing(workbench);
    if (i === 0) {
      await assertAccessible(results, 'a review');
      await workbench.shots('review-1-label');
    }
    const output = await results.locator('.labelling-texts').innerText();
    await page.keyboard.press(isRude(output) ? 'f' : 'p');
    if (isRude(output)) {
      await page.keyboard.press('m');
      await page.keyboard.type('rude');
    }
    await page.keyboard.press('Control+Enter');
  }
  await results.getByText('These were all outputs of this review').waitFor();
  await page.keyboard.press('Escape');
  await results.getByText('6 of 6 outputs labelled, drawn from 6').waitFor();
  // 4 of 6 pass; the judge passes 5 of 6 and is wrong once.
  await results.getByText(/^66\.7 % \(likely \d+–\d+ %\)$/).waitFor();
  await results.getByText('The judge was wrong in 1 label').waitFor();
  await results.locator('.review-errors .link', { hasText: 'Please go off.' }).press('Enter');
  await results.getByText('The judge said pass, score 0.9').waitFor();
  await results.locator('.reviewed', { hasText: 'Where is parcel 2?' }).waitFor();
  await workbench.look('the figures of a review', 'review-2-figures');

  const [name = ''] = readdirSync(path.join(root, 'reviews'));
  const draw = readDrawFile(readFileSync(path.join(root, 'reviews', name), 'utf8'));
  assert.ok(typeof draw !== 'string');
  const labels = labelsIn(root).filter(({ draw: of }) => of !== null);
  assert.deepEqual(
    labels.map(({ item, grade, failureMode, blind, judge, draw: of }) => {
      const rude = isRude(item?.output ?? '');
      return [grade === (rude ? 'fail' : 'pass'), failureMode, blind, typeof judge?.score, of?.id];
    }),
    labels.map(({ item }) => [true, isRude(item?.output ?? '') ? 'rude' : null, true, 'number', draw.draw.id]),
  );
  assert.equal(labels.length, 6);
}
