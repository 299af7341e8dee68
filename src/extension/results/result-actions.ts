/** What a person can do with results: run again, write down, copy, export. Arguments come from a page and are checked. */
import path from 'node:path';
import * as vscode from 'vscode';
import { HumanError } from '../../core/problems/errors.ts';
import { spentText } from '../../core/display/figures.ts';
import { isScripted } from '../../core/model-id.ts';
import type { Result } from '../../core/results/result.ts';
import type { Handlers } from '../../protocol/channel.ts';
import type { LabellingMethods } from '../../protocol/labelling.ts';
import { queryOf } from '../../protocol/query.ts';
import { EXPORT_KINDS, type CellAddress, type HostMethods } from '../../protocol/results.ts';
import { errorAction } from '../../core/problems/error-actions.ts';
import { remedy, showError } from '../window/messages.ts';
import { requireTrustToWrite } from '../window/trust.ts';
import type { Services } from '../window/services.ts';
import { promptFileIn } from '../../adapters/workspace/prompt-path.ts';
import { judgedCriteria } from '../../core/judge/labels/judged-criteria.ts';
import type { LabelRecord } from '../../core/judge/labels/label-record.ts';
import { openCase } from './open-case.ts';
import type { ResultsView } from '../../engine/results-view/results-view.ts';
import type { TableColumn } from '../../engine/results-view/run-table.ts';
import { loadOpen, writeGolden } from './write-golden.ts';
import { sha256 } from '../../adapters/hash.ts';
import { markCell } from '../../engine/labelling/mark-seen.ts';

export interface ActionContext {
  readonly services: Services;
  view(): ResultsView | null;
  /** Something that the page shows is different now. */
  changed(): void;
  rerun(view: ResultsView, what: HostMethods['rerun'] extends (args: { what: infer W }) => boolean ? W : never): Promise<boolean>;
  cancel(view: ResultsView, cell: CellAddress | null): void;
  /** Grades a stored answer by the golden set as it is now. */
  regrade(view: ResultsView, cell: CellAddress): Promise<void>;
  openRuns(ids: readonly string[]): Promise<boolean>;
}

type Actions = Omit<Handlers<HostMethods>, 'ready' | 'rows' | keyof LabellingMethods>;

/** Cases whose requests show what the prefix is. */
const OTHERS = 6;

