/** Calibrate Judge: writes what the labels of the workspace say of a judge, and shows it. */
import * as vscode from 'vscode';
import { findRoot } from '../../adapters/workspace/root.ts';
import { quantity } from '../../core/figures.ts';
import { showError } from '../window/messages.ts';
import { commands } from '../window/names.ts';
import type { ReportPages } from '../window/report-pages.ts';
import { requireTrustToWrite } from '../window/trust.ts';
import type { Services } from '../window/services.ts';

const NO_LABELS =
  'No label in this folder says how a judge graded. Label outputs of a judged run on the results page, before you look at the verdict; then calibrate.';

/** `calibrated`: hears that a calibration was written. */
export function registerCalibrateJudge(services: Services, pages: ReportPages, calibrated: () => void): void {
  services.context.subscriptions.push(
    vscode.commands.registerCommand(commands.calibrateJudge, async (judge?: string) => {
      try {
        requireTrustToWrite();
        const written = await calibrate(services, pages, judge);
        if (written !== undefined) calibrated();
        return written;
      } catch (error) {
        void showError(error, services);
        return undefined;
      }
    }),
  );
}

/** The file that was written; undefined: none was. */
async function calibrate(services: Services, pages: ReportPages, given: string | undefined): Promise<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  if (folder === undefined) return undefined;
  const root = findRoot(folder.fsPath);
  const bundle = services.bundle();
  const judge = given ?? (await choose(bundle.labelledJudges(root)));
  if (judge === undefined) return undefined;
  const { calibrations, unused, file, problems } = bundle.calibrateJudge(root, judge);
  for (const problem of problems) services.log.warn(problem);
  if (file === null) {
    void vscode.window.showInformationMessage(NO_LABELS);
    return undefined;
  }
  await pages.show(`Calibration of ${judge.replaceAll('/', ' ')}`, bundle.calibrationPage(judge, calibrations, unused));
  return vscode.Uri.file(file);
}

async function choose(judges: readonly { readonly judge: string; readonly labels: number }[]): Promise<string | undefined> {
  const [first] = judges;
  if (first === undefined) {
    void vscode.window.showInformationMessage(NO_LABELS);
    return undefined;
  }
  if (judges.length === 1) return first.judge;
  const chosen = await vscode.window.showQuickPick(
    judges.map(({ judge, labels }) => ({ label: judge, description: quantity(labels, 'label') })),
    { title: 'Calibrate Judge', placeHolder: 'Judges that labels in this folder name' },
  );
  return chosen?.label;
}
