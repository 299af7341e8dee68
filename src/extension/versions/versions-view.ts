/** Prompt Versions: every prompt, under it the versions that commits made, with what each scored and cost. */
import path from 'node:path';
import * as vscode from 'vscode';
import { messageOf } from '../../core/problems/errors.ts';
import { DEPLOYMENTS_FILE } from '../../core/versions/deployments.ts';
import { fileOfPrompt } from '../../core/prompt/formats/prompt-name.ts';
import { inEditorWords } from '../../core/display/editor-words.ts';
import { sentenceOf } from '../window/messages.ts';
import { isOurs } from '../window/documents.ts';
import { count } from '../../core/display/figures.ts';
import { MOST_SOURCES } from '../window/source-prompts.ts';
import { commands, contextKeys, views } from '../window/names.ts';
import type { Runs } from '../runs/runs.ts';
import type { Services } from '../window/services.ts';
import type { PromptAnalyses } from '../economics/prompt-analyses.ts';
import { PromptScores } from './prompt-scores.ts';
import { registerVersionCommands } from './version-commands.ts';
import { versionTreeItem, type PromptNode, type VersionTreeNode, type VersionNode } from './version-nodes.ts';
import type { VersionEconomics } from '../../engine/versions/prompt-history.ts';

const PAGE = 50;
/** Versions whose prefix is analysed without being asked for. */
const ANALYSED = 12;
/** In the workspace's memory: commits by prompt. */
const BASELINES = 'goldset.baselines';

