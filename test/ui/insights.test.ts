/** The page of insights over a month of the example application: what got more expensive and why, plots, caches, signals. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { assertAccessible } from './accessibility.ts';
import { interaction } from './interactions-workspace.ts';
import { hostileOutputs } from './hostile-outputs.ts';
import { storedLineText } from '../../src/core/feedback/interactions/stored-line.ts';
import type { Theme } from './themes.ts';
import { longWalk, walk, Workbench, type WorkbenchOptions } from './workbench-page.ts';

const MORE_EXPENSIVE = /^One document costs 2\.8× what it did before 2026-10-21: about \$1\.\d\d more in 30 days\.$/;

const HOSTILE = hostileOutputs()
  .filter((text) => text.length < 20_000)
  .map((text, i) =>
    storedLineText({
      interaction: interaction(`hostile-${i}`, {
        time: new Date(Date.parse('2026-10-26T00:00:00Z') + i * 1000).toISOString(),
        action: { type: text.slice(0, 200) || 'x', id: `h${i}` },
        prompt: { name: text.slice(0, 200) || 'x', version: text.slice(0, 40) || null, contentHash: null },
        model: text.slice(0, 60) || 'm',
        costUsd: 1e9,
        signals: [
          { kind: 'operational', name: text.slice(0, 100) || 'x', value: true, annotator: 'code', by: null, time: null, note: text },
        ],
      }),
    }),
  );

/** Unlike everything before: what nobody asked in the month, of as many people. */
const GOODS = 'shoes lamp sofa phone kettle jacket camera table mirror carpet watch guitar tent blender'.split(' ');
const question = (i: number): string =>
  `Does the voucher of black friday give a discount on the ${GOODS[i % GOODS.length] ?? ''} number ${i}?`;
const VOUCHERS = Array.from({ length: 28 }, (_, i) =>
  storedLineText({
    interaction: interaction(`voucher-${i}`, {
      time: `2026-10-${19 + (i % 7)}T12:00:${String(i).padStart(2, '0')}.000Z`,
      user: `buyer-${i}`,
      prompt: { name: 'summary.prompt', version: '1', contentHash: null },
      variables: {
        reader: 'shop desk',
        page: question(i),
      },
      messages: [{ role: 'user', content: question(i) }],
      output: '{"kind":"inquiry","about":"Somebody asks for a discount."}',
    }),
  }),
);

