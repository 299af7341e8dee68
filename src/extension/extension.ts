/** The extension's table of contents. */
import type { ExtensionContext } from 'vscode';
import { registerBatches, type Batches } from './batches/batches.ts';
import { registerCapture } from './capture/capture-commands.ts';
import { registerBuildPrompt } from './editor/build-prompt.ts';
import { registerCodeLenses } from './editor/code-lenses.ts';
import { registerCodePromptLenses } from './editor/code-prompt-lenses.ts';
import { registerDiagnostics } from './editor/diagnostics.ts';
import { registerCostReports } from './economics/cost-reports.ts';
import { registerTokenHints } from './economics/inlay-hints.ts';
import { PromptAnalyses } from './economics/prompt-analyses.ts';
import { registerPrefixDecoration } from './economics/prefix-decoration.ts';
import { registerQuickFixes } from './economics/quick-fixes.ts';
import { registerStatusBar } from './economics/status-bar.ts';
import { registerEditingCommands } from './editor/editing-commands.ts';
import { registerMovePrompt } from './editor/move-prompt.ts';
import { registerTextPromptCommands } from './editor/text-prompt-commands.ts';
import { registerConvertConfig } from './editor/convert-config.ts';
import { registerImportCases } from './golden/import-cases.ts';
import { registerGoldenTable } from './golden/golden-table.ts';
import { registerInteractions } from './interactions/interaction-commands.ts';
import { registerInsights } from './insights/insights-panel.ts';
import type { Interactions } from './interactions/interactions-view.ts';
import { registerCalibrateJudge } from './judges/calibrate-judge.ts';
import { registerImproveJudge } from './judges/improve-judge.ts';
import { registerJudges } from './judges/copy-judge.ts';
import { editorModels } from './models/editor-models.ts';
import { registerKeys } from './models/manage-keys.ts';
import { registerLanguage } from './language/register-language.ts';
import { registerPreview } from './editor/preview.ts';
import { registerJournalEditor } from './results/journal-editor.ts';
import { registerResults } from './results/results-panel.ts';
import { registerCompareEfforts } from './runs/compare-efforts.ts';
import { registerRunCommands } from './runs/run-commands.ts';
import { Runs } from './runs/runs.ts';
import { registerReview } from './review/review-command.ts';
import { registerStoredData } from './window/stored-data.ts';
import { ReportPages } from './window/report-pages.ts';
import { registerDataFolderQuestion } from './window/data-folder-question.ts';
import { createServices } from './window/services.ts';
import { registerTestExplorer, type TestProfile } from './tests/test-explorer.ts';
import { registerTry } from './try/try-command.ts';
import { registerVersions, type VersionsProvider } from './versions/versions-view.ts';
import { registerWelcome } from './welcome/register-welcome.ts';

export interface GoldsetApi {
  /** Time that `activate` took, in ms. */
  readonly activationMs: number;
  readonly runs: Runs;
  readonly insights: PromptAnalyses;
  /** The default run profile, as the Test Explorer starts it. */
  readonly tests: TestProfile;
  readonly versions: VersionsProvider;
  readonly batches: Batches;
  readonly interactions: Interactions;
}

export function activate(context: ExtensionContext): GoldsetApi {
  const started = performance.now();
  const services = createServices(context, editorModels(context));
  const runs = new Runs(services);
  const insights = new PromptAnalyses(services);
  registerDiagnostics(services, insights);
  registerLanguage(services, insights);
  registerCodeLenses(services, runs, insights);
  registerCodePromptLenses(services, runs, insights);
  registerBuildPrompt(services, insights);
  registerPrefixDecoration(services, insights);
  registerTokenHints(services, insights);
  registerStatusBar(services, insights);
  registerQuickFixes(services, insights);
  const pages = new ReportPages();
  context.subscriptions.push(pages);
  registerCostReports(services, pages);
  runs.onDidChange(() => insights.refresh());
  registerRunCommands(services, runs);
  registerCompareEfforts(services, runs);
  registerEditingCommands(services);
  registerTextPromptCommands(services);
  registerMovePrompt(services, insights);
  registerPreview(services);
  registerKeys(services);
  registerJudges(services);
  registerCapture(services);
  registerCalibrateJudge(services, pages, registerResults(services, runs, insights));
  registerImproveJudge(services, pages);
  registerJournalEditor(services);
  registerImportCases(services);
  registerConvertConfig(services);
  registerGoldenTable(services, runs);
  const tests = registerTestExplorer(services, runs);
  const versions = registerVersions(services, runs, insights);
  const batches = registerBatches(services, runs);
  const { view: interactions, panel, actions } = registerInteractions(services);
  registerReview(services, interactions);
  registerDataFolderQuestion(services, () => {
    interactions.refreshSoon();
    insights.refresh();
  });
  registerStoredData(services);
  registerTry(services);
  registerInsights(
    services,
    interactions,
    (root, filter, source) => panel.showFiltered(root, filter, source),
    (chosen) => actions.makeCases(chosen),
  );
  registerWelcome(services, runs, insights);
  return { activationMs: performance.now() - started, runs, insights, tests, versions, batches, interactions };
}