export function resultActions(context: ActionContext): Actions {
  const { services } = context;
  const { engine } = services;
  /** False, and a sentence for the person, when it cannot be done. */
  const tried = async (work: () => Promise<boolean | void>): Promise<boolean> => {
    try {
      return (await work()) !== false;
    } catch (error) {
      void showError(error, services);
      return false;
    }
  };
  const shown = (): ResultsView => {
    const view = context.view();
    if (view === null) throw new HumanError('results/none', 'No run to show.');
    return view;
  };
  const writable = (): ResultsView => {
    const view = shown();
    if (view.isReadOnly)
      throw new HumanError(
        'results/read-only',
        'These results are from a journal outside this workspace.',
        'Copy it to .goldset/runs/ to work with it.',
      );
    requireTrustToWrite();
    return view;
  };
  const found = (view: ResultsView, args: UncheckedCell): Found => {
    const at = view.resultAt(textOf(args.case), textOf(args.column), repeatOf(args.repeat));
    if (at === null) throw new HumanError('results/gone', 'This result is no longer in its journal.', 'Run the case again.');
    return { view, ...at };
  };
  return {
    detail: ({ case: id, column, repeat, against }) => {
      const view = context.view();
      const shown = view?.detail(textOf(id), textOf(column), repeatOf(repeat), typeof against === 'string' ? against : null) ?? null;
      if (view !== null && shown !== null) markCell(view, shown, engine().writer.labels.seen);
      return shown;
    },
    request: async (args) => {
      try {
        return (await requestOf(found(shown(), args), services)).shown;
      } catch (error) {
        return { problem: error instanceof Error ? error.message : String(error) };
      }
    },
    plots: () => context.view()?.plots() ?? { columns: [], edges: { ttftMs: [], latencyMs: [] }, history: [] },
    baseline: ({ column }) => {
      context.view()?.setBaseline(typeof column === 'string' ? column : null);
      context.changed();
      return true;
    },
    rerun: ({ what }) => tried(() => context.rerun(writable(), what)),
    solve: ({ column, code }) =>
      tried(async () => {
        const view = writable();
        const action = errorAction(textOf(code));
        if (action !== null) await remedy(action, services, promptOf(view, textOf(column)) ?? undefined);
      }),
    cancel: ({ cell }) => {
      const view = context.view();
      if (view) context.cancel(view, cell);
      return view !== null;
    },
    accept: (args) =>
      tried(async () => {
        const at = found(writable(), args);
        const { output } = at.result;
        const text = args.correction === null ? output : textOf(args.correction);
        if (text === null) throw new HumanError('results/no-output', 'There is no output to accept.');
        const loaded = await loadOpen(fileOf(at), services);
        await writeGolden(await engine().writer.accept(loaded, at.result, text), services);
        // What should have come instead says what was wrong: it is kept with the grade.
        if (args.correction !== null && output !== null && text !== output) await grade(at, 'fail', null, text, services);
        context.changed();
        await context.regrade(at.view, { case: at.result.case, column: at.column.id });
      }),
    addCase: ({ like, column, variables }) =>
      tried(async () => {
        const at = found(writable(), { case: like, column, repeat: -1 });
        const edit = await engine().writer.addLike(await loadOpen(fileOf(at), services), at.result, textsOf(variables));
        await writeGolden(edit, services);
        await openCase(services, [fileOf(at)], edit.case);
      }),
    label: (args) =>
      tried(async () => {
        const at = found(writable(), args);
        const name = (['pass', 'fail', 'unknown'] as const).find((item) => item === args.grade);
        if (name === undefined) return false;
        // A grade by key alone keeps what was written before.
        const before = context.view()?.detail(at.result.case, at.column.id, at.result.repeat, null)?.label?.note ?? null;
        const note = args.note === null ? before : textOf(args.note).trim();
        await grade(at, name, note === '' ? null : note, null, services);
        context.changed();
        return true;
      }),
    exportRows: ({ kind, query }) => tried(() => exportRows(shown(), kind, query, services)),
    openCase: ({ case: id, column }) =>
      tried(() => {
        const view = shown();
        const own = promptOf(view, textOf(column));
        return openCase(services, own === null ? filesOf(view) : [own], textOf(id));
      }),
    openPrompt: ({ column }) =>
      tried(async () => {
        const file = promptOf(shown(), textOf(column));
        if (file === null) throw outside();
        await vscode.window.showTextDocument(vscode.Uri.file(file), { viewColumn: vscode.ViewColumn.One });
      }),
    openOutput: (args) =>
      tried(async () => {
        const { result } = found(shown(), args);
        const language = /^\s*[[{]/.test(result.output ?? '') ? 'json' : 'plaintext';
        const document = await vscode.workspace.openTextDocument({ language, content: result.output ?? '' });
        await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.One, preview: true });
      }),
    copy: (args) =>
      tried(async () => {
        const at = found(shown(), args);
        const text = args.what === 'curl' ? (await requestOf(at, services)).curl() : (at.result.output ?? '');
        await vscode.env.clipboard.writeText(text);
        vscode.window.setStatusBarMessage(
          args.what === 'curl' ? 'Goldset: command copied. It reads the API key from a variable.' : 'Goldset: output copied.',
          4000,
        );
      }),
    runs: () => {
      const root = context.view()?.shown?.root;
      if (root === undefined || root === '') return [];
      const view = shown();
      const prompts = [...new Set(view.table.columns.map(({ head }) => head.prompt.path))];
      return engine().archive.list(root, prompts, view.shown?.ids ?? []);
    },
    openRuns: ({ ids }) => tried(() => context.openRuns(Array.isArray(ids) ? ids.filter(isRunId) : [])),
    deleteRun: ({ id }) => tried(() => deleteRun(writable(), id, services)),
  };
}

interface UncheckedCell {
  readonly case: unknown;
  readonly column: unknown;
  readonly repeat: unknown;
}

