/**
 * Which files are prompts: the one place that decides it, for the command line and the editor. A `.prompt` and a `.prompt.yml` are prompts by
 * their ending; other files because a golden set is beside them or `prompts:` of goldset.yaml names them. What a text says never decides.
 */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import {
  builtPrompts,
  composedPrompts,
  declaredPrompt,
  isNamedExactly,
  type ComposedPrompt,
  type DeclaredBuiltPrompt,
  type DeclaredPrompt,
} from '../../core/prompt/formats/declared-prompt.ts';
import {
  fileName,
  fileOfPrompt,
  goldenCandidates,
  GOLDEN_EXTENSIONS,
  idOfPrompt,
  holdsPrompts,
  isBamlPath,
  isCodePath,
  isGoldenPath,
  isMessagesPath,
  isPartialPath,
  isPromptfooPath,
  isPromptPath,
  isTextPath,
  placeOfPrompt,
  PROMPT_ENDINGS,
} from '../../core/prompt/formats/prompt-name.ts';
import { bamlFunctionNames } from '../../core/prompt/baml/function-names.ts';
import type { BuildFunction } from '../../core/prompt/document.ts';
import { codePromptNames, MarkedNames } from './code-index.ts';
import { MAX_STORE, readTextSync } from '../bounded-file.ts';
import { slashedPath } from '../within.ts';
import { PromptfooNames } from './promptfoo-files.ts';
import { findRoot, openWorkspace, type Workspace } from './root.ts';

/** Whether there is a file. */
export type HasFile = (file: string) => boolean;

/** The prompts of one workspace. Ids are absolute: a file, or `FILE#NAME`. */
export class PromptIndex {
  private readonly composed: readonly ComposedPrompt[];
  private readonly built: readonly DeclaredBuiltPrompt[];
  /** The folder that was listed last: a search asks for all files of one after the other. */
  private listed: { readonly folder: string; readonly names: readonly string[] } | null = null;

  /** `marked`, `configs`: what source files mark and configs name, where a process looks again and again. */
  constructor(
    private readonly workspace: Pick<Workspace, 'root' | 'config'>,
    private readonly marked: MarkedNames = new MarkedNames(),
    private readonly configs: PromptfooNames = new PromptfooNames(),
  ) {
    this.composed = composedPrompts(workspace.config.prompts);
    this.built = builtPrompts(workspace.config.prompts);
  }

  get root(): string {
    return this.workspace.root;
  }

  /** The ids of the prompts that a file is or is part of; empty: it is no prompt. `has`: which files are beside it. */
  promptsOf(file: string, has: HasFile = existsSync): string[] {
    const shown = this.shown(file);
    const parts = [...this.composed.filter(({ files }) => files.includes(shown)), ...this.builtIn(shown)].map(({ id }) =>
      path.resolve(this.root, id),
    );
    if (isPromptfooPath(file)) return [...parts, ...this.promptfooPromptsOf(file, shown)];
    if (isBamlPath(file)) return [...parts, ...this.bamlPromptsOf(file, shown)];
    if (isCodePath(file)) return [...new Set([...parts, ...this.codePromptsOf(file, shown)])];
    return this.isPromptItself(file, shown, parts.length > 0, has) ? [file, ...parts] : parts;
  }

  private promptfooPromptsOf(file: string, shown: string): string[] {
    if (shown.startsWith('../') || !existsSync(file)) return [];
    return this.configs.of(this.root, file).map((name) => idOfPrompt({ file, name }));
  }

  private bamlPromptsOf(file: string, shown: string): string[] {
    if (shown.startsWith('../') || !existsSync(file)) return [];
    return bamlFunctionNames(readTextSync(file, MAX_STORE)).map((name) => idOfPrompt({ file, name }));
  }

  /** The used prompts of a source file. `beside`: the names in its folder. */
  private codePromptsOf(file: string, shown: string): string[] {
    if (shown.startsWith('../')) return [];
    const folder = path.dirname(file);
    if (this.listed?.folder !== folder) this.listed = { folder, names: namesIn(folder) };
    const names = codePromptNames(file, shown, this.listed.names, [...this.workspace.config.prompts.keys()], this.marked);
    return names.map((name) => idOfPrompt({ file, name }));
  }

  isPrompt(file: string, has: HasFile = existsSync): boolean {
    return this.promptsOf(file, has).length > 0;
  }

  /** The files that make a prompt, the first one first, whether they are there or not. */
  filesOf(id: string): string[] {
    const composed = this.composedOf(id);
    return composed === undefined ? [fileOfPrompt(id)] : composed.files.map((file) => path.resolve(this.root, file));
  }

  /** The function that builds a prompt; null: none does. */
  buildOf(id: string): BuildFunction | null {
    const shown = this.shown(id);
    return this.built.find((item) => item.id === shown)?.build ?? null;
  }

