/**
 * Prompts and golden cases as tests. Cases resolve when a prompt is opened or run; many cases stand in ranges, which
 * resolve when they are opened or when a run comes to them, so that no message to the window is large.
 */
import path from 'node:path';
import * as vscode from 'vscode';
import { systemClock } from '../../adapters/clock.ts';
import type { GoldenCase } from '../../core/golden/case.ts';
import { fileOfPrompt, isCodePath, isPartialPath } from '../../core/prompt/formats/prompt-name.ts';
import { isGolden, unsavedTexts } from '../window/documents.ts';
import { isPrompt, promptsIn } from '../window/open-prompts.ts';
import { sentenceOf, showError } from '../window/messages.ts';
import { requireTrust } from '../window/trust.ts';
import type { Runs, ShownRun } from '../runs/runs.ts';
import type { Services } from '../window/services.ts';
import { followSaveSetting } from './save-setting.ts';
import { runOnSave, type WatchedTests } from './run-on-save.ts';
import { showKnownStates } from './known-states.ts';
import { MirroredRuns, type MirroredTests } from './mirrored-runs.ts';
import { TestRunPublisher } from './test-run-publisher.ts';
import { quantity } from '../../core/display/figures.ts';

/** Above this a prompt's cases stand in ranges of `RANGE`. */
const FLAT = 1000;
const RANGE = 500;
/** Test items that are made before the event loop of the extension host gets its turn. */
const BATCH = 25;

type Data =
  | { readonly type: 'prompt'; readonly file: string }
  | {
      readonly type: 'range';
      readonly file: string;
      readonly cases: readonly GoldenCase[];
      readonly ids: ReadonlySet<string>;
      readonly golden: vscode.Uri;
      readonly places: Places;
    }
  | { readonly type: 'case'; readonly file: string; readonly id: string };

/** Lines of the cases' anchors, by offset. */
type Places = (offset: number) => vscode.Position;

/** What a run profile does. */
type RunTests = (request: vscode.TestRunRequest, token: vscode.CancellationToken) => Promise<void>;

export interface TestProfile {
  readonly controller: vscode.TestController;
  readonly run: RunTests;
}

export function registerTestExplorer(services: Services, runs: Runs): TestProfile {
  const controller = vscode.tests.createTestController('goldset', 'Goldset');
  const explorer = new TestExplorer(controller, services, runs);
  services.context.subscriptions.push(controller, explorer);
  controller.resolveHandler = (item) => explorer.open(item);
  controller.refreshHandler = () => explorer.discover();
  const run: RunTests = (request, token) =>
    request.continuous === true ? runOnSave(request, token, explorer, services) : explorer.run(request, token).then(() => undefined);
  controller.createRunProfile('Run', vscode.TestRunProfileKind.Run, run, true, undefined, true);
  services.context.subscriptions.push(followSaveSetting((token) => runOnSave(new vscode.TestRunRequest(), token, explorer, services)));
  return { controller, run };
}

/** The result at a place of a journal. */
const readResult =
  ({ engine }: Services) =>
  (file: string, position: number) =>
    engine().archive.reader(file)(position);

class TestExplorer implements WatchedTests, MirroredTests {
  private readonly data = new WeakMap<vscode.TestItem, Data>();
  private readonly subscriptions: vscode.Disposable[] = [];
  isDiscovered = false;
  /** Prompts that were edited since their cases had a state. */
  private readonly outdated = new Set<string>();

