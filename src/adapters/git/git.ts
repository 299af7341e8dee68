/** Git by its command line, with everything off that could run code from a repository. */
import { execFile, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import path from 'node:path';
import { brandErrorClass, hasErrorKind, HumanError, isHumanError } from '../../core/errors.ts';

const SAFE = ['-c', 'core.fsmonitor=false', '-c', 'core.quotePath=false', '-c', 'log.showSignature=false', '--no-optional-locks'];
const MAX_OUTPUT = 64 * 1024 * 1024;

export class GitMissing extends HumanError {
  static {
    brandErrorClass(this, 'git-missing');
  }

  override readonly name = 'GitMissing';
}

/** Whether an error is a `GitMissing`, of whichever bundle. */
export const isGitMissing = (error: unknown): error is GitMissing => hasErrorKind(error, 'git-missing');

export class Git {
  /** `executable`: from the editor's `git.path`, or just `git`. */
  constructor(private readonly executable = 'git') {}

  /** A process of git that goes on, to be asked again and again. */
  start(cwd: string, args: readonly string[]): ChildProcessWithoutNullStreams {
    return spawn(this.executable, [...SAFE, ...args], { cwd, env: environment(), windowsHide: true });
  }

  /** @throws {HumanError} with git's own words when it fails. */
  run(cwd: string, args: readonly string[], variables: Readonly<Record<string, string>> = {}): Promise<string> {
    return new Promise((resolve, reject) => {
      const options = { cwd, env: { ...variables, ...environment() }, maxBuffer: MAX_OUTPUT, windowsHide: true };
      execFile(this.executable, [...SAFE, ...args], options, (error, stdout, stderr) => {
        if (!error) resolve(stdout);
        else if (error.code === 'ENOENT') reject(new GitMissing('git/missing', 'Git was not found.', 'Install git, or set `git.path`.'));
        else reject(new HumanError('git/failed', `git ${args[0] ?? ''}: ${stderr.trim() || error.message}`));
      });
    });
  }

  /** The top of the work tree that holds the folder, or null when it is in none. */
  async topLevel(folder: string): Promise<string | null> {
    try {
      return (await this.run(folder, ['rev-parse', '--show-toplevel'])).trim();
    } catch (error) {
      if (isHumanError(error) && error.code === 'git/failed') return null;
      throw error;
    }
  }

  /** A file as it was at a commit. */
  show(cwd: string, commit: string, file: string): Promise<string> {
    return this.run(cwd, ['show', '--no-textconv', '--no-ext-diff', '--end-of-options', `${commit}:${file}`]);
  }
}

const environment = (): NodeJS.ProcessEnv => ({ ...process.env, GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' });

/** Relative to the top, with forward slashes, as git writes paths. */
export const gitPath = (top: string, file: string): string => path.relative(top, file).split(path.sep).join('/');
