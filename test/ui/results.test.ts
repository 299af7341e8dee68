/** The results page as a person uses it, in a real workbench: by mouse, by keyboard alone, in four themes. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, watch, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Validator, type Schema } from '@cfworker/json-schema';
import { assertAccessible } from './accessibility.ts';
import { journalText } from './journal-file.ts';
import { THEMES, type Theme } from './themes.ts';
import { longWalk, walk, Workbench } from './workbench-page.ts';

const GOLDEN = 'triage/triage.golden.yaml';

describe('the results page', () => {
  const toUndo = async (workbench: Workbench): Promise<void> => {
    const { page, results } = workbench;
    const golden = path.join(workbench.root, GOLDEN);
    const original = readFileSync(golden, 'utf8');
    await workbench.openFile('triage.prompt');
    await firstRun(workbench);
    await assertAccessible(results, 'a run');
    // What failed alike are the rows below.
    await results.getByRole('button', { name: 'Plots' }).click();
    await results.getByRole('button', { name: '6 × priority: expected urgent, found normal' }).click();
    const alike = results.getByRole('button', { name: 'Remove the filter Failed alike: priority: expected urgent, found normal' });
    await alike.waitFor();
    await results.locator('.row .badge').nth(6).waitFor({ state: 'detached' });
    assert.equal(await results.locator('.row .badge.fail').count(), 6);
    await alike.click();
    await results.locator('.row .badge').nth(6).waitFor();
    await results.getByRole('button', { name: 'Close the plots' }).click();
    await results.getByRole('button', { name: /^Failed/ }).click();
    await results.locator('.row .badge.pass').first().waitFor({ state: 'detached' });
    await results.locator('.row .case .link', { hasText: 'refund-deadline' }).click();
    await results.getByRole('heading', { name: 'refund-deadline' }).waitFor();
    await assertAccessible(results, 'a result');
    await workbench.shot('results-dark-1-detail');

    await results.getByRole('button', { name: 'Differences' }).click();
    await assertAccessible(results, 'a menu');
    await results.getByRole('menuitemcheckbox', { name: 'Differences from expected' }).click();
    await results.locator('.detail del', { hasText: '"urgent"' }).waitFor();
    await results.locator('.detail ins', { hasText: '"normal"' }).waitFor();
    await assertAccessible(results, 'differences');
    await workbench.shot('results-dark-2-differences');

    await results.getByText('Request', { exact: true }).click();
    await results.locator('.request .prefix', { hasText: 'You sort support tickets of a shop.' }).first().waitFor();
    await results.locator('.request .value', { hasText: 'before Friday' }).waitFor();
    await assertAccessible(results, 'a request');

    await results.getByRole('button', { name: 'Accept as expected' }).click();
    await fileHolds(golden, (text) => text !== original && text.length > original.length / 2);
    const accepted = readFileSync(golden, 'utf8');
    assert.equal(accepted.split('\n').length, original.split('\n').length, 'one value changed, and no line moved');
    assert.match(accepted, /refund-deadline[^]{0,400}priority: normal/);
    // Graded at once, from the answer that is stored.
    await results.locator('.figures .score', { hasText: '57 of 63' }).waitFor();
    await results.getByText('$0 spent').first().waitFor();
    await results.getByRole('button', { name: 'Open case' }).click();
    await page.locator('.tab.active', { hasText: 'triage.golden.yaml' }).waitFor();
    await page.keyboard.press('Control+Z');
    await page.keyboard.press('Control+S');
    await fileHolds(golden, (text) => text === original);
  };
  // The walk by keyboard sends again, lists runs and compares two; the playground is loaded again.
  const toTwoRuns = async (workbench: Workbench): Promise<void> => {
    const { page, results } = workbench;
    const golden = path.join(workbench.root, GOLDEN);
    const original = readFileSync(golden, 'utf8');
    await results.getByRole('button', { name: 'Accept as expected' }).click();
    await fileHolds(golden, (text) => text !== original && text.length > original.length / 2);

    await results.getByRole('button', { name: 'Rerun failed' }).click();
    await results.locator('.figures .score', { hasText: '57 of 63' }).waitFor();
    await results.getByRole('button', { name: 'Failed 6' }).waitFor();
    await workbench.shot('results-dark-3-rerun');

    await workbench.layoutWritten('goldset.results', '"verdicts":["fail"]', '"case":"refund-deadline"');
    await page.reload();
    await results.locator('.figures .score', { hasText: '57 of 63' }).waitFor();
    assert.equal(await results.getByRole('button', { name: 'Failed 6' }).getAttribute('aria-pressed'), 'true');
    await results.getByRole('heading', { name: 'refund-deadline' }).waitFor();

    await results.getByRole('button', { name: 'Runs', exact: true }).click();
    const rows = results.locator('.runs tbody tr');
    await rows.nth(1).waitFor();
    await assertAccessible(results, 'the list of runs');
    await rows.last().getByRole('button', { name: /202\d/ }).first().click();
    await results.locator('.figures .score', { hasText: '56 of 63' }).waitFor();
    await rows.nth(0).getByRole('checkbox').check();
    await rows.last().getByRole('checkbox').check();
    await results.getByRole('button', { name: 'Compare', exact: true }).click();
    await results.locator('.comparisons li').waitFor();
    assert.equal(await results.locator('.head .candidate').count(), 2);
    await assertAccessible(results, 'two runs side by side');
    await workbench.shot('results-dark-4-two-runs');
  };
  walk('by mouse: filter, open, differences, accept, undo, rerun, reload, an older run, two runs', { open: null }, toUndo, toTwoRuns);

  walk('by keyboard alone', {}, async (workbench) => {
    const { page, results } = workbench;
    const golden = path.join(workbench.root, GOLDEN);
    const original = readFileSync(golden, 'utf8');
    const press = async (...keys: string[]): Promise<void> => {
      for (const key of keys) await page.keyboard.press(key);
    };
    await firstRun(workbench);
    await workbench.command('Goldset: Focus Results');
    await results.locator('.scroller:focus').waitFor();
    await press('ArrowDown', 'ArrowRight', 'ArrowRight');
    assert.equal(await activeCell(workbench), '/scripted:./triage.scripted.yaml/refund-double-charge');
    // To the filters, which stand before the table.
    await press('Shift+Tab');
    await tabTo(workbench, /^Failed/, 'Shift+Tab');
    await press('Enter');
    await results.locator('.row .badge.pass').first().waitFor({ state: 'detached' });
    await tabTo(workbench, /^Differences/, 'Tab');
    await press('Enter');
    await results.getByRole('menu').waitFor();
    await press('ArrowDown', 'Enter');
    await results.locator('.row ins').first().waitFor();
    await tabTo(workbench, /Golden cases and outputs/, 'Tab');
    await press('Control+Home', 'Enter');
    await results.getByRole('heading', { name: 'refund-deadline' }).waitFor();
    await press('ArrowDown');
    await results.getByRole('heading', { name: 'billing-tax-audit' }).waitFor();
    await press('ArrowUp');
    await results.getByRole('heading', { name: 'refund-deadline' }).waitFor();
    await press('u');
    await results.locator('.row .tag', { hasText: 'graded unknown' }).first().waitFor();
    const folder = path.join(workbench.root, 'triage/labels/triage');
    const [own = ''] = readdirSync(folder);
    const label = JSON.parse(readFileSync(path.join(folder, own), 'utf8')) as Record<string, unknown>;
    const { case: labelled } = label['target'] as Record<string, unknown>;
    // Its verdict was on the screen.
    assert.deepEqual([labelled, label['grade'], label['blind']], ['refund-deadline', 'unknown', false]);
    const schema = JSON.parse(readFileSync('schemas/label.schema.json', 'utf8')) as Schema;
    assert.deepEqual(new Validator(schema, '7').validate(label).errors, []);

    await tabTo(workbench, /Accept as expected/, 'Tab');
    await press('Enter');
    await fileHolds(golden, (text) => text !== original && text.length > original.length / 2);
    await results.locator('.figures .score', { hasText: '57 of 63' }).waitFor();
    await results.getByText('Verdict: fail', { exact: true }).waitFor();
    await tabTo(workbench, /Golden cases and outputs/, 'Shift+Tab');
    await press('Control+Home', 'r');
    await results.getByText('Verdict: fail', { exact: true }).waitFor();
    await results.locator('.figures .score', { hasText: '57 of 63' }).waitFor();
    // The menu of a column, and back to the table.
    await press('Control+Home', 'ArrowUp', 'ArrowRight', 'ArrowRight', 'Enter');
    await results.getByRole('menu').waitFor();
    await assertAccessible(results, 'the menu of a column, light');
    await press('Escape');
    await results.locator('.scroller:focus').waitFor();
    await press('Escape');
    await results.locator('.detail').waitFor({ state: 'detached' });
    await tabTo(workbench, /^Plots/, 'Shift+Tab');
    await press('Enter');
    await results.locator('.plots .mark').first().waitFor();
    await results.locator('figure.classes', { hasText: 'Classes of priority' }).waitFor();
    await assertAccessible(results, 'plots, light');
    await workbench.shot('results-light-1-plots');
    await tabTo(workbench, /answers in/, 'Tab');
    await press('Enter');
    await results.locator('.chip', { hasText: 'TTFT' }).waitFor();
    await tabTo(workbench, /^Runs/, 'Shift+Tab');
    await press('Enter');
    await results.locator('.runs tbody tr').nth(1).waitFor();
    await tabTo(workbench, /Compare the run/, 'Tab');
    await press('Space');
    await press('Tab');
    await tabTo(workbench, /Compare the run/, 'Tab');
    await press('Space');
    await tabTo(workbench, /^Compare$/, 'Shift+Tab');
    await press('Enter');
    await results.locator('.comparisons li').waitFor();
    await workbench.shot('results-light-2-two-runs');
  });

  const JOURNAL = 'from-ci.goldset-run.jsonl';
  const withJournal = (theme: Theme): Promise<Workbench> => Workbench.open({ theme, files: { [JOURNAL]: journalText(30, 20) } });

  walk('live: answers stream, one cell is cancelled, the editor keeps the focus; a journal opens', withJournal, async (workbench) => {
    const { page, results } = workbench;
    const script = path.join(workbench.root, 'triage/triage.scripted.yaml');
    // So slow that a cell is still answered when it is cancelled, on a busy machine too.
    const slow = 'speed: { ttftMs: 300, tokensPerSecond: 0.2 }';
    writeFileSync(script, readFileSync(script, 'utf8').replace(/^speed:.*$/m, slow));
    assert.ok(readFileSync(script, 'utf8').includes(slow));
    await workbench.lens(/Run 65.*not run yet/).waitFor();
    await workbench.command('Goldset: Run Prompt Under Cursor');
    await results.getByText(/^Running: \d+ of 65/).waitFor();
    const running = results.locator('.row', { has: results.locator('.badge.running') }).first();
    await running.locator('.output', { hasText: '{' }).waitFor();
    assert.equal(await page.evaluate(() => document.activeElement?.closest('.monaco-editor') !== null), true, 'the prompt has the focus');
    await workbench.shot('results-dark-5-live');
    const id = (await running.locator('.case .link').textContent()) ?? '';
    const row = results.locator('.row', { has: results.locator('.case .link', { hasText: new RegExp(`^${id}$`) }) });
    await row.locator('.cell').click({ button: 'right' });
    await results.getByRole('menuitem', { name: 'Cancel this cell' }).click();
    await row.getByText('waiting').waitFor();
    await results.getByRole('button', { name: 'Cancel', exact: true }).click();
    await results.getByRole('button', { name: 'Resume' }).waitFor();
    await row.getByText('not answered').waitFor();
    await assertAccessible(results, 'a cancelled run');

    await workbench.command('View: Close All Editors');
    await page.locator('.explorer-viewlet .monaco-list-row', { hasText: JOURNAL }).dblclick();
    await results.getByText('30 of 30 cases').waitFor();
    await results.getByText('read-only').waitFor();
    await results.getByText('Verdict: fail', { exact: true }).waitFor();
    assert.equal(await results.getByRole('button', { name: 'Run all' }).count(), 0);
  });

  // Each walk of npm test looks at its pages in one of the four themes; test/ui/fitting-page.test.ts shows the page at 200 %.
  longWalk('is readable in every theme, and at 200 % zoom', {}, async (workbench) => {
    const { page, results } = workbench;
    await firstRun(workbench);
    await results.getByRole('button', { name: /^Failed/ }).click();
    // The pointer is still on it.
    const pressed = results.locator('button.filter[aria-pressed="true"]:hover');
    await workbench.inThemes(async (theme) => {
      const [text, behind] = await pressed.evaluate(colorsOf);
      assert.notEqual(text, behind, `the text of a pressed filter, ${theme}`);
      await workbench.shot(`${theme}-results-0-filter`);
    });
    await results.locator('.row .case .link', { hasText: 'refund-deadline' }).click();
    await results.getByRole('heading', { name: 'refund-deadline' }).waitFor();
    await workbench.look('a result', 'results-1-detail', THEMES);
    await results.getByRole('button', { name: 'Plots' }).click();
    await results.locator('.plots .mark').first().waitFor();
    await workbench.look('plots', 'results-2-plots', THEMES);
    const groups = results.locator('figure.failure-groups');
    await groups.scrollIntoViewIfNeeded();
    await workbench.look('where to work', 'results-2-where-to-work', THEMES);
    const classes = results.locator('figure.classes', { hasText: 'Classes of priority' });
    await classes.scrollIntoViewIfNeeded();
    await workbench.look('classes', 'results-2-classes', THEMES);
    // What is clicked are the rows below: as many as it says, the opened one among them.
    const mistaken = classes.getByRole('button', { name: /expect urgent and found normal;/ });
    const count = Number(await mistaken.textContent());
    await mistaken.click();
    const chip = results.getByRole('button', { name: 'Remove the filter urgent found as normal' });
    await chip.waitFor();
    await results.locator('.row .badge').nth(count).waitFor({ state: 'detached' });
    assert.equal(await results.locator('.row .badge.fail').count(), count);
    await results.locator('.row .case .link', { hasText: 'refund-deadline' }).waitFor();
    await chip.click();
    await results.locator('.row .badge').nth(count).waitFor();
    await results.getByRole('button', { name: 'Close the plots' }).click();
    await page.setViewportSize({ width: 800, height: 475 });
    await workbench.look('a result at 200 %', 'results-3-zoom', THEMES);
  });
});

/** Runs in the page. The color of an element's text, and of what is behind it. */
function colorsOf(element: Element): readonly [string, string] {
  const transparent = 'rgba(0, 0, 0, 0)';
  let behind: Element | null = element;
  while (behind !== null && getComputedStyle(behind).backgroundColor === transparent) behind = behind.parentElement;
  return [getComputedStyle(element).color, behind === null ? transparent : getComputedStyle(behind).backgroundColor];
}

