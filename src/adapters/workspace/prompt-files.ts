/** Loads a prompt with its partials and its golden set from files, or from editors that have not saved them. */
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Diagnostics, type Diagnostic } from '../../core/problems/diagnostics.ts';
import type { GoldenCase } from '../../core/golden/case.ts';
import { readGoldenSet, tooLarge } from '../../core/golden/read-golden.ts';
import type { PartialSource } from '../../core/prompt/document.ts';
import { fileOfPrompt } from '../../core/prompt/formats/prompt-name.ts';
import { walkedAsLists } from '../../core/prompt/case-problems.ts';
import type { PromptReading } from '../../core/prompt/read-prompt.ts';
import type { CaseNames } from './case-names.ts';
import { caseFileReader, withFiles } from './case-file-reader.ts';
import { goldenHash, withHash, type HashedGoldenSet } from './golden-hash.ts';
import type { PromptFiles, ReadText } from './prompt-reads.ts';
import { PromptSources } from './prompt-source.ts';
import { shownPath, type Workspace } from './root.ts';
import type { RunTarget } from '../../core/prompt/run-target.ts';

/** Parses a golden set, possibly on another thread. */
export type ParseGolden = (shown: string, text: string) => Promise<HashedGoldenSet>;

export interface LoadedPrompt {
  /** The prompt's id: its file, or `FILE#NAME`. */
  readonly file: string;
  /** The files that it is read from: its own, other messages, partials. Absolute. */
  readonly files: readonly string[];
  readonly reading: PromptReading;
  readonly partials: readonly PartialSource[];
  readonly goldenFile: string | null;
  /** Absolute paths of the files that its golden cases name. */
  readonly caseFiles: readonly string[];
  readonly target: RunTarget;
  /** Of the prompt and of its golden set. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Bytes of a golden set that are read at most. */
const MAX_GOLDEN = 256 * 1024 * 1024;

export class PromptLoader extends PromptSources {
  constructor(
    workspace: Workspace,
    files?: ReadText | PromptFiles,
    private readonly parseGolden: ParseGolden = (shown, text) => Promise.resolve(withHash(readGoldenSet(shown, text))),
    caseNames?: CaseNames,
  ) {
    super(workspace, files, caseNames);
  }

  /** @throws only when the prompt's own file cannot be read. */
  async load(file: string): Promise<LoadedPrompt> {
    const { reading, partials, parts, version, caseDiagnostics = [] } = await this.sourceOf(file);
    const golden = await this.golden(file, reading);
    const target: RunTarget = {
      document: reading.document,
      partials,
      listVariables: walkedAsLists(reading.analysis),
      cases: [...reading.document.embedded.cases, ...golden.cases],
      version,
      ref: null,
      golden: golden.hash,
    };
    const files = [...new Set([...this.index.filesOf(file), ...parts.map((part) => path.resolve(this.workspace.root, part))])];
    const caseFiles = (golden.files ?? []).map((name) => path.resolve(this.workspace.root, name));
    return {
      file,
      files,
      reading,
      partials,
      goldenFile: golden.file,
      caseFiles,
      target,
      diagnostics: [...reading.diagnostics, ...caseDiagnostics, ...golden.diagnostics],
    };
  }

  /** Where the golden set of a prompt is; null when it has none. */
  goldenFile(file: string, reading: PromptReading): string | null {
    const own = reading.document.settings.golden;
    const isDeclared = (this.index.declared(file)?.golden ?? null) !== null;
    return own === null || isDeclared ? this.goldenByName(file) : path.resolve(path.dirname(file), own.path);
  }

  private async golden(
    file: string,
    reading: PromptReading,
  ): Promise<{
    file: string | null;
    cases: readonly GoldenCase[];
    diagnostics: readonly Diagnostic[];
    hash: string;
    files?: readonly string[];
  }> {
    const goldenFile = this.goldenFile(file, reading);
    if (goldenFile === null) return { file: null, cases: [], diagnostics: [], hash: goldenHash(reading.document.embedded.cases) };
    const shown = shownPath(this.workspace.root, goldenFile);
    if (!existsSync(goldenFile) || !this.isInside(goldenFile)) {
      const diagnostics = new Diagnostics(fileOfPrompt(reading.document.path));
      const range = reading.document.settings.golden?.range ?? null;
      diagnostics.error(
        'golden/missing',
        `The golden set ${shown} is not in this workspace.`,
        range,
        reading.document.format === 'dotprompt' ? 'Check `goldset.golden`.' : 'Check `golden` under `prompts:` in goldset.yaml.',
      );
      return { file: null, cases: [], diagnostics: diagnostics.list, hash: goldenHash([]) };
    }
    const { size } = await stat(goldenFile);
    const written =
      size > MAX_GOLDEN ? withHash(tooLarge(shown, size, MAX_GOLDEN)) : await this.parseGolden(shown, await this.files.read(goldenFile));
    const set = await withFiles(written, reading.document.path, caseFileReader(this.workspace.root, this.files));
    return { file: goldenFile, cases: set.cases, diagnostics: set.diagnostics, hash: set.hash, files: set.files ?? [] };
  }
}
