/** A command that stores interactions deletes, at its end, what goldset.yaml does not let be kept. */
import { addUp } from '../../adapters/interactions/read-insights.ts';
import { keepRetention } from '../../adapters/interactions/retention.ts';
import type { CaptureConfig } from '../../core/config/capture-config.ts';
import { stderr } from '../output.ts';

/** What cannot be deleted is told; what was stored stays stored. */
export async function followRetention(root: string, capture: CaptureConfig): Promise<void> {
  const { problems } = await keepRetention(root, capture, new Date(), () => addUp(root));
  for (const problem of problems) stderr.write(`Interactions that are too old cannot be deleted: ${problem}\n`);
}
