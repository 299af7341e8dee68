/** A review as a file, as a person without VS Code opens it: by keyboard, blind, without a network; and the labels file that it downloads. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { writeReviewPage } from '../../src/adapters/review/review-page.ts';
import type { Review } from '../../src/adapters/review/review.ts';
import { readLabelFiles } from '../../src/adapters/storage/label-files.ts';
import { calibrationsOf } from '../../src/core/judge/calibration/calibration-record.ts';
import { drawFileText } from '../../src/core/judge/labels/draw-file.ts';
import { unseal } from '../../src/core/judge/labels/sealed.ts';
import { newDraw } from '../../src/core/judge/review/new-draw.ts';
import { targetKey } from '../../src/core/judge/labels/label-record.ts';
import { accessibilityProblems } from './accessibility.ts';
import { newPage } from './shared-workbench.ts';

const JUDGE = { path: 'judges/strict.prompt', version: '3a91bc02', model: 'scripted:judge' };
const HOSTILE = '</script><script>document.title = "owned"</script><img src=x onerror="document.title = \'owned\'">\u202e';

const draw = newDraw(
  Array.from({ length: 6 }, (_, i) => ({
    target: { interaction: `call-${i}`, run: null, case: null, repeat: null, hash: `h${i}` },
    item: { input: `question ${i}`, output: `answer ${i} ${HOSTILE}`, context: 'a passage' },
    verdict: i < 3 ? ('fail' as const) : ('pass' as const),
    score: null,
    isNotable: false,
  })),
  {
    ...{ id: '2026-W48', seed: 3, at: '2026-11-23T09:00:00.000Z', size: 6, people: [] },
    frame: {
      query: 'production',
      judge: JUDGE,
      criterion: { type: 'llm-rubric', hash: 'c0ffee', text: 'Is it polite?' },
      prompt: 'answer.prompt',
    },
  },
);

describe('a review as a file', () => {
  const root = mkdtempSync(path.join(os.tmpdir(), 'goldset-review-'));
  const file = path.join(root, 'sent', 'review.html');
  let page: Page;
  const problems: string[] = [];
  before(async () => {
    const review = { draw, labels: [], textOf: ({ item }: { readonly item: unknown }) => item } as unknown as Review;
    writeReviewPage(file, review, 'none', path.resolve('dist'));
    page = await newPage('file://');
    page.on('request', (request) => request.url().startsWith('file:') || request.url().startsWith('blob:') || problems.push(request.url()));
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(String(error)));
  });
  after(async () => {
    await page.close();
    rmSync(root, { recursive: true, force: true });
  });

  /** Words of the page that only a verdict or a candidate would put there; the page's own are its buttons. */
  const isBlind = async (): Promise<void> => {
    const html = await page.evaluate(() => document.documentElement.outerHTML);
    const data = html.slice(html.indexOf('id="data"'));
    assert.doesNotMatch(data.slice(0, data.indexOf('</script>')), /"(?:pass|fail)"|not-judged|stratum|probability|candidate/);
    const shown = await page.locator('#root').innerText();
    assert.doesNotMatch(shown, /scripted:judge|judges\/strict|verdict|candidate|stratum|call-\d/);
  };

  it('is labelled by keyboard, resumes, and its download is read and calibrates the judge', async () => {
    await page.goto(pathToFileURL(file).href);
    await page.keyboard.type('Ana Ö');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Output 1 of 6' }).waitFor();
    await isBlind();
    assert.deepEqual(await accessibilityProblems(page.mainFrame()), []);
    assert.equal(await page.locator('pre', { hasText: 'answer' }).locator('*').count(), 0, 'hostile text is text');
    assert.match(await page.locator('pre', { hasText: 'answer' }).innerText(), /<img src=x/);
    for (let i = 0; i < 6; i++) {
      await page.getByRole('heading', { name: `Output ${i + 1} of 6` }).waitFor();
      const verdict = unseal(draw.items[i]?.sealed ?? '')?.verdict;
      if (verdict === 'pass') await page.keyboard.press('p');
      else if (i === draw.items.findIndex(({ sealed }) => unseal(sealed ?? '')?.verdict === 'fail')) {
        await page.keyboard.press('m');
        await page.keyboard.type('too rude');
      } else await page.keyboard.press('1');
      if (i === 2) {
        // Closed and opened again: it goes on where it was.
        await page.keyboard.press('Control+Enter');
        await page.getByText('3 of 6 labelled').waitFor();
        await page.reload();
        await page.getByRole('heading', { name: 'Output 4 of 6' }).waitFor();
      } else await page.keyboard.press('Control+Enter');
    }
    await page.getByText('6 of 6 labelled').waitFor();
    await isBlind();
    const waiting = page.waitForEvent('download');
    await page.getByRole('button', { name: 'All labelled: download the labels' }).click();
    const download = await waiting;
    assert.equal(download.suggestedFilename(), 'ana--2026-W48.jsonl');
    await page.getByText('belongs in labels/answer/ of the repository').waitFor();
    mkdirSync(path.join(root, 'repository/labels/answer'), { recursive: true });
    mkdirSync(path.join(root, 'repository/reviews'), { recursive: true });
    await download.saveAs(path.join(root, 'repository/labels/answer/ana-2026-W48.jsonl'));
    writeFileSync(path.join(root, 'repository/reviews/2026-W48.draw.json'), drawFileText(draw));
    const { labels, draws, problems: unread } = readLabelFiles([path.join(root, 'repository')], root);
    assert.deepEqual(unread, []);
    assert.deepEqual(new Set(labels.map(({ target }) => targetKey(target))), new Set(draw.items.map(({ target }) => targetKey(target))));
    assert.ok(labels.every(({ blind, by, item, draw: drawn }) => blind && by === 'Ana Ö' && item === null && drawn?.probability === 1));
    assert.deepEqual(
      labels.map(({ grade }) => grade),
      labels.map(({ judge }) => judge?.verdict),
      'this person agrees with the judge',
    );
    assert.deepEqual(
      labels.flatMap(({ failureMode }) => failureMode ?? []),
      ['too rude', 'too rude', 'too rude'],
    );
    const { calibrations } = calibrationsOf(labels, draws, JUDGE.path);
    assert.equal(calibrations[0]?.items, 6);
    assert.equal(calibrations[0].agreement, 1);
    assert.equal(await page.title(), 'Goldset review 2026-W48');
    assert.deepEqual(problems, []);
  });
});
