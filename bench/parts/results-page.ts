/** The results page in a real browser with 10,000 cases × 4 candidates, over an empty page in the same run. */
import type { Frame, Page } from 'playwright-core';
import { openPage, startResultsPage } from '../browser.ts';
import { median, p95 } from '../measures/numbers.ts';
import { FrameCosts } from '../measures/frame-costs.ts';
import { ACTS, answerMs } from '../measures/page-answers.ts';
import type { RecordRow } from '../row.ts';
import type { Scope } from '../scope.ts';

/** What the page around the results page offers. */
interface Outer {
  host(command: object): Promise<void>;
  show(theme: string): Promise<void>;
}

const SPEC = { cases: 10_000, candidates: 4 };
const ROUNDS = 5;
/** Frames of one way from end to end. */
const FRAMES = 240;
const LIVE_FRAMES = 375;
const LIVE_PER_SECOND = 500;

export async function measureResultsPage(row: RecordRow, scope: Scope): Promise<void> {
  const errors: Error[] = [];
  const url = await startResultsPage(scope);
  const page = await openPage(scope, (error) => errors.push(error));
  try {
    await measurePage(row, page, url);
  } catch (error) {
    // What failed in the page says more than what it led to.
    throw errors[0] ?? error;
  }
  if (errors[0]) throw errors[0];
}

async function measurePage(row: RecordRow, page: Page, url: string): Promise<void> {
  const costs = new FrameCosts(await page.context().newCDPSession(page));
  await page.goto(`${url}empty.html`);
  const empty = { value: p95(await costs.measure(page.mainFrame(), FRAMES, 0)), of: 'script and layout of a frame, empty page' };
  const emptyHeap = { value: await costs.heapMb(), of: 'empty page' };
  const turn = { value: median(await turns(page)), of: 'a frame of an empty page' };
  const perFrame = (what: string, all: readonly number[], most: number): void =>
    row({ what, value: p95(all), unit: 'ms', floor: empty, limit: { most }, note: `median ${median(all).toFixed(1)} ms` });

  await page.goto(url);
  await page.evaluate((spec) => (window as unknown as Outer).host({ command: 'run', spec }), SPEC);
  const firsts: number[] = [];
  for (let i = 0; i < ROUNDS; i++) firsts.push(await firstRowsMs(page));
  row({
    what: 'results page, 10,000 cases × 4: first rows after ready',
    value: median(firsts),
    unit: 'ms',
    floor: turn,
    limit: { most: 400 },
  });

  const frame = frameOf(page);
  perFrame('  scrolling end to end, script and layout a frame, p95', await costs.measure(frame, FRAMES, 1), 8);
  perFrame('  … at a row every other frame', await costs.measure(frame, FRAMES, 0.005), 8);
  for (const { what, act } of ACTS) {
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) times.push(await answerMs(frame, act, round));
    const note = `most ${Math.max(...times).toFixed(0)} ms`;
    row({ what: `  ${what}`, value: median(times), unit: 'ms', floor: turn, limit: { most: 100 }, note });
  }
  row({ what: '  heap of the page', value: await costs.heapMb(), unit: 'MB', floor: emptyHeap, limit: { most: 80 } });

  await page.goto(url);
  const live = { command: 'live', spec: SPEC, perSecond: LIVE_PER_SECOND };
  await page.evaluate((command) => (window as unknown as Outer).host(command), live);
  await firstRowsMs(page);
  const before = await doneOf(frameOf(page));
  const frames = await costs.measure(frameOf(page), LIVE_FRAMES, 0);
  const arrived = (await doneOf(frameOf(page))) - before;
  if (arrived < LIVE_PER_SECOND) throw new Error(`Only ${arrived} results arrived while the frames of a live run were measured.`);
  perFrame(`  a live run at ${LIVE_PER_SECOND} results a second, p95`, frames, 12);
  row({ what: '  heap of the page meanwhile', value: await costs.heapMb(), unit: 'MB', floor: emptyHeap, limit: { most: 80 } });
}

function frameOf(page: Page): Frame {
  const frame = page.frame({ url: /page\.html/ });
  if (!frame) throw new Error('The results page is not shown.');
  return frame;
}

/** ms from the moment the page can talk until its first cells are there. */
async function firstRowsMs(page: Page): Promise<number> {
  await page.evaluate(() => (window as unknown as Outer).show('dark'));
  const frame = frameOf(page);
  return frame.evaluate(async () => {
    const [ready] = performance.getEntriesByName('ready');
    if (!ready) throw new Error('The page has no mark "ready".');
    while (!document.querySelector('.row .cell')) {
      if (performance.now() - ready.startTime > 30_000) throw new Error('There are no rows after 30 s.');
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    return performance.now() - ready.startTime;
  });
}

/** ms from frame to frame. */
const turns = (page: Page): Promise<number[]> =>
  page.evaluate(async () => {
    const times: number[] = [];
    for (let i = 0; i < 30; i++) times.push(await new Promise<number>((resolve) => requestAnimationFrame(resolve)));
    return times.slice(1).map((time, i) => time - (times[i] ?? time));
  });

/** Results that have arrived, as the bar of progress shows them. */
const doneOf = (frame: Frame): Promise<number> => frame.locator('progress.bar').evaluate((bar) => (bar as HTMLProgressElement).value);
