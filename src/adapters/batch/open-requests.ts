/** Requests that an unfinished batch of the workspace has submitted: another batch with them would pay for them twice. */
import { ConfigurationError } from '../../core/problems/errors.ts';
import { quantity } from '../../core/display/figures.ts';
import { partEntries, readBatches } from './batch-files.ts';

/** `id`: of the new batch, which has these keys of requests. @throws {ConfigurationError} `batch/open` when another one waits for some of them. */
export function refuseOpenRequests(root: string, id: string, keys: ReadonlySet<string>): void {
  for (const { head, parts, end } of readBatches(root).states) {
    if (end !== null || head.id === id) continue;
    const entries = parts.flatMap(({ part, collected }) => (collected === null ? partEntries(root, head.id, part) : []));
    const shared = entries.filter(({ key }) => keys.has(key)).length;
    if (shared === 0) continue;
    throw new ConfigurationError(
      'batch/open',
      `The unfinished batch ${head.id} has ${shared === keys.size ? 'the same' : `${quantity(shared, 'request')} of the same`} requests, so nothing was submitted.`,
      `Collect its answers first: goldset batch wait ${head.id}. To pay for them again: --cache refresh.`,
    );
  }
}
