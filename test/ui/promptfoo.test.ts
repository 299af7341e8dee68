/**
 * A person who comes from promptfoo, in a folder with a config: tokens, cost and prefix, a run with a column for each prompt and provider,
 * an edit that is compared with HEAD, and Convert to Goldset, whose files give the same verdicts. The scripted model, no key.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isEverything } from './themes.ts';
import { walk } from './workbench-page.ts';

// `npm run test:all` alone: the walk takes a window through all of the main workflow.
if (isEverything)
  describe('a promptfoo config', () => {
    walk(
      'from the config to its own files: cost, run, compare, Convert to Goldset',
      { project: 'test/fixtures/promptfoo-app', open: 'promptfooconfig.yaml' },
      async (workbench) => {
        const { page, root } = workbench;
        const config = path.join(root, 'promptfooconfig.yaml');

        await workbench.lens('Run all 2 prompts').waitFor();
        await workbench.lens(/\d+ in .*\$0\.0/).waitFor();
        await workbench.shots('promptfoo-1-config');
        await workbench.command('Goldset: Explain Prefix');
        await workbench.results.getByText('are the same in every call').first().waitFor();
        await workbench.shots('promptfoo-2-prefix');
        await workbench.command('View: Close All Editors in Group');

        await workbench.openFile('promptfooconfig.yaml');
        await workbench.lens('Run all 2 prompts').locator('a').click();
        // The second model answers one of the two questions wrong, with each prompt.
        const scores = workbench.results.locator('.figures .score');
        await scores.filter({ hasText: '2 of 2' }).nth(1).waitFor();
        await scores.filter({ hasText: '1 of 2' }).nth(1).waitFor();
        await workbench.shots('promptfoo-3-results');

        await workbench.openFile('promptfooconfig.yaml');
        writeFileSync(config, readFileSync(config, 'utf8').replace('Read the question twice', 'Read the question carefully'));
        await page.locator('.monaco-editor .view-line', { hasText: 'carefully' }).first().waitFor();
        await workbench.command('Goldset: Compare Changes with Last Commit');
        await workbench.results
          .getByText(/→ working tree: /)
          .first()
          .waitFor();
        await workbench.shots('promptfoo-4-compared');

        await workbench.openFile('promptfooconfig.yaml');
        await workbench.command('Goldset: Convert to Goldset');
        await page.locator('.notification-toast', { hasText: '4 prompts and 2 golden sets' }).waitFor();
        while (!existsSync(path.join(root, 'goldset.yaml')))
          await page.waitForFunction(() => new Promise((resolve) => requestAnimationFrame(() => resolve(true))));
        await workbench.shots('promptfoo-5-converted');
        await page.locator('.explorer-viewlet .monaco-list-row', { hasText: 'careful-cases.golden.yaml' }).dblclick();
        await workbench.lens(/Run/).waitFor();
        await workbench.shots('promptfoo-6-golden');
        // The files alone give the verdicts of the config.
        await page.locator('.explorer-viewlet .monaco-list-row', { hasText: /^careful.j2/ }).dblclick();
        await workbench.lens(/Run 2/).waitFor();
        await workbench.shots('promptfoo-7-prompt');
      },
    );
  });
