/** The first golden set of a prompt: one case with every variable, which a person fills in. It passes as soon as the model answers. */
import { Document } from 'yaml';
import { blankVars } from '../golden/edit/blank-case.ts';
import type { PromptReading } from '../prompt/read-prompt.ts';

/** The variables of a prompt, in their order. In code each expression is a variable: `ticket.subject` is given by itself. */
export function variablesOf({ document, analysis }: Pick<PromptReading, 'document' | 'analysis'>): string[] {
  const used = analysis.variables.map(({ name, path }) => (document.format === 'code' ? path : name));
  const history = document.template.kind === 'text' ? document.template.history : undefined;
  const names = [...document.input.declared.map(({ name }) => name), ...used];
  return [...new Set(names)].filter((name) => name !== history);
}

/** The text of a golden set with one case. `prompt`: the prompt's id, as commands take it. */
export function firstGoldenText(prompt: string, reading: Pick<PromptReading, 'document' | 'analysis'>): string {
  const { input, output } = reading.document;
  const blank = blankVars({ names: variablesOf(reading), schema: input.schema, defaults: input.defaults });
  const vars = Object.fromEntries(Object.entries(blank).map(([name, value]) => [name, value === '' ? textOf(name) : value]));
  const check = output.format === 'json' ? { type: 'is-json' } : { type: 'word-count', value: { min: 1 } };
  const cases = new Document([{ id: 'first', vars, assert: [check] }]);
  cases.commentBefore = [
    ` Golden cases of ${prompt}: inputs, and what a correct answer to each must satisfy.`,
    ' Replace the values under `vars` with a real input. Then say what is right: `expected: …`, or more assertions.',
  ].join('\n');
  return cases.toString({ lineWidth: 0 });
}

/** Texts are said to be examples, so that a run of the case as it stands is not taken for a result. */
const textOf = (name: string): string => `Example ${name}: replace this text.`;
