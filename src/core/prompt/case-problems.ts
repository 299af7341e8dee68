/** What only shows when a prompt and its golden cases are seen together. */
import type { Diagnostic } from '../diagnostics.ts';
import { expandLists } from './expand-lists.ts';
import { unsendableCase } from './sendable.ts';
import { sameIds } from './same-ids.ts';
import type { TemplateAnalysis } from './template/analyse.ts';
import { uncheckedCases } from './unchecked-cases.ts';
import { missingVariables } from './render.ts';
import type { PromptReading } from './read-prompt.ts';
import type { GoldenCase } from '../golden/case.ts';

/** Variables whose value the template prints. */
export const printedVariables = ({ analysis }: Pick<PromptReading, 'analysis'>): string[] =>
  analysis.variables.filter((use) => use.use === 'value').map((use) => use.name);

/** Variables that the template walks as lists. */
export const walkedAsLists = (analysis: TemplateAnalysis): string[] =>
  analysis.variables.filter((use) => use.use === 'iteration').map((use) => use.name);

/** Cases that leave a variable of the template without a value, or give one that nothing reads; that check nothing; and that have the id of another. */
export function caseProblems({ document, analysis }: PromptReading, cases: readonly GoldenCase[]): Diagnostic[] {
  const lists = { document, listVariables: walkedAsLists(analysis) };
  const whole = [...sameIds(cases.flatMap((item) => expandLists(item, lists))), ...uncheckedCases(document, analysis, cases)];
  if (analysis.problems.length > 0) return whole;
  const printed = printedVariables({ analysis });
  const used = new Set([...analysis.variables.map((use) => use.name), ...historyVariable(document.template)]);
  const optional = optionalVariables(document.input.schema);
  const readsAll = document.template.kind === 'built';
  const hasPartials = analysis.partials.length > 0;
  return [
    ...whole,
    ...cases.flatMap((goldenCase) => {
      const at = { path: goldenCase.source.path, range: goldenCase.source.anchor };
      const missing = missingVariables(document, printed, goldenCase.vars).filter((name) => !optional.has(name));
      const unsendable = unsendableCase({ ...goldenCase, unsupported: null });
      const broken: Diagnostic[] =
        unsendable === null
          ? []
          : [
              {
                ...at,
                code: unsendable.code,
                severity: 'error',
                message: `The case \`${goldenCase.id}\`: ${unsendable.problem}`,
                ...(unsendable.hint === undefined ? {} : { hint: unsendable.hint }),
              },
            ];
      const problems = missing.map((name): Diagnostic => ({
        ...at,
        code: 'golden/missing-variable',
        severity: 'warning',
        message: `The case \`${goldenCase.id}\` has no value for \`${name}\`, so it renders empty.`,
        hint: document.format === 'dotprompt' ? `Add it to \`vars\`, or to \`input.default\` of ${document.path}.` : 'Add it to `vars`.',
      }));
      const unused =
        readsAll || hasPartials || document.format === 'prompt-yml' ? [] : Object.keys(goldenCase.vars).filter((name) => !used.has(name));
      return [
        ...broken,
        ...problems,
        ...unused.map((name): Diagnostic => ({
          ...at,
          code: 'golden/unused-variable',
          severity: 'info',
          message: `${document.path} does not use the variable \`${name}\` of the case \`${goldenCase.id}\`.`,
        })),
      ];
    }),
  ];
}

const historyVariable = (template: PromptReading['document']['template']): string[] =>
  template.kind === 'text' && template.history !== undefined ? [template.history] : [];

function optionalVariables(schema: PromptReading['document']['input']['schema']): Set<string> {
  const properties = schema?.['properties'];
  const required = schema?.['required'];
  if (typeof properties !== 'object' || properties === null || Array.isArray(properties)) return new Set();
  return new Set(Object.keys(properties).filter((name) => !Array.isArray(required) || !required.includes(name)));
}
