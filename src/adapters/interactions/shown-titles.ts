/**
 * Titles of listed interactions by what the workspace says today: `title` of goldset.yaml, and the inputs that prompts declare. The index
 * knows neither, so the records of the rows in view are looked at again.
 */
import { statSync } from 'node:fs';
import path from 'node:path';
import { isHumanError } from '../../core/problems/errors.ts';
import { titleOf } from '../../core/feedback/interactions/interaction-title.ts';
import { readStoredLine } from '../../core/feedback/interactions/stored-line.ts';
import { fileOfPrompt } from '../../core/prompt/formats/prompt-name.ts';
import { readText } from '../bounded-file.ts';
import { findPrompts } from '../workspace/find-prompts.ts';
import { promptNamed } from '../workspace/prompt-by-name.ts';
import { PromptSources } from '../workspace/prompt-source.ts';
import { shownPath, type Workspace } from '../workspace/root.ts';
import { Workspaces } from '../workspace/workspaces.ts';
import { InteractionFiles } from './interaction-files.ts';
import type { InteractionAnswer, ListedInteraction } from './interaction-reader.ts';
import { lineAt } from './lines.ts';

/** Prompts whose inputs are remembered. */
const KEPT = 500;

interface DeclaredInputs {
  /** Of the prompt's file, when it was read. */
  readonly stamp: string;
  readonly names: readonly string[];
}

export class ShownTitles {
  private readonly workspaces = new Workspaces((file) => readText(file));
  private readonly declared = new Map<string, DeclaredInputs>();
  /** Prompts by the names that records have for them; null: no prompt, or several, are called so. */
  private readonly files = new Map<string, string | null>();

  /** The same answer, with the titles of its rows. */
  async in(root: string, answer: InteractionAnswer): Promise<InteractionAnswer> {
    if (answer.kind === 'found') return { ...answer, rows: await this.titled(root, answer.rows) };
    if (answer.kind !== 'inbox') return answer;
    const prompts = [];
    for (const group of answer.prompts) {
      const flags = [];
      for (const flag of group.flags) flags.push({ ...flag, rows: await this.titled(root, flag.rows) });
      prompts.push({ ...group, flags });
    }
    return { ...answer, prompts };
  }

  private async titled(root: string, rows: readonly ListedInteraction[]): Promise<readonly ListedInteraction[]> {
    if (rows.length === 0) return rows;
    const workspace = await this.workspaces.open(root);
    const files = new InteractionFiles(root);
    const titled: ListedInteraction[] = [];
    for (const row of rows) {
      const fields = await this.fieldsFor(row.prompt, workspace);
      titled.push(fields.length === 0 ? row : { ...row, asked: titleAt(files, row, fields) });
    }
    return titled;
  }

  private async fieldsFor(prompt: string | null, workspace: Workspace): Promise<readonly string[]> {
    const { title } = workspace.config;
    return [...(title === null ? [] : [title]), ...(prompt === null ? [] : await this.inputsOf(prompt, workspace))];
  }

  private async inputsOf(name: string, workspace: Workspace): Promise<readonly string[]> {
    const file = await this.fileOf(name, workspace.root);
    if (file === null) return [];
    const stats = statSync(fileOfPrompt(file), { throwIfNoEntry: false });
    const stamp = stats === undefined ? '' : `${stats.size}:${stats.mtimeMs}`;
    const known = this.declared.get(file);
    if (known?.stamp === stamp) return known.names;
    if (this.declared.size >= KEPT) this.declared.clear();
    const names = await declaredIn(file, workspace);
    this.declared.set(file, { stamp, names });
    return names;
  }

  private async fileOf(name: string, root: string): Promise<string | null> {
    const key = `${root}\n${name}`;
    const known = this.files.get(key);
    if (known !== undefined) return known;
    if (this.files.size >= KEPT) this.files.clear();
    const named = promptNamed(
      name,
      (await findPrompts([], root)).map((file) => shownPath(root, file)),
    );
    const file = named === null ? null : path.resolve(root, named);
    this.files.set(key, file);
    return file;
  }
}

/** A prompt that cannot be read declares nothing: what is wrong with it is said elsewhere. */
async function declaredIn(file: string, workspace: Workspace): Promise<readonly string[]> {
  try {
    const { reading } = await new PromptSources(workspace).sourceOf(file);
    return reading.document.input.declared.map(({ name }) => name);
  } catch (error) {
    if (isHumanError(error) || (error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function titleAt(files: InteractionFiles, { key, asked }: ListedInteraction, fields: readonly string[]): string {
  const text = lineAt(files.readable(key.day), key.offset, key.end);
  const read = text === null ? null : readStoredLine(text);
  return read !== null && 'interaction' in read && read.interaction.id === key.id ? titleOf(read.interaction, fields) : asked;
}
