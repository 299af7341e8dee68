/** Loads a prompt with its partials and its golden set from files, or from editors that have not saved them. */
import { existsSync, realpathSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { HumanError } from '../../core/errors.ts';
import { Diagnostics, type Diagnostic } from '../../core/diagnostics.ts';
import type { GoldenCase } from '../../core/golden/case.ts';
import { readGoldenSet, tooLarge } from '../../core/golden/read-golden.ts';
import type { PartialSource } from '../../core/prompt/document.ts';
import { goldenCandidates } from '../../core/prompt/formats/prompt-name.ts';
import { partialNamesIn, readPrompt, type PromptReading } from '../../core/prompt/read-prompt.ts';
import { analyseTemplate } from '../../core/prompt/template/analyse.ts';
import { splitFrontMatter } from '../../core/prompt/formats/front-matter.ts';
import type { RunTarget } from '../../core/run/plan.ts';
import { promptVersion } from '../../core/versions/identity.ts';
import { goldenHash, sha256, withHash, type HashedGoldenSet } from './golden-hash.ts';
import type { Workspace } from './root.ts';
import { shownPath } from './root.ts';

/** The text of a file: an unsaved editor's, or what is on disk. */
export type ReadText = (file: string) => Promise<string>;

/** Where a prompt and its partials are read from: the disk, editors, or a commit. */
export interface PromptFiles {
  readonly read: ReadText;
  /** Whether there is such a file in the workspace. */
  readonly has: (file: string) => Promise<boolean>;
}

/** A prompt's own text and that of its partials, parsed. */
export interface PromptSource {
  readonly text: string;
  readonly reading: PromptReading;
  readonly partials: readonly PartialSource[];
  readonly version: string;
}

/** Parses a golden set, possibly on another thread. */
export type ParseGolden = (shown: string, text: string) => Promise<HashedGoldenSet>;

export interface LoadedPrompt {
  readonly file: string;
  readonly reading: PromptReading;
  readonly partials: readonly PartialSource[];
  readonly goldenFile: string | null;
  readonly target: RunTarget;
  /** Of the prompt and of its golden set. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Characters of a prompt that are read at most. */
const MAX_PROMPT = 8 * 1024 * 1024;
/** Bytes of a golden set that are read at most. */
const MAX_GOLDEN = 256 * 1024 * 1024;

export class PromptLoader {
  private readonly files: PromptFiles;

  constructor(
    private readonly workspace: Workspace,
    files: ReadText | PromptFiles = (file) => readFile(file, 'utf8'),
    private readonly parseGolden: ParseGolden = (shown, text) => Promise.resolve(withHash(readGoldenSet(shown, text))),
  ) {
    this.files =
      typeof files === 'function' ? { read: files, has: (name) => Promise.resolve(existsSync(name) && this.isInside(name)) } : files;
  }

  /** As `source`, of what its file holds. @throws when it cannot be read. */
  async sourceOf(file: string): Promise<PromptSource> {
    return this.source(file, await this.files.read(file));
  }

  /** Reads the prompt alone, without its golden set. @throws {HumanError} when it is too large to be one. */
  async source(file: string, text: string): Promise<PromptSource> {
    if (text.length > MAX_PROMPT)
      throw new HumanError(
        'prompt/too-large',
        `${shownPath(this.workspace.root, file)} has ${Math.round(text.length / 1e6)} MB: that is no prompt.`,
        'At most 8 MB are read. Put long content into variables.',
      );
    const partials = await this.partials(file, text);
    const reading = readPrompt(shownPath(this.workspace.root, file), text, partials);
    return { text, reading, partials, version: promptVersion(reading.document, partials, sha256) };
  }

  /** @throws only when the prompt's own file cannot be read. */
  async load(file: string): Promise<LoadedPrompt> {
    const { reading, partials, version } = await this.sourceOf(file);
    const golden = await this.golden(file, reading);
    const target: RunTarget = {
      document: reading.document,
      partials,
      listVariables: reading.analysis.variables.filter((use) => use.use === 'iteration').map((use) => use.name),
      cases: [...reading.document.embedded.cases, ...golden.cases],
      version,
      ref: null,
      golden: golden.hash,
    };
    return { file, reading, partials, goldenFile: golden.file, target, diagnostics: [...reading.diagnostics, ...golden.diagnostics] };
  }

  /** Where the golden set of a prompt is; null when it has none. */
  goldenFile(file: string, reading: PromptReading): string | null {
    const configured =
      this.workspace.config.prompts.get(reading.document.path)?.golden ??
      this.workspace.config.prompts.get(`./${reading.document.path}`)?.golden;
    if (configured) return path.resolve(this.workspace.root, configured.path);
    const own = reading.document.settings.golden;
    if (own !== null) return path.resolve(path.dirname(file), own.path);
    return goldenCandidates(file).find((candidate) => existsSync(candidate)) ?? null;
  }

  private async golden(
    file: string,
    reading: PromptReading,
  ): Promise<{ file: string | null; cases: readonly GoldenCase[]; diagnostics: readonly Diagnostic[]; hash: string }> {
    const goldenFile = this.goldenFile(file, reading);
    if (goldenFile === null) return { file: null, cases: [], diagnostics: [], hash: goldenHash(reading.document.embedded.cases) };
    const shown = shownPath(this.workspace.root, goldenFile);
    if (!existsSync(goldenFile) || !this.isInside(goldenFile)) {
      const diagnostics = new Diagnostics(reading.document.path);
      const range = reading.document.settings.golden?.range ?? null;
      diagnostics.error('golden/missing', `The golden set ${shown} is not in this workspace.`, range, 'Check `goldset.golden`.');
      return { file: null, cases: [], diagnostics: diagnostics.list, hash: goldenHash([]) };
    }
    const { size } = await stat(goldenFile);
    const set =
      size > MAX_GOLDEN ? withHash(tooLarge(shown, size, MAX_GOLDEN)) : await this.parseGolden(shown, await this.files.read(goldenFile));
    return { file: goldenFile, cases: set.cases, diagnostics: set.diagnostics, hash: set.hash };
  }

  /** Every partial that the prompt reaches, found beside it or in a folder above, up to the root. */
  private async partials(file: string, text: string): Promise<PartialSource[]> {
    if (!file.endsWith('.prompt')) return [];
    const { body } = splitFrontMatter(text);
    const wanted = analyseTemplate(body.text, body.offset).partials.map((use) => use.name);
    const found = new Map<string, PartialSource>();
    for (const name of wanted) {
      if (found.has(name)) continue;
      const partial = await this.partialFile(path.dirname(file), name);
      if (partial === null) continue;
      const source = { name, path: shownPath(this.workspace.root, partial), text: await this.files.read(partial) };
      found.set(name, source);
      wanted.push(...partialNamesIn(source));
    }
    return [...found.values()];
  }

  private async partialFile(from: string, name: string): Promise<string | null> {
    const at = path.posix.join(path.posix.dirname(name), `_${path.posix.basename(name)}.prompt`);
    for (let folder = from; ; folder = path.dirname(folder)) {
      const candidate = path.resolve(folder, at);
      if (await this.files.has(candidate)) return candidate;
      if (folder === this.workspace.root || path.dirname(folder) === folder) return null;
    }
  }

  /** By real path: no link and no `..` leads out of the workspace. */
  private isInside(file: string): boolean {
    const relative = path.relative(realpathSync(this.workspace.root), realpathSync(file));
    return relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative);
  }
}

/** Why a golden set cannot be run as a whole; a problem of one case is that case's own. */
export const unreadableGolden = (diagnostics: readonly Diagnostic[]): Diagnostic | undefined =>
  diagnostics.find((item) => item.severity === 'error' && /^(yaml\/|golden\/(too-large|not-a-list|missing$|syntax))/.test(item.code));
