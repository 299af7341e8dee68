/** Reads source texts for tests, and shows the prompts in them. */
import assert from 'node:assert/strict';
import { readCode, type CodePrompt, type CodePrompts } from '../../src/core/prompt/code/read-code.ts';
import { importCandidates } from '../../src/core/prompt/code/import-paths.ts';

export const read = (path: string, text: string, others: Readonly<Record<string, string>> = {}): CodePrompts =>
  readCode(path, text, (from, specifier) => {
    const found = importCandidates(from, specifier).find((candidate) => candidate in others);
    return found === undefined ? null : { path: found, text: others[found] ?? '' };
  });

/** `role: text`, a variable as `⟨name⟩`. */
export const shown = ({ document: { template } }: CodePrompt): string[] =>
  template.kind !== 'parts'
    ? []
    : template.messages.map(
        ({ role, parts }) =>
          `${role}: ${parts.map((part) => ('text' in part ? part.text : `⟨${part.variable}${shownFormat(part.format)}⟩`)).join('')}`,
      );

const shownFormat = (format: string | null): string => (format === null ? '' : /^[!%]/.test(format) ? format : `:${format}`);

export const only = (path: string, text: string, others: Readonly<Record<string, string>> = {}): CodePrompt => {
  const { prompts } = read(path, text, others);
  assert.equal(prompts.length, 1, prompts.map(({ id }) => id).join(', '));
  return prompts[0] as CodePrompt;
};
export const promptNamed = (path: string, text: string, name: string, others: Readonly<Record<string, string>> = {}): CodePrompt => {
  const found = read(path, text, others).prompts.find(({ id }) => id === `${path}#${name}`);
  assert.ok(found, name);
  return found;
};
