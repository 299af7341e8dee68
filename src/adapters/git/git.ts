/**
 * Git by its command line. What a repository configures must not run a program (docs/security.md): every call turns off hooks, file
 * system monitors, lazy fetches and transports, and names the git directory and the work tree instead of letting git look for them. Only
 * the two commands that contact a remote (network.ts) may use a transport.
 */
import { execFile, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { devNull } from 'node:os';
import { brandErrorClass, hasErrorKind, HumanError, isHumanError } from '../../core/problems/errors.ts';

/** For every call: options of the command line. */
const OPTIONS = ['--no-pager', '--no-optional-locks', '--literal-pathspecs'];

/** For every call: configuration, which wins over every file. */
const SAFE = [
  'core.fsmonitor=false',
  `core.hooksPath=${devNull}`,
  'core.quotePath=false',
  'log.showSignature=false',
  'safe.bareRepository=explicit',
  'gc.auto=0',
  'maintenance.auto=false',
];

/** No transport: `protocol.NAME.allow` of a repository would win over `protocol.allow`, but not over the variable. */
const OFFLINE: CallOptions = { configuration: ['protocol.allow=never'], variables: { GIT_ALLOW_PROTOCOL: '', GIT_NO_LAZY_FETCH: '1' } };

const MAX_OUTPUT = 64 * 1024 * 1024;

export interface CallOptions {
  /** `name=value`, as for `git -c`. */
  readonly configuration?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  /** For standard input. */
  readonly input?: string;
}

export type OfflineOptions = Omit<CallOptions, 'configuration'>;

/** Where git works: a folder that it looks up from, or a pinned git directory with its work tree. */
export type GitPlace = string | { readonly top: string; readonly gitDir: string };

export class GitMissing extends HumanError {
  static {
    brandErrorClass(this, 'git-missing');
  }

  override readonly name = 'GitMissing';
}

/** Whether an error is a `GitMissing`, of whichever bundle. */
export const isGitMissing = (error: unknown): error is GitMissing => hasErrorKind(error, 'git-missing');

export class Git {
  /** `executable`: from the editor's `git.path`, or just `git`. `mayRun`: false in VS Code's Restricted Mode, where git is not run. */
  constructor(
    private readonly executable = 'git',
    private readonly mayRun: () => boolean = () => true,
  ) {}

  /** A process of git that answers one question after the other. */
  start(at: GitPlace, args: readonly string[]): ChildProcessWithoutNullStreams {
    if (!this.mayRun()) throw restricted();
    return spawn(this.executable, commandLine(at, args, OFFLINE), { cwd: cwdOf(at), env: environment(OFFLINE), windowsHide: true });
  }

  /** What git prints. Without a network. @throws {HumanError} with git's own words when it fails. */
  run(at: GitPlace, args: readonly string[], { variables, input }: OfflineOptions = {}): Promise<string> {
    return this.call(at, args, {
      ...OFFLINE,
      variables: { ...variables, ...OFFLINE.variables },
      ...(input === undefined ? {} : { input }),
    });
  }

  /** With exactly these options: for what contacts a remote. @throws {HumanError} */
  call(at: GitPlace, args: readonly string[], options: CallOptions): Promise<string> {
    if (!this.mayRun()) return Promise.reject(restricted());
    return new Promise((resolve, reject) => {
      const settings = { cwd: cwdOf(at), env: environment(options), maxBuffer: MAX_OUTPUT, windowsHide: true };
      const child = execFile(this.executable, commandLine(at, args, options), settings, (error, stdout, stderr) => {
        if (!error) resolve(stdout);
        else if (error.code === 'ENOENT') reject(new GitMissing('git/missing', 'Git was not found.', 'Install git, or set `git.path`.'));
        else reject(new HumanError('git/failed', `git ${args[0] ?? ''}: ${stderr.trim() || error.message}`));
      });
      // Git that ends before it has read everything says why itself.
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(options.input ?? '');
    });
  }

  /** The work tree that holds the folder, and its git directory; null: the folder is in none. `folder`: its real path. */
  async find(folder: string): Promise<{ readonly top: string; readonly gitDir: string } | null> {
    try {
      const [top = '', gitDir = '', ...rest] = (await this.run(folder, ['rev-parse', '--show-toplevel', '--absolute-git-dir'])).split(
        /\r?\n/,
      );
      if (rest.length === 1) return { top, gitDir };
      // One of the paths has a line break in it.
      const only = async (what: string): Promise<string> => withoutLineEnd(await this.run(folder, ['rev-parse', what]));
      return { top: await only('--show-toplevel'), gitDir: await only('--absolute-git-dir') };
    } catch (error) {
      if (isHumanError(error) && error.code === 'git/failed') return null;
      throw error;
    }
  }
}

const restricted = (): HumanError =>
  new HumanError('git/restricted', 'Git is not used in an untrusted workspace.', 'Use "Workspaces: Manage Workspace Trust".');

const cwdOf = (at: GitPlace): string => (typeof at === 'string' ? at : at.top);

const commandLine = (at: GitPlace, args: readonly string[], { configuration = [] }: CallOptions): string[] => [
  ...OPTIONS,
  ...[...SAFE, ...configuration].flatMap((option) => ['-c', option]),
  ...(typeof at === 'string' ? [] : [`--git-dir=${at.gitDir}`, `--work-tree=${at.top}`]),
  ...args,
];

const environment = ({ variables = {} }: CallOptions): NodeJS.ProcessEnv => ({
  ...process.env,
  ...variables,
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C',
});

/** A path may itself end in a line break; git adds one. */
const withoutLineEnd = (text: string): string => text.replace(/\r?\n$/, '');
