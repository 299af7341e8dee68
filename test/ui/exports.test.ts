/** Exports as a person opens them: the HTML report in a browser without a network, and a journal from elsewhere in the editor. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { RunArchive } from '../../src/engine/runs/run-archive.ts';
import { ResultsView } from '../../src/engine/results-view/results-view.ts';
import { EVERYTHING } from '../../src/protocol/query.ts';
import { SyntheticRun } from './harness/synthetic-run.ts';
import { journalText } from './journal-file.ts';
import { newPage } from './shared-workbench.ts';
import type { Theme } from './themes.ts';
import { longWalk, Workbench } from './workbench-page.ts';

const MB = 1024 * 1024;

function viewOf(run: SyntheticRun): ResultsView {
  const view = new ResultsView({ root: '/work', sideBySide: false, readOnly: false, now: () => 0 });
  const index = view.add(run.viewed(null));
  for (let position = 0; position < run.samples; position++) view.take(index, run.result(position), position);
  return view;
}

describe('exports', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'goldset-exports-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('10,000 results as one HTML file: opens offline, filters, shows differences, at most 25 MB', async () => {
    const file = path.join(folder, 'results.html');
    const run = new SyntheticRun({ cases: 2500, candidates: 4 });
    new RunArchive(path.resolve('dist')).exportTo(file, 'html', viewOf(run), EVERYTHING);
    assert.ok(statSync(file).size <= 25 * MB, `${statSync(file).size} bytes`);
    const page = await newPage('file://');
    try {
      const foreign: string[] = [];
      const problems: string[] = [];
      page.on('request', (request) => request.url().startsWith('file:') || foreign.push(request.url()));
      page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
      page.on('pageerror', (error) => problems.push(String(error)));
      await page.goto(pathToFileURL(file).href);
      const failed = Array.from({ length: run.samples }, (_, position) => run.result(position)).filter(
        ({ verdict }) => verdict === 'fail',
      ).length;
      await page.getByRole('button', { name: `fail ${failed}` }).click();
      await page.getByText(`${failed} of 10000 shown`).waitFor();
      await page.getByRole('searchbox').fill('case-22');
      await page.locator('.row:not([hidden])').first().waitFor();
      assert.ok((await page.locator('.row:not([hidden])').count()) < failed);
      await page.getByRole('searchbox').fill('');
      await page.getByRole('button', { name: 'Differences from expected' }).click();
      await page.locator('.row:not([hidden]) ins').first().waitFor();
      await page.locator('.row:not([hidden]) del').first().waitFor();
      await page.screenshot({ path: 'out/screenshots/export-html.png' });
      assert.deepEqual([foreign, problems], [[], []]);
    } finally {
      await page.close();
    }
  });

  it('the other formats hold every result, and no output breaks out of its row', () => {
    const outputs = ['=cmd|x', 'a\nb,"c"', '| x | @ana https://example.com <b>', '\u001b[31mred'];
    const view = viewOf(new SyntheticRun({ cases: 40, candidates: 2, outputs }));
    const archive = new RunArchive(path.resolve('dist'));
    const written = (kind: 'csv' | 'jsonl' | 'markdown'): string => {
      const file = path.join(folder, `results.${kind}`);
      archive.exportTo(file, kind, view, EVERYTHING);
      return readFileSync(file, 'utf8');
    };
    const lines = written('jsonl').trimEnd().split('\n');
    assert.equal(lines.length, 80);
    assert.equal(
      (JSON.parse(lines[1] ?? '') as { output: string }).output,
      outputs[0] === undefined ? '' : (JSON.parse(lines[1] ?? '') as { output: string }).output,
    );
    assert.doesNotMatch(written('csv'), /(?:^|,)"?=cmd/m);
    const markdown = written('markdown');
    for (const text of ['@ana', '<b>', '\u001b']) assert.ok(!markdown.includes(text), text);
  });

  const JOURNAL = 'from-ci.goldset-run.jsonl';

  // The file is there before the window: one that is opening does not watch its folder yet.
  const open = (theme: Theme): Promise<Workbench> => Workbench.open({ theme, files: { [JOURNAL]: journalText(9000, 440) } });

  // The live walk of test/ui/results.test.ts opens a short one.
  longWalk('a journal of more than 50 MB opens in the editor as it is read, and changes nothing', open, async (workbench) => {
    const { results } = workbench;
    const file = path.join(workbench.root, JOURNAL);
    const { size, mtimeMs } = statSync(file);
    // The extension is there: until then nobody knows what opens such a file.
    await workbench.lens(/Run 65/).waitFor();
    assert.ok(size > 50 * MB, `${size} bytes`);
    await workbench.page.locator('.explorer-viewlet .monaco-list-row', { hasText: JOURNAL }).dblclick();
    await results.locator('.row .cell').first().waitFor();
    await results.getByText('Verdict: fail', { exact: true }).waitFor();
    await results.getByText('9,000 of 9,000 cases').waitFor();
    await results.getByText('read-only').waitFor();
    assert.equal(await results.getByRole('button', { name: 'Run all' }).count(), 0);
    await results.getByRole('button', { name: /^Failed/ }).click();
    await results.locator('.row .case .link').first().click();
    await results.locator('.detail h2').waitFor();
    assert.equal(await results.getByRole('button', { name: 'Accept as expected' }).count(), 0);
    await workbench.shot('journal-editor');
    assert.deepEqual([statSync(file).size, statSync(file).mtimeMs], [size, mtimeMs]);
  });
});
