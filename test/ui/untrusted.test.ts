/** An untrusted workspace, in one window: problems and prompts are shown; nothing runs, no record is read, nothing is written or sent. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { chatServers } from './chat-server.ts';
import { PROMPT, recorded, SCRIPT } from './interactions-workspace.ts';
import type { Theme } from './themes.ts';
import { walk, Workbench } from './workbench-page.ts';

describe('an untrusted workspace', () => {
  const chat = chatServers();

  const open = async (theme: Theme): Promise<Workbench> =>
    Workbench.open({
      theme,
      restricted: true,
      files: {
        'goldset.yaml': `providers:\n  box: { kind: openai-compatible, baseUrl: "${chat.url}/v1" }\n`,
        'box.prompt': '---\nmodel: box:small\n---\n{{x}}\n',
        'box.golden.yaml': '- { id: c0, vars: { x: "question 0" }, expected: "answer 0" }\n',
        'desk/desk.prompt': PROMPT,
        'desk/desk.scripted.yaml': SCRIPT,
        ...(await recorded()),
      },
    });

  walk('shows prompts and problems; runs, reads, submits, writes and sends nothing', open, async (workbench) => {
    const { page, results } = workbench;
    const notes = page.locator('.notifications-center');
    const refuses = async (command: string): Promise<void> => {
      await workbench.command(command);
      await workbench.command('Notifications: Show Notifications');
      await notes.getByText('Prompts run only in a trusted workspace').first().waitFor();
      await workbench.command('Notifications: Clear All Notifications');
    };
    await page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).waitFor();
    await workbench.lens(/Run 65/).waitFor();
    await refuses('Goldset: Run Prompt Under Cursor');

    for (const command of ['Goldset: Show Interactions', 'Goldset: Show Insights']) {
      await workbench.command(command);
      const message = page.locator('.notification-list-item', { hasText: 'In Restricted Mode Goldset does not read .goldset/.' });
      await message.getByRole('button', { name: 'Manage Workspace Trust' }).first().waitFor();
      assert.equal(await page.locator('iframe.webview').count(), 0);
      await workbench.shot('interactions-untrusted');
      await workbench.command('Notifications: Clear All Notifications');
    }
    assert.equal(existsSync(path.join(workbench.root, '.goldset/interactions/rollups')), false);

    await workbench.openFile('box.prompt');
    await workbench.lens(/Run 1/).waitFor();
    for (const command of ['Goldset: Run as Batch', 'Goldset: Run with Model…']) await refuses(command);
    assert.deepEqual(chat.server.keys, []);

    await page.locator('.tab', { hasText: 'triage.prompt' }).first().click();
    await workbench.command('Goldset: Try Prompt');
    await results.getByRole('textbox', { name: 'ticket' }).fill('It broke.');
    await results.locator('.request .value', { hasText: 'It broke.' }).waitFor();
    await results.getByRole('button', { name: 'Manage Workspace Trust' }).waitFor();
    assert.equal(await results.getByRole('button', { name: 'Send', exact: true }).isDisabled(), true);
    await workbench.shot('untrusted');
  });
});
