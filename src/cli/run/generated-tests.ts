/** Tests that functions of a promptfoo config make: trust comes first, then they are called once, and the prompts are read with what they returned. */
import path from 'node:path';
import type { LoadedPrompt } from '../../adapters/workspace/prompt-files.ts';
import { ConfigurationError, isHumanError } from '../../core/problems/errors.ts';
import type { Execution } from '../../core/trust/execution.ts';
import type { TestGenerator } from '../../core/prompt/document.ts';
import type { Arguments } from '../arguments.ts';
import type { Session } from '../session.ts';
import { requireTrustFor } from '../trust/trust.ts';

/**
 * The prompts with all their tests; those that need no function as they were.
 * @throws {ConfigurationError} `trust/needed` when the user does not trust a function; what it says when it fails.
 */
export async function withGeneratedTests(loaded: readonly LoadedPrompt[], args: Arguments, session: Session): Promise<LoadedPrompt[]> {
  const { workspace, evaluator } = session;
  const pending = new Map(loaded.flatMap((item) => pendingOf(item).map((generator) => [generator.made, generator])));
  if (pending.size === 0) return [...loaded];
  const { env, python } = workspace.config.code;
  const executions = [...pending.values()].map(({ build: { language, file, name } }): Execution => {
    return { kind: 'code', language, source: { file, name }, env, python, builds: true };
  });
  await requireTrustFor(executions, args, session);
  const unsaved: Record<string, string> = {};
  for (const generator of pending.values()) unsaved[path.resolve(workspace.root, generator.made)] = await textOf(generator, session);
  const again = async (item: LoadedPrompt): Promise<LoadedPrompt> =>
    pendingOf(item).length === 0 ? item : evaluator.load({ workspace, file: item.file, unsaved, most: null });
  return Promise.all(loaded.map(again));
}

const pendingOf = ({ reading }: LoadedPrompt): readonly TestGenerator[] => reading.document.pendingTests ?? [];

async function textOf(generator: TestGenerator, { builds }: Session): Promise<string> {
  try {
    return JSON.stringify(await builds.tests(generator));
  } catch (error) {
    if (!isHumanError(error)) throw error;
    throw new ConfigurationError(error.code, error.message, error.hint);
  }
}
