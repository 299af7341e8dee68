/**
 * What of a workspace may be executed: trust belongs to a folder and to the content of exactly this execution, its text and its files. A
 * change of either is a new question. The editor has Workspace Trust instead, see `permitWhile`.
 */
import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { executionKey, shownExecution, type Execution, type Permit } from '../../core/trust/execution.ts';
import { quantity } from '../../core/display/figures.ts';
import { excerpt } from '../../core/text/text.ts';
import { sha256 } from '../hash.ts';
import { codeFilesOf } from '../workspace/code-files.ts';
import { rememberTrust, trustedIn } from './trust-store.ts';

/** An execution that is not trusted, with what it would run. */
export interface Untrusted {
  readonly execution: Execution;
  /** Files below the root, from there. */
  readonly files: readonly string[];
  readonly hash: string;
}

export class CodeTrust {
  /** By `executionKey`, decided once for each object: what is trusted is what was read then. */
  private readonly decided = new Map<string, Untrusted | null>();

  /**
   * `folder`: what is trusted. `codeRoot`: where the code is read from, which differs when it is that of a commit. `everything`: the user
   * trusts whatever it holds, by `--trust` or GOLDSET_TRUST=1.
   */
  constructor(
    private readonly folder: string,
    private readonly codeRoot: string,
    private readonly everything: boolean,
  ) {}

  /** Those that the user has not trusted, each once. @throws {ConfigurationError} when their code is too large to be checked. */
  untrusted(executions: readonly Execution[]): Untrusted[] {
    if (this.everything) return [];
    const distinct = new Map(executions.map((execution) => [executionKey(execution), execution]));
    return [...distinct.values()].flatMap((execution) => this.decide(execution) ?? []);
  }

  /** From now on these are trusted, in later processes too. */
  remember(trusted: readonly Untrusted[]): void {
    rememberTrust(
      realpathSync(this.folder),
      trusted.map(({ hash }) => hash),
    );
    for (const { execution } of trusted) this.decided.set(executionKey(execution), null);
  }

  /** @throws {ConfigurationError} `trust/needed` for what is not trusted. */
  readonly permit: Permit = (execution) => {
    const [found] = this.untrusted([execution]);
    if (found !== undefined) throw this.refusal([found]);
  };

  /** The error for executions that the user has to trust first. */
  refusal(untrusted: readonly Untrusted[]): ConfigurationError {
    const [first, ...more] = untrusted.map(({ execution }) => shownExecution(execution));
    const others = more.length === 0 ? '' : `, and ${quantity(more.length, 'more execution')}`;
    return new ConfigurationError(
      'trust/needed',
      `${this.folder} defines code that this run would execute, and it is not trusted: ${shortened(first ?? '')}${others}. Nothing was executed or sent.`,
      'Read it, then run the same command at a terminal and answer its question, or pass --trust (in CI: --trust or GOLDSET_TRUST=1).',
    );
  }

  private decide(execution: Execution): Untrusted | null {
    const key = executionKey(execution);
    const known = this.decided.get(key);
    if (known !== undefined) return known;
    const files = codeFilesOf(execution, this.codeRoot);
    const content = files.map(({ name, bytes }) => [name, bytes === null ? null : createHash('sha256').update(bytes).digest('hex')]);
    const hash = sha256(JSON.stringify([key, content]));
    const found = trustedIn(realpathSync(this.folder)).has(hash) ? null : { execution, files: files.map(({ name }) => name), hash };
    this.decided.set(key, found);
    return found;
  }
}

const shortened = (text: string): string => excerpt(text, 200);

/** Allows everything while `isAllowed`, as Workspace Trust does. */
export const permitWhile =
  (isAllowed: () => boolean): Permit =>
  (execution) => {
    if (isAllowed()) return;
    throw new ConfigurationError(
      'trust/needed',
      `This workspace is not trusted, so its code is not executed: ${shortened(shownExecution(execution))}.`,
      'Use "Workspaces: Manage Workspace Trust".',
    );
  };
