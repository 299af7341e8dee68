/** Improve This Rubric: proposals for a judge's prompt from people's labels, measured and proved, and applied only if the person says so. */
import path from 'node:path';
import * as vscode from 'vscode';
import { SampleCancels } from '../../core/calls/sample-cancels.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { quantity } from '../../core/display/figures.ts';
import { inEditorWords } from '../../core/display/editor-words.ts';
import type { JudgedCriterion } from '../../core/judge/criterion.ts';
import { sha256 } from '../../adapters/hash.ts';
import { slashedPath } from '../../adapters/within.ts';
import type { Result } from '../../core/results/result.ts';
import type { AlignmentOutcome } from '../../adapters/judging/align-judge.ts';
import type { PreparedImprovement, SendStep } from '../../engine/judges/judge-improver.ts';
import { mayStart } from '../runs/before-run.ts';
import { showError } from '../window/messages.ts';
import { commands, schemes, settings } from '../window/names.ts';
import type { ReportPages } from '../window/report-pages.ts';
import type { Services } from '../window/services.ts';
import { requireTrust, requireTrustToWrite } from '../window/trust.ts';
import { openRoots, rootLabel } from '../window/window-roots.ts';

const APPLY = 'Apply';
const DIFFERENCE = 'Show Difference';

type Improver = InstanceType<ReturnType<Services['bundle']>['JudgeImprover']>;

export function registerImproveJudge(services: Services, pages: ReportPages): void {
  const proposals = new Map<string, string>();
  services.context.subscriptions.push(
    vscode.workspace.registerTextDocumentContentProvider(schemes.rubric, {
      provideTextDocumentContent: (uri) => proposals.get(uri.query) ?? '',
    }),
    vscode.commands.registerCommand(commands.improveJudge, async (uri?: vscode.Uri) => {
      try {
        requireTrust();
        requireTrustToWrite();
        const { evaluator, runs, workspaces } = services.engine();
        const improver = new (services.bundle().JudgeImprover)({ evaluator, runs, workspaces, mayRun: () => vscode.workspace.isTrusted });
        const chosen = await choose(improver, openRoots(), uri ?? vscode.window.activeTextEditor?.document.uri);
        if (chosen === undefined) return undefined;
        return await improve(services, pages, improver, await improver.prepare(chosen.root, chosen.judge, chosen.criterion), proposals);
      } catch (error) {
        void showError(error, services);
        return undefined;
      }
    }),
  );
}

/** The judge in the editor if it is one, else one of those that labels name. @throws {ConfigurationError} when no judge is found. */
async function choose(
  improver: Improver,
  roots: readonly string[],
  uri: vscode.Uri | undefined,
): Promise<{ readonly root: string; readonly judge: string; readonly criterion: JudgedCriterion } | undefined> {
  const all = roots.flatMap((root) => improver.judges(root).map((item) => ({ ...item, root })));
  const own = all.filter(({ root, judge }) => uri?.scheme === 'file' && slashedPath(root, uri.fsPath) === judge);
  const listed = own.length > 0 ? own : all;
  const [only] = listed;
  if (only === undefined)
    throw new ConfigurationError(
      'judge/no-labels',
      'No blind label says how a judge of this workspace graded.',
      'Copy a built-in judge with "Goldset: Customize a Judge…", run it, and label its outputs.',
    );
  if (listed.length === 1) return only;
  const chosen = await vscode.window.showQuickPick(
    listed.map((item) => ({
      label: item.judge,
      description: [
        `${item.criterion.type} ${item.criterion.hash.slice(0, 8)}, ${quantity(item.labels, 'label')}`,
        rootLabel(item.root, roots),
      ]
        .filter((part) => part !== null)
        .join(' · '),
      item,
    })),
    { title: 'Improve This Rubric', placeHolder: 'Judges that labels name' },
  );
  return chosen?.item;
}

