/** Everything that a plan would execute of what its workspace defines. */
import { codeExecutionsOf, type CodeSettings } from '../grade/code-executions.ts';
import type { CodeExecution, Execution } from '../trust/execution.ts';
import type { GoldenCase } from '../golden/case.ts';
import type { AssertionSpec } from '../grade/assertion.ts';
import type { JudgedPlan } from '../judge/judged-plan.ts';
import type { BuildFunction, PromptDocument } from '../prompt/document.ts';
import type { Plan } from './plan.ts';

/** What a prompt executes to be rendered; empty: nothing. */
export const buildExecutionsOf = ({ template }: PromptDocument, { env, python }: CodeSettings): CodeExecution[] =>
  template.kind === 'built' ? [{ kind: 'code', ...buildSource(template.build), env, python, builds: true }] : [];

const buildSource = ({ language, file, name }: BuildFunction): Pick<CodeExecution, 'language' | 'source'> => ({
  language,
  source: { file, name },
});

/** The commands of its models and judges, the functions that build its prompts, and the code assertions of its cases. */
export function executionsOf({ candidates }: Plan, { clients }: JudgedPlan, code: CodeSettings): Execution[] {
  const commands = [...candidates.map(({ candidate }) => candidate.client), ...clients].flatMap(({ executes }) => executes ?? []);
  const assertions = candidates.flatMap(({ cases }) =>
    cases.flatMap(({ goldenCase, assertions: specs }) => codeExecutionsOf([...specs, ...storingSpecs(goldenCase)], goldenCase.vars, code)),
  );
  const builds = candidates.flatMap(({ candidate }) => buildExecutionsOf(candidate.target.document, code));
  return [...commands, ...builds, ...assertions];
}

/** The code that makes of an answer what later cases have as a variable. */
const storingSpecs = ({ stores }: GoldenCase): AssertionSpec[] =>
  stores === undefined || stores.transforms.length === 0 ? [] : [{ type: 'contains', value: '', transforms: stores.transforms }];