export function registerVersions(services: Services, runs: Runs, analyses: PromptAnalyses): VersionsProvider {
  const provider = new VersionsProvider(services);
  const tree = vscode.window.createTreeView(views.versions, { treeDataProvider: provider, showCollapseAll: true, canSelectMany: true });
  services.context.subscriptions.push(
    provider,
    tree,
    // Tags and notes that git made meanwhile tell of themselves in no other way.
    tree.onDidChangeVisibility(({ visible }) => visible && provider.refresh()),
    // What is typed has no score yet, or the one that it had before.
    analyses.onDidChange(() => tree.visible && provider.score()),
    vscode.commands.registerCommand(commands.refreshVersions, () => provider.relist()),
    vscode.commands.registerCommand(commands.loadVersions, ({ uri }: { readonly uri: vscode.Uri }) => provider.loadMore(uri)),
    vscode.workspace.onDidSaveTextDocument((document) => {
      if (isOurs(document) || path.basename(document.fileName) === DEPLOYMENTS_FILE) provider.refresh();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => provider.refresh()),
    runs.onDidChange(() => provider.refresh()),
  );
  registerVersionCommands(services, runs, provider);
  provider.watch();
  return provider;
}

export class VersionsProvider implements vscode.TreeDataProvider<VersionTreeNode> {
  private readonly changed = new vscode.EventEmitter<VersionTreeNode[] | undefined>();
  private readonly subscriptions: { dispose(): unknown }[] = [this.changed];
  /** The prompts that the tree shows, by their URI: the same node each time. */
  private readonly prompts = new Map<string, PromptNode>();
  private readonly limits = new Map<string, number>();
  private readonly economics = new Map<string, VersionEconomics>();
  private readonly scores: PromptScores;
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly services: Services) {
    this.scores = new PromptScores(services, (uris) => this.changed.fire(uris.flatMap((uri) => this.prompts.get(uri) ?? [])));
  }

  /**
   * Reads the versions again. The prompts keep their nodes: a tree that is told to begin again knows no version until git has answered, and
   * a button pressed meanwhile would get no node.
   */
  refresh(): void {
    this.changed.fire(this.prompts.size === 0 ? undefined : [...this.prompts.values()]);
    this.score();
  }

  /** Reads again what the prompts score as they are now. */
  score(): void {
    void this.scores.read([...this.prompts.values()].map(({ uri }) => uri));
  }

  /** Reads which prompts there are, and their versions. */
  relist(): void {
    this.changed.fire(undefined);
  }

  loadMore(uri: vscode.Uri): void {
    this.limits.set(uri.toString(), this.limitOf(uri) + 4 * PAGE);
    this.refresh();
  }

  baselineOf(uri: vscode.Uri): string | null {
    const all = this.services.context.workspaceState.get<unknown>(BASELINES) as Record<string, unknown> | undefined;
    const commit = all?.[uri.fsPath];
    return typeof commit === 'string' ? commit : null;
  }

  async setBaseline(uri: vscode.Uri, commit: string): Promise<void> {
    const all = this.services.context.workspaceState.get<Record<string, string>>(BASELINES) ?? {};
    await this.services.context.workspaceState.update(BASELINES, { ...all, [uri.fsPath]: commit });
    this.refresh();
  }

  /** New commits show by themselves. The built-in git extension tells of each status that it reads; only another HEAD counts. */
  watch(): void {
    const { promptFiles } = this.services;
    const relist = (): void => this.relist();
    this.subscriptions.push(
      promptFiles.onDidCreate(relist),
      promptFiles.onDidChange(() => this.refresh()),
      promptFiles.onDidDelete(relist),
      promptFiles.onDidChangeFolders(() => this.forgetRepositories()),
      promptFiles.onDidRelist(relist),
    );
    const git = vscode.extensions.getExtension<GitExtension>('vscode.git');
    if (!git?.isActive) return;
    const api = git.exports.getAPI(1);
    const follow = ({ state }: GitRepository): vscode.Disposable => {
      let head = headOf(state);
      return state.onDidChange(() => {
        const now = headOf(state);
        if (now === head) return;
        head = now;
        this.forgetRepositories();
      });
    };
    const followed = new Map(api.repositories.map((repository) => [repository, follow(repository)]));
    this.subscriptions.push(
      { dispose: () => void vscode.Disposable.from(...followed.values()).dispose() },
      api.onDidOpenRepository((repository) => followed.set(repository, follow(repository))),
      api.onDidCloseRepository((repository) => {
        followed.get(repository)?.dispose();
        followed.delete(repository);
      }),
    );
  }

  private forgetRepositories(): void {
    this.services
      .loadedEngine()
      ?.histories.forget()
      .catch((error: unknown) => this.services.log.warn(`A repository cannot be closed: ${messageOf(error)}`));
    this.relist();
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  getTreeItem = (node: VersionTreeNode): vscode.TreeItem => versionTreeItem(node, (uri) => this.scores.of(uri));

  async getChildren(node?: VersionTreeNode): Promise<VersionTreeNode[]> {
    if (!node) return this.promptNodes();
    return node.type === 'prompt' ? this.versions(node.uri) : [];
  }

  private async promptNodes(): Promise<VersionTreeNode[]> {
    const found = await this.services.promptFiles.find();
    const shown = new Set(found.map(String));
    for (const key of this.prompts.keys()) if (!shown.has(key)) this.prompts.delete(key);
    const nodes = found.map((uri): PromptNode => {
      const node = this.prompts.get(uri.toString()) ?? { type: 'prompt', uri };
      this.prompts.set(uri.toString(), node);
      return node;
    });
    // The welcome text says that there are no prompts: it waits until that is known.
    void vscode.commands.executeCommand('setContext', contextKeys.promptsListed, true);
    this.score();
    const cut = `Only ${count(MOST_SOURCES)} source files were searched for prompts. A golden set beside a prompt lists it, too.`;
    return this.services.promptFiles.leavesOut ? [...nodes, { type: 'message', text: cut }] : nodes;
  }

  private limitOf(uri: vscode.Uri): number {
    return this.limits.get(uri.toString()) ?? PAGE;
  }

  private async versions(uri: vscode.Uri): Promise<VersionTreeNode[]> {
    if (!vscode.workspace.isTrusted) return [{ type: 'message', text: 'Git is not used in an untrusted workspace.' }];
    try {
      const engine = this.services.engine();
      const found = await engine.histories.versions(await engine.load(uri.fsPath), this.limitOf(uri));
      if (found === null) return [{ type: 'message', text: 'This folder is not in a git repository.' }];
      const { working, versions, more, isShallow, problems } = found;
      const baseline = this.baselineOf(uri);
      const nodes = versions.map((version, i): VersionNode => ({
        type: 'version',
        uri,
        version,
        older: versions[i + 1] ?? null,
        index: i,
        isBaseline: baseline === version.commit.hash,
        economics: this.economics.get(keyOf(uri, version.commit.hash)) ?? null,
      }));
      void this.analyse(nodes.slice(0, ANALYSED));
      const isDirty = vscode.workspace.textDocuments.some(
        (document) => document.isDirty && document.uri.fsPath === fileOfPrompt(uri.fsPath),
      );
      const top: VersionTreeNode[] = working === null ? [] : [{ type: 'working', uri, isDirty, ...working, older: versions[0] ?? null }];
      const tail: VersionTreeNode[] = [
        ...problems.map((text) => ({ type: 'message' as const, text: inEditorWords(text) })),
        ...(more ? [{ type: 'more' as const, uri }] : []),
        ...(isShallow && !more
          ? [{ type: 'message' as const, text: 'This shallow clone has no older commits. Fetch the whole history to list them.' }]
          : []),
      ];
      return nodes.length === 0 ? [...top, { type: 'message', text: 'This prompt is not committed yet.' }] : [...top, ...nodes, ...tail];
    } catch (error) {
      this.services.log.error(error instanceof Error ? error : String(error));
      return [{ type: 'message', text: sentenceOf(error) }];
    }
  }

  /** One after the other, after the tree is there; each version once. */
  private async analyse(nodes: readonly VersionNode[]): Promise<void> {
    let found = false;
    for (const { uri, version, older } of nodes) {
      const key = keyOf(uri, version.commit.hash);
      if (this.economics.has(key)) continue;
      try {
        this.economics.set(key, await this.services.engine().histories.economicsOf(uri.fsPath, version, older));
        found = true;
      } catch (error) {
        this.services.log.warn(`The prefix of ${version.commit.hash} cannot be analysed: ${messageOf(error)}`);
        this.economics.set(key, { cacheableShare: null, forgotten: 0 });
      }
    }
    if (found) this.refresh();
  }
}

/** What is used of the API of the built-in git extension. */
interface GitExtension {
  getAPI(version: 1): {
    readonly repositories: readonly GitRepository[];
    readonly onDidOpenRepository: vscode.Event<GitRepository>;
    readonly onDidCloseRepository: vscode.Event<GitRepository>;
  };
}

interface GitRepository {
  readonly state: {
    readonly HEAD: { readonly name?: string; readonly commit?: string } | undefined;
    readonly onDidChange: vscode.Event<void>;
  };
}

const headOf = ({ HEAD }: GitRepository['state']): string => `${HEAD?.name ?? ''} ${HEAD?.commit ?? ''}`;

const keyOf = (uri: vscode.Uri, commit: string): string => `${uri.toString()}#${commit}`;