interface Found {
  readonly view: ResultsView;
  readonly result: Result;
  readonly column: TableColumn;
  readonly samples: readonly { readonly run: number; readonly repeat: number }[];
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
/** −1: the sample that the cell shows. */
const repeatOf = (value: unknown): number => (typeof value === 'number' && Number.isInteger(value) ? value : -1);
const isRunId = (id: unknown): id is string => typeof id === 'string' && /^[\w-]+$/.test(id);
const textsOf = (value: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(typeof value === 'object' && value !== null ? value : {}).filter(([, text]) => typeof text === 'string'),
  );

/** Prompts of the view that are in the workspace: a journal may name anything. */
export const filesOf = (view: ResultsView): string[] => [
  ...new Set(view.table.columns.flatMap(({ head }) => promptFileIn(view.shown?.root ?? '', head.prompt.path) ?? [])),
];

function promptOf(view: ResultsView, columnId: string): string | null {
  const column = view.table.columns[view.table.columnIndex(columnId)] ?? view.table.columns[0];
  return column === undefined ? null : promptFileIn(view.shown?.root ?? '', column.head.prompt.path);
}

const outside = (): HumanError =>
  new HumanError('results/outside', 'The prompt of this result is not in this workspace.', 'Open the folder that contains it.');

/** @throws {HumanError} when it is elsewhere. */
function fileOf({ view, column }: Found): string {
  const file = promptFileIn(view.shown?.root ?? '', column.head.prompt.path);
  if (file === null) throw outside();
  return file;
}

/** The page shows what the judge said and which candidate it is of: the label is not blind. Of several criteria it is of the output as a whole. */
async function grade(
  at: Found,
  name: LabelRecord['grade'],
  critique: string | null,
  correction: string | null,
  { engine }: Services,
): Promise<void> {
  const { result, view } = at;
  if (result.output === null) throw new HumanError('label/nothing', 'There is no output to grade.');
  const run = view.shownRuns[at.samples.find(({ repeat }) => repeat === result.repeat)?.run ?? 0]?.id ?? '';
  const criteria = judgedCriteria(result.assertions);
  const [only] = criteria.length === 1 ? criteria : [];
  await engine().writer.labels.give(
    view.shown?.root ?? '',
    fileOf(at),
    {
      target: { interaction: null, run, case: result.case, repeat: result.repeat, hash: sha256(result.output) },
      criterion: only?.criterion ?? null,
      judge: only?.judge ?? null,
      draw: null,
    },
    { result },
    { grade: name, cause: null, failureMode: null, critique, correction, blind: false },
  );
}

function requestOf(
  { view, column, result, samples }: Found,
  { engine }: Services,
): ReturnType<ReturnType<Services['engine']>['requestOf']> {
  const run = view.shownRuns[samples.find(({ repeat }) => repeat === result.repeat)?.run ?? column.run];
  const record = run === undefined ? null : engine().archive.promptOf(run.file, originalId(run.heads, column));
  if (record === null)
    throw new HumanError(
      'request/unknown',
      'The journal of this run has no prompt: a version before 0.5 wrote it.',
      'Run the case again to see its request.',
    );
  return engine().requestOf(
    { record, head: column.head, result, others: view.neighbours(column, result.case, OTHERS) },
    view.shown?.root ?? '',
  );
}

/** The candidate's id in its journal: columns that stand side by side have ids of their own. */
const originalId = (heads: readonly { readonly id: string }[], { id }: TableColumn): string =>
  heads.find((head) => head.id === id || id.endsWith(`:${head.id}`))?.id ?? id;

async function exportRows(view: ResultsView, kind: unknown, query: unknown, { engine }: Services): Promise<boolean> {
  requireTrustToWrite();
  const found = EXPORT_KINDS.find((name) => name === kind) ?? 'html';
  const ending = { csv: 'csv', jsonl: 'jsonl', markdown: 'md', html: 'html' }[found];
  const root = view.shown?.root;
  const name = `${path.basename(view.shown?.title ?? 'results').replace(/\.prompt.*$/, '')}-results.${ending}`;
  const folder = root === undefined || root === '' ? vscode.workspace.workspaceFolders?.[0]?.uri : vscode.Uri.file(root);
  const target = await vscode.window.showSaveDialog({
    title: 'Export Results',
    filters: { [found.toUpperCase()]: [ending] },
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, name) }),
  });
  if (target === undefined) return false;
  engine().archive.exportTo(target.fsPath, found, view, queryOf(query));
  const chosen = await vscode.window.showInformationMessage(`Goldset: exported to ${vscode.workspace.asRelativePath(target)}.`, 'Open');
  if (chosen === 'Open') await (found === 'html' ? vscode.env.openExternal(target) : vscode.window.showTextDocument(target));
  return true;
}

async function deleteRun(view: ResultsView, id: unknown, { engine }: Services): Promise<boolean> {
  const root = view.shown?.root;
  if (!isRunId(id) || root === undefined) return false;
  if (view.shown?.ids.includes(id) === true)
    throw new HumanError('run/shown', 'This run is open.', 'Open another run, then delete this one.');
  const row = engine().archive.row(root, id);
  const what =
    row === null
      ? ''
      : `${row.score ?? 'It did not end'}, ${
          row.spentUsd === null
            ? 'spend unknown'
            : spentText(
                row.spentUsd,
                row.prompts.every(({ model }) => isScripted(model)),
              )
        }. `;
  const detail = `${what}Its journal is removed from this machine. Answers in the response cache are kept.`;
  if ((await vscode.window.showWarningMessage(`Delete the run ${id}?`, { modal: true, detail }, 'Delete')) !== 'Delete') return false;
  engine().archive.remove(root, id);
  return true;
}
