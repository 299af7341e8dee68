/** One table of a golden set: what its page shows, and what its page changes in the text document. */
import path from 'node:path';
import * as vscode from 'vscode';
import { shownPath } from '../../adapters/workspace/root.ts';
import { tableColumns } from '../../core/golden/table/table-columns.ts';
import type { LastOutput } from '../../engine/runs/last-outputs.ts';
import { messageOf } from '../../core/problems/errors.ts';
import { openChannel, type Channel, type Port } from '../../protocol/channel.ts';
import type { TableHost, TablePage, TableSnapshot } from '../../protocol/golden-table.ts';
import type { Runs } from '../runs/runs.ts';
import { goldenSetOf } from '../window/documents.ts';
import { showError } from '../window/messages.ts';
import type { Services } from '../window/services.ts';
import { tableActions } from './table-actions.ts';
import { snapshotOf } from './table-rows.ts';
import type { TableDocument, TableState } from './table-state.ts';

/** ms after the last key in the text until the table follows. */
const PAUSE = 120;

export class TableSession implements TableDocument {
  private readonly subscriptions: vscode.Disposable[] = [];
  private channel: Channel<TablePage> | null = null;
  private timer: NodeJS.Timeout | null = null;
  private outputs: ReadonlyMap<string, LastOutput> = new Map();
  private inputs: readonly string[] = [];
  private known: TableState | null = null;
  private isOpen = true;
  private outputsWanted = 0;

  constructor(
    readonly document: vscode.TextDocument,
    readonly services: Services,
    runs: Runs,
  ) {
    this.subscriptions.push(
      vscode.workspace.onDidChangeTextDocument(({ document: changed, contentChanges }) => {
        if (changed === document && contentChanges.length > 0) this.changedSoon();
      }),
      runs.onDidChange(() => void this.readOutputs()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => void this.readOutputs()),
    );
    void this.readOutputs();
  }

  attach(port: Port): void {
    this.channel?.close();
    this.channel = openChannel<TableHost, TablePage>(port, {
      ready: () => this.snapshot(),
      ...tableActions(this),
    });
  }

  dispose(): void {
    this.isOpen = false;
    if (this.timer !== null) clearTimeout(this.timer);
    this.channel?.close();
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  /** As the document is now; the same object until something changes. */
  async state(): Promise<TableState> {
    const { version } = this.document;
    const { cases, diagnostics } = await goldenSetOf(this.document, this.services);
    const { outputs, inputs, known } = this;
    if (known !== null && known.cases === cases && known.outputs === outputs && known.version === version) return known;
    const broken = cases.length === 0 ? diagnostics.find(({ severity }) => severity === 'error') : undefined;
    const problem = broken === undefined ? null : `${broken.message}${broken.hint === undefined ? '' : ` ${broken.hint}`}`;
    const columns = tableColumns(cases, inputs);
    this.known = { cases, columns, outputs, problem, version, shown: { key: '', order: [] } };
    return this.known;
  }

  private async snapshot(): Promise<TableSnapshot> {
    return snapshotOf(await this.state(), path.basename(this.document.fileName), vscode.workspace.isTrusted);
  }

  private changedSoon(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.changed(), PAUSE);
  }

  /** The page shows the set as it is now. */
  async changed(): Promise<void> {
    try {
      const snapshot = await this.snapshot();
      if (this.isOpen) this.channel?.tell('changed', { snapshot });
    } catch (error) {
      void showError(error, this.services);
    }
  }

  /** Variables and last outputs of the prompts of this set. */
  private async readOutputs(): Promise<void> {
    const ticket = ++this.outputsWanted;
    const isWanted = (): boolean => this.isOpen && ticket === this.outputsWanted;
    try {
      const engine = this.services.engine();
      const loaded = await Promise.all((await engine.promptsOfGolden(this.document.fileName)).map((file) => engine.outline(file, {}, 0)));
      const [first] = loaded;
      if (first === undefined || !isWanted()) return;
      const inputs = [...new Set(loaded.flatMap(({ reading }) => reading.analysis.variables.map(({ name }) => name)))];
      const versions = new Map(loaded.map(({ root, file, target }) => [shownPath(root, file), target.version]));
      const outputs = await engine.lastOutputs.of(first.root, versions, isWanted);
      if (!isWanted()) return;
      this.inputs = inputs;
      this.outputs = outputs;
      await this.changed();
    } catch (error) {
      // The table can be edited without them.
      this.services.log.warn(`The last outputs cannot be read: ${messageOf(error)}`);
    }
  }
}
