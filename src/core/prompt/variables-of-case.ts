/** Which variables a prompt needs from a case, and which a case gives that something reads. */
import type { GoldenCase } from '../golden/case.ts';
import { assertionsOf } from '../golden/case-assertions.ts';
import { ownValue, type JsonObject } from '../json/json.ts';
import type { PromptReading } from './read-prompt.ts';
import { missingVariables } from './render.ts';
import { holdForSure } from './template/conditions.ts';

/** Variables that the template prints with these values although they are not among them: each renders empty. */
export function printedWithoutValue({ document, analysis }: Pick<PromptReading, 'document' | 'analysis'>, variables: JsonObject): string[] {
  const given = { ...document.input.defaults, ...variables };
  const printed = analysis.variables
    .filter(({ use, path, when = [] }) => use === 'value' && ownValue(given, path) === undefined && holdForSure(when, given))
    .map(({ name }) => name);
  return missingVariables(document, printed, variables);
}

/** Variables of the case that neither the template nor anything of the case itself names. */
export function unreadVariables({ document, analysis }: Pick<PromptReading, 'document' | 'analysis'>, goldenCase: GoldenCase): string[] {
  if (analysis.readsWholeInput === true) return [];
  const used = new Set([...analysis.variables.flatMap(({ name, path }) => [name, path]), ...historyVariable(document.template)]);
  const unused = Object.keys(goldenCase.vars).filter((name) => !used.has(name));
  if (unused.length === 0) return [];
  const assertions = JSON.stringify(assertionsOf(goldenCase, document.embedded.assertions));
  // Code in a file may read any of them.
  if (assertions.includes('file://')) return [];
  return unused.filter((name) => !names(assertions, name) && !names(otherValues(goldenCase.vars, name), name));
}

const historyVariable = (template: PromptReading['document']['template']): string[] =>
  template.kind === 'text' && template.history !== undefined ? [template.history] : [];

const names = (text: string, variable: string): boolean => text.split(/[^\p{L}\p{N}_$]+/u).includes(variable);

/** promptfoo fills `{{x}}` of one variable with another. */
const otherValues = (vars: JsonObject, name: string): string =>
  JSON.stringify(Object.entries(vars).flatMap(([key, value]) => (key === name ? [] : [value])))
    .match(/\{\{[^{}]*\}\}/g)
    ?.join(' ') ?? '';