  constructor(
    private readonly controller: vscode.TestController,
    private readonly services: Services,
    private readonly runs: Runs,
  ) {
    const { promptFiles } = services;
    this.subscriptions.push(
      new MirroredRuns(controller, this, runs, readResult(services)),
      runs.onEvent(({ run, event }) => event.type === 'started' && this.upToDate(run)),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0 && isPrompt(document)) this.markOutdated(promptsIn(document));
      }),
      promptFiles.onDidCreate((uris) => uris.forEach((uri) => this.addPrompt(uri))),
      promptFiles.onDidDelete((uri) => this.controller.items.delete(uri.toString())),
      promptFiles.onDidChangeFolders(() => void this.followFolders()),
      promptFiles.onDidRelist(() => void this.followFolders()),
      vscode.workspace.onDidSaveTextDocument((document) => {
        void this.reload(document).catch((error: unknown) => showError(error, this.services));
      }),
    );
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  /** A person opens it. */
  async open(item: vscode.TestItem | undefined): Promise<void> {
    const isNew = item?.children.size === 0;
    await this.resolve(item);
    const data = item === undefined || !isNew ? undefined : this.data.get(item);
    if (item === undefined || data === undefined || data.type === 'case') return;
    const cases = data.type === 'range' ? data.cases : (await this.loaded(data.file)).target.cases;
    const itemOf = (id: string): vscode.TestItem | undefined => item.children.get(`${data.file}#${id}`);
    await showKnownStates(this.controller, { file: data.file, cases, itemOf }, this.services, this.runs);
  }

  async resolve(item: vscode.TestItem | undefined): Promise<void> {
    if (!item) return this.discover();
    const data = this.data.get(item);
    if (data?.type === 'prompt') await this.resolvePrompt(item, data.file);
    else if (data?.type === 'range') await this.resolveRange(item, data);
  }

  /** Folders were added to the window, or removed: if its tests have been looked at, they are those of the folders now. */
  private async followFolders(): Promise<void> {
    if (this.isDiscovered) await this.discover().catch((error: unknown) => showError(error, this.services));
  }

  async discover(): Promise<void> {
    this.isDiscovered = true;
    const files = await this.services.promptFiles.find();
    const known = new Set(files.map((uri) => uri.toString()));
    this.controller.items.forEach((item) => {
      if (!known.has(item.id)) this.controller.items.delete(item.id);
    });
    files.forEach((uri) => this.addPrompt(uri));
  }

  private addPrompt(uri: vscode.Uri): void {
    if (isPartialPath(uri.fsPath) || this.controller.items.get(uri.toString())) return;
    const item = this.controller.createTestItem(
      uri.toString(),
      vscode.workspace.asRelativePath(uri),
      vscode.Uri.file(fileOfPrompt(uri.fsPath)),
    );
    item.canResolveChildren = true;
    this.data.set(item, { type: 'prompt', file: uri.fsPath });
    this.controller.items.add(item);
  }

  /** What its cases say is of the text before: the window draws it greyed. */
  private markOutdated(files: readonly string[]): void {
    const items = files.flatMap((file) => (this.outdated.has(file) ? [] : (this.itemOfPrompt(file) ?? [])));
    for (const file of files) this.outdated.add(file);
    if (items.length > 0) this.controller.invalidateTestResults(items);
  }

  private upToDate({ heads, root }: ShownRun): void {
    for (const { prompt } of heads) this.outdated.delete(path.resolve(root, prompt.path));
  }

  /** After a save, cases that somebody has looked at are read again. */
  private async reload(document: vscode.TextDocument): Promise<void> {
    if (!isPrompt(document) && !isGolden(document)) return;
    const prompts = isPrompt(document) ? promptsIn(document) : await this.services.engine().promptsOfGolden(document.uri.fsPath);
    for (const file of prompts) {
      const item = this.controller.items.get(vscode.Uri.file(file).toString());
      if (item && item.children.size > 0) await this.resolvePrompt(item, file);
      // Whoever saves a golden set has changed what its cases say.
      if (item && isGolden(document)) await this.markChangedCases(item, file);
    }
  }

  /** Cases that have not run as they stand there now. */
  private async markChangedCases(item: vscode.TestItem, file: string): Promise<void> {
    const found = await this.services.engine().scoreKey(file, unsavedTexts());
    if (found === null || item.children.size === 0) return;
    const { target } = await this.loaded(file);
    const changed = target.cases.filter((goldenCase) => this.runs.verdictOf(found.root, found.key, goldenCase) === undefined);
    const items = changed.flatMap(({ id }) => item.children.get(`${file}#${id}`) ?? []);
    if (items.length > 0) this.controller.invalidateTestResults(items);
  }

  private async resolvePrompt(item: vscode.TestItem, file: string): Promise<void> {
    item.busy = true;
    try {
      const { target, goldenFile, reading } = await this.loaded(file);
      const code = await placeOf(item, reading);
      if (code !== null && item.range?.isEqual(code) !== true) item.range = code;
      const golden = vscode.Uri.file(goldenFile ?? fileOfPrompt(file));
      const places = await placesIn(golden);
      const { cases } = target;
      item.description = quantity(cases.length, 'case');
      if (cases.length <= FLAT) replaceChanged(item.children, await this.caseItems(item, file, cases, golden, places));
      else replaceChanged(item.children, await this.rangeItems(item, file, cases, golden, places));
      if (item.error !== undefined) item.error = undefined;
    } catch (error) {
      item.error = sentenceOf(error);
    } finally {
      item.busy = false;
    }
  }

  /** With all golden cases. A source file is parsed on the worker. */
  private loaded(file: string): Promise<LoadedCases> {
    const engine = this.services.engine();
    return isCodePath(fileOfPrompt(file)) ? engine.outline(file, unsavedTexts(), null) : engine.load(file);
  }

  private async rangeItems(
    parent: vscode.TestItem,
    file: string,
    cases: readonly GoldenCase[],
    golden: vscode.Uri,
    places: Places,
  ): Promise<vscode.TestItem[]> {
    const items: vscode.TestItem[] = [];
    for (let i = 0; i * RANGE < cases.length; i++) {
      const slice = cases.slice(i * RANGE, (i + 1) * RANGE);
      const label = `Cases ${i * RANGE + 1}–${i * RANGE + slice.length}`;
      const item = parent.children.get(`${parent.id}#${i}`) ?? this.controller.createTestItem(`${parent.id}#${i}`, label, golden);
      if (item.label !== label) item.label = label;
      item.canResolveChildren = true;
      item.sortText = String(i).padStart(6, '0');
      const data = { type: 'range', file, cases: slice, ids: new Set(slice.map(({ id }) => id)), golden, places } as const;
      this.data.set(item, data);
      if (item.children.size > 0) await this.resolveRange(item, data);
      items.push(item);
    }
    return items;
  }

  private async resolveRange(item: vscode.TestItem, { file, cases, golden, places }: Extract<Data, { type: 'range' }>): Promise<void> {
    replaceChanged(item.children, await this.caseItems(item, file, cases, golden, places));
  }

  /** The items of these cases, in their order. One that is there already stays: a new one makes the window draw it again. */
  private async caseItems(
    parent: vscode.TestItem,
    file: string,
    cases: readonly GoldenCase[],
    golden: vscode.Uri,
    places: Places,
  ): Promise<vscode.TestItem[]> {
    const items: vscode.TestItem[] = [];
    for (const { id, description, source } of cases) {
      const known = parent.children.get(`${file}#${id}`);
      const item = known?.uri?.toString() === golden.toString() ? known : this.controller.createTestItem(`${file}#${id}`, id, golden);
      const sortText = String(items.length).padStart(7, '0');
      const range = new vscode.Range(places(source.anchor.start), places(source.anchor.end));
      // Each change of an item is a message to the window, the same value too.
      if ((item.description ?? '') !== (description ?? '')) item.description = description ?? '';
      if (item.sortText !== sortText) item.sortText = sortText;
      if (item.range?.isEqual(range) !== true) item.range = range;
      this.data.set(item, { type: 'case', file, id });
      items.push(item);
      if (items.length % BATCH === 0) await systemClock.yieldToEventLoop();
    }
    return items;
  }

  /** `cap`: USD instead of `spend.perRun`. */
  async run(request: vscode.TestRunRequest, token: vscode.CancellationToken, cap?: number): Promise<ShownRun | undefined> {
    const unscoped = request.include === undefined;
    if (unscoped) await this.discover();
    const roots = request.include ?? [...this.controller.items].map(([, item]) => item);
    const excluded = new Set(request.exclude ?? []);
    const testRun = this.controller.createTestRun(request);
    try {
      requireTrust();
      const prompts = await this.selection(roots, excluded);
      const publisher = new TestRunPublisher(testRun, this, readResult(this.services));
      const listener = this.runs.onEvent(({ run, event }) => {
        if (run.by === publisher) publisher.take(run, event);
      });
      try {
        return await this.runs.start(
          { prompts, model: null },
          { mustAsk: unscoped, token, by: publisher, ...(cap === undefined ? {} : { cap }) },
        );
      } finally {
        // What was answered before a run failed is shown too.
        await publisher.flush();
        listener.dispose();
      }
    } catch (error) {
      testRun.appendOutput(`${sentenceOf(error)}\r\n`);
      void showError(error, this.services);
    } finally {
      testRun.end();
    }
    return undefined;
  }

  /** The item of a prompt, and the prompt of an item. */
  itemOfPrompt(file: string): vscode.TestItem | undefined {
    return this.controller.items.get(vscode.Uri.file(file).toString());
  }

  prompts(): readonly vscode.TestItem[] {
    return [...this.controller.items].map(([, item]) => item);
  }

  fileOf(item: vscode.TestItem): string | undefined {
    return this.data.get(item)?.file;
  }

  /** The prompts to run, each with its chosen cases; null: all of them. */
  private async selection(
    roots: readonly vscode.TestItem[],
    excluded: ReadonlySet<vscode.TestItem>,
  ): Promise<{ file: string; cases: Set<string> | null }[]> {
    const chosen = new Map<string, Set<string>>();
    const choose = (file: string, ids: Iterable<string>): void => {
      const cases = chosen.get(file) ?? new Set<string>();
      for (const id of ids) cases.add(id);
      chosen.set(file, cases);
    };
    const add = async (item: vscode.TestItem): Promise<void> => {
      if (excluded.has(item)) return;
      const data = this.data.get(item);
      if (data?.type === 'case') return choose(data.file, [data.id]);
      if (data?.type === 'range' && item.children.size === 0) return choose(data.file, data.ids);
      if (item.children.size === 0) await this.resolve(item);
      for (const [, child] of item.children) await add(child);
    };
    for (const root of roots) await add(root);
    return [...chosen].map(([file, cases]) => ({ file, cases }));
  }

  /** At once where it exists; a promise where its range must resolve first. */
  itemOf(file: string, id: string): vscode.TestItem | undefined | Promise<vscode.TestItem | undefined> {
    const prompt = this.controller.items.get(vscode.Uri.file(file).toString());
    const key = `${file}#${id}`;
    const own = prompt?.children.get(key);
    if (own || !prompt) return own;
    for (const [, range] of prompt.children) {
      const data = this.data.get(range);
      if (data?.type !== 'range' || !data.ids.has(id)) continue;
      return range.children.get(key) ?? this.resolveRange(range, data).then(() => range.children.get(key));
    }
    return undefined;
  }
}

