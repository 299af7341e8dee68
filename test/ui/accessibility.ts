/** axe-core over the page in the workbench; it is evaluated from outside, so the page's policy stays as it is. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Frame, FrameLocator } from 'playwright-core';

const AXE = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');

interface Violation {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** `state`: what a failure is called. */
export async function assertAccessible(page: FrameLocator, state: string): Promise<void> {
  assert.deepEqual(await accessibilityProblems(await frameOf(page)), [], `axe found something in: ${state}`);
}

/** What axe finds in a page, a text each with the elements concerned. */
export async function accessibilityProblems(frame: Frame): Promise<string[]> {
  await frame.evaluate(AXE);
  const violations = await frame.evaluate<readonly Violation[]>(
    `axe.run(document, { resultTypes: ['violations'] }).then((found) => found.violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.slice(0, 3).map(({ html, failureSummary }) => ({ html: html.slice(0, 300), failureSummary })) })))`,
  );
  return violations.map(
    ({ id, help, nodes }) => `${id}: ${help}\n${nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary ?? ''}`).join('\n')}`,
  );
}

async function frameOf(page: FrameLocator): Promise<Frame> {
  const frame = await (await page.locator('body').elementHandle())?.ownerFrame();
  if (!frame) throw new Error('The page has no frame.');
  return frame;
}
