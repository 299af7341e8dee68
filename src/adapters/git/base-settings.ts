/**
 * The settings of a base: a change does not decide how it is judged. Of goldset.yaml only `model`, `matrix` and the golden sets of `prompts`
 * are the change's; price files, judge prompts and code are read from the files of the base.
 */
import { existsSync, realpathSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { EMPTY_CONFIG, readGoldsetYaml, type GoldsetConfig } from '../../core/config/goldset-yaml.ts';
import { judgedBy, settingsDifferences } from '../../core/config/settings-differences.ts';
import { idOfPrompt, placeOfPrompt } from '../../core/prompt/formats/prompt-name.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { isDifferent, writeCommit, type CommitFiles } from './commit-files.ts';
import type { Repository } from './repository.ts';
import { renamesSince } from './renames.ts';
import { isAtOrWithin } from '../within.ts';
import { withPython } from '../workspace/python.ts';
import { shownPath, type Workspace } from '../workspace/root.ts';

const FILE = 'goldset.yaml';

export interface BaseSettings {
  /** As it was given. */
  readonly ref: string;
  readonly commit: string;
  /** The base's own goldset.yaml. */
  readonly config: GoldsetConfig;
  /** That of the change. */
  readonly headConfig: GoldsetConfig;
  /** Where the files of the base are. */
  readonly root: string;
  /** The change's root. */
  readonly headRoot: string;
  /** Keys of goldset.yaml that the change edits without effect. */
  readonly differs: readonly string[];
  /** The id of a prompt of the change as it was at the base. `prompt`: its id, below the change's root. Null: its file was not there. */
  fileAt(prompt: string): string | null;
  close(): void;
}

/** What points the user to a job that may decide for the change. */
export const USE_HEAD =
  'Where the change may decide how it is judged, such as a protected job after a review, pass --settings-from HEAD. Otherwise merge the settings first.';

/**
 * The workspace as `ref` judges it. `start`: the folder that the run was started for.
 * @throws {ConfigurationError} `settings/only-head` when only the change has a goldset.yaml; {HumanError} when there is no such commit.
 */
export async function openBaseSettings(
  repository: Repository,
  ref: string,
  head: Workspace,
  start: string,
): Promise<{ readonly workspace: Workspace; readonly base: BaseSettings }> {
  const commit = await repository.commitOf(ref);
  const found = await rootAt(repository, commit, start);
  const root = found?.root ?? head.root;
  const ofHead = path.resolve(root) === path.resolve(head.root) ? head : { root, config: EMPTY_CONFIG, diagnostics: [] };
  // The change may have removed a goldset.yaml, or put one into a folder further down.
  const isNew = existsSync(path.join(head.root, FILE)) && (found === null || !isAtOrWithin(head.root, root));
  if (isNew) throw onlyHead(ref);
  const { config, diagnostics } = found === null ? { config: EMPTY_CONFIG, diagnostics: [] } : readGoldsetYaml(FILE, found.text);
  const renames = await renamesSince(repository, commit);
  const files: CommitFiles = await writeCommit(repository, commit, root);
  const base: BaseSettings = {
    ref,
    commit,
    config,
    headConfig: ofHead.config,
    root: files.root,
    headRoot: root,
    differs: settingsDifferences(found?.text ?? '', existsSync(path.join(root, FILE)) ? await readFile(path.join(root, FILE), 'utf8') : ''),
    fileAt: (prompt) => {
      const { file, name } = placeOfPrompt(prompt);
      const now = repository.pathOf(file);
      const then = path.join(repository.top, renames.get(now) ?? now);
      const copied = path.join(files.root, path.relative(realpathSync(root), then));
      return existsSync(copied) ? idOfPrompt({ file: copied, name }) : null;
    },
    close: files.remove,
  };
  const workspace: Workspace = {
    root,
    settingsRoot: files.root,
    config: withPython(files.root, judgedBy(config, ofHead.config)),
    diagnostics: [...diagnostics.map((item) => ({ ...item, message: `At ${ref}: ${item.message}` })), ...ofHead.diagnostics],
  };
  return { workspace, base };
}

/** The nearest folder upward in which the commit has a goldset.yaml. */
async function rootAt(repository: Repository, commit: string, start: string): Promise<{ root: string; text: string } | null> {
  for (let folder = path.resolve(start); existsSync(folder); folder = path.dirname(folder)) {
    if (!isAtOrWithin(repository.top, realpathSync(folder))) return null;
    const text = await repository.textAt(commit, repository.pathOf(path.join(folder, FILE)));
    if (text !== null) return { root: folder, text };
    if (path.dirname(folder) === folder) return null;
  }
  return null;
}

const onlyHead = (ref: string): ConfigurationError =>
  new ConfigurationError(
    'settings/only-head',
    `There is no goldset.yaml at ${ref}, so the one of this change would decide how it is judged.`,
    USE_HEAD,
  );

/** Of files below the base's root, those that the change has otherwise, or not at all. */
export function changedFiles({ root, headRoot }: BaseSettings, names: readonly string[]): string[] {
  return [...new Set(names)]
    .filter((name) => isDifferent(path.join(root, name), path.join(headRoot, name)))
    .map((name) => shownPath(root, path.join(root, name)));
}
