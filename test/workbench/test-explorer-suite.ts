/** The Test Explorer and the lists of prompts inside VS Code: what a run reports, and which files count. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { GoldsetApi } from '../../src/extension/extension.ts';
import { file, open, replace, until } from './editor.ts';

/** Above so many samples a run is a long one. */
const LONG = 200;

/** What a run told VS Code: the method and the label of the item, with the duration. */
interface Told {
  readonly what: string;
  readonly item: string;
  readonly duration: number | undefined;
}

export function defineTestExplorerSuites(): void {
  let api: GoldsetApi;
  before(async () => {
    const extension = vscode.extensions.getExtension<GoldsetApi>('goldset.goldset');
    assert.ok(extension);
    api = await extension.activate();
  });

  /** Runs the item as the Test Explorer does, and notes what VS Code is told. */
  const run = (item: vscode.TestItem): Promise<Told[]> =>
    toldBy(() => api.tests.run(new vscode.TestRunRequest([item]), new vscode.CancellationTokenSource().token));

  /** What VS Code is told of tests while this is done. */
  async function toldBy(work: () => Thenable<unknown>): Promise<Told[]> {
    const { controller } = api.tests;
    const told: Told[] = [];
    const create = controller.createTestRun.bind(controller);
    controller.createTestRun = (...args) => {
      const testRun = create(...args);
      for (const what of ['started', 'passed', 'failed', 'skipped', 'errored'] as const) {
        const tell = testRun[what].bind(testRun) as (...given: unknown[]) => void;
        testRun[what] = (given: vscode.TestItem, ...rest: unknown[]) => {
          told.push({ what, item: given.id, duration: rest.find((value): value is number => typeof value === 'number') });
          tell(given, ...rest);
        };
      }
      return testRun;
    };
    try {
      await work();
    } finally {
      controller.createTestRun = create;
    }
    return told;
  }
  const itemOf = (name: string): Promise<vscode.TestItem> =>
    until(async () => {
      await api.tests.controller.refreshHandler?.(new vscode.CancellationTokenSource().token);
      return api.tests.controller.items.get(file(name).toString());
    }, `the test ${name}`);
  const count = (told: readonly Told[], what: string): number => told.filter((item) => item.what === what).length;

  describe('test explorer', () => {
    it('shows of each case of a short run that it runs, and how long it took', async () => {
      const told = await run(await itemOf('triage/triage.prompt'));
      const ended = told.filter(({ what }) => what === 'passed' || what === 'failed');
      // One case is known to fail: it never counts.
      assert.deepEqual([count(told, 'started'), ended.length, count(told, 'skipped')], [65, 64, 1]);
      assert.ok(ended.every(({ duration }) => duration !== undefined));
    });

    it('shows a run that a lens started, and none of another model', async () => {
      await itemOf('triage/triage.prompt');
      const prompts = [{ file: file('triage/triage.prompt').fsPath, cases: null }];
      const ended = (told: readonly Told[]): number => told.filter(({ what }) => what !== 'started').length;
      const own = await toldBy(() => api.runs.start({ prompts, model: null }, { mustAsk: false }));
      await until(() => (ended(own) === 65 ? true : undefined), 'the states of all cases');
      assert.ok(count(own, 'passed') > 0 && count(own, 'failed') > 0);
      fs.writeFileSync(file('triage/other.scripted.yaml').fsPath, 'default: { reply: "yes" }\n');
      const other = await toldBy(() => api.runs.start({ prompts, model: 'scripted:triage/other.scripted.yaml' }, { mustAsk: false }));
      assert.deepEqual(other, []);
      fs.rmSync(file('triage/other.scripted.yaml').fsPath);
    });

    it('gives cases that ran before it was opened the state that the lens shows', async () => {
      fs.writeFileSync(file('early.scripted.yaml').fsPath, 'default: { reply: "yes" }\n');
      fs.writeFileSync(file('early.prompt').fsPath, '---\nmodel: scripted:./early.scripted.yaml\n---\n{{q}}\n');
      fs.writeFileSync(
        file('early.golden.yaml').fsPath,
        ['yes', 'no'].map((q) => `- { id: ${q}, vars: { q: ${q} }, expected: "${q}" }\n`).join(''),
      );
      const item = await itemOf('early.prompt');
      assert.equal(item.children.size, 0);
      // The run comes to an item without children, as one does that a lens starts before the prompt is opened there.
      await api.runs.start({ prompts: [{ file: file('early.prompt').fsPath, cases: null }], model: null }, { mustAsk: false });
      const told = await toldBy(() => Promise.resolve(api.tests.controller.resolveHandler?.(item)));
      const id = file('early.prompt').fsPath;
      assert.deepEqual(
        told.map(({ what, item: name }) => `${what} ${name}`),
        [`passed ${id}#yes`, `failed ${id}#no`],
      );
      for (const name of ['early.scripted.yaml', 'early.prompt', 'early.golden.yaml']) fs.rmSync(file(name).fsPath);
      await until(
        () => (api.tests.controller.items.get(file('early.prompt').toString()) === undefined ? true : undefined),
        'the test gone',
      );
    });

    it('reports each case of a long run once, without a duration, while the prompt itself is running', async () => {
      const cases = LONG + 100;
      fs.writeFileSync(file('long.scripted.yaml').fsPath, 'default: { reply: "yes" }\n');
      fs.writeFileSync(file('long.prompt').fsPath, '---\nmodel: scripted:./long.scripted.yaml\n---\n{{q}}\n');
      const set = Array.from(
        { length: cases },
        (_, i) => `- { id: c${i}, vars: { q: "${i}" }, expected: "${i % 10 === 0 ? 'no' : 'yes'}" }\n`,
      );
      fs.writeFileSync(file('long.golden.yaml').fsPath, set.join(''));
      const item = await itemOf('long.prompt');
      const told = await run(item);
      assert.deepEqual(
        told.filter(({ what }) => what === 'started').map((started) => started.item),
        [item.id],
      );
      assert.equal(told[0]?.what, 'started');
      assert.deepEqual([count(told, 'passed'), count(told, 'failed')], [cases - cases / 10, cases / 10]);
      assert.equal(new Set(told.map((each) => each.item)).size, cases + 1, 'each item once');
      assert.ok(told.every(({ duration }) => duration === undefined));
    });

    it('keeps the items of cases that did not change when their golden set is saved', async () => {
      const item = await itemOf('long.prompt');
      const before = new Map([...item.children]);
      assert.equal(before.size, LONG + 100);
      const golden = await open('long.golden.yaml');
      await replace(golden, '- { id: c7, vars: { q: "7" }, expected: "yes" }\n', '- { id: added, vars: { q: "7" }, expected: "yes" }\n');
      await golden.save();
      const added = await until(() => item.children.get(`${file('long.prompt').fsPath}#added`), 'the added case');
      const after = new Map([...item.children]);
      assert.equal(after.size, before.size);
      assert.equal(added.sortText, '0000007');
      assert.equal([...after].filter(([id, child]) => before.get(id) === child).length, before.size - 1);
      await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
      for (const name of ['long.scripted.yaml', 'long.prompt', 'long.golden.yaml']) fs.rmSync(file(name).fsPath);
      await until(() => (api.tests.controller.items.get(file('long.prompt').toString()) === undefined ? true : undefined), 'the test gone');
    });
  });

  describe('lists of prompts', () => {
    const shown = async (): Promise<string[]> =>
      (await api.versions.getChildren()).flatMap((node) => (node.type === 'prompt' ? [vscode.workspace.asRelativePath(node.uri)] : []));

    it('have a new prompt, and none that git ignores or that is a copy', async () => {
      const ignore = file('.git/info/exclude').fsPath;
      fs.appendFileSync(ignore, '\nignored/\n');
      const names = ['ignored/x.prompt', 'dist/x.prompt', 'sub/vendor/x.prompt', '.venv/x.prompt', 'triage/fresh.prompt'];
      for (const name of names) {
        fs.mkdirSync(path.dirname(file(name).fsPath), { recursive: true });
        fs.writeFileSync(file(name).fsPath, 'Hello\n');
      }
      // Without a refresh: the file that is new tells of itself, in a folder that is watched already.
      await until(() => api.tests.controller.items.get(file('triage/fresh.prompt').toString()), 'the new test');
      const found = await shown();
      assert.deepEqual(
        names.filter((name) => found.includes(name)),
        ['triage/fresh.prompt'],
      );
      assert.deepEqual(
        names.filter((name) => api.tests.controller.items.get(file(name).toString()) !== undefined),
        ['triage/fresh.prompt'],
      );
      // Of a folder that is deleted VS Code tells the folder alone, so the file goes first.
      fs.rmSync(file('triage/fresh.prompt').fsPath);
      await until(
        () => (api.tests.controller.items.get(file('triage/fresh.prompt').toString()) === undefined ? true : undefined),
        'the test gone',
      );
      for (const name of ['ignored', 'dist', 'sub', '.venv']) fs.rmSync(file(name).fsPath, { recursive: true });
    });

    it('are made anew when a prompt or its settings are saved, and not when another file is', async () => {
      fs.writeFileSync(file('notes.txt').fsPath, 'one\n');
      let refreshes = 0;
      const listener = api.versions.onDidChangeTreeData(() => refreshes++);
      const notes = await open('notes.txt');
      await replace(notes, 'one', 'two');
      await notes.save();
      const afterNotes = refreshes;
      const prompt = await open('clinic/codes.prompt');
      await replace(prompt, '{{note}}', '{{note}} ');
      await prompt.save();
      await until(() => (refreshes > afterNotes ? true : undefined), 'a refresh after the prompt was saved');
      assert.equal(afterNotes, 0);
      listener.dispose();
      await vscode.commands.executeCommand('undo');
      await prompt.save();
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      fs.rmSync(file('notes.txt').fsPath);
    });
  });
}
