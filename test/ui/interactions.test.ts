/** The loop of feedback as a person walks it: inbox, corrections, golden cases, a run that fails as production did, a fix, a comparison that says so. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { InteractionFiles } from '../../src/adapters/interactions/interaction-files.ts';
import { storedLineText } from '../../src/core/feedback/interactions/stored-line.ts';
import { assertAccessible } from './accessibility.ts';
import {
  goldenOf,
  interaction,
  listed,
  openDesk,
  opened,
  PROMPT,
  recorded,
  rightFor,
  row,
  RULE,
  showSideBar,
  signal,
  STORED,
  TICKETS,
} from './interactions-workspace.ts';
import { hostileOutputs } from './hostile-outputs.ts';
import { isEverything } from './themes.ts';
import { longWalk, walk } from './workbench-page.ts';

/** Each row down shows one record whole. */
const DOWN = isEverything ? 60 : 20;

describe('the loop of feedback in the workbench', () => {
  walk(
    'from ten flagged answers to ten verified cases and a fix',
    async (theme) => openDesk(theme, await recorded()),
    async (workbench) => {
      const { page, results } = workbench;
      await opened(workbench);
      await showSideBar(workbench);
      const tree = await workbench.view('Interactions');
      await tree.getByText('10 open').waitFor();
      await tree.locator('.monaco-list-row', { hasText: 'Thumbs down' }).waitFor();
      const first = tree.locator('.monaco-list-row', { hasText: 'I must reset the password today' });
      await first.waitFor();
      await workbench.shots('interactions-1-tree');
      await first.click();

      await listed(workbench, 10);
      await results.locator('.detail', { hasText: 'I must reset the password today' }).waitFor();
      await workbench.look('the inbox', 'interactions-2-inbox');
      await row(workbench, 'I need the refund today').click();
      await results.locator('.detail', { hasText: 'Nobody saw that it was due today.' }).waitFor();
      await results.locator('.detail', { hasText: 'score 0.82' }).waitFor();
      await results.getByText('Request as sent').click();
      await workbench.look('one interaction', 'interactions-3-whole');

      for (const [i, [label, ticket]] of TICKETS.entries()) {
        if (i < STORED) continue;
        await row(workbench, ticket).click();
        await results.locator('.detail', { hasText: `t-${i}` }).waitFor();
        await results.getByRole('button', { name: 'Correct…' }).click();
        const field = results.getByLabel('What the output should have been');
        assert.equal(await field.inputValue(), '', 'what was flagged is not proposed');
        await field.fill(rightFor(label));
        if (i === STORED) {
          await workbench.look('a correction', 'interactions-4-correct');
        }
        await results.getByRole('button', { name: 'Save correction' }).click();
        await row(workbench, ticket).getByText('corrected').waitFor();
      }

      await results.locator('.inbox-list').press('Control+a');
      await results.getByText('10 selected').waitFor();
      await workbench.look('a selection', 'interactions-5-selected');
      await results.getByRole('button', { name: 'Make 10 golden cases' }).click();
      // One of them has passages: a person says whether they support the correction.
      await page.locator('.quick-input-list .monaco-list-row', { hasText: 'a case of the prompt' }).waitFor();
      await workbench.shots('interactions-5-cause');
      await page.locator('.quick-input-list .monaco-list-row', { hasText: 'a case of the prompt' }).click();
      await results.getByText(/^No open interactions/).waitFor();
      const cases = goldenOf(workbench);
      assert.deepEqual(
        cases.map(({ status, expected, vars, metadata, reproduces }) => [
          ...[status, reproduces, expected, vars],
          (metadata['verified'] as { by: string }).by,
        ]),
        // Each was run on the version that answered, which still fails it.
        [...TICKETS]
          .map(([label, ticket], i) => [
            ...['active', true, { label, priority: 'urgent' }, { ticket }],
            i < STORED ? 'shop desk' : 'Ana Lima',
          ])
          .reverse(),
      );
      await workbench.look('an empty inbox', 'interactions-6-made');
    },
    // test/system/corrected-weeks.test.ts runs such cases on the version that answered and on a fixed one, and compares.
    async (workbench) => {
      const { page, results } = workbench;
      await workbench.command('Notifications: Clear All Notifications');
      await page.locator('.tab', { hasText: 'desk.prompt' }).first().click();
      await workbench.lens(/Run 10/).waitFor();
      await workbench.command('Goldset: Run Prompt Under Cursor');
      await results.locator('.figures .score', { hasText: '0 of 10' }).waitFor();
      await workbench.shots('interactions-7-reproduced');

      await page.locator('.editor-group-container .view-line', { hasText: 'Reply with JSON' }).first().click();
      // The line may be wrapped: once to the end of what is seen, once to its own.
      await page.keyboard.press('End');
      await page.keyboard.press('End');
      await page.keyboard.type(` ${RULE}`);
      await page.keyboard.press('Control+S');
      await workbench.command('Goldset: Compare Changes with Last Commit');
      await results.locator('.comparisons li', { hasText: 'Better: 10 cases fixed, none broke' }).waitFor();
      await results.locator('.comparisons .verdict.pass').waitFor();
      await page.locator('.tab', { hasText: 'desk.prompt' }).first().click();
      await workbench.lens(/10 of 10/).waitFor();
      assert.ok(readFileSync(path.join(workbench.root, 'desk/desk.prompt'), 'utf8').includes(RULE));
      await workbench.shots('interactions-8-fixed');
    },
  );

  walk(
    'by keyboard alone: correct, make a case, dismiss, reopen; the same case again is asked about',
    async (theme) => openDesk(theme, await recorded()),
    async (workbench) => {
      const { page, results } = workbench;
      const list = results.locator('.inbox-list');
      await opened(workbench);
      await workbench.command('Goldset: Show Interactions');
      await listed(workbench, 10);
      await results.locator('.detail', { hasText: 't-9' }).waitFor();
      await list.focus();
      await page.keyboard.press('c');
      await results.locator('textarea:focus').waitFor();
      await page.keyboard.type(rightFor('password'));
      await page.keyboard.press('Control+Enter');
      await row(workbench, TICKETS[9][1]).getByText('corrected').waitFor();
      await results.locator('.inbox-list:focus').waitFor();
      await page.keyboard.press('g');
      await listed(workbench, 9);
      assert.deepEqual(
        goldenOf(workbench).map(({ vars, status }) => [vars['ticket'], status]),
        [[TICKETS[9][1], 'active']],
      );

      // One that nobody has corrected becomes a case that gates nothing.
      await results.locator('.inbox-list:focus').waitFor();
      await page.keyboard.press('ArrowDown');
      await results.locator('.detail', { hasText: 't-7' }).waitFor();
      await page.keyboard.press('g');
      await listed(workbench, 8);
      assert.equal(goldenOf(workbench).at(-1)?.status, 'unverified');
      assert.equal(goldenOf(workbench).at(-1)?.expected, undefined);

      await results.locator('.inbox-list').focus();
      await page.keyboard.press('x');
      await page.locator('.quick-input-widget input.input').first().waitFor();
      await page.keyboard.type('A joke of a tester');
      await page.keyboard.press('Enter');
      await listed(workbench, 7);
    },
    // test/unit/interaction-inbox.test.ts dismisses and reopens.
    async (workbench) => {
      const { page, results } = workbench;
      const list = results.locator('.inbox-list');
      await results.getByRole('button', { name: 'Dismissed' }).press('Enter');
      await listed(workbench, 1);
      await results.locator('.detail', { hasText: 'dismissed: A joke of a tester' }).waitFor();
      await workbench.shot('interactions-dismissed');
      await results.getByRole('button', { name: 'Reopen' }).press('Enter');
      await listed(workbench, 0);
      await results.getByRole('button', { name: /^Cases/ }).press('Enter');
      await listed(workbench, 2);
      await list.focus();
      await page.keyboard.press('Control+a');
      await results.getByText('2 selected').waitFor();
      await page.keyboard.press('g');
      const dialog = page.locator('.monaco-dialog-box');
      await dialog.getByText('2 cases with the same variables already exist in desk.golden.yaml.').waitFor();
      await workbench.shot('interactions-duplicates');
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      assert.equal(goldenOf(workbench).length, 2);
    },
  );

  // test/system/reproduce.test.ts reproduces calls, and looks at what a server receives.
  longWalk(
    'reproduces a call as it was captured beside today’s prompt, also where the version that answered is not known',
    async (theme) => openDesk(theme, await recorded()),
    async (workbench) => {
      const { page, results } = workbench;
      await opened(workbench);
      writeFileSync(path.join(workbench.root, 'desk/desk.prompt'), PROMPT.replace('priority.', `priority. ${RULE}`));
      await workbench.command('Goldset: Show Interactions');
      await listed(workbench, 10);
      await results.locator('.detail', { hasText: 't-9' }).waitFor();
      await results.getByRole('button', { name: 'More' }).click();
      await results.getByLabel('Version').selectOption('7');
      await results.getByLabel('Action type or id').fill('t-9');
      await results.getByLabel('Action type or id').press('Enter');
      await listed(workbench, 1);
      const attributes = results.getByLabel('Attributes');
      await attributes.fill('acme');
      await attributes.press('Enter');
      await results.getByRole('alert').filter({ hasText: 'Write name=value' }).waitFor();
      await attributes.fill('tenant=beta');
      await attributes.press('Enter');
      await listed(workbench, 0);
      await attributes.fill('tenant=acme');
      await attributes.press('Enter');
      await listed(workbench, 1);
      await results.locator('.detail', { hasText: 'tenant' }).getByText('acme', { exact: true }).waitFor();
      await assertAccessible(results, 'all filters');
      await workbench.shot('interactions-filters');
      await results.getByRole('button', { name: 'Reproduce' }).click();
      const heads = results.locator('.head .name');
      await heads.filter({ hasText: 'as captured' }).waitFor();
      await heads.filter({ hasText: 'today’s prompt' }).waitFor();
      assert.equal(await heads.count(), 2);
      // Its own answer comes back; the prompt as it is now answers otherwise.
      await results.locator('.row .cell', { hasText: 'normal' }).waitFor();
      await results.locator('.row .cell', { hasText: 'urgent' }).waitFor();
      await results.getByText('read-only').waitFor();
      await workbench.look('a call that was sent again', 'interactions-reproduced');
      // A version that no commit has, and no messages: today's prompt alone, which says why.
      new InteractionFiles(workbench.root).append({
        interaction: interaction('unknown-version', {
          time: '2026-11-25T12:00:00.000Z',
          prompt: { name: 'desk', version: '99', contentHash: null },
          variables: { ticket: TICKETS[0][1] },
          output: '{"label":"refund","priority":"normal"}',
          signals: [signal('report', true)],
        }),
      });
      await workbench.command('Goldset: Show Interactions');
      await results.getByRole('button', { name: 'Clear filters' }).click();
      await listed(workbench, 11);
      await row(workbench, 'report').click();
      await results.locator('.detail', { hasText: 'unknown-version' }).waitFor();
      await results.getByRole('button', { name: 'Reproduce' }).click();
      await page.locator('.notifications-toasts', { hasText: 'as captured: not sent. Its messages were not captured.' }).waitFor();
      await results.locator('.row .cell', { hasText: 'urgent' }).waitFor();
      assert.equal(await heads.count(), 1);
      await workbench.shot('interactions-reproduced-otherwise');
    },
  );

  walk('shows hostile records as text; both pages begin with what to do', openDesk, async (workbench) => {
    const outputs = hostileOutputs().filter((text) => text.length < 20_000);
    const lines = outputs.map((text, i) =>
      storedLineText({
        interaction: interaction(`hostile-${i}`, {
          time: new Date(Date.parse('2026-11-24T00:00:00Z') + i * 1000).toISOString(),
          prompt: { name: text.slice(0, 300) || 'x', version: text.slice(0, 40) || null, contentHash: null },
          variables: { [text.slice(0, 50) || 'v']: text },
          messages: [{ role: text.slice(0, 20) || 'user', content: text }],
          chunks: [{ id: text, text, score: 1e308 }],
          output: text,
          signals: [signal('thumb', 'down', { note: text, by: text.slice(0, 100) || null, time: text.slice(0, 30) || null })],
        }),
      }),
    );
    const { page, results } = workbench;
    await opened(workbench);
    await workbench.command('Goldset: Show Insights');
    await results.getByText('No interactions yet').waitFor();
    await results.getByRole('button', { name: 'Start Capture' }).waitFor();
    await assertAccessible(results, 'no insights');
    // One page at a time: the walk finds it by its frame.
    await workbench.command('View: Close Editor');
    await showSideBar(workbench);
    await workbench.view('Interactions');
    await page.getByText(/Record calls in your application/).waitFor();
    await workbench.command('Goldset: Show Interactions');
    await results.getByText('No interactions yet').waitFor();
    await assertAccessible(results, 'nothing stored');
    await workbench.shot('interactions-welcome');
    const files = new InteractionFiles(workbench.root);
    files.append({ interaction: interaction('ordinary', { output: 'fine', signals: [signal('report', true)] }) });
    writeFileSync(files.fileOf('2026-11-23'), `${lines.join('\n')}\nnot json\n{"id":7}\n`);
    await listed(workbench, lines.length + 1);
    const list = results.locator('.inbox-list');
    await list.focus();
    for (let i = 0; i < DOWN; i++) {
      await page.keyboard.press('ArrowDown');
      await results.locator('.inbox-row.active').waitFor();
    }
    await results.locator('.detail-body').waitFor();
    assert.equal(await results.locator('body').evaluate(() => 'hostileRan' in window), false);
    assert.equal(await results.locator('img, iframe, script[src*="example"], object, embed, video, form, base').count(), 0);
    await workbench.shot('interactions-hostile');
  });
});
