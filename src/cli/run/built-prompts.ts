/** Prompts that a function of the program builds: trust comes first, then the function tells the model and the parameters. */
import { firstInputs, settledDocument } from '../../adapters/evaluation/built-cases.ts';
import type { LoadedPrompt } from '../../adapters/workspace/prompt-files.ts';
import { buildExecutionsOf } from '../../core/run/plan-executions.ts';
import type { Arguments } from '../arguments.ts';
import type { Session } from '../session.ts';
import { requireTrustFor } from '../trust/trust.ts';

/**
 * The prompts as they can be planned. Those without a function are what they were.
 * @throws {ConfigurationError} `trust/needed` when the user does not trust a function; what it says when it builds no case.
 */
export async function settleBuilt(loaded: readonly LoadedPrompt[], args: Arguments, session: Session): Promise<LoadedPrompt[]> {
  const { builds, workspace } = session;
  await requireTrustFor(
    loaded.flatMap(({ target }) => buildExecutionsOf(target.document, workspace.config.code)),
    args,
    session,
  );
  const settled: LoadedPrompt[] = [];
  for (const item of loaded) {
    const document = await settledDocument(builds, item.target.document, firstInputs(item.target));
    settled.push(
      document === item.target.document ? item : { ...item, target: { ...item.target, document }, reading: { ...item.reading, document } },
    );
  }
  return settled;
}
