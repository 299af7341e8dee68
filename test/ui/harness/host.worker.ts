/** The extension's side of the page in a web worker: the product's own view, over a run that is made up. */
import { reportRun } from '../../../src/core/run/report.ts';
import { outlineOf, ResultList } from '../../../src/core/results/result-list.ts';
import { PageHost } from '../../../src/engine/results-view/page-host.ts';
import { ResultsView, type ViewedRun } from '../../../src/engine/results-view/results-view.ts';
import { SyntheticRun, type RunSpec } from './synthetic-run.ts';
import { DEFAULT_GATE } from '../../../src/core/config/gate.ts';

declare const self: { onmessage: ((event: { data: unknown }) => void) | null; postMessage(message: unknown): void };

export type HostCommand =
  | { readonly command: 'run'; readonly spec: RunSpec }
  /** Results arrive at this rate from now on, with text that streams before them. */
  | { readonly command: 'live'; readonly spec: RunSpec; readonly perSecond: number };

const page = new PageHost();
let listener: (message: unknown) => void = () => undefined;

const actions = {
  detail: ({ case: id, column, repeat, against }: { case: string; column: string; repeat: number; against: string | null }) =>
    page.view?.detail(id, column, repeat, against) ?? null,
  request: () => ({ problem: 'There is no prompt in this test.' }),
  plots: () => page.view?.plots() ?? { columns: [], edges: { ttftMs: [], latencyMs: [] }, history: [] },
  baseline: ({ column }: { column: string | null }) => {
    page.view?.setBaseline(column);
    page.changed();
    return true;
  },
  rerun: () => true,
  cancel: () => true,
  accept: () => true,
  addCase: () => true,
  label: () => true,
  exportRows: () => true,
  openCase: () => true,
  openPrompt: () => true,
  openOutput: () => true,
  copy: () => true,
  runs: () => [],
  openRuns: () => true,
  deleteRun: () => true,
  solve: () => true,
  startLabelling: () => 0,
  labelTask: () => null,
  giveLabel: () => false,
};

page.connect(
  {
    post: (message) => self.postMessage({ page: message }),
    listen: (take) => {
      listener = take;
      return () => undefined;
    },
  },
  actions,
);

function whole(spec: RunSpec): void {
  const run = new SyntheticRun(spec);
  const view = new ResultsView({ root: '/work', sideBySide: false, readOnly: false, now: () => performance.now() });
  const results = Array.from({ length: run.samples }, (_, position) => outlineOf(run.result(position), position));
  const report = reportRun({
    id: 'run',
    startedAt: '',
    toolVersion: 'test',
    heads: run.heads,
    outlines: results,
    results: new ResultList(results, (position) => run.result(position)),
    complete: true,
    gate: DEFAULT_GATE,
    stopped: null,
    resumed: 0,
    cap: null,
    unconfirmedUsd: 0,
    countedUsd: 0,
    compared: [],
  });
  const index = view.add(run.viewed(report));
  for (let position = 0; position < run.samples; position++) view.take(index, run.result(position), position);
  page.view = view;
}

function live(spec: RunSpec, perSecond: number): void {
  const run = new SyntheticRun(spec);
  const view = new ResultsView({ root: '/work', sideBySide: false, readOnly: false, now: () => performance.now() });
  const shown: { -readonly [K in keyof ViewedRun]: ViewedRun[K] } = run.viewed(null);
  const index = view.add(shown);
  page.view = view;
  const began = performance.now();
  let next = 0;
  const timer = setInterval(() => {
    const due = Math.min(run.samples, Math.floor(((performance.now() - began) / 1000) * perSecond));
    for (; next < due; next++) {
      const result = run.result(next);
      view.take(index, result, next);
      const ahead = run.result(Math.min(run.samples - 1, next + 40));
      view.stream(index, ahead.candidate, ahead.case, (ahead.output ?? '').slice(0, 60));
    }
    page.changed();
    if (next >= run.samples) clearInterval(timer);
  }, 10);
}

self.onmessage = ({ data }) => {
  const message = data as { host?: HostCommand; page?: unknown };
  if (message.page !== undefined) listener(message.page);
  if (message.host?.command === 'run') {
    whole(message.host.spec);
    self.postMessage({ done: true });
  }
  if (message.host?.command === 'live') {
    live(message.host.spec, message.host.perSecond);
    self.postMessage({ done: true });
  }
};
