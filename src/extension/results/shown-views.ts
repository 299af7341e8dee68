/** Runs as views: of one that goes on, of journals on disk, of a file from elsewhere. */
import path from 'node:path';
import type { RunEvent } from '../../core/run/events.ts';
import { whyRetried } from '../../core/calls/retry-text.ts';
import { HumanError } from '../../core/problems/errors.ts';
import { showError } from '../window/messages.ts';
import type { RunFailed, ShownRun } from '../runs/runs.ts';
import type { Services } from '../window/services.ts';
import type { ResultsView, ViewedRun } from '../../engine/results-view/results-view.ts';

/** A run of this window, as a view sees it: its report arrives at the end. */
export function addRun(view: ResultsView, run: ShownRun, { engine }: Services): void {
  const read = engine().archive.reader(run.file);
  view.add({
    id: run.id,
    startedAt: run.startedAt,
    heads: run.heads,
    caseIds: run.caseIds,
    cases: run.cases,
    file: run.file,
    read,
    get samples() {
      return run.samples;
    },
    get report() {
      return run.report;
    },
  });
}

/** Gives what a run tells to the view that shows it. */
export function follow(view: ResultsView, run: ShownRun, event: RunEvent | RunFailed): void {
  const index = view.shownRuns.findLastIndex(({ id }) => id === run.id);
  if (event.type === 'result') view.take(index, event.result, event.position);
  else if (event.type === 'ended' || event.type === 'failed') view.ended(index, event.type === 'failed');
  else if (event.type === 'text' && event.sample.repeat > 0) return;
  else if (event.type === 'text') view.stream(index, event.sample.candidate, event.sample.case, event.text);
  else if (event.type === 'waiting') view.pace.wait.tell(event.ms, `${event.origin} accepts no request`);
  else if (event.type === 'cancelled' || event.type === 'retry') view.cancelled(index, event.sample.candidate, event.sample.case);
  if (event.type !== 'retry') return;
  // A rate limit holds up the whole run, however short it is.
  const isShared = event.failure === 'rate-limit';
  view.pace.wait.tell(event.delayMs, isShared ? whyRetried(event.failure) : `${event.sample.case}: ${whyRetried(event.failure)}`, isShared);
}

export interface OpenOptions {
  /** Workspace root; empty: none. */
  readonly root: string;
  readonly files: readonly string[];
  readonly sideBySide: boolean;
  readonly baseline: string | null;
  readonly readOnly: boolean;
  /** The page wants to know. */
  readonly changed: () => void;
  /** Everything is read. */
  readonly ended: (view: ResultsView) => void;
  readonly isWanted: () => boolean;
}

/** The view is there at once and fills as its journals are read, however long they are. */
export function openJournals(services: Services, options: OpenOptions): ResultsView {
  const { engine } = services;
  const { archive } = engine();
  const { root, sideBySide, readOnly, files } = options;
  const view = archive.createView({ root, sideBySide, readOnly });
  view.reading = true;
  const fill = async (): Promise<void> => {
    for (const file of files) {
      const { head } = archive.start(file);
      if (head === null)
        throw new HumanError(
          'journal/none',
          `${path.basename(file)} is not a run journal, or its start is damaged.`,
          'Open it as text to see its content.',
        );
      const read = archive.reader(file);
      const samples = head.cases.reduce((sum, { ids }) => sum + ids.length * head.repeats, 0);
      const caseIds = [...new Set(head.cases.flatMap(({ ids }) => ids))];
      const run: { -readonly [K in keyof ViewedRun]: ViewedRun[K] } = {
        id: head.id,
        startedAt: head.startedAt,
        heads: head.candidates,
        caseIds,
        samples,
        report: null,
        file,
        read,
      };
      const index = view.add(run);
      const content = await archive.read(
        file,
        (result, position) => {
          view.take(index, result, position);
          options.changed();
        },
        options.isWanted,
      );
      if (root !== '') view.gate = await engine().gateOf(root);
      run.report = archive.reportOf(content, read, view.gate, root);
    }
  };
  fill()
    .catch((error: unknown) => void showError(error, services))
    .finally(() => {
      view.reading = false;
      if (options.baseline !== null) view.setBaseline(options.baseline);
      options.ended(view);
    });
  return view;
}
