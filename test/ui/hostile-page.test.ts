/** Whatever a model writes stays text: 1,000 outputs that try, in the built page under its own policy, in every place that shows outputs. */
import assert from 'node:assert/strict';
import path from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { hostileOutputs } from './hostile-outputs.ts';
import { newPage } from './shared-workbench.ts';
import { isEverything } from './themes.ts';

interface Harness {
  readonly url: string;
  readonly requests: string[];
  close(): void;
}

/** Everything that the page itself is made of. */
const OWN = /^\/(?:page\.html|results\.(?:js|css)|theme\.css|codicon\.ttf|worker\.js|favicon\.ico)?$/;

const AS_THEY_ARE = 'Outputs without differences';
const DIFFERENCES = 'Differences from expected';
/** `npm test` shows every 13th output, which is each of the 60 kinds (13 has no divisor of 60), and the longest; `npm run test:all` all 1,000. */
const STEP = isEverything ? 1 : 13;
/** The four longest, and one more: two candidates answer each case. */
const LAST = 5;
/** `npm test` looks at the outputs and at their differences in one height each, `npm run test:all` in all three. */
const LAYOUTS: readonly (readonly [density: string, difference: string])[] = isEverything
  ? ['normal', 'tall', 'compact'].flatMap((density) => [AS_THEY_ARE, DIFFERENCES].map((difference) => [density, difference] as const))
  : [
      ['compact', AS_THEY_ARE],
      ['normal', DIFFERENCES],
    ];

describe('hostile outputs on the results page', () => {
  let harness: Harness;
  before(async () => {
    const { startResultsHarness } = (await import(path.resolve('test/ui/harness/results-harness.mjs'))) as {
      startResultsHarness(): Promise<Harness>;
    };
    harness = await startResultsHarness();
  });
  after(() => harness.close());

  it('render inert: no script ran, no request left, the policy had nothing to refuse, no cell was left', async () => {
    const page = await newPage(new URL(harness.url).origin);
    // The rows are higher than the window in each height, or what is below the last one would count as not drawn.
    await page.setViewportSize({ width: 1600, height: isEverything ? 6000 : 1500 });
    const foreign: string[] = [];
    const errors: string[] = [];
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.origin !== new URL(harness.url).origin || !OWN.test(url.pathname)) foreign.push(request.url().slice(0, 200));
    });
    page.on('pageerror', (error) => errors.push(String(error.stack).slice(0, 400)));
    await page.goto(harness.url);
    const all = hostileOutputs();
    assert.equal(all.length, 1000);
    // The longest are the last ones.
    const outputs = all.filter((_, i) => i % STEP === 0 || i >= all.length - LAST);
    const cases = outputs.length / 2;
    await page.evaluate((spec) => (window as unknown as Outer).host({ command: 'run', spec }), { cases, candidates: 2, outputs });
    await page.evaluate(() => (window as unknown as Outer).show('dark'));
    const frame = page.frame({ url: /page\.html/ });
    assert.ok(frame);
    await frame.waitForSelector('.row .cell');
    let seen = 0;
    for (const [density, difference] of LAYOUTS) {
      await choose(frame, 'Density', new RegExp(`^${density}`, 'i'));
      await choose(frame, /Differences|From/, new RegExp(difference));
      seen += await scrollThrough(frame);
    }
    // Each row with its two cells, in each layout.
    assert.ok(seen >= cases * LAYOUTS.length, `${seen} rows were looked at`);
    await openAll(page, frame, cases).catch((error: unknown) => errors.push(String(error)));
    assert.deepEqual(errors, []);
    assert.deepEqual(foreign, []);
    assert.deepEqual(await page.evaluate(() => (window as unknown as Outer).violations), []);
    assert.equal(await frame.evaluate(() => (window as unknown as { hostileRan: number }).hostileRan), 0);
    const inside =
      'script:not([nonce]), img, iframe, object, embed, form:not(.decide), style, link:not([rel=stylesheet]), a, video, audio, meta[http-equiv=refresh], base, [onclick], [onerror], [onload]';
    assert.equal(
      await frame.evaluate((selector) => document.querySelectorAll(`#root ${selector.split(', ').join(', #root ')}`).length, inside),
      0,
    );
    await page.close();
  });
});

interface Outer {
  host(command: unknown): Promise<void>;
  show(theme: string): Promise<void>;
  readonly violations: readonly string[];
}

async function choose(frame: Frame, button: string | RegExp, item: RegExp): Promise<void> {
  await frame.locator('.view-options button', { hasText: button }).first().click();
  await frame.getByRole('menuitemcheckbox', { name: item }).first().click();
}

/** From the first row to the last, waiting until each screenful is drawn; how many rows were seen, all within their place. */
async function scrollThrough(frame: Frame): Promise<number> {
  return frame.evaluate(async () => {
    const scroller = document.querySelector<HTMLElement>('.scroller');
    if (!scroller) return 0;
    const rows = new Set<string>();
    const frames = (): Promise<void> => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())));
    const step = scroller.clientHeight - 400;
    const isFilled = (): boolean => {
      const boxes = [...document.querySelectorAll<HTMLElement>('.row')].map((row) => row.getBoundingClientRect());
      const { top, bottom } = scroller.getBoundingClientRect();
      const end = Math.min(bottom, top + scroller.scrollHeight - scroller.scrollTop);
      // The head above the rows, and what is below the last one. Steps overlap by more than both.
      const [head, foot] = [200, 100];
      return boxes.some((box) => box.top <= top + head) && boxes.some((box) => box.bottom >= end - foot);
    };
    for (let top = 0; top < scroller.scrollHeight; top += step) {
      scroller.scrollTop = top;
      // The formats come when the rows have stopped.
      do await frames();
      while (!scroller.classList.contains('calm'));
      // … and the rows when the other side has sent them: they reach to the end of what is in view.
      for (let i = 0; i < 5; i++) await frames();
      for (let i = 0; !isFilled(); i++) {
        if (i === 1000) throw new Error(`The rows do not fill what is in view at ${top} of ${scroller.scrollHeight} px.`);
        await frames();
      }
      for (const row of document.querySelectorAll<HTMLElement>('.row')) {
        rows.add(row.getAttribute('aria-rowindex') ?? '');
        const own = row.getBoundingClientRect();
        for (const cell of row.children) {
          const box = cell.getBoundingClientRect();
          if (box.bottom > own.bottom + 1 || box.top < own.top - 1)
            throw new Error(`A cell of row ${row.ariaRowIndex ?? ''} leaves its row.`);
          if (getComputedStyle(cell).overflow !== 'hidden') throw new Error('A cell does not hold what is in it.');
        }
      }
    }
    scroller.scrollTop = 0;
    return rows.size;
  });
}

/** The side pane with every case, one after the other. */
async function openAll(page: Page, frame: Frame, cases: number): Promise<void> {
  await page.setViewportSize({ width: 1600, height: 950 });
  await frame.locator('.row .case .link', { hasText: /^case-0$/ }).click();
  await frame.locator('.detail h2', { hasText: /^case-0$/ }).waitFor();
  const shown = await frame.evaluate(async (count) => {
    const next = document.querySelector<HTMLElement>('[aria-label="Next case"]');
    for (let i = 1; i < count; i++) {
      next?.click();
      const began = performance.now();
      while (document.querySelector('.detail h2')?.textContent !== `case-${i}`) {
        if (performance.now() - began > 10_000) return i;
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
    }
    return count;
  }, cases);
  assert.equal(shown, cases, 'every case opened');
  const box = await frame.locator('.detail').boundingBox();
  assert.ok(box !== null && box.x > 800, 'The pane stays where it is.');
}