describe('the insights page', () => {
  let files: Readonly<Record<string, string>> = {};

  before(() => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'goldset-month-'));
    execFileSync(process.execPath, ['examples/documents/month.mjs', 'library', folder]);
    const stored = path.join(folder, '.goldset', 'interactions');
    const days = readdirSync(stored).filter((name) => name.endsWith('.jsonl'));
    files = Object.fromEntries([
      ['goldset.yaml', 'actions:\n  document: { costUsd: 0.004 }\n'],
      ...days.map((name) => [`.goldset/interactions/${name}`, readFileSync(path.join(stored, name), 'utf8')] as const),
    ]);
    rmSync(folder, { recursive: true, force: true });
  });

  const open = (theme: Theme, options: WorkbenchOptions = {}): Promise<Workbench> =>
    Workbench.open({ theme, files, open: 'documents/summary.prompt', ...options });

  async function shown(workbench: Workbench): Promise<void> {
    await workbench.lens(/Run 9/).waitFor();
    await workbench.command('Goldset: Show Insights');
  }

  const toSignals = async (workbench: Workbench): Promise<void> => {
    const { page, results } = workbench;
    await shown(workbench);
    await results.getByRole('heading', { level: 1, name: MORE_EXPENSIVE }).waitFor();
    await results.getByText(/A document costs 2\.8× as much as before 21 Oct: the provider’s cache no longer hits\.$/).waitFor();
    const numbers = results.locator('.alert-numbers summary').first();
    await numbers.click();
    await results.getByText(/2\.8× the cost since 2026-10-21, summary\.prompt@\w{12} → summary\.prompt@\w{12}/).waitFor();
    await results.getByText(/— by cache share × 2\.9/).waitFor();
    await results.getByText(/above the budget of \$0\.0040 in goldset\.yaml/).waitFor();
    assert.equal(await results.getByRole('img', { name: /^(Cost of one document|Total cost)/ }).count(), 2);
    await results.getByText(/^Where to work, .*: \d+ rejected answers, 0 reviewed/).waitFor();
    await results.getByRole('region', { name: /^What rejected answers are about/ }).waitFor();
    await numbers.click();
    await page.keyboard.press('Control+B');
    await workbench.look('insights', 'insights-1-units');

    await results.getByLabel('Cost by').selectOption('version');
    const legend = results.locator('.legend').first();
    await legend.locator('li', { hasText: 'summary.prompt@' }).nth(1).waitFor();
    await workbench.look('insights by version', 'insights-2-by-version');
    await results.locator('figure summary', { hasText: 'Numbers' }).first().click();
    await results.locator('figure table').first().getByRole('rowheader', { name: '2026-10-21' }).waitFor();
    await results.locator('figure summary', { hasText: 'Numbers' }).first().click();

    await results.getByRole('heading', { name: 'What the provider’s cache saved' }).scrollIntoViewIfNeeded();
    await results.getByText(/prefix changed 1\d\d, expired/).waitFor();
    await workbench.shots('insights-3-caches');
    await results.getByRole('heading', { name: 'Signals' }).scrollIntoViewIfNeeded();
    await results.locator('main').evaluate((main) => main.scrollTo(0, main.scrollHeight));
    await workbench.look('signals', 'insights-4-signals');

    const drift = results.getByRole('region', { name: 'Drift' });
    await drift.getByText(/^Drift, 19–25 Oct against the weeks before .*: none found/).waitFor();
    await results.getByRole('button', { name: 'Show Interactions' }).first().click();
    await results.locator('.inbox-list').waitFor();
    await results.getByText('101 or more found').waitFor();
    // What it is filtered by is open to see.
    assert.equal(await results.getByLabel('From day').inputValue(), '2026-10-21');
  };
  // test/system/drift.test.ts finds what is new and adds it as golden cases.
  const toDrift = async (workbench: Workbench): Promise<void> => {
    const { page, results } = workbench;
    await workbench.command('Goldset: Show Insights');
    const drift = results.getByRole('region', { name: 'Drift' });
    appendFileSync(path.join(workbench.root, '.goldset/interactions/2026-10-25.jsonl'), `${VOUCHERS.join('\n')}\n`);
    await results.getByText('2,028 interactions, from 2026-09-28').waitFor();
    await results.getByLabel('Days').selectOption('7');
    await results.getByText(/from 2026-10-19 to 2026-10-25 \(UTC\)/).waitFor();
    await drift.getByText(/of inputs are far from all before and every golden case \(2\d of 312; .*voucher/).waitFor();
    const add = drift.getByRole('button', { name: /^Add \d+ of Them as golden cases: .*voucher/ });
    await add.scrollIntoViewIfNeeded();
    await workbench.look('drift', 'insights-5-drift');
    const offered = Number(/\d+/.exec(await add.innerText())?.[0]);
    assert.ok(offered > 5, String(offered));
    await add.click();
    const golden = path.join(workbench.root, 'documents/summary.golden.yaml');
    await page
      .getByText(new RegExp(`${offered} cases \\(not verified yet\\) are`))
      .first()
      .waitFor();
    assert.equal(readFileSync(golden, 'utf8').match(/voucher of black friday/g)?.length, offered);

    await results.getByLabel('Days').selectOption('null');
    await results.getByRole('heading', { level: 1, name: MORE_EXPENSIVE }).waitFor();
    // What was added is offered no more.
    await drift.getByText(/^Drift, 19–25 Oct against the weeks before .* \(312 calls/).waitFor();
    assert.equal(await add.count(), 0);
  };
  walk('says what became more expensive, when and why, with the unit and the total side by side', open, toSignals, toDrift);

  // The walk above shows the interactions of an alert; other pages are loaded again in npm test.
  longWalk(
    'leads to the interactions, follows what is new, is back after a reload, and can be read at 200 %',
    (theme) => open(theme, { open: null }),
    async (workbench) => {
      const { page, results } = workbench;
      await workbench.openFile('summary.prompt');
      await shown(workbench);
      await results.getByText('2,000 interactions, from 2026-09-28').waitFor();
      const line = storedLineText({ interaction: interaction('later', { time: '2026-10-25T12:00:00.000Z' }) });
      appendFileSync(path.join(workbench.root, '.goldset/interactions/2026-10-25.jsonl'), `${line}\n`);
      await results.getByText('2,001 interactions, from 2026-09-28').waitFor();

      await workbench.layoutWritten('goldset.insights');
      await page.reload();
      await results.getByText('2,001 interactions, from 2026-09-28').waitFor();
      await page.setViewportSize({ width: 800, height: 475 });
      await assertAccessible(results, 'insights in half a window');
      await workbench.shot('insights-zoomed');
      await page.setViewportSize({ width: 1600, height: 950 });

      await results.getByRole('button', { name: 'Copy as JSON' }).click();
      await page.getByText('copied the insights as JSON').waitFor();
      await results.getByRole('button', { name: 'Show Interactions' }).first().click();
      await results.locator('.inbox-list').waitFor();
      await results.getByText('101 or more found').waitFor();
      // What it is filtered by is open to see.
      assert.match(await results.getByLabel('Version').inputValue(), /^\w{12}$/);
      assert.equal(await results.getByLabel('From day').inputValue(), '2026-10-21');
      assert.equal(await results.getByLabel('Action type or id').inputValue(), 'document');
      await workbench.shot('insights-interactions');
    },
  );

  // The same elements show hostile texts in test/ui/interactions.test.ts and test/ui/try-page.test.ts.
  longWalk(
    'shows names of others as text',
    (theme) => open(theme, { files: { ...files, '.goldset/interactions/2026-10-26.jsonl': `${HOSTILE.join('\n')}\nnot json\n` } }),
    async (workbench) => {
      const { results } = workbench;
      await shown(workbench);
      await results.getByRole('heading', { level: 1, name: MORE_EXPENSIVE }).waitFor();
      await results.getByText(/1 line skipped: not a valid interaction \(first: 2026-10-26\.jsonl/).waitFor();
      assert.equal(await results.locator('body').evaluate(() => 'hostileRan' in window), false);
      assert.equal(await results.locator('iframe, script[src*="example"], object, embed, video, form, base').count(), 0);
      await workbench.shot('insights-hostile');
    },
  );
});
