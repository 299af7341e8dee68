/** First contact: an empty folder, the sample, and the five steps of the walkthrough, each done by its button. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { isEverything } from './themes.ts';
import { walk, type Workbench } from './workbench-page.ts';

interface Step {
  readonly id: string;
  readonly title: string;
  readonly description: string;
}
const [{ steps: STEPS } = { steps: [] }] = (
  JSON.parse(readFileSync('package.json', 'utf8')) as { contributes: { walkthroughs: { steps: Step[] }[] } }
).contributes.walkthroughs;

/** What is clicked, counted. */
class Clicks {
  count = 0;
  async on(target: Locator): Promise<void> {
    await target.click();
    this.count++;
  }
}

const ID = 'goldset.goldset#start';

class Tour {
  constructor(private readonly workbench: Workbench) {}

  private get page(): Locator {
    return this.workbench.page.locator('.gettingStartedContainer').first();
  }

  async isDone(id: string): Promise<void> {
    await this.page.locator(`[data-done-step-id="${ID}#${id}"][aria-checked="true"]`).waitFor({ state: 'attached' });
  }

  /** Clicks the button of a step, as package.json has it. The tab of the tour may be behind another. */
  async press(id: string): Promise<void> {
    const button = /\[([^\]]+)\]\(command:/.exec(STEPS.find((step) => step.id === id)?.description ?? '')?.[1] ?? '';
    await this.workbench.page
      .locator('.tab', { hasText: /Goldset|Welcome/ })
      .first()
      .click();
    const step = this.page.locator(`[data-step-id="${ID}#${id}"]`);
    await step.waitFor();
    if ((await step.getAttribute('aria-expanded')) !== 'true') await step.click();
    await step
      .getByRole('button', { name: button, exact: true })
      .or(step.locator('.monaco-button', { hasText: button }))
      .first()
      .click();
  }
}

describe('first contact', () => {
  walk('an empty folder, the sample, and every step of the tour', { project: null, open: null }, async (workbench) => {
    const { page } = workbench;
    const clicks = new Clicks();
    await clicks.on(page.locator('.activitybar a[aria-label="Goldset"]').first());
    await clicks.on(page.locator('.welcome-view-content .monaco-button', { hasText: 'Open a Sample' }).first());
    await clicks.on(page.locator('.quick-input-list .monaco-list-row', { hasText: 'In This Folder' }).first());
    await workbench.lens(/Run 65/).waitFor();
    await workbench.shots('tour-1-sample');
    await clicks.on(
      workbench
        .lens(/Run 65/)
        .locator('a', { hasText: 'Run 65' })
        .first(),
    );
    await workbench.results.getByText('56 of 63').first().waitFor();
    await workbench.results
      .getByText(/\$0\.0\d+/)
      .first()
      .waitFor();
    assert.ok(clicks.count <= 6, `${clicks.count} clicks`);

    const tour = new Tour(workbench);
    await tour.press('fix');
    await workbench.results.getByText('63 of 63').first().waitFor();
    await page.locator('.monaco-editor .view-line', { hasText: 'Try it' }).first().waitFor({ state: 'detached' });
    await page.locator('.monaco-editor .view-line', { hasText: 'A ticket with a deadline' }).first().waitFor();
    await workbench.shots('tour-2-fixed');
    await tour.press('cost');
    await page
      .locator('.codelens-decoration', { hasText: /9\d % cacheable/ })
      .first()
      .waitFor();
    for (const { id } of STEPS.filter((step) => step.id !== 'own')) await tour.isDone(id);
    await workbench.shots('tour-3-done');
    assert.ok(readFileSync(path.join(workbench.root, 'goldset.yaml'), 'utf8').includes('traffic'));
  });

  // `npm run test:all` alone: a window costs seconds of every `npm test`.
  if (isEverything)
    walk(
      'a repository with prompts in code: its first golden case',
      { project: 'test/fixtures/next-app', without: ['goldset.yaml', 'src/lib/triage.TRIAGE_PROMPT.golden.yaml'], open: null },
      async (workbench) => {
        const { page } = workbench;
        const clicks = new Clicks();
        await clicks.on(page.locator('.activitybar a[aria-label="Goldset"]').first());
        await clicks.on(page.locator('.welcome-view-content .monaco-button', { hasText: 'Set Up Folder' }).first());
        await clicks.on(page.locator('.quick-input-list .monaco-list-row', { hasText: 'src/lib/reply.ts#REPLY' }).first());
        await clicks.on(page.locator('.quick-input-list .monaco-list-row', { hasText: 'openai:gpt-6-luna' }).first());
        await page.locator('.monaco-editor .view-line', { hasText: 'Example name: replace this text.' }).first().waitFor();
        await workbench.shots('set-up-golden');
        assert.ok(clicks.count <= 5, `${clicks.count} steps`);
        assert.match(readFileSync(path.join(workbench.root, 'goldset.yaml'), 'utf8'), /^model: openai:gpt-6-luna /m);
      },
    );
});
