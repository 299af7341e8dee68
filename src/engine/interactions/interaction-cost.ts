/** What one interaction cost, as Insights counts it: as reported, else by the price of the day of the call. */
import { InteractionModels } from '../../adapters/interactions/interaction-models.ts';
import { requirePrices } from '../../adapters/models/price-file.ts';
import { openWorkspace } from '../../adapters/workspace/root.ts';
import { isHumanError } from '../../core/problems/errors.ts';
import type { Interaction } from '../../core/feedback/interactions/interaction.ts';
import type { ShownInteraction } from '../../protocol/interactions.ts';

/** A price file that cannot be read is reported where it is; here the price is not known. */
export async function interactionCost(root: string, interaction: Interaction): Promise<Pick<ShownInteraction, 'costUsd' | 'isComputed'>> {
  const reported = { costUsd: interaction.costUsd, isComputed: false };
  if (interaction.costUsd !== null || interaction.usage === null) return reported;
  try {
    const { config } = await openWorkspace(root);
    const models = new InteractionModels(root, config, requirePrices(root, config));
    await models.load(interaction.model);
    const costUsd = models.costOf(interaction);
    return costUsd === null ? reported : { costUsd, isComputed: true };
  } catch (error) {
    if (!isHumanError(error)) throw error;
    return reported;
  }
}
