/** Prompts in TypeScript and Python inside VS Code: every feature works at the string itself, and a file without a used prompt shows nothing. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { GoldsetApi } from '../../src/extension/extension.ts';
import { file, lenses, open, positionOf, replace, root, until } from './editor.ts';

const TRIAGE = 'next-app/src/lib/triage.ts';
const ANSWER = 'fastapi-app/app/prompts.py';
const RULES = Array.from({ length: 60 }, (_, i) => `Rule ${i + 1}: answer the customer in the language of the letter, briefly and kindly.`);

const write = (name: string, text: string): void => {
  fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
  fs.writeFileSync(path.join(root, name), text);
};
const read = (name: string): string => fs.readFileSync(path.join(root, name), 'utf8');
const shown = (document: vscode.TextDocument, title: RegExp): Promise<string> =>
  until(async () => {
    const line = (await lenses(document)).join(' | ');
    return title.test(line) ? line : undefined;
  }, `a lens ${title}`);
const hintsOf = async (document: vscode.TextDocument): Promise<string[]> => {
  const whole = new vscode.Range(0, 0, document.lineCount, 0);
  const hints = await vscode.commands.executeCommand<vscode.InlayHint[]>('vscode.executeInlayHintProvider', document.uri, whole);
  return hints.map(({ label, position }) => `${document.lineAt(position.line).text.trim()} ${typeof label === 'string' ? label : ''}`);
};
const hoverOf = async (document: vscode.TextDocument, text: string, inside: number): Promise<string> => {
  const at = positionOf(document, text, inside);
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', document.uri, at);
  const all = hovers.flatMap(({ contents }) => contents.map((item) => (item as vscode.MarkdownString).value)).join('\n');
  return all.replaceAll('&nbsp;', ' ');
};
const actionsAt = (document: vscode.TextDocument, text: string): Thenable<vscode.CodeAction[]> => {
  const at = positionOf(document, text);
  return vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', document.uri, new vscode.Range(at, at));
};
const ofGoldset = (document: vscode.TextDocument, code: string): vscode.Diagnostic | undefined =>
  vscode.languages
    .getDiagnostics(document.uri)
    .find((item) => item.source === 'goldset' && (typeof item.code === 'object' ? item.code.value : item.code) === code);

export function defineCodePromptSuites(): void {
  let api: GoldsetApi;
  before(async () => {
    const extension = vscode.extensions.getExtension<GoldsetApi>('goldset.goldset');
    assert.ok(extension);
    api = await extension.activate();
  });

  /** Notes how the cases of runs that the Test Explorer starts end. */
  async function ended(work: (told: string[]) => Promise<void>): Promise<string[]> {
    const { controller } = api.tests;
    const told: string[] = [];
    const create = controller.createTestRun.bind(controller);
    controller.createTestRun = (...args) => {
      const testRun = create(...args);
      for (const what of ['passed', 'failed', 'errored'] as const) {
        const tell = testRun[what].bind(testRun) as (...given: unknown[]) => void;
        testRun[what] = (item: vscode.TestItem, ...rest: unknown[]) => {
          told.push(`${what} ${path.relative(root, item.id)}`);
          tell(item, ...rest);
        };
      }
      return testRun;
    };
    try {
      await work(told);
    } finally {
      controller.createTestRun = create;
    }
    return told.sort();
  }
  const itemOf = (id: string): Promise<vscode.TestItem> =>
    until(async () => {
      await api.tests.controller.refreshHandler?.(new vscode.CancellationTokenSource().token);
      return api.tests.controller.items.get(file(id).toString());
    }, `the test ${id}`);

  describe('prompts in code', () => {
    before(() => {
      const fixtures = path.join(vscode.extensions.getExtension('goldset.goldset')?.extensionPath ?? '', 'test', 'fixtures');
      for (const name of ['next-app', 'fastapi-app']) fs.cpSync(path.join(fixtures, name), path.join(root, name), { recursive: true });
      write('next-app/src/lib/plain.ts', "export const PLAIN_PROMPT = 'Say hello.';\n");
      write(
        'next-app/src/lib/letters.ts',
        `// goldset: GREETING\nexport const greeting = 'Be kind.\\nGreet.';\n\nexport const write = (name: string) => {\n  const LETTER_PROMPT = \`You help \${name}.\n\n${RULES.join(' ')}\n\`;\n  return LETTER_PROMPT;\n};\n`,
      );
      write('next-app/src/lib/letters.LETTER_PROMPT.golden.yaml', '- { id: a, vars: { name: Ana } }\n- { id: b, vars: { name: Ben } }\n');
    });

    it('show their lens, tokens and results at the string', async () => {
      const document = await open(TRIAGE);
      assert.match(await shown(document, /Run 2/), /Run 2 \| Try \| not run yet \| ~?\d+ in .*\/call/);
      const found = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri, 500);
      assert.deepEqual([...new Set(found.map(({ range }) => range.start.line))], [positionOf(document, 'TRIAGE_PROMPT').line]);
      const hints = await until(async () => ((await hintsOf(document)).length > 0 ? hintsOf(document) : undefined), 'hints');
      assert.equal(hints.length, 1);
      assert.match(hints[0] ?? '', /^export const TRIAGE_PROMPT = `You sort the mail of a web shop\. ~?\d+ tokens$/);
      assert.equal(await vscode.commands.executeCommand('goldset.runPrompt'), 'pass');
      await shown(document, /2 of 2/);
    });

    it('show nothing in a file without a golden set and a marker', async () => {
      const document = await open('next-app/src/lib/plain.ts');
      await shown(await open(TRIAGE), /Run 2/);
      assert.deepEqual([await lenses(document), await hintsOf(document), api.insights.of(document)], [[], [], undefined]);
      assert.deepEqual(
        (await actionsAt(document, 'Say')).filter(({ title }) => /prompt/.test(title)),
        [],
      );
    });

    it('have findings at the expression that breaks the prefix, and a fix that moves text inside the string', async () => {
      const document = await open('next-app/src/lib/letters.ts');
      await shown(document, /Add golden set.*Run 2/);
      const finding = await until(() => ofGoldset(document, 'prefix/volatile-first'), 'the finding');
      assert.equal(document.getText(finding.range), '${name}');
      const fix = await until(
        async () => (await actionsAt(document, '${name}')).find(({ title }) => title.startsWith('Move static text')),
        'the fix',
      );
      assert.ok(fix.edit);
      await vscode.workspace.applyEdit(fix.edit);
      assert.match(document.getText(), /LETTER_PROMPT = `Rule 1: [^`]*kindly\.\n\nYou help \$\{name\}\.\n`;/);
      await until(() => (ofGoldset(document, 'prefix/volatile-first') === undefined ? true : undefined), 'no finding');
      await vscode.commands.executeCommand('undo');
    });

    it('say on hover why a value is not known, and what the golden cases give it', async () => {
      const document = await open('next-app/src/lib/letters.ts');
      const text = await until(async () => {
        const now = await hoverOf(document, '${name}', 3);
        return /Variable/.test(now) ? now : undefined;
      }, 'the hover');
      assert.match(
        text,
        /name\n[\s\S]*because name has its value only when the program runs\. Set in 2 of 2 golden cases, with 2 different/,
      );
    });

    it('are run by the place of the cursor, each prompt of a file by itself', async () => {
      const document = await open('next-app/src/lib/letters.ts');
      await shown(document, /Add golden set.*Run 2/);
      const editor = vscode.window.activeTextEditor;
      assert.ok(editor);
      for (const [text, name] of [
        ['Greet', 'GREETING'],
        ['You help', 'LETTER_PROMPT'],
      ] as const) {
        const at = positionOf(document, text);
        editor.selection = new vscode.Selection(at, at);
        await vscode.commands.executeCommand('goldset.showCost');
        const page = vscode.Uri.from({ scheme: 'goldset-report', path: `/Cost of ${name}.md` });
        assert.match((await vscode.workspace.openTextDocument(page)).getText(), new RegExp(`# Cost of ${name.replace('_', '\\\\_')}`));
        await vscode.window.showTextDocument(document);
      }
      await vscode.commands.executeCommand('workbench.action.closeEditorsInOtherGroups');
    });

    it('get their first golden case with every variable', async () => {
      const document = await open('next-app/src/lib/reply.ts');
      await shown(document, /Add golden set/);
      await vscode.commands.executeCommand('goldset.addGoldenCase', file('next-app/src/lib/reply.ts#REPLY'));
      const golden = await until(() => {
        const now = vscode.window.activeTextEditor?.document;
        return now?.fileName.endsWith('reply.REPLY.golden.yaml') === true ? now : undefined;
      }, 'the golden set');
      assert.equal(
        golden.getText(),
        '- id: case-1\n  vars:\n    "name": ""\n    "question": ""\n  # expected: "what the answer must be"\n',
      );
      await golden.save();
      await shown(document, /Run 1/);
    });

    it('are tests: cases of TypeScript and Python run in the Test Explorer, and their versions are listed', async () => {
      for (const id of [`${TRIAGE}#TRIAGE_PROMPT`, `${ANSWER}#ANSWER_PROMPT`]) {
        const item = await itemOf(id);
        const told = await ended(async () => {
          await api.tests.run(new vscode.TestRunRequest([item]), new vscode.CancellationTokenSource().token);
        });
        assert.deepEqual(told, [`passed ${id}#password`, `passed ${id}#refund`]);
        assert.equal(item.uri?.fsPath, file(id.replace(/#.*/, '')).fsPath);
        assert.equal(item.range?.start.line, positionOf(await open(id.replace(/#.*/, '')), `${id.replace(/.*#/, '')} =`).line);
      }
      const nodes = await api.versions.getChildren();
      const names = nodes.flatMap((node) => (node.type === 'prompt' ? [path.relative(root, node.uri.fsPath)] : []));
      for (const id of [`${TRIAGE}#TRIAGE_PROMPT`, `${ANSWER}#ANSWER_PROMPT`, 'next-app/src/lib/letters.ts#LETTER_PROMPT'])
        assert.ok(names.includes(id), names.join());
      assert.ok(!names.some((name) => name.includes('plain.ts')));
    });

    it('run on save, also when an imported constant is saved', async () => {
      const id = `${TRIAGE}#TRIAGE_PROMPT`;
      const item = await itemOf(id);
      const stop = new vscode.CancellationTokenSource();
      const told = await ended(async (seen) => {
        const running = api.tests.run(new vscode.TestRunRequest([item], undefined, undefined, true), stop.token);
        const tone = await open('next-app/src/lib/tone.ts');
        await replace(tone, 'brief', 'short');
        await tone.save();
        await until(() => (seen.length === 2 ? true : undefined), 'two results');
        stop.cancel();
        await running;
      });
      assert.deepEqual(told, [`passed ${id}#password`, `passed ${id}#refund`]);
    });

    it('have a field renamed in the string, in the call that fills it and in the golden set; an expression is left to the language', async () => {
      const document = await open(ANSWER);
      await shown(document, /Run 2/);
      const rename = (of: vscode.TextDocument, text: string, inside: number): Thenable<vscode.WorkspaceEdit> =>
        vscode.commands.executeCommand('vscode.executeDocumentRenameProvider', of.uri, positionOf(of, text, inside), 'query');
      const edit = await rename(document, '{question}', 3);
      const edited = edit.entries().map(([uri, edits]) => [path.basename(uri.fsPath), edits.map(({ newText }) => newText)]);
      assert.deepEqual(edited.sort(), [
        ['main.py', ['query']],
        ['prompts.ANSWER_PROMPT.golden.yaml', ['query', 'query']],
        ['prompts.py', ['query']],
      ]);
      const letters = await open('next-app/src/lib/letters.ts');
      await shown(letters, /Run 2/);
      const own = await Promise.resolve(rename(letters, '${name}', 3)).then(
        (found) => found.entries().map(([uri]) => path.basename(uri.fsPath)),
        () => [],
      );
      assert.ok(!own.some((name) => name.includes('.golden.')), own.join());
    });

    it('move to a file that the program reads, in one edit', async () => {
      const document = await open(ANSWER);
      await shown(document, /Run 2/);
      const actions = await actionsAt(document, 'You answer');
      assert.ok(actions.some(({ title }) => title === 'Move prompt to file'));
      const text = document.getText().match(/"""([^]*)"""/)?.[1];
      const at = positionOf(document, 'You answer');
      assert.ok(vscode.window.activeTextEditor);
      vscode.window.activeTextEditor.selection = new vscode.Selection(at, at);
      await vscode.commands.executeCommand('goldset.movePromptToFile');
      await until(() => (document.isDirty ? true : undefined), 'the edit');
      assert.equal(read('fastapi-app/app/prompts.ANSWER_PROMPT.md'), text);
      assert.match(
        document.getText(),
        /^from pathlib import Path\n[^]*ANSWER_PROMPT = Path\(__file__\)\.with_name\("prompts\.ANSWER_PROMPT\.md"\)\.read_text\(encoding="utf-8"\)\n$/,
      );
      await document.save();
      const settings = await vscode.workspace.openTextDocument(file('fastapi-app/goldset.yaml'));
      assert.match(settings.getText(), /prompts:\n  # An answer costs at most a cent\.\n  "app\/prompts\.ANSWER_PROMPT\.md": \{ budget: /);
      await settings.save();
      const moved = await open('fastapi-app/app/prompts.ANSWER_PROMPT.md');
      await shown(moved, /Run 2/);
    });

    it('stay where they are, when a file could not give the same text', async () => {
      const document = await open(TRIAGE);
      await shown(document, /Run 2/);
      const before = document.getText();
      await vscode.commands.executeCommand('goldset.movePromptToFile', file(`${TRIAGE}#TRIAGE_PROMPT`));
      assert.equal(document.getText(), before);
      assert.deepEqual(
        fs.readdirSync(path.join(root, 'next-app/src/lib')).filter((name) => name.endsWith('.prompt')),
        [],
      );
    });
  });
}
