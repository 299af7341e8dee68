/** One stored interaction by its id, with what became known of it later. */
import { withPrompts, type InteractionInWorkspace } from '../../adapters/interactions/plan-cases.ts';
import type { WorkerEvaluator } from '../../adapters/evaluation/worker-evaluator.ts';
import type { Workspace } from '../../adapters/workspace/root.ts';
import { ConfigurationError, HumanError } from '../../core/problems/errors.ts';
import { readFilter, type TypedFilter } from '../../core/feedback/interactions/filter-text.ts';

/** The filter of an id. `since`: the first day in which a store is searched. @throws {ConfigurationError} when one of them is not valid. */
export function idFilter(id: string, since: string | null): TypedFilter {
  const typed = readFilter([`id=${id}`, ...(since === null ? [] : [`from=${since}`])]);
  if ('problem' in typed) throw new ConfigurationError('usage', typed.problem);
  return typed;
}

/** Interactions that may contain the text of an id. */
const LOOKED = 1000;

/** @throws {HumanError} when none has this id. */
export async function interactionNamed(
  id: string,
  root: string,
  { evaluator, workspace }: { readonly evaluator: WorkerEvaluator; readonly workspace: Pick<Workspace, 'root' | 'config'> },
): Promise<InteractionInWorkspace> {
  const job = { root, golden: workspace.root, declared: workspace.config.signals, isKept: true };
  const found = await evaluator.interactions({ ...job, query: { kind: 'find', filter: idFilter(id, null).filter, from: 0, to: LOOKED } });
  const keys = found?.kind === 'found' ? found.rows.map(({ key }) => key).filter((key) => key.id === id) : [];
  const answer =
    keys.length === 0 ? undefined : await evaluator.interactions({ ...job, query: { kind: 'records', keys: keys.slice(0, 1) } });
  const [stored] = answer?.kind === 'records' ? answer.records : [];
  if (stored === undefined || stored === null)
    throw new HumanError(
      'interaction/gone',
      `No interaction with the id ${id} is stored here.`,
      'List them with: goldset interactions all',
    );
  const [whole] = await withPrompts(workspace.root, [stored]);
  if (whole === undefined) throw new Error('One record gives one interaction. This is a defect in Goldset; please report it.');
  return whole;
}
