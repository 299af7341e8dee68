/** Writes the first files of a folder: goldset.yaml, a golden set and, where there is no prompt, a prompt. What is there is never replaced. */
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { withPromptEntry } from '../../core/config/edit-goldset-yaml.ts';
import { readGoldsetYaml } from '../../core/config/goldset-yaml.ts';
import { HumanError, messageOf } from '../../core/problems/errors.ts';
import type { PromptDocument } from '../../core/prompt/document.ts';
import { defaultGolden, fileOfPrompt, isTextPath } from '../../core/prompt/formats/prompt-name.ts';
import { firstGoldenText } from '../../core/setup/first-golden.ts';
import { firstSettingsText } from '../../core/setup/first-settings.ts';
import { newPromptText } from '../../core/setup/new-prompt.ts';
import type { PromptCandidate } from '../../core/setup/prompt-candidates.ts';
import type { WorkerEvaluator } from '../evaluation/worker-evaluator.ts';
import { realPathToWrite } from '../storage/file-in-root.ts';
import { PromptIndex } from '../workspace/prompt-index.ts';
import type { Workspace } from '../workspace/root.ts';
import { slashedPath } from '../within.ts';

export const SETTINGS_NAME = 'goldset.yaml';
/** The prompt that is written where none is found. */
export const FIRST_PROMPT = 'first.prompt';

export interface SetUpFile {
  /** From the root. */
  readonly file: string;
  /** `kept`: it was there. */
  readonly state: 'written' | 'kept';
}

export interface SetUpResult {
  readonly settings: SetUpFile;
  /** Null: the folder had a prompt. */
  readonly prompt: SetUpFile | null;
  readonly golden: SetUpFile;
  /** Cases that the prompt's own file has, for which no golden set is written; 0: it has none. */
  readonly ownCases: number;
  /** The prompt's id, from the root. */
  readonly id: string;
}

/** The prompt as the new settings make it one, read on the worker. `id`: from the root. @throws {HumanError} when it cannot be read. */
export function loadCandidate(
  { id }: Pick<PromptCandidate, 'id'>,
  workspace: Workspace,
  evaluator: Pick<WorkerEvaluator, 'load'>,
): ReturnType<WorkerEvaluator['load']> {
  // A text is a prompt once its golden set is beside it; until then an entry says so, which is not written.
  const file = path.resolve(workspace.root, id);
  const isNew = isTextPath(file) && !new PromptIndex(workspace).isPrompt(file);
  const entry = isNew ? readGoldsetYaml(SETTINGS_NAME, withPromptEntry('', id, {})).config.prompts : [];
  const config = { ...workspace.config, prompts: new Map([...workspace.config.prompts, ...entry]) };
  return evaluator.load({ workspace: { ...workspace, config }, file, unsaved: {}, most: 0 });
}

/** `chosen`: null where no prompt was found. @throws {HumanError} when a file cannot be written. */
export async function writeSetUp(
  chosen: PromptCandidate | null,
  model: string,
  workspace: Workspace,
  evaluator: Pick<WorkerEvaluator, 'load'>,
): Promise<SetUpResult> {
  const { root } = workspace;
  const prompt = chosen === null ? writeNew(root, FIRST_PROMPT, newPromptText(model)) : null;
  const { id } = chosen ?? { id: FIRST_PROMPT };
  const { reading, goldenFile } = await loadCandidate({ id }, workspace, evaluator);
  const { cases, pending } = casesOf(reading.document);
  const there = goldenFile ?? (cases + pending > 0 ? path.join(root, fileOfPrompt(id)) : null);
  const golden: SetUpFile =
    there === null ? writeNew(root, defaultGolden(id), firstGoldenText(id, reading)) : { file: slashedPath(root, there), state: 'kept' };
  // Last: a folder whose golden set cannot be written gets no settings either.
  return { settings: writeNew(root, SETTINGS_NAME, firstSettingsText(model)), prompt, golden, ownCases: cases, id };
}

/** `pending`: functions that make cases when they are called. */
const casesOf = ({ embedded, pendingTests = [] }: PromptDocument): { readonly cases: number; readonly pending: number } => ({
  cases: embedded.cases.length,
  pending: pendingTests.length,
});

/** A link is not followed, and a file that is there is kept. */
function writeNew(root: string, shown: string, text: string): SetUpFile {
  const file = path.join(root, shown);
  if (existsSync(file)) return { file: shown, state: 'kept' };
  try {
    writeFileSync(realPathToWrite(root, file), text, { flag: 'wx' });
    return { file: shown, state: 'written' };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'syscall' in error)) throw error;
    throw new HumanError('set-up/write', `${shown} cannot be written: ${messageOf(error)}`, 'Check the permissions of its folder.');
  }
}
