/** Images of the workspace as `data:` addresses. By real path: nothing outside the workspace is read. */
import { statSync } from 'node:fs';
import path from 'node:path';
import { readBytes } from '../bounded-file.ts';
import { HumanError } from '../../core/errors.ts';
import { isInside } from '../within.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
};
/** Bytes; providers take 5 to 20 MB. */
const MAX_IMAGE = 20 * 1024 * 1024;

/** `url` is relative to the prompt that names it. @throws {HumanError} */
export async function readImage(root: string, url: string, promptPath: string): Promise<string> {
  const file = path.resolve(root, path.dirname(promptPath), url);
  const type = TYPES[path.extname(file).toLowerCase()];
  if (type === undefined) throw new HumanError('image/type', `${url} is not a supported image.`, 'Use PNG, JPEG, GIF or WebP.');
  if (!isInside(root, file))
    throw new HumanError('image/missing', `There is no image ${url} in this workspace.`, 'Its path is relative to the prompt.');
  if (statSync(file).size > MAX_IMAGE) throw new HumanError('image/too-large', `${url} is larger than 20 MB, which no provider accepts.`);
  return `data:${type};base64,${(await readBytes(file, MAX_IMAGE)).toString('base64')}`;
}
