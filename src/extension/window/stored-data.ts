/** Show Stored Data: what `.goldset/` of each workspace holds, and deleting what goldset.yaml does not let be kept. */
import path from 'node:path';
import * as vscode from 'vscode';
import type { StoredData } from '../../adapters/retention/stored-data.ts';
import { findRoot } from '../../adapters/workspace/root.ts';
import { quantity } from '../../core/display/figures.ts';
import { showError } from './messages.ts';
import { commands } from './names.ts';
import type { Services } from './services.ts';
import { requireTrustToWrite } from './trust.ts';

interface DataItem extends vscode.QuickPickItem {
  /** The workspace to delete in; absent: the row only shows something. */
  readonly prune?: string;
}

export function registerStoredData(services: Services): void {
  services.context.subscriptions.push(
    vscode.commands.registerCommand(commands.showStoredData, () =>
      show(services).catch((error: unknown) => void showError(error, services)),
    ),
  );
}

async function show(services: Services): Promise<void> {
  requireTrustToWrite();
  const roots = [
    ...new Set((vscode.workspace.workspaceFolders ?? []).flatMap(({ uri }) => (uri.scheme === 'file' ? [findRoot(uri.fsPath)] : []))),
  ];
  const items: DataItem[] = [];
  for (const root of roots) items.push(...itemsOf(root, await services.engine().data.stored(root)));
  const chosen = await vscode.window.showQuickPick(items, {
    title: 'Stored Data',
    placeHolder: 'What Goldset stores on this machine. goldset.yaml sets how long: keepRuns, capture.keepDays, capture.keepMb.',
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (chosen?.prune === undefined) return;
  const stored = await services.engine().data.stored(chosen.prune);
  const all = stored.kinds.reduce((sum, { files }) => sum + files, 0);
  const detail = `Of ${quantity(all, 'file')}, ${megabytes(stored.bytes)}: runs, answers and interactions that are older or larger than the rules allow. Sums stay.`;
  const question = `Delete what the rules of ${path.basename(chosen.prune)} do not keep?`;
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, 'Delete')) !== 'Delete') return;
  const { removed, problems } = await services.engine().data.prune(chosen.prune);
  for (const problem of problems) services.log.warn(`Not deleted: ${problem}`);
  const files = removed.reduce((sum, each) => sum + each.files, 0);
  const bytes = removed.reduce((sum, each) => sum + each.bytes, 0);
  const failed = problems.length === 0 ? '' : ` ${quantity(problems.length, 'problem')}: see the log.`;
  void vscode.window.showInformationMessage(`Goldset: ${quantity(files, 'file')} deleted, ${megabytes(bytes)}.${failed}`);
}

function itemsOf(root: string, { kinds, bytes }: StoredData): DataItem[] {
  return [
    { label: path.basename(root), description: megabytes(bytes), kind: vscode.QuickPickItemKind.Separator },
    ...kinds
      .filter(({ files }) => files > 0)
      .map(({ kind, files, bytes: size, oldest, newest, rule }) => ({
        label: kind,
        description: `${megabytes(size)} in ${quantity(files, 'file')}, ${oldest?.slice(0, 10) ?? ''} to ${newest?.slice(0, 10) ?? ''}`,
        detail: rule,
      })),
    { label: '$(trash) Delete What the Rules Do Not Keep…', prune: root },
  ];
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
