/** The files that golden cases name, by real path: nothing outside the workspace is read. */
import path from 'node:path';
import { HumanError } from '../../core/problems/errors.ts';
import { withCaseFiles, type ReadCaseFile } from '../../core/golden/case-files.ts';
import { isInside } from '../within.ts';
import { withHash, type HashedGoldenSet } from './golden-hash.ts';

/** Characters of a file that are put into a case at most. */
const MAX_FILE = 8 * 1024 * 1024;

/** `files`: as editors or a commit have them. */
export const caseFileReader =
  (root: string, files: { readonly read: (file: string) => Promise<string> }): ReadCaseFile =>
  async (name) => {
    const file = path.resolve(root, name);
    return isInside(root, file) ? refuseLarge(name, await files.read(file)) : null;
  };

/** @throws {HumanError} when the text is too large for a case. */
export function refuseLarge(name: string, text: string): string {
  if (text.length > MAX_FILE)
    throw new HumanError(
      'golden/file',
      `The file ${name} is larger than ${MAX_FILE >> 20} MB.`,
      'Put a smaller file, or a part of it, into the case.',
    );
  return text;
}

/** The set with what its files contain; its hash is of that too. */
export async function withFiles(set: HashedGoldenSet, prompt: string, read: ReadCaseFile): Promise<HashedGoldenSet> {
  const whole = await withCaseFiles(set, prompt, read);
  return whole === set ? set : withHash(whole);
}
