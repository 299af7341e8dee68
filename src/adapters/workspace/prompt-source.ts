/** Reads a prompt with its partials, without its golden set: from files, editors that have not saved them, or a commit. */
import path from 'node:path';
import { MAX_STORE, readText } from '../bounded-file.ts';
import { HumanError } from '../../core/errors.ts';
import type { PartialSource } from '../../core/prompt/document.ts';
import { splitFrontMatter } from '../../core/prompt/formats/front-matter.ts';
import { partialNamesIn, readPrompt, type PromptReading } from '../../core/prompt/read-prompt.ts';
import { analyseTemplate } from '../../core/prompt/template/analyse.ts';
import { promptVersion } from '../../core/versions/identity.ts';
import { isInside } from '../within.ts';
import { withReplacements } from '../../core/config/read-evaluators.ts';
import { refuseLinkOutside, requirePrompt } from './prompt-path.ts';
import { shownPath, type Workspace } from './root.ts';
import { sha256 } from '../hash.ts';

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

/** Characters of a prompt that are read at most. */
const MAX_PROMPT = 8 * 1024 * 1024;

export class PromptSources {
  protected readonly files: PromptFiles;

  constructor(
    protected readonly workspace: Workspace,
    files: ReadText | PromptFiles = (file) => readText(file, MAX_STORE),
  ) {
    this.files = typeof files === 'function' ? { read: files, has: (name) => Promise.resolve(this.isInside(name)) } : files;
  }

  /** As `source`, of what its file holds. @throws when it cannot be read. */
  async sourceOf(file: string): Promise<PromptSource> {
    requirePrompt(file, shownPath(this.workspace.root, file));
    refuseLinkOutside(this.workspace.root, file);
    return this.source(file, await this.files.read(file));
  }

  /** Reads the prompt alone, without its golden set. @throws {HumanError} when its name is not that of a prompt, or it is too large to be one. */
  async source(file: string, text: string): Promise<PromptSource> {
    requirePrompt(file, shownPath(this.workspace.root, file));
    if (text.length > MAX_PROMPT)
      throw new HumanError(
        'prompt/too-large',
        `${shownPath(this.workspace.root, file)} has ${Math.round(text.length / 1e6)} MB, too large for a prompt.`,
        'The limit is 8 MB. Put long content into variables.',
      );
    const partials = await this.partials(file, text);
    const { stubs, prompts } = this.workspace.config;
    const shown = shownPath(this.workspace.root, file);
    const read = readPrompt(shown, text, partials, stubs);
    const replacements = (prompts.get(shown) ?? prompts.get(`./${shown}`))?.evaluators ?? new Map<string, never>();
    const reading = { ...read, document: withReplacements(read.document, replacements) };
    return { text, reading, partials, version: promptVersion(reading.document, partials, sha256) };
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
  protected isInside(file: string): boolean {
    return isInside(this.workspace.root, file);
  }
}
