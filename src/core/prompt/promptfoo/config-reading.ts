/** One prompt of a promptfoo config as every prompt is read: its document, what its template refers to, and what is wrong. */
import { HumanError } from '../../problems/errors.ts';
import type { Diagnostic } from '../../problems/diagnostics.ts';
import { fileOfPrompt } from '../formats/prompt-name.ts';
import { NO_CONTEXT } from '../formats/text-prompt.ts';
import { builtReading } from '../built/read-built.ts';
import { readPrompt, type PromptReading } from '../read-prompt.ts';
import { affects } from './error-cells.ts';
import type { PromptfooConfig } from './read-config.ts';

/** @throws {HumanError} `code/no-prompt` when the config has no prompt of this id. */
export function configReading(config: PromptfooConfig, id: string, text: string): PromptReading {
  const document = config.documents.find(({ path }) => path === id);
  if (document === undefined) {
    const names = config.documents.map(({ path }) => path);
    throw new HumanError('code/no-prompt', `${fileOfPrompt(id)} has no prompt ${id}.`, `It has: ${names.join(', ')}.`);
  }
  const reading = document.template.kind === 'built' ? builtReading(document) : readPrompt(id, text, [], { ...NO_CONTEXT, document });
  // What concerns one prompt of several is said of that one only.
  const own = config.problems.get(id);
  const others = new Set([...config.problems.values()].filter((problem) => problem !== own));
  const said = config.diagnostics.filter(({ code, message }) => code !== 'promptfoo/prompt' || !others.has(message));
  const count = affects(document.embedded.cases.length);
  const counted = (item: Diagnostic): Diagnostic => (item.severity === 'error' ? { ...item, message: `${item.message}${count}` } : item);
  const diagnostics = [
    ...said.map((item) => (item.code === 'promptfoo/prompt' ? counted(item) : item)),
    ...reading.diagnostics.map(counted),
  ];
  const place = config.places.get(id);
  return { ...reading, diagnostics, ...(place === undefined ? {} : { place }) };
}
