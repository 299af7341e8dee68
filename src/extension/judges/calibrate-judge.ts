/** Calibrate Judge: writes what the labels of the workspace say of a judge, and shows it. */
import * as vscode from 'vscode';
import { quantity } from '../../core/display/figures.ts';
import { showError } from '../window/messages.ts';
import { commands } from '../window/names.ts';
import type { ReportPages } from '../window/report-pages.ts';
import { requireTrustToWrite } from '../window/trust.ts';
import { rootLabel, windowRoots } from '../window/window-roots.ts';
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
  const roots = windowRoots();
  const bundle = services.bundle();
  const labelled = roots.flatMap((root) => bundle.labelledJudges(root).map((item) => ({ ...item, root })));
  const chosen =
    given === undefined ? await choose(labelled, roots) : (labelled.find((item) => item.judge === given) ?? first(given, roots));
  if (chosen === undefined) return undefined;
  const { judge, root } = chosen;
  const { calibrations, unused, file, problems } = bundle.calibrateJudge(root, judge);
  for (const problem of problems) services.log.warn(problem);
  if (file === null) {
    void vscode.window.showInformationMessage(NO_LABELS);
    return undefined;
  }
  await pages.show(`Calibration of ${judge.replaceAll('/', ' ')}`, bundle.calibrationPage(judge, calibrations, unused));
  return vscode.Uri.file(file);
}

interface LabelledJudge {
  readonly root: string;
  readonly judge: string;
}

/** A judge that no label names says so in the first folder. */
const first = (judge: string, [root]: readonly string[]): LabelledJudge | undefined => (root === undefined ? undefined : { root, judge });

async function choose(
  judges: readonly (LabelledJudge & { readonly labels: number })[],
  roots: readonly string[],
): Promise<LabelledJudge | undefined> {
  const [only] = judges;
  if (only === undefined) {
    void vscode.window.showInformationMessage(NO_LABELS);
    return undefined;
  }
  if (judges.length === 1) return only;
  const chosen = await vscode.window.showQuickPick(
    judges.map((item) => ({
      label: item.judge,
      description: [quantity(item.labels, 'label'), rootLabel(item.root, roots)].filter((part) => part !== null).join(' · '),
      item,
    })),
    { title: 'Calibrate Judge', placeHolder: 'Judges that labels name' },
  );
  return chosen?.item;
}
