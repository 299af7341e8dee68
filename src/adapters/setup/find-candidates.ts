/** The prompts of a repository, used or not: files, texts that are probably prompts, and prompts in code. */
import { existsSync, type Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { inOrder, isLikelyText, type PromptCandidate } from '../../core/setup/prompt-candidates.ts';
import {
  goldenCandidates,
  idOfPrompt,
  isCodePath,
  isPartialPath,
  isPromptfooPrompt,
  placeOfPrompt,
} from '../../core/prompt/formats/prompt-name.ts';
import type { WorkerEvaluator } from '../evaluation/worker-evaluator.ts';
import { searchPrompts, type IgnoredBelow } from '../workspace/find-prompts.ts';
import { SKIPPED_FOLDERS } from '../workspace/skipped-folders.ts';
import type { Workspace } from '../workspace/root.ts';
import { slashedPath } from '../within.ts';

/** Files that are looked at. A repository with more has its prompts in a folder that can be named. */
const MOST = 20_000;

export interface FoundCandidates {
  /** In the order in which they are offered. */
  readonly candidates: readonly PromptCandidate[];
  /** There are more files than were looked at. */
  readonly isCut: boolean;
}

/** What is below `folder`, without what git ignores. @throws {ConfigurationError} when the folder cannot be read. */
export async function findCandidates(
  folder: string,
  workspace: Workspace,
  evaluator: Pick<WorkerEvaluator, 'scanSources'>,
  ignoredBelow: IgnoredBelow,
): Promise<FoundCandidates> {
  const { root } = workspace;
  const { files: used } = await searchPrompts([folder], folder, ignoredBelow);
  const { files, isCut } = await filesBelow(folder, await ignoredBelow(folder));
  const sources = files.filter((file) => isCodePath(file) && !file.endsWith('.d.ts'));
  const scanned = await evaluator.scanSources({ workspace, files: sources, everything: true }, new AbortController().signal);
  const texts = files.filter((file) => isLikelyText(slashedPath(root, file)));
  const known = new Set(used);
  const found = [
    ...used.filter((id) => !isPartialPath(id)).map((id) => candidate(root, id, 'prompt')),
    ...(scanned ?? []).filter((id) => !known.has(id)).map((id) => candidate(root, id, 'code')),
    ...texts.filter((id) => !known.has(id)).map((id) => candidate(root, id, 'text')),
  ];
  return { candidates: inOrder(found), isCut };
}

function candidate(root: string, id: string, kind: PromptCandidate['kind']): PromptCandidate {
  const { file, name } = placeOfPrompt(id);
  return {
    id: idOfPrompt({ file: slashedPath(root, file), name }),
    kind,
    hasGolden: isPromptfooPrompt(id) || goldenCandidates(id).some((golden) => existsSync(golden)),
  };
}

/** Sorted by path. A folder that cannot be read is passed over: the search for prompts has named it. */
async function filesBelow(folder: string, ignored: ReadonlySet<string>): Promise<{ files: string[]; isCut: boolean }> {
  const files: string[] = [];
  const folders = [folder];
  for (let at = folders.shift(); at !== undefined; at = folders.shift()) {
    for (const entry of await entriesOf(at)) {
      const file = path.join(at, entry.name);
      if (ignored.has(file)) continue;
      if (entry.isDirectory() && !SKIPPED_FOLDERS.includes(entry.name)) folders.push(file);
      else if (entry.isFile() && files.length === MOST) return { files: files.sort(), isCut: true };
      else if (entry.isFile()) files.push(file);
    }
  }
  return { files: files.sort(), isCut: false };
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (error instanceof Error && 'code' in error) return [];
    throw error;
  }
}
