/** What a model accepts, as the settings of a workspace know it. */
import { endpointOf } from '../../adapters/models/endpoint.ts';
import { readPriceFile } from '../../adapters/models/price-file.ts';
import type { Workspace } from '../../adapters/workspace/root.ts';
import { capabilitiesOf } from '../../core/economics/capabilities.ts';
import type { ModelFacts } from '../../core/economics/model-facts.ts';

/** Null everywhere: nothing is known. A price file that cannot be read says nothing here; other commands report it. */
export function acceptedBy(id: string, { root, config }: Pick<Workspace, 'root' | 'config'>): Pick<ModelFacts, 'capabilities' | 'api'> {
  const own = readPriceFile(root, config).capabilities;
  return { capabilities: capabilitiesOf(id, own), api: endpointOf(id, config, own)?.format ?? null };
}
