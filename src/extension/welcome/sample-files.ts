/** The sample of the package: two prompts with their golden cases and scripted models, which need no key. */
import { cpSync, existsSync, mkdirSync, readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { HumanError, messageOf } from '../../core/problems/errors.ts';

/** What of `examples/` is copied; `.vscodeignore` packs the same. */
const PARTS = ['goldset.yaml', 'triage', 'replies'] as const;

/** The prompt that the tour runs and mends, and the one whose cost it reduces. */
export const TRIAGE = 'triage/triage.prompt';
export const REPLY = 'replies/reply.prompt';

/** The folder that is made in one that has files of its own. */
const NAME = 'goldset-sample';

/** What an empty folder may hold. */
const UNSEEN = /^(?:\.git|\.vscode|\.idea|\.DS_Store)$/;

/** Whether a folder has no files of its own. False: it cannot be read. */
export function isEmptyFolder(folder: string): boolean {
  try {
    return readdirSync(folder).every((name) => UNSEEN.test(name));
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
}

/** Whether a folder holds the sample. */
export const isSample = (folder: string): boolean => [TRIAGE, REPLY].every((file) => existsSync(path.join(folder, file)));

/**
 * Copies the sample into `folder`, or into a new folder in it when it has files of its own. Nothing is replaced.
 * Returns the folder of the sample. @throws {HumanError} when it cannot be written.
 */
export function copySample(extension: string, folder: string): string {
  try {
    const place = isEmptyFolder(folder) ? realpathSync.native(folder) : newFolder(realpathSync.native(folder));
    for (const part of PARTS)
      cpSync(path.join(extension, 'examples', part), path.join(place, part), {
        recursive: true,
        force: false,
        errorOnExist: true,
        filter: (file) => path.basename(file) !== '.goldset',
      });
    return place;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new HumanError('sample/write', `The sample cannot be written to ${folder}: ${messageOf(error)}`, 'Choose another folder.');
  }
}

function newFolder(parent: string): string {
  for (let i = 1; ; i++) {
    const place = path.join(parent, i === 1 ? NAME : `${NAME}-${i}`);
    if (existsSync(place)) continue;
    mkdirSync(place);
    return place;
  }
}
