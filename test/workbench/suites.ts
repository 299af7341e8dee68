import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { GoldsetApi } from '../../src/extension/extension.ts';
import { file, lenses, open, positionOf, replace, root, until } from './editor.ts';

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
      const shown = (): Promise<string | undefined> =>
        lenses(document).then((titles) => (titles.length > 0 ? titles.join(' | ') : undefined));
      assert.match(
        await until(shown, 'lenses'),
        /Run 65 \| Try \| not run yet \| ~\d+ in \+ ~\d+ out · would cost \$0\.0000\d+\/call \| scripted/,
      );
      assert.equal(await vscode.commands.executeCommand('goldset.runPrompt', document.uri), 'fail');
      assert.match(
        (await lenses(document)).join(' | '),
        /56 of 63 · 1 known failing · 1 unverified \| ~\d+ in \+ ~\d+ out · would cost \$0\.0000\d+\/call/,
      );
    });
    it('runs one golden case from its lens', async () => {
      const golden = await open('triage/triage.golden.yaml');
      assert.equal(await vscode.commands.executeCommand('goldset.runCase', golden.uri, 'refund-late'), 'pass');
      assert.match((await lenses(golden)).slice(0, 2).join(' | '), /Run \| .*passed/);
    });
    it('runs what the editor has, saved or not', async () => {
      const document = await open('triage/triage.prompt');
      const shows = (text: string): Promise<true> =>
        until(() => lenses(document).then((titles) => (titles.includes(text) ? true : undefined)), `the lens "${text}"`);
      await replace(document, '{{! Try it', 'A ticket with a deadline, or from somebody who is blocked, is urgent.\n{{! Try it');
      assert.ok(!(await lenses(document)).includes('56 of 63 · 1 known failing · 1 unverified'), 'the score of the text before the edit');
      await vscode.commands.executeCommand('goldset.runPrompt', document.uri);
      await shows('63 of 63 · 1 known failing · 1 unverified');
      await vscode.commands.executeCommand('workbench.action.files.revert');
      await shows('56 of 63 · 1 known failing · 1 unverified');
    });
    it('journals every run', () => {
      const runs = fs.readdirSync(path.join(root, '.goldset/runs'));
      assert.equal(runs.length, 3);
    });
    it('asks for each answer once: a second run reuses them all, and a changed expectation too', async () => {
      const document = await open('triage/triage.prompt');
      await vscode.commands.executeCommand('goldset.runPrompt', document.uri);
      assert.deepEqual(api.runs.latest?.report?.calls, { asked: 0, reused: 65, regraded: 65, resumed: 0 });
      assert.equal(api.runs.latest.report.spend.usd, 0);
    });
    it('goes on with a run that was cancelled', async () => {
      const document = await open('answers/answer.prompt');
      const cancel = new vscode.CancellationTokenSource();
      const listener = api.runs.onEvent(({ event }) => {
        if (event.type === 'result') cancel.cancel();
      });
      const prompts = [{ file: document.uri.fsPath, cases: null }];
      const run = await api.runs.start({ prompts, model: null }, { mustAsk: false, token: cancel.token });
      listener.dispose();
      assert.equal(run?.report?.complete, false);
      assert.equal(run.report.stopped?.code, 'interrupted');
      assert.notEqual(await vscode.commands.executeCommand('goldset.resumeRun'), undefined);
      const rest = api.runs.latest;
      assert.deepEqual([rest?.id, rest?.report?.complete, rest?.report?.results.length], [run.id, true, rest?.caseIds.length]);
      assert.ok((rest?.report?.calls.resumed ?? 0) >= 1);
    });
    it('runs on save what the saved file is part of', async () => {
      const document = await open('clinic/codes.prompt');
      const off = new vscode.CancellationTokenSource();
      const item = api.tests.controller.items.get(document.uri.toString());
      const watching = api.tests.run(new vscode.TestRunRequest(item ? [item] : undefined, undefined, undefined, true), off.token);
      const before = api.runs.latest;
      await replace(document, '{{note}}', '{{note}} ');
      await document.save();
      await until(() => (api.runs.latest !== before && api.runs.latest?.report ? true : undefined), 'a run after the save');
      assert.equal(api.runs.latest?.heads[0]?.prompt.path, 'clinic/codes.prompt');
      off.cancel();
      await watching;
      await vscode.commands.executeCommand('undo');
      await document.save();
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
    it('stops the run of one prompt, and another goes on', async () => {
      const [answers, codes] = [file('answers/answer.prompt'), file('clinic/codes.prompt')];
      const listener = api.runs.onEvent(({ run, event }) => {
        if (event.type === 'result' && run.heads[0]?.prompt.path === 'answers/answer.prompt')
          void vscode.commands.executeCommand('goldset.cancelRun', answers);
      });
      const start = (uri: vscode.Uri): ReturnType<GoldsetApi['runs']['start']> =>
        api.runs.start({ prompts: [{ file: uri.fsPath, cases: null }], model: null }, { mustAsk: false, refresh: true });
      const [stopped, other] = await Promise.all([start(answers), start(codes)]);
      listener.dispose();
      assert.deepEqual([stopped?.report?.stopped?.code, other?.report?.complete], ['interrupted', true]);
    });
    it('names a prompt that is gone', async () => {
      await assert.rejects(
        api.runs.start({ prompts: [{ file: file('triage/slow.prompt').fsPath, cases: null }], model: null }, { mustAsk: false }),
        /slow\.prompt is gone/,
      );
    });
    it('says what is missing for a model that needs a key', async () => {
      const document = await open('triage/triage.prompt');
      await assert.rejects(
        api.runs.start({ prompts: [{ file: document.uri.fsPath, cases: null }], model: 'openai:gpt-6-luna' }, { mustAsk: false }),
        /OPENAI_API_KEY is not set/,
      );
    });
  });

  const codeOf = ({ code }: vscode.Diagnostic): string => (typeof code === 'object' ? String(code.value) : String(code));
  const problems = (uri: vscode.Uri): string[] =>
    vscode.languages
      .getDiagnostics(uri)
      .filter((item) => item.source === 'goldset')
      .map((item) => `${item.range.start.line + 1} ${codeOf(item)}`);

  describe('economics', () => {
    const finding = (document: vscode.TextDocument, code: string): vscode.Diagnostic | undefined =>
      vscode.languages.getDiagnostics(document.uri).find((item) => codeOf(item) === code);

    it('finds the variable that breaks the prefix, and moves the static text before it', async () => {
      const document = await open('replies/reply.prompt');
      const found = await until(() => finding(document, 'prefix/volatile-first'), 'the finding');
      assert.equal(document.getText(found.range), '{{customer}}');
      assert.match((found.code as { target: vscode.Uri }).target.path, /docs\/findings\/prefix-volatile-first\.md$/);
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        document.uri,
        found.range,
      );
      const fix = actions.find((item) => /^Move static text/.test(item.title));
      assert.match(fix?.title ?? '', /more cacheable tokens, saves \$0\.\d+ per 1,000 calls/);
      assert.ok(
        fix?.edit &&
          actions.some((item) => item.title.startsWith('Preview: ')) &&
          actions.some((item) => item.title.startsWith('Turn off')),
      );
      await vscode.workspace.applyEdit(fix.edit);
      await until(() => (finding(document, 'prefix/volatile-first') === undefined ? true : undefined), 'the finding gone');
      const cached = async (): Promise<string | undefined> => (await lenses(document)).find((title) => /\(9\d % cacheable\)/.test(title));
      assert.match(await until(cached, 'the lens'), /1,1\d\d in \(9\d % cacheable\) \+ \? out · would cost \$0\.000\d+\/call \+ output/);
      await vscode.commands.executeCommand('undo');
    });
    it('shows a price file that is missing as a problem in goldset.yaml, and runs nothing with other prices', async () => {
      const prompt = await open('triage/triage.prompt');
      const settings = await open('goldset.yaml');
      const shown = (): true | undefined => (problems(settings.uri).includes('1 prices/broken') ? true : undefined);
      await replace(settings, '# Everything', 'prices: ./none.yaml\n# Everything');
      await until(shown, 'the problem in goldset.yaml');
      await assert.rejects(
        api.runs.start({ prompts: [{ file: prompt.uri.fsPath, cases: null }], model: null }, { mustAsk: false }),
        /none\.yaml cannot be used: the file does not exist/,
      );
      await vscode.commands.executeCommand('workbench.action.files.revert');
      await until(() => (shown() === undefined ? true : undefined), 'no problem in goldset.yaml');
    });
    it('shows the tokens of each message, and the cost of the model under the mouse', async () => {
      const document = await open('replies/reply.prompt');
      const whole = new vscode.Range(0, 0, document.lineCount, 0);
      const hints = await until(async () => {
        const all = await vscode.commands.executeCommand<vscode.InlayHint[]>('vscode.executeInlayHintProvider', document.uri, whole);
        return all.length >= 2 ? all : undefined;
      }, 'hints');
      const label = hints[0]?.label;
      assert.match(typeof label === 'string' ? label : '', /^1,1\d\d tokens$/);
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        document.uri,
        positionOf(document, 'scripted:./', 3),
      );
      const text = hovers.flatMap((hover) => hover.contents.map((content) => (content as vscode.MarkdownString).value)).join('\n');
      assert.match(text, /Cost per call \| would cost \$0\.000\d+\/call \\\+ output/);
      assert.match(text, /Price \| reply\.scripted\.yaml/);
    });
    it('keeps up with typing', async () => {
      const document = await open('replies/reply.prompt');
      const tokens = async (): Promise<number> =>
        Number(/([\d,]+) in/.exec((await lenses(document)).join(' '))?.[1]?.replace(',', '') ?? NaN);
      const before = await until(async () => ((await tokens()) > 1000 ? tokens() : undefined), 'a count');
      await replace(document, 'Nothing about competitors', 'One two three four five. Nothing about competitors');
      assert.equal(await until(async () => ((await tokens()) === before + 6 ? before + 6 : undefined), 'six tokens more'), before + 6);
      await vscode.commands.executeCommand('undo');
    });
    it('shows the breakdown and explains the prefix', async () => {
      await open('replies/reply.prompt');
      for (const [command, page, text] of [
        ['goldset.showCost', 'Cost of reply', /^# Cost of reply[\s\S]*Cost per call[\s\S]*# Prefix of reply/],
        ['goldset.explainPrefix', 'Cost of reply', /^# Prefix of reply[\s\S]*first \*\*\d+ tokens\*\* are the same[\s\S]*\{\{customer\}\}/],
      ] as const) {
        await vscode.commands.executeCommand(command);
        // The Markdown preview that shows it lets go of the document, so it is opened once more.
        const uri = vscode.Uri.from({ scheme: 'goldset-report', path: `/${page}.md` });
        const shown = async (): Promise<true | undefined> =>
          text.test((await vscode.workspace.openTextDocument(uri)).getText()) ? true : undefined;
        await until(shown, `${command}: ${String(text)}`);
      }
      await vscode.commands.executeCommand('workbench.action.closeEditorsInOtherGroups');
    });
    it('a finding can be switched off by a comment', async () => {
      const document = await open('replies/reply.prompt');
      await until(() => finding(document, 'output/no-limit'), 'the finding');
      await replace(document, 'You write replies', '{{! goldset-off output }}You write replies');
      await until(() => (finding(document, 'output/no-limit') === undefined ? true : undefined), 'the finding gone');
      await vscode.commands.executeCommand('undo');
    });
  });

  describe('problems', () => {
    it('appear as you type, in a prompt and in its golden set', async () => {
      const document = await open('clinic/codes.prompt');
      await replace(document, '{{note}}', '{{notes}} {{#if x}}');
      const found = await until(() => (problems(document.uri).length > 0 ? problems(document.uri) : undefined), 'problems');
      assert.match(found.join(', '), /template\/syntax/);
      await vscode.commands.executeCommand('workbench.action.files.revert');
      const golden = await open('clinic/codes.golden.yaml');
      await replace(golden, 'expected: { codes: ["J45.909"] }', 'assert: [{ type: moderation, value: x }]');
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
    it('offers keys, values and models in goldset.yaml, and marks its mistakes with no prompt open', async () => {
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      const settings = await open('goldset.yaml');
      const edit = new vscode.WorkspaceEdit();
      edit.replace(
        settings.uri,
        new vscode.Range(0, 0, settings.lineCount, 0),
        'gate:\n  margn: 0.1\n  \njudge: { model:  }\npromptCache: { ttl:  }\n',
      );
      await vscode.workspace.applyEdit(edit);
      await until(() => (problems(settings.uri).includes('2 config/unknown-key') ? true : undefined), 'the slip');
      const offered = async (line: number, character: number): Promise<readonly vscode.CompletionItem[]> =>
        (
          await vscode.commands.executeCommand<vscode.CompletionList>(
            'vscode.executeCompletionItemProvider',
            settings.uri,
            new vscode.Position(line, character),
          )
        ).items;
      const keys = names({ items: [...(await offered(2, 2))] });
      assert.ok(keys.includes('margin') && keys.includes('minPassRate') && !keys.includes('providers'), keys.join(', '));
      const models = await offered(3, 16);
      const scripted = models.find(({ label }) => typeof label === 'object' && label.label === 'scripted:./triage/triage.scripted.yaml');
      assert.match(typeof scripted?.label === 'object' ? (scripted.label.description ?? '') : '', /^\$0\.25\d* in · \$2\.00\d* out$/);
      assert.ok(names({ items: [...(await offered(4, 20))] }).includes('1h'));
      const [hover] = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        settings.uri,
        new vscode.Position(0, 1),
      );
      assert.match((hover?.contents[0] as vscode.MarkdownString).value, /What&nbsp;a&nbsp;run&nbsp;must&nbsp;reach&nbsp;to&nbsp;pass/);
      await vscode.commands.executeCommand('workbench.action.files.revert');
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
      assert.match(text.replaceAll('&nbsp;', ' '), /Set in 65 of 65 golden cases/);
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
      assert.match(
        document.getText(),
        /- id: case-63\n {2}vars:\n {4}"question": ""\n {4}"chunks": \[""\]\n {2}# expected: "what the answer must be"\n$/,
      );
      await vscode.commands.executeCommand('undo');
      assert.doesNotMatch(document.getText(), /case-63/);
    });
  });
}
