/** Every command of the palette, in a folder without a prompt: it shows a picker, a page or a sentence that helps, and no error. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { isEverything } from './themes.ts';
import { walk } from './workbench-page.ts';

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string }[];
    readonly menus: { readonly commandPalette: readonly { readonly command: string; readonly when: string }[] };
  };
}
const { commands, menus } = (JSON.parse(readFileSync('package.json', 'utf8')) as Manifest).contributes;

/** They need a prompt, so the user picks one. */
const NEED_PROMPT =
  'runPrompt runCase runWithModel compareEfforts previewRequest buildPrompt addGoldenCase showCost compareCost explainPrefix upgradeModel runBatch importCases tryPrompt'
    .split(' ')
    .map((name) => `goldset.${name}`);
/** They open a list or an input, with this text. */
const OPENS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(NEED_PROMPT.map((command) => [command, 'Choose a Prompt'])),
  'goldset.manageKeys': 'API Keys',
  'goldset.newPrompt': 'New Prompt',
  'goldset.copyJudge': 'Customize a Judge',
  'goldset.showStoredData': 'Stored Data',
};
/** The first opens a port of this machine, which other windows share; the others have walks of their own (walkthrough). */
const NOT_HERE = ['goldset.startCapture', 'goldset.openSample', 'goldset.tour', 'goldset.setUpFolder'];

/** What VS Code knows in a trusted folder with no prompt, nothing stored and nothing that runs. */
const CONTEXT: Readonly<Record<string, string | number | boolean>> = { workspaceFolderCount: 1, isWorkspaceTrusted: true };

/** Whether a condition of package.json holds there: `A && B`, `A || B`, `!A`, `A != B`, `A == B`; of a file there is none. */
const holds = (when: string): boolean => when.split('||').some((all) => all.split('&&').every(termHolds));

function termHolds(term: string): boolean {
  assert.ok(!/^\s*\(|\)\s*$/.test(term) || term.includes('=~'), `This walk reads no parentheses: ${term}`);
  const [, not, name = '', operator, value] = /^\s*(!?)([\w.]+)\s*(==|!=|=~|>|in|not in)?\s*(.*?)\s*$/.exec(term) ?? [];
  const known = CONTEXT[name];
  if (operator === '==') return String(known) === value;
  if (operator === '!=') return String(known) !== value;
  if (operator === '>') return Number(known) > Number(value);
  if (operator === '=~' || operator === 'in') return false;
  if (operator === 'not in') return true;
  return (known === true) !== (not === '!');
}

const shown = commands.filter(({ command }) => menus.commandPalette.every((item) => item.command !== command || holds(item.when)));

// A minute for all of them: `npm run test:all` alone.
if (isEverything)
  describe('the palette in a folder without prompts', () => {
    walk('no command ends in an error', { project: 'test/fixtures/empty', open: null }, async (workbench) => {
      const { page } = workbench;
      // The palette lists what is known when it opens.
      await page.locator('.activitybar a[aria-label="Goldset"]').first().waitFor();
      const picker = page.locator('.quick-input-widget', { hasText: 'Choose a Prompt' });
      const input = page.locator('.quick-input-widget');
      const here = shown.filter((item) => !NOT_HERE.includes(item.command));
      for (const { command, title } of here) {
        const text = OPENS[command];
        if (text === undefined) continue;
        await workbench.command(`Goldset: ${title}`);
        await page.locator('.quick-input-widget', { hasText: text }).waitFor();
        if (NEED_PROMPT.includes(command)) await picker.locator('.monaco-list-row', { hasText: 'New Prompt…' }).waitFor();
        if (command === 'goldset.runPrompt') await workbench.shots('palette-1-choose-prompt');
        while (await input.isVisible()) await page.keyboard.press('Escape');
      }
      // From the picker to a new prompt.
      await workbench.command('Goldset: Run Prompt Under Cursor');
      await picker.locator('.monaco-list-row', { hasText: 'New Prompt…' }).click();
      await page.locator('.quick-input-widget', { hasText: 'Prompt name.' }).waitFor();
      await page.locator('.quick-input-widget input.input').first().fill('first');
      await page.keyboard.press('Enter');
      await page.locator('.tab', { hasText: 'first.prompt' }).first().waitFor();
      await workbench.command('View: Close All Editors');
      // Pages take the focus, so they come last.
      for (const { title } of here.filter(({ command }) => OPENS[command] === undefined)) await workbench.command(`Goldset: ${title}`);
      await workbench.command('Notifications: Show Notifications');
      await page.locator('.notifications-center .notification-list-item').first().waitFor();
      const errors = page.locator('.notifications-center .notification-list-item', { has: page.locator('.codicon-error') });
      assert.deepEqual(await errors.allInnerTexts(), []);
      await workbench.shots('palette-2-notifications');
    });
  });
