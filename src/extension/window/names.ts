/** Every id that package.json also names, said once; a test compares the two. */

export const commands = {
  runPrompt: 'goldset.runPrompt',
  runCase: 'goldset.runCase',
  runWithModel: 'goldset.runWithModel',
  compareEfforts: 'goldset.compareEfforts',
  previewRequest: 'goldset.previewRequest',
  buildPrompt: 'goldset.buildPrompt',
  cancelRun: 'goldset.cancelRun',
  resumeRun: 'goldset.resumeRun',
  clearCache: 'goldset.clearCache',
  manageKeys: 'goldset.manageKeys',
  solveError: 'goldset.solveError',
  showResults: 'goldset.showResults',
  focusResults: 'goldset.focusResults',
  labelBlind: 'goldset.labelBlind',
  newPrompt: 'goldset.newPrompt',
  addGoldenCase: 'goldset.addGoldenCase',
  useAsPrompt: 'goldset.useAsPrompt',
  setSyntax: 'goldset.setSyntax',
  movePromptToFile: 'goldset.movePromptToFile',
  applySettingsFix: 'goldset.applySettingsFix',
  refreshVersions: 'goldset.refreshVersions',
  openVersionDiff: 'goldset.openVersionDiff',
  loadVersions: 'goldset.loadVersions',
  loadBatches: 'goldset.loadBatches',
  diffVersions: 'goldset.diffVersions',
  compareWithWorking: 'goldset.compareWithWorking',
  compareVersions: 'goldset.compareVersions',
  runVersion: 'goldset.runVersion',
  evaluateChanges: 'goldset.evaluateChanges',
  upgradeModel: 'goldset.upgradeModel',
  restoreVersion: 'goldset.restoreVersion',
  copyVersion: 'goldset.copyVersion',
  openCommit: 'goldset.openCommit',
  setBaseline: 'goldset.setBaseline',
  deployVersion: 'goldset.deployVersion',
  showCost: 'goldset.showCost',
  compareCost: 'goldset.compareCost',
  explainPrefix: 'goldset.explainPrefix',
  previewFix: 'goldset.previewFix',
  copyJudge: 'goldset.copyJudge',
  calibrateJudge: 'goldset.calibrateJudge',
  improveJudge: 'goldset.improveJudge',
  review: 'goldset.review',
  runBatch: 'goldset.runBatch',
  lookAtBatch: 'goldset.lookAtBatch',
  cancelBatch: 'goldset.cancelBatch',
  showInteractions: 'goldset.showInteractions',
  showInsights: 'goldset.showInsights',
  correctInteraction: 'goldset.correctInteraction',
  makeGoldenCase: 'goldset.makeGoldenCase',
  dismissInteraction: 'goldset.dismissInteraction',
  reopenInteraction: 'goldset.reopenInteraction',
  reproduceInteraction: 'goldset.reproduceInteraction',
  copyInteractionId: 'goldset.copyInteractionId',
  startCapture: 'goldset.startCapture',
  stopCapture: 'goldset.stopCapture',
  adoptDataFolder: 'goldset.adoptDataFolder',
  showStoredData: 'goldset.showStoredData',
  openSample: 'goldset.openSample',
  tour: 'goldset.tour',
  setUpFolder: 'goldset.setUpFolder',
  importCases: 'goldset.importCases',
  convertConfig: 'goldset.convertConfig',
  openAsTable: 'goldset.openAsTable',
  openAsText: 'goldset.openAsText',
  tryPrompt: 'goldset.tryPrompt',
} as const;

export const views = { versions: 'goldset.versions', interactions: 'goldset.interactions', batches: 'goldset.batches' } as const;

export const panels = {
  results: 'goldset.results',
  journal: 'goldset.journal',
  interactions: 'goldset.interactions',
  insights: 'goldset.insights',
  review: 'goldset.review',
  goldenTable: 'goldset.goldenTable',
  try: 'goldset.try',
} as const;

export const settings = {
  section: 'goldset',
  defaultModel: 'defaultModel',
  codeLens: 'codeLens',
  statusBar: 'statusBar',
  runOnSave: 'runOnSave',
  resultsLocation: 'resultsLocation',
  concurrency: 'concurrency',
  batchInterval: 'batchInterval',
  reviewReminder: 'reviewReminder',
  findingsOff: 'findings.off',
  tokenHints: 'tokenHints',
  prefixDecoration: 'prefixDecoration',
  codePrompts: 'codePrompts',
} as const;

export const contextKeys = {
  running: 'goldset.running',
  runningFiles: 'goldset.runningFiles',
  textPrompts: 'goldset.textPrompts',
  codePrompts: 'goldset.codePromptFiles',
  interactions: 'goldset.interactions',
  promptsListed: 'goldset.promptsListed',
  batchesListed: 'goldset.batchesListed',
  capturing: 'goldset.capturing',
} as const;

export const schemes = {
  preview: 'goldset-preview',
  version: 'goldset-version',
  report: 'goldset-report',
  fix: 'goldset-fix',
  rubric: 'goldset-rubric',
} as const;

export const DOTPROMPT = 'dotprompt';

/** The walkthrough, with the extension's id. */
export const WALKTHROUGH = 'goldset.goldset#start';

/** Files of other tools that hold several prompts: promptfoo's configs and BAML's sources. */
export const COLLECTION_PATTERN =
  '**/{*promptfooconfig*.yaml,*promptfooconfig*.yml,*promptfooconfig*.json,promptfoo*.yaml,promptfoo*.yml,promptfoo*.json,*.baml}';
