/** The results page: one panel, filled live, restored with its runs when the window is loaded again. */
import * as vscode from 'vscode';
import { promptFileIn } from '../../adapters/workspace/prompt-path.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import type { CandidateHead } from '../../core/results/candidate-head.ts';
import { parameterSets } from '../../core/results/parameter-sets.ts';
import type { RunRequest } from '../../engine/runs/run-engine.ts';
import { EVERYTHING, CASE_MARKS, VERDICTS, type ResultsQuery } from '../../protocol/query.ts';
import type { CellAddress, Rerun } from '../../protocol/results.ts';
import { commands, panels, settings } from '../window/names.ts';
import { requireTrust } from '../window/trust.ts';
import type { RunEvent } from '../../core/run/events.ts';
import type { RunFailed, Runs, ShownRun } from '../runs/runs.ts';
import type { PromptAnalyses } from '../economics/prompt-analyses.ts';
import type { Services } from '../window/services.ts';
import type { Port } from '../../protocol/channel.ts';
import { RESULTS_PAGE } from '../pages/page-html.ts';
import { PagePanel } from '../pages/page-panel.ts';
import { watchJudges } from '../window/judge-watcher.ts';
import { ResultsSession } from './results-session.ts';
import { addRun, follow, openJournals } from './shown-views.ts';
import type { ResultsView } from '../../engine/results-view/results-view.ts';

/** In the workspace's memory: the runs to show when the window is loaded again. */
const LAST_RUNS = 'goldset.lastRuns';

/** Returns what to call when more is known of a judge. */
export function registerResults(services: Services, runs: Runs, insights: PromptAnalyses): () => void {
  const results = new ResultsPanel(services, runs);
  const judgesChanged = (isJudging = true): void => {
    results.judgesChanged();
    // Lenses and trees show judged rates too, and each of them is made anew.
    if (isJudging) runs.scored();
  };
  services.context.subscriptions.push(
    results,
    watchJudges(judgesChanged),
    insights.onDidChange((document) =>
      insights.all(document).forEach(({ report }) => results.follow(report.prompt.path, report.prompt.version)),
    ),
    vscode.commands.registerCommand(commands.showResults, (wanted?: unknown) => {
      const run = runIn(wanted);
      return run === null ? results.show(typeof wanted === 'string' ? wanted : null) : results.showRun(run);
    }),
    vscode.commands.registerCommand(commands.focusResults, () => results.focus()),
    vscode.commands.registerCommand(commands.labelBlind, () => results.labelBlind()),
  );
  return judgesChanged;
}

class ResultsPanel extends PagePanel {
  private readonly session: ResultsSession;
  /** Views of runs that go on, by run. */
  private readonly live = new Map<string, ResultsView>();
  /** It was opened for a comparison, in the prompt's group. */
  private isWide = false;
  /** The last grading of a stored answer. */
  private grading: Promise<void> = Promise.resolve();

  constructor(
    private readonly services: Services,
    private readonly runs: Runs,
  ) {
    super(services.context.extensionUri, { ...RESULTS_PAGE, type: panels.results, column: columnOfResults, preserveFocus: true });
    this.session = new ResultsSession(
      services,
      {
        rerun: (view, what) => this.rerun(view, what),
        cancel: (view, cell) => this.cancel(view, cell),
        regrade: (view, cell) => {
          this.grading = this.regrade(view, cell);
          return this.grading;
        },
        openRuns: (ids) => this.openRuns(ids),
      },
      (view) => {
        // While journals are read, only the first ones are known.
        if (!view.reading) void services.context.workspaceState.update(LAST_RUNS, view.shown);
      },
    );
    this.subscriptions.push(runs.onEvent(({ run, event }) => this.take(run, event)));
  }

  /** What a run tells goes to its own view, whatever is shown meanwhile. */
  private take(run: ShownRun, event: RunEvent | RunFailed): void {
    if (event.type === 'started') {
      const { view: shown } = this.session;
      const view =
        shown !== null && (run.joins === shown || isPartOf(run, shown))
          ? shown
          : this.services.engine().archive.createView({ root: run.root, sideBySide: false, readOnly: false });
      addRun(view, run, this.services);
      this.live.set(run.id, view);
      this.session.show(view);
    }
    const view = this.live.get(run.id);
    if (!view) return;
    follow(view, run, event);
    if (event.type !== 'ended' && event.type !== 'failed') {
      if (this.session.view === view) this.session.changed();
      return;
    }
    this.live.delete(run.id);
    // The report is there a moment after the last event.
    setImmediate(() => {
      if (this.session.view === view) this.session.show(view);
    });
  }

