/** Before a run executes anything that its workspace defines: the user is shown what it is, once. */
import type { CodeTrust, Untrusted } from '../../adapters/trust/code-trust.ts';
import { trustFile } from '../../adapters/trust/trust-store.ts';
import { firstNames, quantity } from '../../core/display/figures.ts';
import type { JudgedPlan } from '../../core/judge/judged-plan.ts';
import type { Plan } from '../../core/run/plan.ts';
import { executionsOf } from '../../core/run/plan-executions.ts';
import type { CodeExecution, CommandExecution, Execution } from '../../core/trust/execution.ts';
import type { Arguments } from '../arguments.ts';
import type { Session } from '../session.ts';
import { confirm, isInteractive, stderr } from '../output.ts';

/** Characters of a code text, and files of an execution, that the question shows. */
const MAX_CODE = 4000;
const MAX_NAMES = 20;

/** @throws {ConfigurationError} `trust/needed` when the plan would execute what is not trusted, and the user does not trust it now. */
export async function requireCodeTrust(plan: Plan, judged: JudgedPlan, args: Arguments, session: Session): Promise<void> {
  await requireTrustFor(executionsOf(plan, judged, session.workspace.config.code), args, session);
}

/** As `requireCodeTrust`, for what a command is about to execute. */
export async function requireTrustFor(executions: readonly Execution[], args: Arguments, session: Session): Promise<void> {
  const { trust, workspace } = session;
  const untrusted = trust.untrusted(executions);
  if (untrusted.length === 0) return;
  if (!isInteractive() || args.flag('yes')) throw trust.refusal(untrusted);
  if (!(await isAccepted(untrusted, workspace.root, trust))) throw trust.refusal(untrusted);
}

async function isAccepted(untrusted: readonly Untrusted[], root: string, trust: CodeTrust): Promise<boolean> {
  stderr.write(`${questionText(untrusted, root)}\n`);
  if (!(await confirm('Execute it? [y/N] '))) return false;
  trust.remember(untrusted);
  stderr.write(`Remembered in ${trustFile()}.\n`);
  return true;
}

/** What the user is shown: every text and every file that would be executed, with the variables that it gets. */
export function questionText(untrusted: readonly Untrusted[], root: string): string {
  const items = untrusted.map(({ execution, files }) =>
    [
      execution.kind === 'command' ? commandText(execution) : codeText(execution),
      ...(execution.env.length === 0 ? [] : [`    gets the variables ${execution.env.join(', ')}`]),
      ...(files.length === 0 ? [] : [`    files: ${firstNames(files, MAX_NAMES, 'file')}`]),
    ].join('\n'),
  );
  return [`${root} wants to execute ${quantity(untrusted.length, 'item')} on this machine, with your rights:`, ...items].join('\n');
}

const commandText = ({ provider, command, isSignIn }: CommandExecution): string =>
  `  ${isSignIn === true ? 'token command' : 'command'} of the provider ${provider}: ${JSON.stringify(command)}`;

function codeText({ language, source, python, builds }: CodeExecution): string {
  const role = builds === true ? 'function that builds a prompt' : 'assertion';
  const by = language === 'python' && python !== 'python3' ? ` (run by ${python})` : '';
  if ('file' in source) return `  ${language} ${role}${by}: ${source.file}${source.name === null ? '' : `:${source.name}`}`;
  const more = source.code.length > MAX_CODE ? `\n… ${quantity(source.code.length - MAX_CODE, 'more character')}` : '';
  return `  ${language} ${role}${by}:\n${`${source.code.slice(0, MAX_CODE)}${more}`.replace(/^/gm, '      ')}`;
}
