/** A review as a person walks it: a sample of a judged run, labelled blind by keyboard, and then what the labels say. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readDrawFile } from '../../src/core/judge/labels/draw-file.ts';
import { readLabelLines } from '../../src/core/judge/labels/label-record.ts';
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

describe('a review', () => {
  const open = (theme: Theme): Promise<Workbench> => Workbench.open({ theme, open: 'greet.prompt', files: FILES });

  walk('is drawn, labelled blind by keyboard, and says what the labels say', open, async (workbench) => {
    const { page, results, root } = workbench;
    await workbench.lens(/Run 6.*not run yet/).waitFor();
    // In a terminal: a window that has shown what the judge said is not blind.
    const { status, stderr } = spawnSync(process.execPath, [path.resolve('dist/cli.js'), 'run', 'greet.prompt', '--yes'], { cwd: root });
    assert.equal(status, 1, String(stderr));
    await workbench.command('Goldset: Review');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'greet.prompt' }).click();
    await results.getByRole('heading', { name: /^Review \d{4}-W\d\d-/ }).waitFor();
    for (let i = 0; i < ANSWERS.length; i++) {
      await results.getByText(`Output ${i + 1} of 6, ${i} labelled by you`).waitFor();
      await results.locator('.criterion', { hasText: 'It is polite.' }).waitFor();
      await results.locator('main.labelling:focus').waitFor();
      const html = await results.locator('#root').evaluate(({ outerHTML }) => outerHTML);
      for (const hidden of ['sends the person', 'Nothing is wrong', 'scripted', '0.9', '0.1', 'verdict', 'notable'])
        assert.ok(!html.includes(hidden), `the page holds “${hidden}”`);
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
    const folder = path.join(root, 'labels/greet');
    const labels = readdirSync(folder).flatMap((file) => readLabelLines(readFileSync(path.join(folder, file), 'utf8')).labels);
    assert.deepEqual(
      labels.map(({ item, grade, failureMode, blind, judge, draw: of }) => {
        const rude = isRude(item?.output ?? '');
        return [grade === (rude ? 'fail' : 'pass'), failureMode, blind, typeof judge?.score, of?.id];
      }),
      labels.map(({ item }) => [true, isRude(item?.output ?? '') ? 'rude' : null, true, 'number', draw.draw.id]),
    );
    assert.equal(labels.length, 6);
  });
});
