/** The golden set that a command writes to, and how it is written. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { MAX_STORE, readTextSync } from '../../adapters/bounded-file.ts';
import { replaceFile } from '../../adapters/storage/data-folder/no-follow.ts';
import { realPathToWrite } from '../../adapters/storage/file-in-root.ts';
import type { RootedPrompt } from '../../adapters/interactions/plan-cases.ts';
import type { GoldenEdit } from '../../adapters/workspace/golden-edit.ts';
import { PromptIndexes } from '../../adapters/workspace/prompt-index.ts';
import { shownPath } from '../../adapters/workspace/root.ts';
import { ConfigurationError, HumanError } from '../../core/problems/errors.ts';
import { goldenCandidates, isGoldenPath, placeOfPrompt } from '../../core/prompt/formats/prompt-name.ts';
import { applyEdits } from '../../core/text/text.ts';
import { promptsAt } from '../run/prompt-search.ts';
import type { Session } from '../session.ts';

export type LoadPrompt = (file: string) => Promise<RootedPrompt>;

/** Loads prompts of the workspace as their files have them. */
export const promptLoader =
  ({ evaluator, workspace }: Session): LoadPrompt =>
  async (file) => ({ ...(await evaluator.load({ workspace, file, unsaved: {}, most: null })), root: workspace.root });

/** The golden set that `--to` names, absolute; undefined: it names a prompt, or nothing. */
export const namedGolden = (to: string | null, { cwd }: Session): string | undefined =>
  to !== null && isGoldenPath(to) ? path.resolve(cwd, to) : undefined;

/** The prompt whose golden set is meant. `file`: a prompt or a golden set. @throws {ConfigurationError} when there is no such prompt. */
export async function promptOfTarget(file: string, { workspace }: Session, load: LoadPrompt): Promise<string> {
  const { file: own } = placeOfPrompt(file);
  if (!isGoldenPath(file)) {
    const prompts = existsSync(own) ? (await new PromptIndexes().of(path.dirname(own))).promptsOf(own) : [];
    const prompt = prompts.find((id) => id === file) ?? (prompts.length === 1 ? prompts[0] : undefined);
    if (prompt !== undefined) return prompt;
    throw new ConfigurationError('path/missing', `There is no prompt ${shownPath(workspace.root, file)}.`, 'Check --to.');
  }
  for (const prompt of await promptsAt([], workspace.root)) {
    const { goldenFile } = await load(prompt);
    if (goldenFile === null ? goldenCandidates(prompt).includes(file) : goldenFile === file) return prompt;
  }
  throw new ConfigurationError(
    'golden/no-prompt',
    `${shownPath(workspace.root, file)} is not the golden set of any prompt here.`,
    'Name a prompt, or its golden set: triage.golden.yaml beside triage.prompt.',
  );
}

/** One edit of a golden set in the root. @throws {HumanError} when the file changed, or is outside the root. */
export function writeGoldenFile({ file, text, edits }: GoldenEdit, root: string): void {
  const place = realPathToWrite(root, file);
  if ((existsSync(place) ? readTextSync(place, MAX_STORE) : '') !== text)
    throw new HumanError('golden/changed', `${path.basename(file)} changed in the meantime.`, 'Try again.');
  replaceFile(place, applyEdits(text, edits));
}
