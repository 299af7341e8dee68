/** The extension's table of contents. */
import type { ExtensionContext } from 'vscode';
import { registerApiKeys } from './api-keys.ts';
import { registerCodeLenses } from './code-lenses.ts';
import { registerDiagnostics } from './diagnostics.ts';
import { registerEditingCommands } from './editing-commands.ts';
import { registerLanguage } from './language/register-language.ts';
import { registerPreview } from './preview.ts';
import { registerResults } from './results/results-panel.ts';
import { registerRunCommands } from './run-commands.ts';
import { Runs } from './runs.ts';
import { createServices } from './services.ts';
import { registerTestExplorer } from './tests/test-explorer.ts';
import { registerVersions } from './versions/versions-view.ts';

export interface GoldsetApi {
  /** Time that `activate` took, in ms. */
  readonly activationMs: number;
  readonly runs: Runs;
}

export function activate(context: ExtensionContext): GoldsetApi {
  const started = performance.now();
  const services = createServices(context);
  const runs = new Runs(services);
  registerDiagnostics(services);
  registerLanguage(services);
  registerCodeLenses(services, runs);
  registerRunCommands(services, runs);
  registerEditingCommands(services);
  registerPreview(services);
  registerApiKeys(services);
  registerResults(services, runs);
  registerTestExplorer(services, runs);
  registerVersions(services);
  return { activationMs: performance.now() - started, runs };
}
