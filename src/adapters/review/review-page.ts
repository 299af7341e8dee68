/** A review as one file for people without VS Code. It contains the texts, so it is sent to people and not committed. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { HumanError, messageOf } from '../../core/problems/errors.ts';
import { labelsFolder } from '../../core/judge/labels/label-place.ts';
import { keptItem } from '../../core/judge/labels/new-label.ts';
import { reviewHtml, reviewPageData, REVIEW_PAGE_STYLE } from '../../core/judge/review/review-html.ts';
import { failureModes } from '../../core/judge/review/review-queue.ts';
import type { LabelTexts } from '../../core/config/label-texts.ts';
import type { Review } from './review.ts';

/** `bundles`: the folder of the built product. Gives how many outputs have no text here. @throws {HumanError} when it cannot be written. */
export function writeReviewPage(file: string, review: Review, keeps: LabelTexts, bundles: string): { readonly missing: number } {
  const { draw } = review;
  const texts = draw.items.map((item) => review.textOf(item));
  const data = reviewPageData(draw, texts, {
    isKept: draw.items.map((item, i) => keptItem(texts[i] ?? null, item.target, keeps) !== null),
    folder: labelsFolder(draw.frame.prompt),
    modes: failureModes(review.labels),
  });
  const script = readFileSync(path.join(bundles, 'webview', 'review-file.js'), 'utf8').trim();
  const html = reviewHtml(data, { script: hashed(script), style: hashed(REVIEW_PAGE_STYLE) });
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, html);
  } catch (error) {
    throw new HumanError('review/page', `${file} cannot be written: ${messageOf(error)}`, 'Choose another file.');
  }
  return { missing: texts.filter((text) => text === null).length };
}

const hashed = (text: string): { readonly text: string; readonly hash: string } => ({
  text,
  hash: createHash('sha256').update(text).digest('base64'),
});