  /**
   * `wanted`: a verdict or mark to show, or `side-by-side`; null: the rows that are shown. Takes the focus from the editor only where it takes
   * its place.
   */
  show(wanted: string | null): void {
    if (wanted !== null) this.session.showRows(queryFor(wanted));
    const wasWide = this.isWide;
    this.isWide = wanted === FLIPPED || wanted === SIDE_BY_SIDE;
    // Columns need the whole width: a tab of the prompt's group. The next run of one candidate is beside the prompt again.
    if (this.isWide) this.reveal(false, vscode.ViewColumn.One);
    else this.reveal(undefined, wasWide ? columnOfResults() : undefined);
  }

  /** A run that has ended, from its journal. */
  showRun({ root, id }: { readonly root: string; readonly id: string }): void {
    this.open({ root, ids: [id], sideBySide: false, baseline: null });
    this.show(null);
  }

  /** The version that a prompt has now. */
  judgesChanged(): void {
    this.session.judgesChanged();
  }

  follow(prompt: string, version: string): void {
    this.session.follow(prompt, version);
  }

  /** Shows one output after the other, without verdicts and candidates. */
  labelBlind(): void {
    this.session.labelBlind();
    this.reveal(false);
  }

  /** Takes the focus to the table, from wherever it is. */
  focus(): void {
    this.reveal(false);
    this.session.focus();
  }

  protected override restoring(state: unknown): void {
    // The page's own memory is written later than ours.
    const shown = shownIn({ runs: this.services.context.workspaceState.get<unknown>(LAST_RUNS) }) ?? shownIn(state);
    if (this.session.view === null && shown !== null) this.open(shown);
  }

  protected override connect(port: Port): void {
    this.session.attach(port);
  }

  protected override disconnect(): void {
    this.session.detach();
  }

  private open({ root, ids, sideBySide, baseline }: Remembered): void {
    const [only] = ids;
    const live = ids.length === 1 && only !== undefined ? this.live.get(only) : undefined;
    if (live) return this.session.show(live);
    const { archive } = this.services.engine();
    const files = ids.flatMap((id) => archive.storedFile(root, id) ?? []);
    if (files.length === 0) return;
    const view = openJournals(this.services, {
      root,
      files,
      sideBySide,
      baseline,
      readOnly: false,
      changed: () => this.session.changed(),
      ended: (read) => this.session.view === read && this.session.show(read),
      isWanted: () => this.session.view === view,
    });
    this.session.show(view);
  }

  /** One earlier run, or several side by side, the oldest as what the others are compared with. */
  private openRuns(ids: readonly string[]): Promise<boolean> {
    const root = this.session.view?.shown?.root;
    if (root === undefined || ids.length === 0) return Promise.resolve(false);
    this.open({ root, ids: [...ids].sort(), sideBySide: ids.length > 1, baseline: null });
    return Promise.resolve(true);
  }

  private cancel(view: ResultsView, cell: CellAddress | null): void {
    // The run of this page; others go on.
    const [id] = [...this.live].find(([, own]) => own === view) ?? [];
    if (id === undefined) return;
    if (cell === null) return this.runs.cancel(id);
    const run = view.shownRuns.findLast((item) => item.id === id);
    const candidates = (run?.heads ?? [])
      .map((head) => head.id)
      .filter((head) => cell.column === null || cell.column === head || cell.column.endsWith(`:${head}`));
    this.runs.cancelCase(id, candidates, cell.case);
  }

  /** Grades the stored answer of a cell by the golden set as it is now; sends no request. While a run goes on, the next run does it. */
  private async regrade(view: ResultsView, cell: CellAddress): Promise<void> {
    if (view.isBusy) return;
    const all = view.table.columns.map(({ head }) => head);
    const heads = all.filter(({ id }) => cell.column === null || cell.column === id);
    const request = requestFor(view.shown?.root ?? '', all, heads, new Set([cell.case]));
    await this.runs.start(request, { mustAsk: false, joins: view, onlyKnown: true });
  }

  private async rerun(view: ResultsView, what: Rerun): Promise<boolean> {
    const { latest } = view;
    if (latest === undefined) return false;
    requireTrust();
    // What goes wrong there is told there.
    await this.grading.catch(() => undefined);
    if (view.isBusy) throw new ConfigurationError('run/under-way', 'This run is still in progress.', 'Cancel it, or wait until it ends.');
    const root = view.shown?.root ?? '';
    if (what === 'rest') {
      const request = requestFor(root, latest.heads, latest.heads, new Set(latest.caseIds));
      await vscode.commands.executeCommand(commands.resumeRun, {
        request,
        resume: latest.id,
        ...(view.shownRuns.length > 1 ? { joins: view } : {}),
      });
      return true;
    }
    const all = view.table.columns.map(({ head }) => head);
    const heads = typeof what === 'object' ? all.filter(({ id }) => what.column === null || what.column === id) : all;
    await this.runs.start(requestFor(root, all, heads, what === 'all' ? null : new Set(casesFor(view, what))), {
      mustAsk: false,
      // All anew is a run of its own; a part is shown in its place among the rest.
      ...(what === 'all' ? {} : { joins: view }),
      // Who asks for one cell again wants to see another answer.
      ...(typeof what === 'object' ? { refresh: true } : {}),
    });
    return true;
  }
}

