/**
 * Git commands that contact a remote: `scores push` and `scores pull`, and only when the user runs them. Programs that such a command
 * starts (ssh, credential helpers, a proxy command) come from the user's and the machine's configuration, never from the repository's.
 */
import { isHumanError } from '../../core/errors.ts';
import type { Repository } from './committed-prompt.ts';
import type { CallOptions } from './git.ts';

/** Remote helpers such as `ext::` run what an address says, so they are not among them. */
const TRANSPORTS = 'file:git:http:https:ssh';

/** What names a program, with its value where the user has set none. */
const PROGRAMS: Readonly<Record<string, string>> = {
  'core.sshCommand': 'ssh',
  'core.gitProxy': '',
  'core.askPass': '',
};

/** Ends the list of helpers that came before it. */
const NO_HELPERS = 'credential.helper=';

/** Calls git with a transport. @throws {HumanError} with git's own words. */
export async function callRemote(repository: Repository, args: readonly string[]): Promise<string> {
  return repository.git.call(repository, args, await networkOptions(repository));
}

async function networkOptions(repository: Repository): Promise<CallOptions> {
  const programs = await Promise.all(
    Object.entries(PROGRAMS).map(async ([name, otherwise]) => `${name}=${(await usersValues(repository, name)).at(-1) ?? otherwise}`),
  );
  const helpers = (await usersValues(repository, 'credential.helper')).map((helper) => `credential.helper=${helper}`);
  return {
    configuration: ['protocol.allow=user', ...programs, NO_HELPERS, ...helpers],
    variables: { GIT_ALLOW_PROTOCOL: process.env['GIT_ALLOW_PROTOCOL'] ?? TRANSPORTS, GIT_PROTOCOL_FROM_USER: '1' },
  };
}

/** Of the machine and of the user, in git's order. */
async function usersValues({ git, top, gitDir }: Repository, name: string): Promise<string[]> {
  const lists = await Promise.all(
    ['--system', '--global'].map(async (scope) => {
      try {
        return await git.run({ top, gitDir }, ['config', scope, '-z', '--get-all', name]);
      } catch (error) {
        // It is not set, or there is no such file.
        if (isHumanError(error) && error.code === 'git/failed') return '';
        throw error;
      }
    }),
  );
  return lists.flatMap((list) => list.split('\0').slice(0, -1));
}
