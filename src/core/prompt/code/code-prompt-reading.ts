/** One prompt of a source file, as every later stage reads a prompt. */
import { Diagnostics } from '../../diagnostics.ts';
import { HumanError } from '../../errors.ts';
import { firstNames } from '../../figures.ts';
import type { PromptDocument } from '../document.ts';
import { placeOfPrompt } from '../formats/prompt-name.ts';
import type { PromptReading } from '../read-prompt.ts';
import { analyseParts } from '../template/parts.ts';
import { readCode, type CodePrompt, type ImportResolver } from './read-code.ts';

/** Names that a message lists. */
const SHOWN = 6;

export interface CodeReading extends PromptReading {
  readonly prompt: CodePrompt;
}

/**
 * Reads the prompt with an id such as `src/triage.ts#SYSTEM_PROMPT`. `declared`: the document with what goldset.yaml says of it.
 * @throws {HumanError} `code/no-prompt` when the file has no prompt of that name.
 */
export function readCodePrompt(
  id: string,
  text: string,
  resolveImport: ImportResolver,
  declared: (document: PromptDocument) => PromptDocument = (document) => document,
): CodeReading {
  const { file, name } = placeOfPrompt(id);
  const { prompts, diagnostics } = readCode(file, text, resolveImport);
  const prompt = prompts.find((item) => item.id === id);
  if (prompt === undefined) throw noPrompt(file, name, prompts);
  const document = declared(prompt.document);
  const { template } = document;
  const problems = new Diagnostics(file);
  const analysis = analyseParts(template.kind === 'parts' ? template.messages : [], file);
  const own = diagnostics.filter(({ range }) => range === null || (range.start >= prompt.range.start && range.end <= prompt.range.end));
  return { document, analysis, diagnostics: [...own, ...problems.list], prompt };
}

function noPrompt(file: string, name: string | null, prompts: readonly CodePrompt[]): HumanError {
  const names = prompts.map(({ id }) => id.slice(file.length + 1));
  return new HumanError(
    'code/no-prompt',
    `There is no prompt ${name ?? ''} in ${file}.`,
    names.length === 0
      ? 'Goldset finds calls of model SDKs, constants whose names end with PROMPT, and strings after a comment `goldset: NAME`.'
      : `It has: ${firstNames(names, SHOWN)}.`,
  );
}
