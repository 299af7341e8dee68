/** One prompt of a source file, as every later stage reads a prompt. */
import { HumanError } from '../../problems/errors.ts';
import { firstNames } from '../../display/figures.ts';
import { isCodePath, placeOfPrompt } from '../formats/prompt-name.ts';
import { NO_CONTEXT, withDeclared, type PromptContext } from '../formats/text-prompt.ts';
import type { PartialSource } from '../document.ts';
import { readPrompt, type PromptReading } from '../read-prompt.ts';
import { importCandidates } from './import-paths.ts';
import { analyseParts } from '../template/parts.ts';
import { readCode, type CodePrompt, type ImportResolver } from './read-code.ts';

/** Names that a message lists. */
const SHOWN = 6;

export interface CodeReading extends PromptReading {
  readonly prompt: CodePrompt;
}

/**
 * Reads the prompt with an id such as `src/triage.ts#SYSTEM_PROMPT`. `context`: what goldset.yaml says of it, and the texts of the files that it imports.
 * @throws {HumanError} `code/no-prompt` when the file has no prompt of that name.
 */
export function readCodePrompt(id: string, text: string, context: PromptContext = NO_CONTEXT): CodeReading {
  const { file, name } = placeOfPrompt(id);
  const { prompts, diagnostics } = readCode(file, text, importsAmong(context.files));
  const prompt = prompts.find((item) => item.id === id);
  if (prompt === undefined) throw noPrompt(file, name, prompts);
  const document = withDeclared(prompt.document, context.declared);
  const { template } = document;
  const analysis = analyseParts(template.kind === 'parts' ? template.messages : [], file);
  const own = diagnostics.filter(({ range }) => range === null || (range.start >= prompt.range.start && range.end <= prompt.range.end));
  const { origin, range, unresolved } = prompt;
  return { document, analysis, diagnostics: own, context, prompt, code: { name: prompt.name, origin, range, unresolved } };
}

/** Finds imports among texts that were loaded before, by path from the root. */
export function importsAmong(files: Readonly<Record<string, string>>): ImportResolver {
  return (from, specifier) => {
    const path = importCandidates(from, specifier).find((candidate) => Object.hasOwn(files, candidate));
    return path === undefined ? null : { path, text: files[path] ?? '' };
  };
}

/** Any prompt again, with an edited or an older text. @throws {HumanError} as `readCodePrompt`. */
export const readAgain = (id: string, text: string, partials: readonly PartialSource[], context: PromptContext): PromptReading =>
  isCodePath(placeOfPrompt(id).file) ? readCodePrompt(id, text, context) : readPrompt(id, text, partials, context);

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
