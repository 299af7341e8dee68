/** What can be done with versions: look at changes, run, compare, restore, deploy. */
import path from 'node:path';
import * as vscode from 'vscode';
import type { PromptVersion } from '../../adapters/git/history.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { showError } from '../window/messages.ts';
import { fileOfPrompt } from '../../core/prompt/formats/prompt-name.ts';
import { commands, schemes } from '../window/names.ts';
import { requireNode } from '../window/tree-node.ts';
import { requireTrust, requireTrustToWrite } from '../window/trust.ts';
import type { Runs } from '../runs/runs.ts';
import type { Services } from '../window/services.ts';
import { promptUnderCursor } from '../window/target-under-cursor.ts';
import { chooseModel } from '../models/model-picker.ts';
import { compare, compareChanges, upgradeModel } from './compare-commands.ts';
import type { VersionTreeNode, VersionNode, WorkingNode } from './version-nodes.ts';

/** What the tree remembers and shows. */
export interface VersionsTree {
  refresh(): void;
  /** A commit; null: none is set, so HEAD. */
  baselineOf(uri: vscode.Uri): string | null;
  setBaseline(uri: vscode.Uri, commit: string): Promise<void>;
}

export function registerVersionCommands(services: Services, runs: Runs, provider: VersionsTree): void {
  const register = (command: string, run: (...args: never[]) => Promise<unknown>): vscode.Disposable =>
    vscode.commands.registerCommand(command, async (...args: unknown[]) => {
      try {
        requireTrust();
        return await run(...(args as never[]));
      } catch (error) {
        void showError(error, services);
        return undefined;
      }
    });
  /** A command of the tree: it needs its node. */
  const onNode = (command: string, run: (node: never, nodes?: readonly VersionTreeNode[]) => Promise<unknown>): vscode.Disposable =>
    register(command, async (node?: VersionTreeNode, nodes?: readonly VersionTreeNode[]) => run(requireNode(node) as never, nodes));
  const texts: vscode.TextDocumentContentProvider = {
    provideTextDocumentContent: (uri) => {
      const { file, commit, at } = JSON.parse(uri.query) as { file: string; commit: string | null; at: string };
      return commit === null ? '' : services.engine().histories.textAt(file, commit, at);
    },
  };
  services.context.subscriptions.push(
    vscode.workspace.registerTextDocumentContentProvider(schemes.version, texts),
    onNode(commands.openVersionDiff, openDiff),
    onNode(commands.diffVersions, diffTwo),
    onNode(commands.compareWithWorking, (node: VersionNode) => compare(runs, [node.uri], [node.version.commit.hash, null])),
    onNode(commands.compareVersions, (node: VersionTreeNode, nodes) => {
      const [older, newer] = twoVersions(node, nodes);
      return compare(runs, [older.uri], [older.version.commit.hash, newer.version.commit.hash]);
    }),
    onNode(commands.runVersion, async (node: VersionNode) => {
      await vscode.commands.executeCommand(commands.showResults);
      const request = { prompts: [{ file: node.uri.fsPath, cases: null }], model: null, refs: [node.version.commit.hash] };
      return (await runs.start(request, { mustAsk: false }))?.report?.verdict;
    }),
    register(commands.upgradeModel, async (uri?: vscode.Uri, to?: string) => {
      const file = await promptUnderCursor(uri, services);
      const from = (await services.engine().load(file)).target.document.model?.id;
      if (from === undefined)
        throw new ConfigurationError('model/none', 'This prompt does not set a model.', 'Add `model: provider:model` to it.');
      const model = to ?? (await chooseModel(file, services));
      return model === undefined ? undefined : upgradeModel(services, runs, from, model);
    }),
    register(commands.evaluateChanges, (given?: unknown) => {
      // Source control gives its own object, which names no prompt.
      const uri = given instanceof vscode.Uri ? given : isPromptNode(given) ? given.uri : null;
      return compareChanges(services, runs, (of) => provider.baselineOf(of), uri);
    }),
    register(commands.restoreVersion, async (node?: VersionNode, confirmed?: unknown) =>
      restore(services, requireNode(node), confirmed === true),
    ),
    onNode(commands.copyVersion, (node: VersionNode) => Promise.resolve(vscode.env.clipboard.writeText(node.version.version))),
    onNode(commands.openCommit, openCommit),
    onNode(commands.setBaseline, (node: VersionNode) => provider.setBaseline(node.uri, node.version.commit.hash)),
    register(commands.deployVersion, async (node?: VersionNode, name?: string) => {
      await deploy(services, requireNode(node), name);
      provider.refresh();
    }),
  );
}

const isPromptNode = (value: unknown): value is { readonly uri: vscode.Uri } =>
  ['prompt', 'working'].includes(String((value as Partial<VersionTreeNode> | null)?.type));

const at = (uri: vscode.Uri, version: PromptVersion | null): vscode.Uri =>
  vscode.Uri.from({
    scheme: schemes.version,
    path: uri.path,
    query: JSON.stringify({ file: uri.fsPath, commit: version?.commit.hash ?? null, at: version?.path ?? '' }),
  });

/** The file of a prompt, which may be one of several in it. */
const fileUri = (uri: vscode.Uri): vscode.Uri => vscode.Uri.file(fileOfPrompt(uri.fsPath));

const shortOf = (version: PromptVersion | null): string => version?.commit.hash.slice(0, 8) ?? 'nothing';

