/** Sides of a comparison that ran before. */
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { ConfigurationError, HumanError } from '../../core/problems/errors.ts';
import { quantity } from '../../core/display/figures.ts';
import { missingResults, type JournalContent } from '../../core/results/journal.ts';
import { MAX_RECORD } from '../bounded-lines.ts';
import type { SideInput } from '../../core/compare/side.ts';
import { readJournalFile, readResultAt, unknownVersion } from './journal-file.ts';
import { dataFolder } from './data-folder/data-folder.ts';
import { RUN_ID, storedJournal } from './run-files.ts';

/**
 * @throws {HumanError} `journal/version` when the journal is of a version that is not known, `journal/too-long` when a line of it is longer
 * than any record of ours.
 */
export function refuseForeign(name: string, { tooLong, unknownVersion: problem }: JournalContent): void {
  if (problem !== null) throw unknownVersion(name, problem);
  if (tooLong === 0) return;
  throw new HumanError(
    'journal/too-long',
    `${name} has ${quantity(tooLong, 'line')} of more than ${MAX_RECORD >> 20} MB, so it is not a journal of Goldset.`,
    'Remove the file, or restore it from a backup.',
  );
}

/**
 * The journal that a user names by a run's id or by a file, which may be a link; null: it is neither. There may be none at the path.
 * @throws {ConfigurationError} when the id is of a data folder that must not be used.
 */
export function journalNamed(name: string, root: string, cwd: string): string | null {
  if (RUN_ID.test(name)) {
    const folder = dataFolder(root);
    folder.require();
    return storedJournal(root, name) ?? path.join(folder.path, 'runs', `${name}.goldset-run.jsonl`);
  }
  if (!name.endsWith('.goldset-run.jsonl')) return null;
  const file = path.resolve(cwd, name);
  return existsSync(file) ? realpathSync(file) : file;
}

/** Every candidate of a run that is no baseline there. @throws {ConfigurationError} when there is no such run. */
export function storedSides(file: string): SideInput[] {
  const content = existsSync(file) ? readJournalFile(file) : null;
  if (content !== null) refuseForeign(file, content);
  if (content === null || content.head === null)
    throw new ConfigurationError('run/missing', `There is no run in ${file}.`, 'Runs are in .goldset/runs/.');
  const { head, outlines } = content;
  const missing = missingResults(content);
  const compared = head.comparisons ?? [];
  const baselines = new Set(compared.map(({ a }) => a).filter((id) => !compared.some(({ b }) => b === id)));
  return head.candidates
    .filter(({ id }) => !baselines.has(id))
    .map((candidate) => ({
      head: candidate,
      outlines: outlines.filter((outline) => outline.candidate === candidate.id),
      run: head.id,
      missing: missing.get(candidate.id) ?? 0,
      outputOf: ({ position }) => readResultAt(file, position)?.output ?? null,
    }));
}
