/** Prompt Versions: every prompt, under it the commits that touched it, newest first; a click shows what changed. */
import path from 'node:path';
import * as vscode from 'vscode';
import type { PromptCommit } from '../../adapters/git/history.ts';
import { isPartialPath } from '../../core/prompt/formats/prompt-name.ts';
import { showError } from '../messages.ts';
import { commands, schemes, views } from '../names.ts';
import type { Services } from '../services.ts';

const PAGE = 50;

type Node =
  | { readonly type: 'prompt'; readonly uri: vscode.Uri }
  | { readonly type: 'working'; readonly uri: vscode.Uri; readonly top: string; readonly head: PromptCommit | null }
  | {
      readonly type: 'commit';
      readonly uri: vscode.Uri;
      readonly top: string;
      readonly commit: PromptCommit;
      readonly parent: PromptCommit | null;
    }
  | { readonly type: 'message'; readonly text: string };

export function registerVersions(services: Services): void {
  const provider = new VersionsProvider(services);
  const texts: vscode.TextDocumentContentProvider = {
    provideTextDocumentContent: (uri) => {
      const { top, commit, file } = JSON.parse(uri.query) as { top: string; commit: string | null; file: string };
      return commit === null ? '' : services.engine().showVersion(top, commit, file);
    },
  };
  services.context.subscriptions.push(
    provider,
    vscode.window.createTreeView(views.versions, { treeDataProvider: provider, showCollapseAll: true }),
    vscode.workspace.registerTextDocumentContentProvider(schemes.version, texts),
    vscode.commands.registerCommand(commands.refreshVersions, () => provider.refresh()),
    vscode.commands.registerCommand(commands.openVersionDiff, (node: Node) =>
      openDiff(node).then(undefined, (error: unknown) => showError(error, services)),
    ),
    vscode.workspace.onDidSaveTextDocument(() => provider.refresh()),
    vscode.workspace.onDidGrantWorkspaceTrust(() => provider.refresh()),
  );
  provider.watch();
}

class VersionsProvider implements vscode.TreeDataProvider<Node> {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: { dispose(): unknown }[] = [this.changed];
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly services: Services) {}

  refresh(): void {
    this.changed.fire();
  }

  /** New commits show by themselves: the built-in git extension rewrites these files' state on every operation. */
  watch(): void {
    const watcher = vscode.workspace.createFileSystemWatcher('**/*.{prompt,prompt.yml,prompt.yaml}');
    this.subscriptions.push(
      watcher,
      watcher.onDidCreate(() => this.refresh()),
      watcher.onDidDelete(() => this.refresh()),
    );
    const git = vscode.extensions.getExtension<{
      getAPI(version: 1): {
        repositories: { state: { onDidChange: vscode.Event<void> } }[];
        onDidOpenRepository: vscode.Event<{ state: { onDidChange: vscode.Event<void> } }>;
      };
    }>('vscode.git');
    if (!git?.isActive) return;
    const api = git.exports.getAPI(1);
    const follow = (repository: { state: { onDidChange: vscode.Event<void> } }): void => {
      this.subscriptions.push(repository.state.onDidChange(() => this.refresh()));
    };
    api.repositories.forEach(follow);
    this.subscriptions.push(api.onDidOpenRepository(follow));
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (!node) {
      const files = await vscode.workspace.findFiles('**/*.{prompt,prompt.yml,prompt.yaml}', '**/{node_modules,.goldset}/**', 1000);
      return files
        .filter((uri) => !isPartialPath(uri.fsPath))
        .sort((a, b) => (a.path < b.path ? -1 : 1))
        .map((uri) => ({ type: 'prompt', uri }));
    }
    return node.type === 'prompt' ? this.versions(node.uri) : [];
  }

  private async versions(uri: vscode.Uri): Promise<Node[]> {
    if (!vscode.workspace.isTrusted) return [{ type: 'message', text: 'Git is not used in an untrusted workspace.' }];
    try {
      const history = await this.services.engine().history(uri.fsPath, PAGE);
      if (history.kind === 'no-repository') return [{ type: 'message', text: 'This folder is not in a git repository.' }];
      const { top, commits, uncommitted, more } = history;
      const working: Node[] = uncommitted ? [{ type: 'working', uri, top, head: commits[0] ?? null }] : [];
      const nodes = commits.map((commit, i): Node => ({ type: 'commit', uri, top, commit, parent: commits[i + 1] ?? null }));
      const tail: Node[] = more ? [{ type: 'message', text: `Only the newest ${PAGE} commits are shown.` }] : [];
      return nodes.length + working.length === 0
        ? [{ type: 'message', text: 'No commit has touched this prompt yet.' }]
        : [...working, ...nodes, ...tail];
    } catch (error) {
      this.services.log.error(error instanceof Error ? error : String(error));
      return [{ type: 'message', text: error instanceof Error ? error.message : String(error) }];
    }
  }

  getTreeItem(node: Node): vscode.TreeItem {
    if (node.type === 'message') return new vscode.TreeItem(node.text);
    if (node.type === 'prompt') {
      const item = new vscode.TreeItem(node.uri, vscode.TreeItemCollapsibleState.Collapsed);
      item.id = node.uri.toString();
      item.description = path.dirname(vscode.workspace.asRelativePath(node.uri)).replace(/^\.$/, '');
      item.contextValue = 'prompt';
      return item;
    }
    const isWorking = node.type === 'working';
    const item = new vscode.TreeItem(isWorking ? 'Uncommitted changes' : node.commit.subject);
    item.id = `${node.uri.toString()}#${isWorking ? 'working' : node.commit.hash}`;
    item.iconPath = new vscode.ThemeIcon(isWorking ? 'edit' : 'git-commit');
    item.description = isWorking ? 'working tree' : `${node.commit.hash.slice(0, 7)} · ${node.commit.author}, ${ageOf(node.commit.date)}`;
    item.tooltip = isWorking
      ? 'Compare with the last commit'
      : `${node.commit.subject}\n${node.commit.hash}\n${node.commit.author}, ${new Date(node.commit.date).toLocaleString()}`;
    item.command = { title: 'Open Changes', command: commands.openVersionDiff, arguments: [node] };
    item.contextValue = node.type;
    return item;
  }
}

async function openDiff(node: Node): Promise<void> {
  if (node.type !== 'commit' && node.type !== 'working') return;
  const at = (commit: PromptCommit | null): vscode.Uri =>
    vscode.Uri.from({
      scheme: schemes.version,
      path: node.uri.path,
      query: JSON.stringify({ top: node.top, commit: commit?.hash ?? null, file: commit?.path ?? '' }),
    });
  const name = path.basename(node.uri.path);
  if (node.type === 'working')
    await vscode.commands.executeCommand('vscode.diff', at(node.head), node.uri, `${name} (last commit ↔ working tree)`);
  else
    await vscode.commands.executeCommand(
      'vscode.diff',
      at(node.parent),
      at(node.commit),
      `${name} (${node.parent?.hash.slice(0, 7) ?? 'nothing'} ↔ ${node.commit.hash.slice(0, 7)})`,
    );
}

const AGES: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

function ageOf(date: string): string {
  const seconds = (Date.now() - Date.parse(date)) / 1000;
  const [unit, size] = AGES.find(([, length]) => seconds >= length) ?? ['second', 1];
  return new Intl.RelativeTimeFormat(vscode.env.language, { numeric: 'auto' }).format(-Math.floor(seconds / size), unit);
}
