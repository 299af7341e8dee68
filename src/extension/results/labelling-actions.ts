/** Labelling on the results page: the queue and its outputs, without what judges said. */
import { HumanError } from '../../core/problems/errors.ts';
import { ResultsLabelling } from '../../engine/labelling/results-labelling.ts';
import type { ResultsView } from '../../engine/results-view/results-view.ts';
import type { Handlers } from '../../protocol/channel.ts';
import { givenLabel, queuePlace } from '../../protocol/given-label.ts';
import type { LabellingMethods } from '../../protocol/labelling.ts';
import { showError } from '../window/messages.ts';
import { requireTrustToWrite } from '../window/trust.ts';
import type { Services } from '../window/services.ts';

interface LabellingContext {
  readonly services: Services;
  view(): ResultsView | null;
  changed(): void;
}

/** `withoutRows`: from now on the page is sent no rows. */
export function labellingActions({ services, view, changed }: LabellingContext, withoutRows: () => void): Handlers<LabellingMethods> {
  const { engine } = services;
  let labelling: { readonly of: ResultsView; readonly queue: ResultsLabelling } | null = null;
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
        withoutRows();
        const of = view();
        if (of === null) return 0;
        if (of.isReadOnly)
          throw new HumanError(
            'results/read-only',
            'These results are from a journal outside this workspace.',
            'Copy it to .goldset/runs/ to work with it.',
          );
        requireTrustToWrite();
        const book = engine().writer.labels;
        const casesOf = async (prompt: string) => (await engine().load(prompt)).target.cases;
        const queue = new ResultsLabelling(of, book, casesOf, await book.person(of.shown?.root ?? ''));
        labelling = { of, queue };
        return queue.start();
      }, 0),
    labelTask: ({ at }) =>
      tried(async () => (labelling === null || labelling.of !== view() ? null : labelling.queue.task(queuePlace(at))), null),
    giveLabel: (args) =>
      tried(async () => {
        requireTrustToWrite();
        const given = givenLabel(args);
        if (given === null || labelling === null || labelling.of !== view()) return false;
        const isKept = await labelling.queue.give(given);
        if (isKept) changed();
        return isKept;
      }, false),
  };
}
