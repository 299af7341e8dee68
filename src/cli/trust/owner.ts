/** Before anything that goldset.yaml says is done: whose file it is. */
import os from 'node:os';
import { Git } from '../../adapters/git/git.ts';
import { foreignOwner, systemOwnerPorts } from '../../adapters/workspace/owner.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import type { Arguments } from '../arguments.ts';
import { stderr } from '../output.ts';
import { isTrusting } from '../run/run-modes.ts';

/** `readsOnly`: the command sends and executes nothing, so it only warns. @throws {ConfigurationError} `owner/foreign`. */
export async function requireOwner(root: string, args: Arguments, readsOnly: boolean): Promise<void> {
  if (isTrusting(args)) return;
  const git = new Git();
  // From the home folder, so that the configuration of no repository is read.
  const owner = await foreignOwner(
    root,
    systemOwnerPorts((given) => git.run(os.homedir(), given)),
  );
  if (owner === null) return;
  const message = `goldset.yaml in ${root} belongs to another user (id ${owner}), who could decide what is sent and where.`;
  const hint = `If you trust that user: git config --global --add safe.directory ${root}, or --trust, or GOLDSET_TRUST=1.`;
  if (!readsOnly) throw new ConfigurationError('owner/foreign', message, hint);
  stderr.write(`goldset: ${message}\n  ${hint}\n`);
}