/** The children are these afterwards. Those that are there already are not told to the window once more. */
function replaceChanged(children: vscode.TestItemCollection, items: readonly vscode.TestItem[]): void {
  const wanted = new Set(items.map(({ id }) => id));
  for (const [id] of children) if (!wanted.has(id)) children.delete(id);
  if (children.size === 0) return children.replace(items);
  for (const item of items) if (children.get(item.id) !== item) children.add(item);
}

type LoadedCases = Awaited<ReturnType<ReturnType<Services['engine']>['load']>>;

/** The line of a prompt in code; null: the prompt is a file. */
async function placeOf({ uri }: vscode.TestItem, { code }: LoadedCases['reading']): Promise<vscode.Range | null> {
  if (uri === undefined || code === undefined) return null;
  const at = (await placesIn(uri))(code.range.start);
  return new vscode.Range(at, at);
}

async function placesIn(uri: vscode.Uri): Promise<Places> {
  const document = vscode.workspace.textDocuments.find((item) => item.uri.toString() === uri.toString());
  if (document) return (offset) => document.positionAt(offset);
  const text = Buffer.from(await vscode.workspace.fs.readFile(uri)).toString('utf8');
  const { LineIndex } = await import('../../core/text/text.ts');
  const lines = new LineIndex(text);
  return (offset) => {
    const { line, character } = lines.position(offset);
    return new vscode.Position(line, character);
  };
}
