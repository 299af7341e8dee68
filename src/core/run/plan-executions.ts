/** Everything that a plan would execute of what its workspace defines. */
import { codeExecutionsOf, type CodeSettings } from '../grade/code-executions.ts';
import type { Execution } from '../execution.ts';
import type { JudgedPlan } from '../judge/judged-plan.ts';
import type { Plan } from './plan.ts';

/** The commands of its models and judges, and the code assertions of its cases. */
export function executionsOf({ candidates }: Plan, { clients }: JudgedPlan, code: CodeSettings): Execution[] {
  const commands = [...candidates.map(({ candidate }) => candidate.client), ...clients].flatMap(({ executes }) => executes ?? []);
  const assertions = candidates.flatMap(({ cases }) =>
    cases.flatMap(({ goldenCase, assertions: specs }) => codeExecutionsOf(specs, goldenCase.vars, code)),
  );
  return [...commands, ...assertions];
}
