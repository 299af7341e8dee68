/** The results page fits the part of a laptop's screen that it has: the built page in sizes that a window of VS Code leaves it. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { newPage } from './shared-workbench.ts';

interface Harness {
  readonly url: string;
  close(): void;
}

/** What is left beside explorer and source, px. */
const SIZES = [
  { name: 'beside the editor at 1280×800', width: 466, height: 720, candidates: 2 },
  { name: 'beside the editor at 1024×700', width: 338, height: 620, candidates: 1 },
  { name: 'alone at 1024×700', width: 676, height: 620, candidates: 2 },
  { name: 'beside the editor at 200 % zoom', width: 226, height: 370, candidates: 1 },
  { name: 'alone at 1600×950', width: 1250, height: 870, candidates: 2 },
] as const;
/** px of one row of controls. */
const ROW = 40;

describe('the results page in the room that it has', () => {
  let harness: Harness;
  let page: Page;
  before(async () => {
    const { startResultsHarness } = (await import(path.resolve('test/ui/harness/results-harness.mjs'))) as {
      startResultsHarness(): Promise<Harness>;
    };
    harness = await startResultsHarness();
    page = await newPage(new URL(harness.url).origin);
    mkdirSync('out/screenshots', { recursive: true });
  });
  after(async () => {
    await page.close();
    harness.close();
  });

  for (const { name, width, height, candidates } of SIZES)
    it(`shows rows and ${candidates === 1 ? 'its candidate' : 'both candidates'} ${name}`, async () => {
      await page.setViewportSize({ width, height });
      await page.goto(harness.url);
      await page.evaluate((spec) => (window as unknown as Outer).host({ command: 'run', spec }), { cases: 60, candidates });
      await page.evaluate(() => (window as unknown as Outer).show('dark'));
      const frame = page.frame({ url: /page\.html/ });
      assert.ok(frame);
      await frame.waitForSelector('.row .cell');
      await page.screenshot({ path: `out/screenshots/fits-${width}x${height}.png` });
      const facts = await frame.evaluate(measure);
      assert.ok(facts.toolbar <= ROW, `the toolbar is one row: ${facts.toolbar} px`);
      assert.ok(
        facts.filterBar <= (width <= 700 ? 2 : 1) * ROW,
        `the filters are ${width <= 700 ? 'two rows' : 'one row'}: ${facts.filterBar} px`,
      );
      assert.ok(facts.pageWidth <= width, 'nothing makes the page wider than its window');
      assert.ok(facts.wholeRows >= 1, 'at least one whole row is in view');
      assert.equal(facts.candidates, candidates, 'the candidates that are in view from edge to edge');
      assert.deepEqual(await cutButtons(frame), [], 'buttons that are cut off');
    });

  it('leaves out what is expected while differences show it, until a person wants it back', async () => {
    await page.setViewportSize({ width: 1250, height: 870 });
    const frame = page.frame({ url: /page\.html/ });
    assert.ok(frame);
    const expected = frame.getByRole('columnheader', { name: 'Expected' });
    await expected.waitFor();
    await frame.getByRole('button', { name: 'Differences' }).click();
    await frame.getByRole('menuitemcheckbox', { name: 'Differences from expected' }).click();
    await expected.waitFor({ state: 'detached' });
    await frame.getByRole('button', { name: 'Columns' }).click();
    await frame.getByRole('menuitemcheckbox', { name: 'Expected' }).click();
    await expected.waitFor();
  });
});

interface Outer {
  host(command: unknown): Promise<void>;
  show(theme: string): Promise<void>;
}

/** Runs in the page. Sizes in px. */
function measure() {
  const height = (selector: string): number => document.querySelector(selector)?.getBoundingClientRect().height ?? Infinity;
  const scroller = document.querySelector('.scroller')?.getBoundingClientRect();
  const top = document.querySelector('.head')?.getBoundingClientRect().bottom ?? 0;
  const boxes = (selector: string): DOMRect[] => [...document.querySelectorAll(selector)].map((element) => element.getBoundingClientRect());
  return {
    toolbar: height('.toolbar'),
    filterBar: height('.filter-bar'),
    pageWidth: document.documentElement.scrollWidth,
    wholeRows: boxes('.row').filter((row) => row.top >= top - 1 && row.bottom <= (scroller?.bottom ?? 0) + 1).length,
    candidates: boxes('.head .candidate').filter((box) => box.left >= (scroller?.left ?? 0) && box.right <= (scroller?.right ?? 0) + 1)
      .length,
  };
}

/** Names of buttons of toolbar and view options that are not wholly inside the window. */
const cutButtons = (frame: Frame): Promise<string[]> =>
  frame.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('.toolbar button, .view-options button')]
      .filter((button) => button.offsetParent !== null)
      .filter((button) => {
        const box = button.getBoundingClientRect();
        return box.left < 0 || box.right > innerWidth;
      })
      .map((button) => button.textContent ?? ''),
  );
