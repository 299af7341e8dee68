/** Prompts in plain text inside VS Code: a Markdown file is one only if something else says so, and then every feature works in it. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { GoldsetApi } from '../../src/extension/extension.ts';
import { file, lenses, open, positionOf, replace, root, until } from './editor.ts';

const TEXT = 'You answer in a {{tone}} tone.\nReply with one word.\n';
const write = (name: string, text: string): void => {
  fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
  fs.writeFileSync(path.join(root, name), text);
};
const shown = (document: vscode.TextDocument, title: RegExp): Promise<string> =>
  until(async () => {
    const line = (await lenses(document)).join(' | ');
    return title.test(line) ? line : undefined;
  }, `a lens ${title}`);

export function defineTextPromptSuites(): void {
  let api: GoldsetApi;
  before(async () => {
    const extension = vscode.extensions.getExtension<GoldsetApi>('goldset.goldset');
    assert.ok(extension);
    api = await extension.activate();
  });

  describe('prompts in plain text', () => {
    it('are none without a golden set and an entry: a Markdown file shows nothing of Goldset', async () => {
      write('prompts/notes.md', TEXT);
      const document = await open('prompts/notes.md');
      // A prompt beside it is analysed meanwhile, so that what would appear has appeared.
      await shown(await open('replies/reply.prompt'), /Run \d+/);
      assert.deepEqual(await lenses(document), []);
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        document.uri,
        positionOf(document, 'tone'),
      );
      assert.deepEqual(hovers, []);
      assert.deepEqual(
        vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source === 'goldset'),
        [],
      );
      assert.equal(api.insights.of(document), undefined);
    });

    it('become prompts by Use as Prompt, which adds an entry to goldset.yaml', async () => {
      const document = await open('prompts/notes.md');
      await vscode.commands.executeCommand('goldset.useAsPrompt', document.uri);
      assert.match(fs.readFileSync(path.join(root, 'goldset.yaml'), 'utf8'), /^prompts:\n {2}prompts\/notes\.md: \{ ?\}/m);
      assert.match(await shown(document, /Add golden case/), /syntax: mustache/);
      assert.equal(document.languageId, 'markdown');
    });

    it('run with a golden set beside them, and the score is in the lens', async () => {
      write('prompts/words.scripted.yaml', 'default: { reply: "ok" }\n');
      write('prompts/system.md', TEXT);
      write('prompts/system.golden.yaml', '- { id: a, vars: { tone: kind, input: Hello }, expected: ok }\n');
      const document = await open('prompts/system.md');
      await shown(document, /Run 1/);
      await replaceSettings('prompts/system.md', { model: 'scripted:prompts/words.scripted.yaml' });
      await shown(document, /words\.scripted/);
      assert.equal(await vscode.commands.executeCommand('goldset.runPrompt', document.uri), 'pass');
      await shown(document, /1 of 1/);
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        document.uri,
        positionOf(document, 'tone'),
      );
      const hover = hovers.flatMap(({ contents }) => contents.map((item) => (item as vscode.MarkdownString).value)).join('\n');
      assert.match(hover.replaceAll('&nbsp;', ' '), /Set in 1 of 1 golden case/);
    });

    it('are renamed in the text and in the golden set', async () => {
      const document = await open('prompts/system.md');
      const edit = await vscode.commands.executeCommand<vscode.WorkspaceEdit>(
        'vscode.executeDocumentRenameProvider',
        document.uri,
        positionOf(document, 'tone'),
        'mood',
      );
      assert.deepEqual(
        edit
          .entries()
          .map(([uri, edits]) => [path.basename(uri.fsPath), edits.map(({ newText }) => newText)])
          .sort(),
        [
          ['system.golden.yaml', ['mood']],
          ['system.md', ['mood']],
        ],
      );
    });

    it('of several files show in each file, and an edit of one is seen by the other', async () => {
      write('several/system.md', 'Be kind.\n');
      write('several/user.hbs', 'Answer {{question}}.\n');
      write('several/answer.golden.yaml', '- { id: a, vars: { question: Why }, expected: ok }\n');
      await replaceSettings('answer', {
        messages: [
          { role: 'system', file: 'several/system.md' },
          { role: 'user', file: 'several/user.hbs' },
        ],
      });
      const system = await open('several/system.md');
      const user = await open('several/user.hbs');
      await shown(system, /Run 1/);
      await shown(user, /Run 1/);
      const version = api.insights.of(system)?.report.prompt.version;
      await replace(user, 'Answer', 'Please answer');
      await until(() => {
        const now = api.insights.of(system)?.report.prompt.version;
        return now === undefined || now === version ? undefined : now;
      }, 'another version');
      await vscode.window.showTextDocument(user);
      await vscode.commands.executeCommand('workbench.action.files.revert');
    });

    it('are listed among the prompts of the window', async () => {
      const nodes = await api.versions.getChildren();
      const names = nodes.flatMap((node) => (node.type === 'prompt' ? [path.relative(root, node.uri.fsPath)] : []));
      for (const name of ['prompts/notes.md', 'prompts/system.md', 'several/system.md#answer'])
        assert.ok(names.includes(name), names.join());
      assert.ok(!names.includes('README.md'));
    });

    it('are prompts no more when their entry and golden set are gone', async () => {
      const settings = await open('goldset.yaml');
      const edit = new vscode.WorkspaceEdit();
      const at = settings.getText().indexOf('\nprompts:');
      edit.delete(settings.uri, new vscode.Range(settings.positionAt(at), settings.positionAt(settings.getText().length)));
      await vscode.workspace.applyEdit(edit);
      const document = await open('prompts/notes.md');
      await until(async () => ((await lenses(document)).length === 0 ? true : undefined), 'no lens');
      await settings.save();
      assert.equal(api.insights.of(document), undefined);
    });
  });

  describe('prompts in files of other tools', () => {
    it('show their lens, hover a variable, stand in the tree and run: .prompty, .prompt.md and messages in JSON', async () => {
      write('others/words.scripted.yaml', 'default: { reply: "ok" }\n');
      const model = 'scripted:./words.scripted.yaml';
      const inputs = 'inputs: { tone: { kind: string, default: kind } }';
      const files = {
        'greet.prompty': `---\nname: greet\nmodel: ${model}\n${inputs}\n---\nsystem:\nAnswer in a {{tone}} tone.\n\nuser:\nHello\n`,
        'plan.prompt.md': `---\ndescription: Plans\nmodel: ${model}\n---\nMake a plan in a \${input:tone} tone.\n`,
        'chat.messages.json': JSON.stringify({ model, messages: [{ role: 'user', content: 'Answer in a {{tone}} tone.' }] }),
      };
      for (const [name, text] of Object.entries(files)) {
        write(`others/${name.replace(/\.(?:prompty|md|json)$/, '')}.golden.yaml`, '- { id: a, vars: { tone: dry }, expected: ok }\n');
        write(`others/${name}`, text);
        const document = await open(`others/${name}`);
        assert.match(await shown(document, /Run 1/), /Run 1 \| Try \| not run yet/, name);
        const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
          'vscode.executeHoverProvider',
          document.uri,
          positionOf(document, name.endsWith('.md') ? 'tone}' : 'tone}}'),
        );
        const hover = hovers.flatMap(({ contents }) => contents.map((item) => (item as vscode.MarkdownString).value)).join('\n');
        assert.match(hover.replaceAll('&nbsp;', ' '), /Set in 1 of 1 golden case/, name);
        assert.equal(await vscode.commands.executeCommand('goldset.runPrompt', document.uri), 'pass');
        await shown(document, /1 of 1/);
        await until(async () => {
          const nodes = await api.versions.getChildren();
          return nodes.some((node) => node.type === 'prompt' && node.uri.fsPath === document.uri.fsPath) ? true : undefined;
        }, `${name} in the tree`);
      }
    });

    it('show the lens of a function of BAML, hover its variable, and run its test', async () => {
      write('others/baml_src/types.baml', 'class Word {\n  text string\n}\n');
      write('others/baml_src/baml.scripted.yaml', `default: { reply: '{"text": "ok"}' }\n`);
      write(
        'others/baml_src/main.baml',
        'function Say(tone: string) -> Word {\n  client "scripted/./baml.scripted.yaml"\n  prompt #"\n    Answer in a {{ tone }} tone.\n    {{ ctx.output_format }}\n  "#\n}\ntest Dry {\n  functions [Say]\n  args { tone "dry" }\n  @@assert({{ this.text == "ok" }})\n}\n',
      );
      const document = await open('others/baml_src/main.baml');
      assert.match(await shown(document, /Run 1/), /Run 1 \| Try \| not run yet/);
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        document.uri,
        positionOf(document, 'tone }}'),
      );
      const hover = hovers.flatMap(({ contents }) => contents.map((item) => (item as vscode.MarkdownString).value)).join('\n');
      assert.match(hover.replaceAll('&nbsp;', ' '), /Set in 1 of 1 golden case/);
      assert.equal(await vscode.commands.executeCommand('goldset.runPrompt', document.uri), 'pass');
      await shown(document, /1 of 1/);
    });
  });
}

/** Sets values of an entry under `prompts:`, as a person would type them. */
async function replaceSettings(key: string, values: object): Promise<void> {
  const settings = await vscode.workspace.openTextDocument(file('goldset.yaml'));
  const edit = new vscode.WorkspaceEdit();
  const at = settings.getText().indexOf('prompts:\n') + 'prompts:\n'.length;
  edit.insert(settings.uri, settings.positionAt(at), `  ${key}: ${JSON.stringify(values)}\n`);
  await vscode.workspace.applyEdit(edit);
  await settings.save();
}