async function firstRun(workbench: Workbench): Promise<void> {
  await workbench.lens(/Run 65.*not run yet/).waitFor();
  await workbench.command('Goldset: Run Prompt Under Cursor');
  await workbench.results.locator('.figures .score', { hasText: '56 of 63' }).waitFor();
  await workbench.results.getByText('Verdict: fail', { exact: true }).waitFor();
}

/** What the screen reader is told to be at: row and column. */
async function activeCell({ results }: Workbench): Promise<string> {
  return results.locator('.scroller').evaluate((grid) => {
    const cell = document.getElementById(grid.getAttribute('aria-activedescendant') ?? '');
    const column = cell?.getAttribute('aria-colindex');
    const head = document.querySelector(`.head [aria-colindex="${column ?? ''}"] strong`)?.textContent;
    return `/${head ?? ''}/${cell?.parentElement?.querySelector('.case .link')?.textContent ?? ''}`;
  });
}

/** Presses Tab until the focus is on what is called so. */
async function tabTo(workbench: Workbench, name: RegExp, key: 'Tab' | 'Shift+Tab'): Promise<void> {
  const seen: string[] = [];
  for (let i = 0; i < 60; i++) {
    const label = await workbench.results.locator('body').evaluate(() => {
      const element = document.activeElement;
      return element === null || element === document.body
        ? ''
        : (element.getAttribute('aria-label') ?? element.textContent ?? '').replace(/^[^\x20-\x7e]+/, '').trim();
    });
    if (name.test(label)) return;
    seen.push(label.slice(0, 40));
    await workbench.page.keyboard.press(key);
  }
  assert.fail(`Nothing called ${String(name)} was reached. On the way: ${seen.join(' | ')}`);
}

/** Resolves when the file is like that; looks again whenever something in its folder changes. */
function fileHolds(file: string, test: (text: string) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (!test(readFileSync(file, 'utf8'))) return;
      watcher.close();
      resolve();
    };
    const watcher = watch(path.dirname(file), look);
    look();
  });
}