/** True: the file was changed. */
async function improve(
  services: Services,
  pages: ReportPages,
  improver: Improver,
  prepared: PreparedImprovement,
  proposals: Map<string, string>,
): Promise<boolean> {
  const { judge, file, prompt, client } = prepared;
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
  if (document.isDirty) throw new ConfigurationError('judge/unsaved', `${judge} has unsaved changes.`, 'Save it first.');
  const page = (outcome: AlignmentOutcome | null, spentUsd: number): Promise<void> =>
    pages.show(
      `Improving ${judge.replaceAll('/', ' ')}`,
      inEditorWords(services.bundle().alignmentPage({ ...prepared, outcome, spentUsd })),
    );
  if (client === null) {
    await page(null, 0);
    return false;
  }
  const budget = await budgetOf(prepared, client.id);
  if (budget === undefined) return false;
  const { send, spent } = stepsOf(services, budget);
  const { outcome, text } = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: `Goldset: improving ${judge}`, cancellable: true },
    (progress, token) => improver.align(prepared, send(progress, token), spent),
  );
  await page(outcome, spent());
  const proposed = outcome.kind === 'measured' ? (outcome.chosen?.proposal.text ?? null) : null;
  if (outcome.kind !== 'measured' || proposed === null) {
    void vscode.window.showInformationMessage(`Goldset: ${inEditorWords(text.split('\n')[0] ?? '')}`);
    return false;
  }
  const isProved = outcome.proof?.isProved === true;
  const show = async (): Promise<void> => {
    // Another proposal is another document: VS Code keeps the text of one that it has, and two folders may have a judge of this name.
    const query = sha256(proposed);
    const shown = vscode.Uri.from({ scheme: schemes.rubric, path: `/${judge}`, query });
    proposals.set(query, proposed);
    await vscode.commands.executeCommand('vscode.diff', document.uri, shown, `${path.basename(judge)}: now ↔ proposed`, { preview: true });
  };
  await show();
  for (;;) {
    const said = isProved
      ? 'The new rubric is proved on the test part of the labels.'
      : 'The new rubric is better on dev, and not proved on the test part: apply it only if you agree with its words.';
    const answer = await vscode.window.showInformationMessage(`Goldset: ${said}`, APPLY, DIFFERENCE);
    if (answer === DIFFERENCE) await show();
    else return answer === APPLY && (await apply(document, prompt, proposed));
  }
}

/** One undo takes it back. @throws {ConfigurationError} when the file is no longer what was measured. */
async function apply(document: vscode.TextDocument, before: string, proposed: string): Promise<boolean> {
  if (document.getText().replaceAll('\r\n', '\n') !== before.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n'))
    throw new ConfigurationError('judge/changed', 'The judge’s file changed in the meantime, so it was not written.', 'Try again.');
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, new vscode.Range(document.positionAt(0), document.positionAt(document.getText().length)), proposed);
  if (!(await vscode.workspace.applyEdit(edit))) return false;
  await document.save();
  void vscode.window.showInformationMessage(
    'Goldset: the rubric was changed. Its calibration is of the version before: label and calibrate it again.',
  );
  return true;
}

/** USD; undefined: the person went back. */
async function budgetOf({ workspace, found }: PreparedImprovement, model: string): Promise<number | undefined> {
  const given = await vscode.window.showInputBox({
    title: 'Improve This Rubric: budget in USD',
    prompt: `${model} proposes changes from the train part; the judge then grades ${quantity(found?.cases.length ?? 0, 'labelled output')} of dev and test with them.`,
    value: String(workspace.config.spend.perRun ?? 1),
    validateInput: (text) => (readUsd(text) === null ? 'An amount above 0, such as 0.50' : null),
  });
  return given === undefined ? undefined : (readUsd(given) ?? undefined);
}

const readUsd = (text: string): number | null => {
  const value = Number(text.trim().replace(/^\$/, ''));
  return text.trim() !== '' && Number.isFinite(value) && value > 0 ? value : null;
};

type Progress = vscode.Progress<{ readonly message: string }>;

/** Each paid step is a run that scores nothing; all of them share the budget. */
function stepsOf(
  { engine }: Services,
  budget: number,
): { readonly send: (progress: Progress, token: vscode.CancellationToken) => SendStep; readonly spent: () => number } {
  let spentUsd = 0;
  const send =
    (progress: Progress, token: vscode.CancellationToken): SendStep =>
    async (what, prepared) => {
      if (token.isCancellationRequested) return null;
      const { runs } = engine();
      const cap = Math.max(0, budget - spentUsd);
      progress.report({ message: `${what}…` });
      if (!(await mayStart(runs, prepared, { cap, mustAsk: false }))) return null;
      const concurrency = vscode.workspace.getConfiguration(settings.section).get<number>(settings.concurrency, 8);
      const total = prepared.plan.candidates.reduce((sum, { cases }) => sum + cases.length, 0) * prepared.plan.repeats;
      const abort = new AbortController();
      const cancelled = token.onCancellationRequested(() => abort.abort());
      const results: Result[] = [];
      try {
        const report = await runs.run(prepared, {
          ...{ concurrency, cap, abort, cancels: new SampleCancels(), cache: 'use' },
          emit: (event) => {
            if (event.type !== 'result') return;
            results.push(event.result);
            progress.report({ message: `${what}: ${results.length} of ${total}` });
          },
        });
        spentUsd += report.spend.countedUsd;
        if (report.stopped !== null && report.stopped.code !== 'interrupted')
          void vscode.window.showWarningMessage(`Goldset: ${report.stopped.message}`);
        return report.complete ? results : null;
      } finally {
        cancelled.dispose();
      }
    };
  return { send, spent: () => spentUsd };
}
