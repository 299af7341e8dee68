/** From a run with a judge that nobody checked to a rubric that is proved, by keyboard alone; the lens says at each step what is known. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { FrameLocator } from 'playwright-core';
import type { Theme } from './themes.ts';
import { longWalk, Workbench } from './workbench-page.ts';

const CASES = 60;
const WEAK = 'Say pass if the output is well written.';
const RULE = 'Say fail if it sends the person away.';
/** Half of the answers are rude; the judge notices a third of these. */
const isRude = (i: number): boolean => i % 2 === 0;
const replyTo = (i: number): string => (isRude(i) ? `Go away, customer ${i}${i % 6 === 0 ? '!' : ''}` : `Good day, customer ${i}.`);
const GOLDEN = Array.from(
  { length: CASES },
  (_, i) => `- { id: c${i}, vars: { x: "Hello ${i}." }, assert: [{ type: llm-rubric, value: "The tone fits." }] }\n`,
).join('');

const FILES: Readonly<Record<string, string>> = {
  'goldset.yaml': 'judge: { model: "scripted:./writer.scripted.yaml", prompts: { llm-rubric: judges/tone.prompt } }\n',
  'writer.scripted.yaml': `default: { json: { proposals: [{ reason: Tone counts., errors: [e1], edits: [{ find: "${WEAK}", replace: "${WEAK} ${RULE}" }] }] } }\n`,
  'judges/tone.prompt': `---
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
  'answer.prompt': '---\nmodel: scripted:./answer.scripted.yaml\n---\n{{x}}\n',
  'answer.scripted.yaml': `rules:\n${Array.from({ length: CASES }, (_, i) => `  - { when: { user: "Hello ${i}\\\\." }, reply: "${replyTo(i)}" }\n`).join('')}`,
  'answer.golden.yaml': GOLDEN,
};

describe('a judge that people can trust', () => {
  const open = (theme: Theme): Promise<Workbench> => Workbench.open({ theme, open: 'answer.prompt', files: FILES });

  longWalk('is labelled, calibrated, stale after an edit, aligned and proved, by keyboard', open, async (workbench) => {
    const { page, results, root } = workbench;
    await workbench.lens(/Run 60.*not run yet/).waitFor();
    await workbench.command('Goldset: Label Outputs Blind');
    await results.getByRole('heading', { name: 'No run yet' }).waitFor();
    await workbench.command('Goldset: Run Prompt Under Cursor');
    await workbench.lens(/50 of 60 · judge not calibrated/).waitFor();
    await workbench.command('Goldset: Label Outputs Blind');
    for (let i = 0; i < CASES; i++) {
      await results.getByText(`Output ${i + 1} of ${CASES}, ${i} labelled by you`).waitFor();
      await results.locator('main.labelling:focus').waitFor();
      const isBad = (await results.locator('main.labelling').innerText()).includes('Go away');
      await page.keyboard.press(isBad ? 'f' : 'p');
      await page.keyboard.press('Control+Enter');
      if (i === 9) await workbench.shots('judge-trust-1-label');
    }
    await results.getByText('These were all outputs.').waitFor();
    await results.locator('main.labelling:focus').waitFor();
    await page.keyboard.press('Escape');
    await results.locator('.figures', { hasText: 'judge not calibrated' }).waitFor();
    await workbench.command('Goldset: Calibrate Judge');
    await page.locator('.tab', { hasText: 'Calibration of judges tone.prompt' }).waitFor();
    // The page of the results may still be in the window.
    const frameOf = (at: number): FrameLocator =>
      page.frameLocator(`iframe.webview.ready >> nth=${at}`).frameLocator('iframe#active-frame');
    await Promise.any([0, 1].map((at) => frameOf(at).getByRole('heading', { name: 'Calibration of judges/tone.prompt' }).waitFor()));
    await workbench.shots('judge-trust-2-calibration');
    // One page at a time: the walk finds the results by their frame.
    await workbench.command('View: Close Editor');
    await workbench.lens(/50 of 60 · \d+ % \(\d+–\d+\), judge provisionally calibrated/).waitFor();
    await results.locator('.figures', { hasText: /\d+ % \(\d+–\d+\), judge provisionally calibrated/ }).waitFor();
    await workbench.look('a provisional calibration', 'judge-trust-3-provisional');

    const golden = path.join(root, 'answer.golden.yaml');
    writeFileSync(golden, GOLDEN.replaceAll('The tone fits.', 'The tone is kind.'));
    await workbench.lens(/judge calibration stale: the rubric changed since/).waitFor();
    await results.locator('.figures', { hasText: 'judge calibration stale: the rubric changed since' }).waitFor();
    await workbench.look('a stale calibration', 'judge-trust-4-stale');
    writeFileSync(golden, GOLDEN);
    await workbench.lens(/50 of 60 · \d+ % \(\d+–\d+\), judge provisionally calibrated/).waitFor();

    await workbench.command('Goldset: Improve This Rubric…');
    await page.locator('.quick-input-widget', { hasText: /budget in USD/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('The new rubric is proved on the test part of the labels.').first().waitFor();
    await page.locator('.tab', { hasText: 'tone.prompt: now ↔ proposed' }).waitFor();
    await workbench.shots('judge-trust-5-proved');
    const judge = path.join(root, 'judges/tone.prompt');
    writeFileSync(judge, readFileSync(judge, 'utf8').replace(WEAK, `${WEAK} ${RULE}`));
    await workbench.openFile('answer.prompt');
    await workbench.lens(/judge calibration stale: the judge’s prompt changed since/).waitFor();
    await workbench.shots('judge-trust-6-edited');
  });
});
