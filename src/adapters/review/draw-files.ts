/** Draws of a repository: `reviews/ID.draw.json`, written once and then shared; and the labels that they got. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { HumanError, messageOf } from '../../core/problems/errors.ts';
import { drawFileText, readDrawFile, type DrawFile } from '../../core/judge/labels/draw-file.ts';
import { MAX_STORE, readTextSync } from '../bounded-file.ts';
import { realPathToWrite } from '../storage/file-in-root.ts';
import { readLabelFiles, type FoundLabels } from '../storage/label-files.ts';

/** Below the root. */
export const DRAW_FOLDER = 'reviews';

/** Letters, digits, dots and dashes: of a week, and of a run. */
const DRAW_ID = /^[A-Za-z0-9][A-Za-z0-9.-]{0,99}$/;

export function drawPath(root: string, id: string): string {
  if (!DRAW_ID.test(id)) throw new HumanError('review/id', `"${id.slice(0, 100)}" cannot be the name of a review.`);
  return path.join(root, DRAW_FOLDER, `${id}.draw.json`);
}

/** Null: it does not exist. @throws {HumanError} when the file is not a draw, or damaged: a review is never drawn twice. */
export function storedDraw(root: string, id: string): DrawFile | null {
  const file = drawPath(root, id);
  if (!existsSync(file)) return null;
  const read = readDrawFile(readTextSync(file, MAX_STORE));
  const problem = typeof read === 'string' ? read : read.problems[0];
  if (typeof read !== 'string' && problem === undefined) return read.draw;
  throw new HumanError(
    'review/draw',
    `${DRAW_FOLDER}/${id}.draw.json cannot be read: ${problem ?? ''}`,
    'Restore it from git. It is not drawn again, since labels may already belong to it.',
  );
}

/** Writes a draw that is not there yet; what another process has written meanwhile stays, and is given. */
export function keepDraw(root: string, draw: DrawFile): DrawFile {
  const folder = realPathToWrite(root, path.join(root, DRAW_FOLDER));
  mkdirSync(folder, { recursive: true });
  try {
    writeFileSync(realPathToWrite(root, drawPath(root, draw.id)), drawFileText(draw), { flag: 'wx' });
  } catch (error) {
    const stored = storedDraw(root, draw.id);
    if (stored !== null) return stored;
    throw new HumanError(
      'review/write',
      `The draw cannot be written: ${messageOf(error)}`,
      'No label was taken. Check the folder reviews/.',
    );
  }
  return draw;
}

/** Draws and labels of the whole repository, oldest draw first. */
export function readReviews(root: string): FoundLabels {
  const found = readLabelFiles([root], root);
  return { ...found, draws: [...found.draws].sort((a, b) => Date.parse(a.at) - Date.parse(b.at)) };
}
