/** Start Capture and Stop Capture: OpenTelemetry of applications on this machine goes into the workspace's interactions while the window is open. */
import * as vscode from 'vscode';
import type { RunningCapture } from '../../adapters/capture/start-capture.ts';
import type { CaptureCounts } from '../../adapters/capture/capture.ts';
import { findRoot } from '../../adapters/workspace/root.ts';
import { ConfigurationError, isHumanError, messageOf } from '../../core/problems/errors.ts';
import { OTLP_PORT } from '../../core/feedback/logs/otlp/telemetry.ts';
import { count, quantity } from '../../core/display/figures.ts';
import { showError } from '../window/messages.ts';
import { commands, contextKeys } from '../window/names.ts';
import { requireTrust } from '../window/trust.ts';
import type { Services } from '../window/services.ts';

const HOST = '127.0.0.1';
const FREE_PORT = 0;

export function registerCapture(services: Services): void {
  const capture = new EditorCapture(services);
  const register = (command: string, run: (port?: unknown) => Promise<unknown>): vscode.Disposable =>
    vscode.commands.registerCommand(command, async (port?: unknown) => {
      try {
        return await run(port);
      } catch (error) {
        void capture.tell(error);
        return undefined;
      }
    });
  services.context.subscriptions.push(
    capture,
    register(commands.startCapture, (port) => {
      requireTrust();
      return capture.start(typeof port === 'number' ? port : OTLP_PORT);
    }),
    register(commands.stopCapture, () => capture.stop()),
  );
}

class EditorCapture implements vscode.Disposable {
  private running: Promise<RunningCapture> | null = null;
  private item: vscode.StatusBarItem | null = null;
  private hasWarned = false;
  private hasFailed = false;

  constructor(private readonly services: Services) {}

  /** The port that it listens on. One capture runs at a time. */
  async start(port: number): Promise<number> {
    if (this.running === null) {
      const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
      if (folder === undefined) throw new ConfigurationError('workspace/none', 'No folder is open to capture into.', 'Open a folder.');
      const starting = this.services.bundle().captureInto(this.services.worker, {
        ...{ root: findRoot(folder.fsPath), host: HOST, port },
        onChange: (counts) => this.show(counts),
        onFailure: (error) => this.failed(error),
        onProblem: (problem) => this.services.log.warn(problem),
      });
      this.running = starting;
      this.hasWarned = this.hasFailed = false;
      try {
        this.begin(await starting);
      } catch (error) {
        this.running = null;
        throw error;
      }
    }
    return (await this.running).port;
  }

  /** What it has captured; undefined: none ran. */
  async stop(): Promise<CaptureCounts | undefined> {
    const { running } = this;
    if (running === null) return undefined;
    this.running = null;
    this.item?.dispose();
    this.item = null;
    void vscode.commands.executeCommand('setContext', contextKeys.capturing, false);
    const capture = await running;
    await capture.stop();
    this.services.log.info(`Capture stopped: ${told(capture.counts)}.`);
    return capture.counts;
  }

  /** A taken port has a way out. */
  async tell(error: unknown): Promise<void> {
    if (!isHumanError(error) || error.code !== 'capture/port') return showError(error, this.services);
    const another = 'Use a Free Port';
    const chosen = await vscode.window.showErrorMessage(
      `Goldset: ${messageOf(error)} Stop the other process, or use another port.`,
      another,
    );
    if (chosen === another) await vscode.commands.executeCommand(commands.startCapture, FREE_PORT);
  }

  dispose(): void {
    void this.stop();
  }

  private begin(capture: RunningCapture): void {
    const item = vscode.window.createStatusBarItem('goldset.capture', vscode.StatusBarAlignment.Left, 10);
    item.name = 'Goldset: capture';
    item.command = commands.stopCapture;
    this.item = item;
    this.show(capture.counts);
    item.tooltip = `Goldset receives OpenTelemetry at http://${HOST}:${capture.port}. Click to stop.`;
    item.show();
    void vscode.commands.executeCommand('setContext', contextKeys.capturing, true);
    void this.offerVariables(capture.port);
  }

  private async offerVariables(port: number): Promise<void> {
    const copy = 'Copy Environment Variables';
    const chosen = await vscode.window.showInformationMessage(
      `Goldset: capturing at http://${HOST}:${port}. Start your application with OTEL_EXPORTER_OTLP_ENDPOINT set to it.`,
      copy,
    );
    if (chosen === copy) await vscode.env.clipboard.writeText(variables(port));
  }

  private show(counts: CaptureCounts): void {
    if (this.item === null) return;
    this.item.text = `$(record) ${count(counts.interactions)}`;
    this.item.accessibilityInformation = { label: `Goldset captured ${told(counts)}. Click to stop.`, role: 'button' };
    if (this.hasWarned || counts.withoutText === 0 || counts.withoutText < counts.interactions) return;
    this.hasWarned = true;
    void vscode.window.showWarningMessage(
      'Goldset: calls arrive without prompt or answer text. Set OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true for the application.',
    );
  }

  /** Said once: a full disk fails every request. */
  private failed(error: unknown): void {
    if (this.hasFailed) return this.services.log.error(error instanceof Error ? error : String(error));
    this.hasFailed = true;
    void showError(error, this.services);
  }
}

const variables = (port: number): string =>
  [
    `OTEL_EXPORTER_OTLP_ENDPOINT=http://${HOST}:${port}`,
    'OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf',
    'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true',
    '',
  ].join('\n');

const told = ({ spans, interactions, signals }: CaptureCounts): string =>
  `${quantity(spans, 'span')}, ${quantity(interactions, 'interaction')}, ${quantity(signals, 'signal')}`;
