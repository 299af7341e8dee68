/** Labelling on the page of interactions: what it lists, one at a time. */
import type { InteractionFilter } from '../../core/feedback/interactions/interaction-filter.ts';
import { InteractionLabelling } from '../../engine/labelling/interaction-labelling.ts';
import type { Handlers } from '../../protocol/channel.ts';
import { givenLabel, queuePlace } from '../../protocol/given-label.ts';
import type { LabellingMethods } from '../../protocol/labelling.ts';
import { showError } from '../window/messages.ts';
import { requireTrustToWrite } from '../window/trust.ts';
import type { Services } from '../window/services.ts';

/** Interactions that are labelled in one go at most. */
const MOST = 300;

/** `listed`: what the page shows now. */
export function interactionLabelling(
  services: Services,
  listed: () => { readonly root: string; readonly filter: InteractionFilter } | null,
): Handlers<LabellingMethods> {
  const { engine } = services;
  let labelling: InteractionLabelling | null = null;
  const tried = async <T>(work: () => Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      void showError(error, services);
      return otherwise;
    }
  };
  return {
    startLabelling: () =>
      tried(async () => {
        const from = listed();
        if (from === null) return 0;
        requireTrustToWrite();
        const { root, filter } = from;
        const book = engine().writer.labels;
        const found = await engine().interactions.find(root, filter, 0, MOST);
        labelling = new InteractionLabelling(root, book, (key) => engine().interactions.read(root, key), await book.person(root));
        return labelling.start((found?.rows ?? []).map(({ key }) => key));
      }, 0),
    labelTask: ({ at }) => tried(async () => (labelling === null ? null : labelling.task(queuePlace(at))), null),
    giveLabel: (args) =>
      tried(async () => {
        requireTrustToWrite();
        const given = givenLabel(args);
        return given !== null && labelling !== null && labelling.give(given);
      }, false),
  };
}