async function openDiff(node: VersionTreeNode): Promise<void> {
  if (node.type !== 'version' && node.type !== 'working') return;
  const name = path.basename(node.uri.path);
  const title =
    node.type === 'working' ? `${name} (last version ↔ working tree)` : `${name} (${shortOf(node.older)} ↔ ${shortOf(node.version)})`;
  const right = node.type === 'working' ? fileUri(node.uri) : at(node.uri, node.version);
  await vscode.commands.executeCommand('vscode.diff', at(node.uri, node.older), right, title);
}

/** Two selected versions, or a version and the working tree. */
async function diffTwo(node: VersionTreeNode, nodes: readonly VersionTreeNode[] = [node]): Promise<void> {
  const chosen = nodes.filter((item): item is VersionNode | WorkingNode => item.type === 'version' || item.type === 'working');
  const versions = chosen.filter((item): item is VersionNode => item.type === 'version').sort(olderFirst);
  const [first, second] = versions;
  if (first === undefined) throw new ConfigurationError('versions/select', 'Select one or two versions of a prompt.');
  const name = path.basename(first.uri.path);
  await vscode.commands.executeCommand(
    'vscode.diff',
    at(first.uri, first.version),
    second === undefined ? fileUri(first.uri) : at(second.uri, second.version),
    `${name} (${shortOf(first.version)} ↔ ${second === undefined ? 'working tree' : shortOf(second.version)})`,
  );
}

const olderFirst = (a: VersionNode, b: VersionNode): number => b.index - a.index;

function twoVersions(node: VersionTreeNode, nodes: readonly VersionTreeNode[] = [node]): [VersionNode, VersionNode] {
  const [older, newer, ...rest] = nodes.filter((item): item is VersionNode => item.type === 'version').sort(olderFirst);
  if (older === undefined || newer === undefined || rest.length > 0 || older.uri.toString() !== newer.uri.toString())
    throw new ConfigurationError('versions/select', 'Select two versions of one prompt.', 'Hold Ctrl or Cmd while you click the second.');
  return [older, newer];
}

/** As an edit that can be undone; what is going to change is shown before. */
async function restore({ engine }: Services, node: VersionNode, confirmed: boolean): Promise<boolean> {
  requireTrustToWrite();
  const files = await engine().histories.restored(node.uri.fsPath, node.version);
  const edit = new vscode.WorkspaceEdit();
  const changed: string[] = [];
  for (const { file, text } of files) {
    const uri = vscode.Uri.file(file);
    const document = await openOrNull(uri);
    if (document?.getText() === text) continue;
    changed.push(vscode.workspace.asRelativePath(uri));
    if (document === null) edit.createFile(uri, { contents: new TextEncoder().encode(text) });
    else edit.replace(uri, new vscode.Range(0, 0, document.lineCount, 0), text);
  }
  const hash = shortOf(node.version);
  if (changed.length === 0) {
    void vscode.window.showInformationMessage(`Goldset: ${path.basename(node.uri.path)} already matches ${hash}.`);
    return false;
  }
  if (!confirmed) {
    await vscode.commands.executeCommand(
      'vscode.diff',
      node.uri,
      at(node.uri, node.version),
      `${path.basename(node.uri.path)} (now ↔ ${hash})`,
    );
    const detail = `${changed.join('\n')}\n\nThis is an edit. Undo reverts it.`;
    if ((await vscode.window.showWarningMessage(`Restore version ${hash}?`, { modal: true, detail }, 'Restore')) !== 'Restore')
      return false;
  }
  await vscode.window.showTextDocument(node.uri, { preview: false });
  return vscode.workspace.applyEdit(edit);
}

async function openOrNull(uri: vscode.Uri): Promise<vscode.TextDocument | null> {
  try {
    return await vscode.workspace.openTextDocument(uri);
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
}

/** The commit in VS Code's own view of it; where that is not there, its hash is copied. */
async function openCommit({ version }: VersionNode): Promise<void> {
  const { hash, subject } = version.commit;
  const known = await vscode.commands.getCommands(true);
  if (known.includes('git.viewCommit')) {
    const extension = vscode.extensions.getExtension<{ getAPI(version: 1): { repositories: unknown[] } }>('vscode.git');
    const repository = extension?.isActive === true ? extension.exports.getAPI(1).repositories[0] : undefined;
    if (repository !== undefined) {
      await vscode.commands.executeCommand('git.viewCommit', repository, hash);
      return;
    }
  }
  await vscode.env.clipboard.writeText(hash);
  void vscode.window.showInformationMessage(`Goldset: copied the hash of "${subject}": ${hash}`);
}

async function deploy({ engine }: Services, node: VersionNode, given: string | undefined): Promise<void> {
  requireTrustToWrite();
  const names = [...new Set(['production', 'staging', ...node.version.deployments])];
  const other = 'Another name…';
  const chosen =
    given ??
    (await vscode.window.showQuickPick([...names, other], {
      placeHolder: `Deployment to point at version ${shortOf(node.version)}`,
    }));
  const name = chosen === other ? await vscode.window.showInputBox({ prompt: 'Deployment name', placeHolder: 'canary' }) : chosen;
  if (name === undefined || name.trim() === '') return;
  const { file, text } = await engine().histories.deployed(node.uri.fsPath, name.trim(), node.version);
  const uri = vscode.Uri.file(file);
  const document = await openOrNull(uri);
  const edit = new vscode.WorkspaceEdit();
  if (document === null) edit.createFile(uri, { contents: new TextEncoder().encode(text) });
  else edit.replace(uri, new vscode.Range(0, 0, document.lineCount, 0), text);
  await vscode.workspace.applyEdit(edit);
  await (await vscode.workspace.openTextDocument(uri)).save();
  void vscode.window.showInformationMessage(
    `Goldset: ${name} now points at version ${shortOf(node.version)}. Commit ${path.basename(file)} to ship it.`,
  );
}
