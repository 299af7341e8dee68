import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { GoldsetApi } from '../../src/extension/extension.ts';

const root = process.env['GOLDSET_TEST_WORKSPACE'] ?? vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
const file = (name: string): vscode.Uri => vscode.Uri.file(path.join(root, name));

/** Resolves when the condition holds after one of the events, or at once. */
async function until<T>(read: () => T | undefined | Promise<T | undefined>, what: string): Promise<T> {
  const end = Date.now() + 20_000;
  for (;;) {
    const value = await read();
    if (value !== undefined) return value;
    if (Date.now() > end) throw new Error(`Never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const open = async (name: string): Promise<vscode.TextDocument> => {
  const document = await vscode.workspace.openTextDocument(file(name));
  await vscode.window.showTextDocument(document);
  return document;
};
const positionOf = (document: vscode.TextDocument, text: string, inside = 1): vscode.Position => {
  const at = document.getText().indexOf(text);
  assert.notEqual(at, -1, text);
  return document.positionAt(at + inside);
};
async function replace(document: vscode.TextDocument, from: string, to: string): Promise<void> {
  const start = document.getText().indexOf(from);
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, new vscode.Range(document.positionAt(start), document.positionAt(start + from.length)), to);
  await vscode.workspace.applyEdit(edit);
}
const lenses = async (document: vscode.TextDocument): Promise<string[]> => {
  const found = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri, 500);
  return found.map((lens) => lens.command?.title ?? '');
};

export function defineSuites(): void {
  let api: GoldsetApi;

  describe('activation', () => {
    it('is quick and registers every command', async () => {
      const extension = vscode.extensions.getExtension<GoldsetApi>('goldset.goldset');
      assert.ok(extension);
      api = await extension.activate();
      assert.ok(api.activationMs < 500, `${api.activationMs} ms`);
      const commands = await vscode.commands.getCommands(true);
      const contributed = (extension.packageJSON as { contributes: { commands: { command: string }[] } }).contributes.commands.map(
        (item) => item.command,
      );
      assert.deepEqual(
        contributed.filter((command) => !commands.includes(command)),
        [],
      );
    });
    it('knows .prompt files', async () => {
      assert.equal((await open('triage/triage.prompt')).languageId, 'dotprompt');
    });
  });

  describe('running', () => {
    it('runs the prompt under the cursor and shows its pass rate in the lens', async () => {
      const document = await open('triage/triage.prompt');
      assert.match((await lenses(document)).join(' | '), /Run 65 \| not run yet \| 65 cases/);
      assert.equal(await vscode.commands.executeCommand('goldset.runPrompt', document.uri), 'fail');
      assert.match((await lenses(document)).join(' | '), /57\/65 passed · \$0\.0000\d+ per call/);
    });
    it('runs one golden case from its lens', async () => {
      const golden = await open('triage/triage.golden.yaml');
      assert.equal(await vscode.commands.executeCommand('goldset.runCase', golden.uri, 'refund-late'), 'pass');
      assert.match((await lenses(golden)).slice(0, 2).join(' | '), /Run \| .*passed/);
      assert.equal(api.runs.verdictOf(file('triage/triage.prompt').fsPath, 'refund-late'), 'pass');
    });
    it('runs what the editor has, saved or not', async () => {
      const document = await open('triage/triage.prompt');
      await replace(document, '{{! Try it', 'A ticket with a deadline, or from somebody who is blocked, is urgent.\n{{! Try it');
      await vscode.commands.executeCommand('goldset.runPrompt', document.uri);
      const score = api.runs.scoreOf(document.uri.fsPath);
      assert.equal(score?.passed, 64);
      await vscode.commands.executeCommand('workbench.action.files.revert');
    });
    it('journals every run', () => {
      const runs = fs.readdirSync(path.join(root, '.goldset/runs'));
      assert.equal(runs.length, 3);
    });
    it('previews the request without sending it', async () => {
      await open('triage/triage.golden.yaml');
      await vscode.commands.executeCommand('goldset.previewRequest', file('triage/triage.prompt'));
      const preview = await until(
        () => vscode.workspace.textDocuments.find((item) => item.uri.scheme === 'goldset-preview'),
        'the preview',
      );
      assert.match(preview.getText(), /"role": "system"/);
      assert.match(preview.getText(), /response_format/);
    });
    it('says what is missing for a model that needs a key', async () => {
      const document = await open('triage/triage.prompt');
      await assert.rejects(
        api.runs.start({ prompts: [{ file: document.uri.fsPath, cases: null }], model: 'openai:gpt-6-luna' }, { mustAsk: false }),
        /OPENAI_API_KEY is not set/,
      );
    });
  });

  describe('problems', () => {
    const problems = (uri: vscode.Uri): string[] =>
      vscode.languages
        .getDiagnostics(uri)
        .filter((item) => item.source === 'goldset')
        .map((item) => `${item.range.start.line + 1} ${item.code as string}`);
    it('appear as you type, in a prompt and in its golden set', async () => {
      const document = await open('clinic/codes.prompt');
      await replace(document, '{{note}}', '{{notes}} {{#if x}}');
      const found = await until(() => (problems(document.uri).length > 0 ? problems(document.uri) : undefined), 'problems');
      assert.match(found.join(', '), /template\/syntax/);
      await vscode.commands.executeCommand('workbench.action.files.revert');
      const golden = await open('clinic/codes.golden.yaml');
      await replace(golden, 'expected: { codes: ["J45.909"] }', 'assert: [{ type: llm-rubric, value: x }]');
      assert.match(
        (await until(() => (problems(golden.uri).length > 0 ? problems(golden.uri) : undefined), 'golden problems')).join(),
        /4 assert\/not-supported/,
      );
      await vscode.commands.executeCommand('workbench.action.files.revert');
      await until(() => (problems(golden.uri).length === 0 ? true : undefined), 'no problems after undo');
    });
  });

  describe('language', () => {
    const names = (list: vscode.CompletionList): string[] =>
      list.items.map((item) => (typeof item.label === 'string' ? item.label : item.label.label));
    it('completes variables, helpers and partials in a template, keys in front matter', async () => {
      const document = await open('clinic/codes.prompt');
      const at = async (text: string, inside: number): Promise<string[]> =>
        names(
          await vscode.commands.executeCommand<vscode.CompletionList>(
            'vscode.executeCompletionItemProvider',
            document.uri,
            positionOf(document, text, inside),
          ),
        );
      const inTemplate = await at('{{note}}', 2);
      for (const name of ['note', 'role', 'each', 'json']) assert.ok(inTemplate.includes(name), name);
      assert.ok((await at('{{>code-list}}', 3)).includes('code-list'));
      assert.ok((await at('model: scripted', 0)).includes('goldset.budget'));
    });
    it('hovers a variable with its schema and values', async () => {
      const document = await open('triage/triage.prompt');
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        document.uri,
        positionOf(document, '{{ticket}}', 4),
      );
      const text = hovers.flatMap((hover) => hover.contents.map((content) => (content as vscode.MarkdownString).value)).join('\n');
      assert.match(text, /what the customer wrote/);
      assert.match(text.replaceAll('&nbsp;', ' '), /In 65 of 65 golden cases/);
    });
    it('goes from a use to the declaration, and from a partial’s name to its file', async () => {
      const document = await open('clinic/codes.prompt');
      const definitions = await vscode.commands.executeCommand<vscode.Location[]>(
        'vscode.executeDefinitionProvider',
        document.uri,
        positionOf(document, '{{note}}', 3),
      );
      assert.equal(document.getText(definitions[0]?.range), 'note');
      assert.ok((definitions[0]?.range.start.line ?? 99) < 12);
      const partial = await vscode.commands.executeCommand<vscode.Location[]>(
        'vscode.executeDefinitionProvider',
        document.uri,
        positionOf(document, '{{>code-list}}', 5),
      );
      assert.ok(partial[0]?.uri.path.endsWith('_code-list.prompt'));
    });
    it('renames a variable over template, schema and golden set', async () => {
      const document = await open('clinic/codes.prompt');
      const edit = await vscode.commands.executeCommand<vscode.WorkspaceEdit>(
        'vscode.executeDocumentRenameProvider',
        document.uri,
        positionOf(document, '{{note}}', 3),
        'visit',
      );
      const counts = edit.entries().map(([uri, edits]) => [path.basename(uri.path), edits.length]);
      assert.deepEqual(counts, [
        ['codes.prompt', 2],
        ['codes.golden.yaml', 63],
      ]);
    });
    it('outlines messages and variables, and folds them', async () => {
      const document = await open('answers/answer.prompt');
      const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>('vscode.executeDocumentSymbolProvider', document.uri);
      assert.deepEqual(
        symbols.map((symbol) => [symbol.name, symbol.children.map((child) => child.name)]),
        [
          ['system', []],
          ['user', ['chunks', 'question']],
        ],
      );
      const folds = await vscode.commands.executeCommand<vscode.FoldingRange[]>('vscode.executeFoldingRangeProvider', document.uri);
      assert.ok(folds.length >= 4, `${folds.length}`);
    });
    it('marks the placeholders of a .prompt.yml', async () => {
      fs.writeFileSync(
        file('greet.prompt.yml').fsPath,
        'messages:\n  - role: user\n    content: |\n      Hello {{name}}\ntestData:\n  - name: Ana\n',
      );
      const document = await open('greet.prompt.yml');
      const tokens = await vscode.commands.executeCommand<vscode.SemanticTokens>('vscode.provideDocumentSemanticTokens', document.uri);
      assert.deepEqual([...tokens.data], [3, 14, 4, 0, 0]);
      fs.rmSync(document.uri.fsPath);
    });
  });

  describe('editing', () => {
    it('adds a golden case with every variable, undoably', async () => {
      await vscode.commands.executeCommand('goldset.addGoldenCase', file('answers/answer.prompt'));
      const document = await until(
        () =>
          vscode.window.activeTextEditor?.document.fileName.endsWith('answer.golden.yaml')
            ? vscode.window.activeTextEditor.document
            : undefined,
        'the golden set',
      );
      assert.match(document.getText(), /- id: case-63\n {2}vars:\n {4}"question": ""\n {4}"chunks": ""\n {2}expected: ""\n$/);
      await vscode.commands.executeCommand('undo');
      assert.doesNotMatch(document.getText(), /case-63/);
    });
  });
}
