/**
 * Git commands that contact a remote: `scores push` and `scores pull`, and only when the user runs them. Programs that such a command
 * starts (ssh, credential helpers, the program that asks for a password) come from the user's and the machine's configuration, never from
 * the repository's.
 */
import { isHumanError } from '../../core/problems/errors.ts';
import type { Repository } from './repository.ts';
import type { CallOptions } from './git.ts';

/** Remote helpers such as `ext::` run what an address says, so they are not among them. */
const TRANSPORTS = 'file:git:http:https:ssh';

/** What names a program in the configuration: ssh, the program that asks, and credential helpers, those for one address included. */
const PROGRAMS = '^(core\\.(sshcommand|askpass)|credential\\.(.*\\.)?helper)$';

/** Calls git with a transport. @throws {HumanError} with git's own words. */
export type CallRemote = (args: readonly string[]) => Promise<string>;

/** Reads the user's configuration once, for all calls of a push or a pull. */
export async function openRemote(repository: Repository): Promise<CallRemote> {
  const options: CallOptions = {
    configuration: [
      'protocol.allow=user',
      // Options win over the repository's values; an empty helper ends the list of helpers that came before it.
      `core.sshCommand=${userSsh()}`,
      'core.askPass=',
      'credential.helper=',
      ...(await usersPrograms(repository)),
    ],
    variables: {
      GIT_ALLOW_PROTOCOL: process.env['GIT_ALLOW_PROTOCOL'] ?? TRANSPORTS,
      // The variable wins over `core.gitProxy`, of which git takes the first that fits, not the last.
      GIT_PROXY_COMMAND: process.env['GIT_PROXY_COMMAND'] ?? '',
      GIT_PROTOCOL_FROM_USER: '1',
    },
  };
  return (args) => repository.git.call(repository, args, options);
}

/** `GIT_SSH` is a path, `core.sshCommand` a command line of the shell. */
function userSsh(): string {
  const ssh = process.env['GIT_SSH'];
  return ssh === undefined || ssh === '' ? 'ssh' : `'${ssh.replaceAll("'", "'\\''")}'`;
}

/** `name=value` of the machine and of the user, in git's order, so that later ones win as they do there. */
async function usersPrograms(repository: Repository): Promise<string[]> {
  const lists = await Promise.all(
    ['--system', '--global'].map(async (scope) => {
      try {
        return await repository.run(['config', scope, '--includes', '-z', '--get-regexp', PROGRAMS]);
      } catch (error) {
        // None is set, or there is no such file.
        if (isHumanError(error) && error.code === 'git/failed') return '';
        throw error;
      }
    }),
  );
  // Of each, the name, a line break and the value.
  return lists.flatMap((list) => list.split('\0').slice(0, -1)).map((entry) => entry.replace('\n', '='));
}
