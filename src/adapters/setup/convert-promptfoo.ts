/** Writes a promptfoo config as Goldset's own files beside it. What is there is never replaced, but for goldset.yaml, which gets entries. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { isPromptfooPath } from '../../core/prompt/formats/prompt-name.ts';
import { convertConfig, type ConvertedConfig } from '../../core/setup/convert-promptfoo-config.ts';
import type { LoadedPromptfoo } from '../../core/prompt/promptfoo/case-files-of.ts';
import { MAX_STORE, readText } from '../bounded-file.ts';
import { replaceFile } from '../storage/data-folder/no-follow.ts';
import { realPathToWrite } from '../storage/file-in-root.ts';
import { isInside, slashedPath } from '../within.ts';
import { loadPromptfoo } from '../workspace/promptfoo-files.ts';
import { SETTINGS_NAME } from './write-set-up.ts';

/** `file`: the config. @throws {ConfigurationError} when it is no config, when nothing of it converts, or a file cannot be written. */
export async function convertPromptfoo(root: string, file: string): Promise<ConvertedConfig> {
  const shown = slashedPath(root, file);
  if (!isPromptfooPath(file) || !isInside(root, file))
    throw new ConfigurationError('convert/no-config', `${shown} is no promptfoo config of this workspace.`, 'Name a promptfooconfig.yaml.');
  const read = (name: string): Promise<string> => readText(name, MAX_STORE);
  const has = (name: string): Promise<boolean> => Promise.resolve(isInside(root, name));
  const config = await loadPromptfoo(root, shown, await read(file), { read, has });
  const settings = path.join(root, SETTINGS_NAME);
  const before = existsSync(settings) ? readFileSync(settings, 'utf8') : '';
  const isThere = (name: string): boolean => existsSync(path.join(root, name));
  refuseTwice(config, shown, isThere);
  const converted = convertConfig(config, before, isThere);
  if (converted.prompts.length === 0)
    throw new ConfigurationError(
      'convert/nothing',
      `No prompt of ${shown} can be converted: ${converted.left[0]?.message ?? 'it has none.'}`,
      'Nothing was written. The problems of the config say what is not supported.',
    );
  for (const item of converted.files) writeFileSync(realPathToWrite(root, path.join(root, item.path)), item.text, { flag: 'wx' });
  // Last: entries name only files that are there.
  replaceFile(realPathToWrite(root, settings), converted.settings);
  return converted;
}

/** The names that a first conversion gives are taken: a second one would be a copy under other names. */
function refuseTwice(config: LoadedPromptfoo, shown: string, isThere: (name: string) => boolean): void {
  const names = convertConfig(config, '', () => false).files.map((item) => item.path);
  if (names.length === 0 || !names.every(isThere)) return;
  throw new ConfigurationError(
    'convert/done',
    `${shown} was converted already: ${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''} ${names.length === 1 ? 'is' : 'are'} there.`,
    'To convert it again, delete these files and their entries under `prompts:` in goldset.yaml.',
  );
}
