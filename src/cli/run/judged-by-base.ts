/** A change under the golden cases of its base: shown beside its own, so that it cannot turn a fail into a pass. */
import { USE_HEAD, type BaseSettings } from '../../adapters/git/base-settings.ts';
import { findPrompts } from '../../adapters/workspace/find-prompts.ts';
import type { LoadedPrompt } from '../../adapters/workspace/prompt-files.ts';
import { codeOfCases, withBaseCode } from '../../core/golden/base-code.ts';
import { caseDifferences } from '../../core/golden/case-differences.ts';
import type { GoldenCase } from '../../core/golden/case.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { firstNames } from '../../core/display/figures.ts';
import type { RunTarget } from '../../core/prompt/run-target.ts';
import type { GoldsetConfig } from '../../core/config/goldset-yaml.ts';
import type { Session } from '../session.ts';

/** The prompt with those of its cases that are run. */
export type SelectCases = (target: RunTarget, config: GoldsetConfig) => RunTarget;

/** A prompt of a change, judged by its own cases and by those of its base. */
export interface JudgedChange {
  /** With its own cases, of whose code only the base's is left. */
  readonly own: LoadedPrompt;
  /** With the base's cases; null: they are the same, or the base does not have the prompt. */
  readonly byBase: LoadedPrompt | null;
  /** The base's prompt with the base's cases; null where `byBase` is. */
  readonly base: RunTarget | null;
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  readonly codeNotRun: readonly string[];
}

export class ChangeJudge {
  private everyCode: Promise<ReadonlySet<string>> | null = null;

  constructor(
    private readonly base: BaseSettings,
    private readonly session: Session,
    private readonly select: SelectCases,
  ) {}

  /** @throws {ConfigurationError} `settings/new-code` when a new case needs code that the base does not have. */
  async judged(loaded: LoadedPrompt): Promise<JudgedChange> {
    const file = this.base.fileAt(loaded.file);
    const base = file === null ? null : await this.load(file);
    const { target } = loaded;
    const before = base === null ? null : this.select(base.target, this.session.workspace.config);
    const { cases, replaced, needsHead } = await this.withKnownCode(target.cases, before?.cases ?? []);
    if (needsHead.length > 0) throw this.newCode(target.document.path, needsHead);
    const embedded = { ...target.document.embedded, cases: cases.slice(0, target.document.embedded.cases.length) };
    const own = { ...loaded, target: { ...target, cases, document: { ...target.document, embedded } } };
    if (before === null) return { own, byBase: null, base: null, changed: [], removed: [], codeNotRun: replaced };
    const { changed, removed, added } = caseDifferences(
      before.cases,
      target.cases,
      before.document.embedded.assertions,
      target.document.embedded.assertions,
    );
    const isSame = changed.length + removed.length + added.length === 0;
    if (isSame || before.cases.length === 0) return { own, byBase: null, base: null, changed, removed, codeNotRun: replaced };
    const fromBase = { cases: before.cases, golden: before.golden, casesFrom: this.base.ref };
    const shared = before.document.embedded;
    return {
      own,
      byBase: { ...loaded, target: { ...target, ...fromBase, document: { ...target.document, embedded: shared } } },
      base: { ...before, ...fromBase, ref: this.base.ref, document: { ...before.document, path: target.document.path } },
      changed,
      removed,
      codeNotRun: replaced,
    };
  }

  /** Code that the same prompt has at the base is known at once; that of other prompts is looked up where it is needed. */
  private async withKnownCode(head: readonly GoldenCase[], base: readonly GoldenCase[]): Promise<ReturnType<typeof withBaseCode>> {
    const byId = new Map(base.map((item) => [item.id, item]));
    const ownCode = codeOfCases(base);
    const first = withBaseCode(head, byId, ownCode);
    if (first.replaced.length + first.needsHead.length === 0) return first;
    this.everyCode ??= this.codeOfBase();
    return withBaseCode(head, byId, await this.everyCode);
  }

  private async codeOfBase(): Promise<ReadonlySet<string>> {
    const files = await findPrompts([this.base.root], this.base.root);
    const code = new Set<string>();
    for (const file of files) for (const key of codeOfCases((await this.load(file)).target.cases)) code.add(key);
    return code;
  }

  private load(file: string): Promise<LoadedPrompt> {
    const workspace = { root: this.base.root, config: this.base.config, diagnostics: [] };
    return this.session.evaluator.load({ workspace, file, unsaved: {}, most: null });
  }

  private newCode(prompt: string, ids: readonly string[]): ConfigurationError {
    return new ConfigurationError(
      'settings/new-code',
      `${prompt}: new golden cases need assertion code that ${this.base.ref} does not have: ${firstNames(ids, 5)}.`,
      USE_HEAD,
    );
  }
}
