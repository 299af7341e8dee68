/** What a proposal changes in the text of a judge. */
import { createTwoFilesPatch } from 'diff';

/** A unified diff that `git apply` reads. `file`: relative to the root. */
export const promptDiff = (file: string, before: string, after: string): string =>
  createTwoFilesPatch(`a/${file}`, `b/${file}`, before, after, undefined, undefined, { context: 3 }).replace(/^=+\n/, '');
