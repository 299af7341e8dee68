/** The prompts below files and folders, in a fixed order. */
import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { ConfigurationError } from '../../core/errors.ts';
import { goldenCandidates, isGoldenPath, isPartialPath, isPromptPath } from '../../core/prompt/formats/prompt-name.ts';

const SKIPPED = new Set(['node_modules', '.git', '.goldset', 'dist', 'out']);

/** @throws {ConfigurationError} for a path that is not there or is no prompt. */
export async function findPrompts(paths: readonly string[], cwd: string): Promise<string[]> {
  const found = new Set<string>();
  for (const given of paths.length > 0 ? paths : ['.']) {
    const file = path.resolve(cwd, given);
    if (!existsSync(file))
      throw new ConfigurationError('path/missing', `${given} does not exist.`, 'Name a prompt, a golden set or a folder.');
    if ((await stat(file)).isDirectory()) for await (const prompt of promptsBelow(file)) found.add(prompt);
    else if (isPromptPath(file)) found.add(file);
    else if (isGoldenPath(file)) for (const prompt of await promptsOfGolden(file)) found.add(prompt);
    else throw new ConfigurationError('path/not-a-prompt', `${given} is neither a prompt (.prompt, .prompt.yml) nor a golden set.`);
  }
  return [...found];
}

async function* promptsBelow(folder: string): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory() && !SKIPPED.has(entry.name)) yield* promptsBelow(file);
    else if (entry.isFile() && isPromptPath(file) && !isPartialPath(file)) yield file;
  }
}

/** The prompts beside a golden set that use it by name. */
export async function promptsOfGolden(golden: string): Promise<string[]> {
  const folder = path.dirname(golden);
  const files = (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => !entry.isDirectory())
    .map(({ name }) => path.join(folder, name))
    .filter((file) => isPromptPath(file) && !isPartialPath(file));
  return files.filter((file) => goldenCandidates(file).find((candidate) => existsSync(candidate)) === golden).sort();
}