  /** What goldset.yaml says about a prompt; null: nothing. */
  declared(id: string): DeclaredPrompt | null {
    return declaredPrompt(this.workspace.config.prompts, this.shown(id));
  }

  /** Where the golden set of a prompt may be, best first: the paths that its name gives. */
  goldenCandidates(id: string): string[] {
    const composed = this.composedOf(id);
    const members = composed === undefined ? [] : this.filesOf(id).flatMap((file) => goldenCandidates(file));
    return [...goldenCandidates(id), ...members];
  }

  /** The prompts of goldset.yaml that are made of several files, or built by a function. */
  composedPrompts(): string[] {
    return [...this.composed, ...this.built].map(({ id }) => path.resolve(this.root, id));
  }

  /** The prompt that a word means: `FILE#NAME` from `cwd`, or the name of a prompt of several files; null: none. */
  named(word: string, cwd: string): string | null {
    const given = path.resolve(cwd, word);
    const known = this.composedPrompts();
    const { file, name } = placeOfPrompt(given);
    if ((isCodePath(file) || holdsPrompts(file)) && name !== null && existsSync(file)) return given;
    return known.find((id) => id === given) ?? known.find((id) => placeOfPrompt(id).name === word) ?? null;
  }

  /**
   * Whether the prompts of a file can use a golden set. A source file is read to know its prompts, so that this is decided before: their
   * sets are `FILE.NAME.golden.yaml` beside it, or an entry of goldset.yaml names them.
   */
  canUse(file: string, golden: string): boolean {
    if (!isCodePath(file)) return true;
    const stem = `${fileName(file).replace(/\.[^.]+$/, '')}.`;
    return fileName(golden).startsWith(stem) || this.entriesFor(golden).length > 0;
  }

  /** The ids of prompts whose entry in goldset.yaml names this golden set. */
  declaredFor(golden: string): string[] {
    const { root } = this.workspace;
    return this.entriesFor(golden).flatMap((key) => {
      const id = this.named(key, root) ?? path.resolve(root, key);
      return existsSync(fileOfPrompt(id)) ? [id] : [];
    });
  }

  /** The keys under `prompts:` that name this golden set. */
  private entriesFor(golden: string): string[] {
    const { config, root } = this.workspace;
    return [...config.prompts].flatMap(([key, entry]) =>
      entry.golden !== null && path.resolve(root, entry.golden.path) === golden ? [key] : [],
    );
  }

  private isPromptItself(file: string, shown: string, isPart: boolean, has: HasFile): boolean {
    if (isPromptPath(file)) return !isPartialPath(file);
    if (!(isTextPath(file) || isMessagesPath(file)) || isGoldenPath(file) || shown.startsWith('../')) return false;
    const { prompts } = this.workspace.config;
    if (isNamedExactly(prompts, shown)) return true;
    // A part of another prompt, and `_name.md`, which other files include, are prompts only if they are named themselves.
    if (isPart || fileName(file).startsWith('_')) return false;
    return declaredPrompt(prompts, shown) !== null || hasOwnGolden(file, has);
  }

  private builtIn(shown: string): readonly DeclaredBuiltPrompt[] {
    return this.built.filter(({ id }) => placeOfPrompt(id).file === shown);
  }

  private composedOf(id: string): ComposedPrompt | undefined {
    const shown = this.shown(id);
    return this.composed.find((item) => item.id === shown);
  }

  private shown(id: string): string {
    const { file, name } = placeOfPrompt(id);
    return idOfPrompt({ file: slashedPath(this.root, file), name });
  }
}

/** Empty: the folder cannot be read. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error) return [];
    throw error;
  }
}

/** Whether a golden set is beside the file that is not the one of a prompt by its ending of that name, which the file may describe. */
function hasOwnGolden(file: string, has: HasFile): boolean {
  const golden = goldenCandidates(file).find(has);
  if (golden === undefined) return false;
  const stem = golden.replace(new RegExp(`\\.golden\\.(?:${GOLDEN_EXTENSIONS.join('|')})$`), '');
  return !PROMPT_ENDINGS.some((ending) => has(`${stem}${ending}`));
}

/** The indexes of the workspaces that a command looks into, each opened once. */
export class PromptIndexes {
  private readonly byRoot = new Map<string, Promise<PromptIndex>>();

  constructor(private readonly open: (root: string) => Promise<Workspace> = openWorkspace) {}

  /** The index of the workspace that a folder is in. @throws when its goldset.yaml cannot be read. */
  of(folder: string): Promise<PromptIndex> {
    const root = findRoot(folder);
    const known = this.byRoot.get(root);
    if (known !== undefined) return known;
    const opened = this.open(root).then((workspace) => new PromptIndex(workspace));
    this.byRoot.set(root, opened);
    return opened;
  }
}
