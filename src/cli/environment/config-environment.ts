/** `env` of the promptfoo configs that a command names: it supplies what `--env-file` may supply, and nothing that is set elsewhere. */
import { readFileSync, statSync } from 'node:fs';
import { MAX_STORE } from '../../adapters/bounded-file.ts';
import { mayBeSupplied } from '../../core/trust/variable-names.ts';
import { fileOfPrompt, isPromptfooPath } from '../../core/prompt/formats/prompt-name.ts';
import { configEnvironment } from '../../core/prompt/promptfoo/environment.ts';

/** `named`: variables that providers and sources name. `addresses`: further names that no file may supply. */
export function environmentOfConfigs(
  paths: readonly string[],
  named: ReadonlySet<string>,
  addresses: readonly string[],
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const file of new Set(paths.map(fileOfPrompt).filter(isPromptfooPath))) {
    const stat = statSync(file, { throwIfNoEntry: false });
    // What is wrong with the file is said where its prompts are read.
    if (stat?.isFile() !== true || stat.size > MAX_STORE) continue;
    for (const [name, value] of configEnvironment(readFileSync(file, 'utf8')))
      if (named.has(name) && mayBeSupplied(name) && !addresses.includes(name) && !found.has(name)) found.set(name, value);
  }
  return found;
}
