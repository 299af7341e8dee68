/** A prompt's text with another model, and with its parameters as that model accepts them. */
import type { PromptDocument } from '../prompt/document.ts';
import { applyEdits, type TextEdit } from '../text/text.ts';
import type { ModelFacts } from './model-facts.ts';
import { parameterMisfits } from './parameter-fit.ts';
import { replaceParameter } from './fixes/parameter-edits.ts';

export interface SwitchedModel {
  /** One edit of the prompt's file; null: the file names no model. */
  readonly edit: TextEdit | null;
  /** What happened to parameters, a sentence each, without the name of the prompt. */
  readonly said: readonly string[];
}

/** `to`: as the user writes it. What cannot be edited is said, too. */
export function switchModelText(
  text: string,
  document: PromptDocument,
  to: string,
  { capabilities, api }: Pick<ModelFacts, 'capabilities' | 'api'>,
): SwitchedModel {
  const range = document.model?.range ?? null;
  if (range === null) return { edit: null, said: ['The prompt does not name a model.'] };
  if (document.model?.inSettings === true)
    return { edit: null, said: [`Its model is in goldset.yaml: set \`model: ${to}\` of its entry under \`prompts:\`.`] };
  const misfits = parameterMisfits(document.parameters, capabilities, { api, hasTools: document.tools.length > 0 });
  const said: string[] = [];
  let after = text;
  for (const { parameter, effect, instead, reason } of misfits) {
    const value = effect === 'ignored' ? null : instead;
    const edit = replaceParameter(after, document, parameter, value);
    if (edit === null) {
      said.push(`${parameter} has to be changed by hand: ${reason}.`);
      continue;
    }
    after = applyEdits(after, [edit]);
    said.push(value === null ? `${parameter} was removed: ${reason}.` : `${parameter} is now ${shown(value)}: ${reason}.`);
  }
  // Parameters stand behind or before the model, so its place is found again by what surrounds it.
  const moved = range.start <= firstDifference(text, after) ? range : shifted(range, after.length - text.length);
  after = applyEdits(after, [{ range: moved, text: to }]);
  return { edit: smallestEdit(text, after), said };
}

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const shifted = ({ start, end }: TextEdit['range'], by: number): TextEdit['range'] => ({ start: start + by, end: end + by });

function firstDifference(a: string, b: string): number {
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at++;
  return at;
}

function smallestEdit(before: string, after: string): TextEdit {
  const start = firstDifference(before, after);
  let same = 0;
  while (same < before.length - start && same < after.length - start && before.at(-1 - same) === after.at(-1 - same)) same++;
  return { range: { start, end: before.length - same }, text: after.slice(start, after.length - same) };
}
