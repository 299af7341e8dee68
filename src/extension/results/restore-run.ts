import { messageOf } from '../../core/errors.ts';
import type { ShownRun } from '../runs.ts';
import type { Services } from '../services.ts';

/** A run from its journal, or null when it is not there any more. */
export async function restoreRun({ engine, log }: Services, root: string, runId: string): Promise<ShownRun | null> {
  if (!/^[\w-]+$/.test(runId)) return null;
  try {
    const journal = await engine().readRun(root, runId);
    const { head, results } = journal;
    if (head === null) return null;
    const caseIds = [...new Set(head.cases.flatMap((item) => item.ids))];
    const samples = head.cases.reduce((sum, item) => sum + item.ids.length * head.repeats, 0);
    const report = engine().reportOf(journal);
    return { id: runId, root, heads: head.candidates, caseIds, results: [...results], samples, report };
  } catch (error) {
    log.warn(`The run ${runId} cannot be read: ${messageOf(error)}`);
    return null;
  }
}