/** Whether some cases ran again of what a page shows: the same versions, models and parameters. A run that goes on keeps its page to itself. */
function isPartOf({ isPart, root, heads, caseIds }: ShownRun, view: ResultsView): boolean {
  const ids = new Set(view.table.columns.map(({ head }) => head.id));
  const { shown } = view;
  return (
    isPart &&
    caseIds.length < view.table.cases.length &&
    shown !== null &&
    !shown.sideBySide &&
    shown.root === root &&
    !view.isBusy &&
    !view.isReadOnly &&
    heads.every(({ id }) => ids.has(id))
  );
}

/** The same prompts at the same refs with the same models and parameters, the older ones first. @throws {ConfigurationError} when a prompt is elsewhere. */
function requestFor(
  root: string,
  all: readonly CandidateHead[],
  heads: readonly CandidateHead[],
  cases: ReadonlySet<string> | null,
): Omit<RunRequest, 'concurrency'> {
  const parameters = parameterSets(all, heads);
  const files = new Set(heads.map(({ prompt }) => promptFileIn(root, prompt.path)));
  if (files.has(null))
    throw new ConfigurationError('results/outside', 'A prompt of this run is not in this workspace.', 'Open the folder that contains it.');
  return {
    prompts: [...files].flatMap((file) => (file === null ? [] : [{ file, cases }])),
    model: null,
    refs: [...new Set(heads.map(({ prompt }) => prompt.ref))],
    ...modelsOf(heads),
    ...(parameters.length === 0 ? {} : { parameters }),
  };
}

/** Several prompts may each have a model of their own: then they keep it. */
function modelsOf(heads: readonly CandidateHead[]): Pick<RunRequest, 'models' | 'sideBySide'> {
  const models = [...new Set(heads.map(({ model }) => model))];
  const everyPromptHasAll =
    new Set(heads.map(({ prompt, model }) => `${prompt.path} ${model}`)).size ===
    new Set(heads.map(({ prompt }) => prompt.path)).size * models.length;
  if (!everyPromptHasAll) return {};
  // Two are compared; more stand side by side.
  return models.length > 2 ? { sideBySide: models } : { models };
}

function casesFor(view: ResultsView, what: Exclude<Rerun, 'all' | 'rest'>): string[] {
  if (typeof what === 'object') return [what.case];
  const verdicts = what === 'errors' ? (['error'] as const) : (['fail', 'error'] as const);
  return view.caseIds({ ...EVERYTHING, verdicts });
}

/** What a comparison shows first. */
const FLIPPED = 'flipped';
/** Candidates of one run beside each other. */
const SIDE_BY_SIDE = 'side-by-side';

const columnOfResults = (): vscode.ViewColumn =>
  vscode.workspace.getConfiguration(settings.section).get<string>(settings.resultsLocation) === 'active'
    ? vscode.ViewColumn.Active
    : vscode.ViewColumn.Beside;

function queryFor(wanted: string): ResultsQuery {
  const verdicts = VERDICTS.filter((name) => name === wanted);
  const marks = CASE_MARKS.filter((name) => name === wanted);
  return { ...EVERYTHING, verdicts, marks, ...(wanted === FLIPPED ? { sort: { by: 'change', column: null, descending: false } } : {}) };
}

/** The run that a command's argument names: of one of the open folders. Null: it names none. */
function runIn(wanted: unknown): { readonly root: string; readonly id: string } | null {
  const { root, run } = (wanted ?? {}) as { readonly root?: unknown; readonly run?: unknown };
  return typeof root === 'string' && typeof run === 'string' && /^[\w-]+$/.test(run) ? { root, id: run } : null;
}

interface Remembered {
  readonly root: string;
  readonly ids: readonly string[];
  readonly sideBySide: boolean;
  readonly baseline: string | null;
}

/** What was remembered, when it has the shape. */
function shownIn(state: unknown): Remembered | null {
  const runs = (state as { runs?: unknown } | null)?.runs as Partial<Record<keyof Remembered, unknown>> | null | undefined;
  if (runs === null || runs === undefined || typeof runs.root !== 'string' || !Array.isArray(runs.ids)) return null;
  const ids = runs.ids.filter((id): id is string => typeof id === 'string' && /^[\w-]+$/.test(id));
  const baseline = typeof runs.baseline === 'string' ? runs.baseline : null;
  return ids.length === 0 ? null : { root: runs.root, ids, sideBySide: runs.sideBySide === true, baseline };
}
