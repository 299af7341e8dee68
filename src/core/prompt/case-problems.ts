/** What only shows when a prompt and its golden cases are seen together. */
import type { Diagnostic } from '../diagnostics.ts';
import { expandLists } from './expand-lists.ts';
import { continuesPrompt } from '../golden/case-messages.ts';
import { unsendableCase } from './sendable.ts';
import { contradictions } from './contradictions.ts';
import { sameIds } from './same-ids.ts';
import type { TemplateAnalysis } from './template/analyse.ts';
import { uncheckedCases } from './unchecked-cases.ts';
import { keysOfFormat } from './format-keys.ts';
import type { PromptReading } from './read-prompt.ts';
import { printedWithoutValue, unreadVariables } from './variables-of-case.ts';
import type { GoldenCase } from '../golden/case.ts';

/** Variables that the template walks as lists. */
export const walkedAsLists = (analysis: TemplateAnalysis): string[] =>
  analysis.variables.filter((use) => use.use === 'iteration').map((use) => use.name);

/** Cases that leave a variable of the template without a value, or give one that nothing reads; that check nothing; and that have the id of another. */
export function caseProblems(reading: PromptReading, cases: readonly GoldenCase[]): Diagnostic[] {
  const { document, analysis } = reading;
  const lists = { document, listVariables: walkedAsLists(analysis) };
  const expanded = cases.flatMap((item) => expandLists(item, lists));
  const whole = [...sameIds(expanded), ...contradictions(expanded), ...uncheckedCases(document, analysis, cases)];
  if (analysis.problems.length > 0) return whole;
  const optional = optionalVariables(document.input.schema);
  const readsAll = document.template.kind === 'built';
  const hasPartials = analysis.partials.length > 0;
  const { defaults } = keysOfFormat(document.format);
  const hint = defaults === null ? 'Add it to the case.' : `Add it to \`vars\`, or to \`${defaults}\` of ${document.path}.`;
  return [
    ...whole,
    ...cases.flatMap((goldenCase) => {
      const at = { path: goldenCase.source.path, range: goldenCase.source.anchor };
      // What is sent in the prompt's place reads no variable; of retrieval only the pipeline gets them.
      const isReplaced = goldenCase.kind === 'retrieval' || (goldenCase.messages !== undefined && !continuesPrompt(goldenCase.messages));
      const missing = isReplaced ? [] : printedWithoutValue(reading, goldenCase.vars).filter((name) => !optional.has(name));
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
        message: `The case \`${goldenCase.id}\` has no value for \`${name}\`, so ${document.format === 'prompt-yml' ? `\`{{${name}}}\` is sent as it stands` : 'it renders empty'}.`,
        hint,
      }));
      const unused = isReplaced || readsAll || hasPartials || document.format === 'prompt-yml' ? [] : unreadVariables(reading, goldenCase);
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

function optionalVariables(schema: PromptReading['document']['input']['schema']): Set<string> {
  const properties = schema?.['properties'];
  const required = schema?.['required'];
  if (typeof properties !== 'object' || properties === null || Array.isArray(properties)) return new Set();
  return new Set(Object.keys(properties).filter((name) => !Array.isArray(required) || !required.includes(name)));
}
