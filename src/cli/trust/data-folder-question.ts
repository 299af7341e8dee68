/** `.goldset/` of a workspace before a command uses it: one question at a terminal, one message elsewhere. */
import { dataFolder } from '../../adapters/storage/data-folder/data-folder.ts';
import { confirm, isInteractive, stderr } from '../output.ts';

/** `needed`: the command stores or reads something there. `optional`: it goes on without. */
export type DataFolderUse = 'needed' | 'optional';

/**
 * A person at a terminal is asked whether a folder without this machine's mark is theirs. Otherwise a command that can go on without it
 * says so once.
 * @throws {ConfigurationError} when the command needs a folder that must not be used.
 */
export async function settleDataFolder(root: string, use: DataFolderUse): Promise<void> {
  const folder = dataFolder(root);
  const { problem } = folder;
  if (problem === null) return;
  if (problem.code === 'data/mark' && isInteractive()) {
    stderr.write(`${problem.message}\n`);
    if (await confirm('Use this folder? Answer yes only if its content is yours. [y/N] ')) return folder.adopt();
    if (use === 'optional') return;
  }
  if (use === 'needed') throw problem;
  stderr.write(`${problem.message} ${problem.hint ?? ''}\n`);
}
