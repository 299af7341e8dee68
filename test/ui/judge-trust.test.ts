/** From a run with an uncalibrated judge to a proved rubric, by keyboard alone; the lens says at each step what is known. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { FrameLocator } from 'playwright-core';
import { CASES, goldenWith, REPLIES, RULE, SHOUTS, TONE, TONE_WRITER, toneJudge, toneVerdicts, WEAK } from '../system/tone-judge.ts';
import type { Theme } from './themes.ts';
import { longWalk, Workbench } from './workbench-page.ts';

const GOLDEN = goldenWith('"The tone fits."');

const FILES: Readonly<Record<string, string>> = {
  'goldset.yaml': `judge: { model: "scripted:./writer.scripted.yaml", prompts: { llm-rubric: ${TONE} } }\n`,
  'writer.scripted.yaml': TONE_WRITER,
  [TONE]: toneJudge(),
  'judges/tone.scripted.yaml': toneVerdicts(SHOUTS),
  'answer.prompt': '---\nmodel: scripted:./answer.scripted.yaml\n---\n{{x}}\n',
  'answer.scripted.yaml': REPLIES,
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
