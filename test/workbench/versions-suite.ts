/** Prompt Versions inside VS Code: the tree, comparisons, restoring and undo, deployments. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import * as vscode from 'vscode';
import type { Comparison } from '../../src/core/compare/compare.ts';
import type { GoldsetApi } from '../../src/extension/extension.ts';
import type { VersionTreeNode, VersionNode } from '../../src/extension/versions/version-nodes.ts';
import { file, lenses, open, replace, root, until } from './editor.ts';

const HINT = 'Priority is low for billing and questions, else normal.';
const LINE = `${HINT}\nA ticket with a deadline, or from somebody who is blocked, is urgent.`;

export function defineVersionSuites(): void {
  let api: GoldsetApi;
  before(async () => {
    const extension = vscode.extensions.getExtension<GoldsetApi>('goldset.goldset');
    assert.ok(extension);
    api = await extension.activate();
  });

  /** The tree of one prompt as text: what a person reads. */
  async function tree(name: string): Promise<{ nodes: VersionTreeNode[]; labels: string[] }> {
    const prompts = await api.versions.getChildren();
    const prompt = prompts.find((node) => node.type === 'prompt' && node.uri.fsPath === file(name).fsPath);
    const nodes = await api.versions.getChildren(prompt);
    const labels = nodes.map((node) => {
      const item = api.versions.getTreeItem(node);
      return `${typeof item.label === 'string' ? item.label : ''} | ${typeof item.description === 'string' ? item.description : ''}`;
    });
    return { nodes, labels };
  }
  const versionsOf = (nodes: readonly VersionTreeNode[]): VersionNode[] =>
    nodes.filter((node): node is VersionNode => node.type === 'version');

  describe('prompt versions', () => {
    it('shows versions with scores, tokens, cost and change, and what is unsaved on top', async () => {
      await open('triage/triage.prompt');
      const run = vscode.commands.executeCommand('goldset.runVersion', versionsOf((await tree('triage/triage.prompt')).nodes)[1]);
      assert.equal(await run, 'fail');
      await vscode.commands.executeCommand('goldset.runPrompt');
      const { labels } = await tree('triage/triage.prompt');
      assert.equal(labels.length, 2);
      assert.match(
        labels[0] ?? '',
        /^88\.9 %( [↑↓][\d.]+)? · Say whose tickets they are \| .*\$0\.0000\d+\/call · \d+ \+ 9 tokens.* · Ana Lima, /,
      );
      assert.match(labels[1] ?? '', /^[\d.]+ % · Add the example prompts \| .*tokens/);
      const document = await open('triage/triage.prompt');
      await replace(document, HINT, LINE);
      assert.match(
        (await tree('triage/triage.prompt')).labels[0] ?? '',
        /^(Unsaved changes \| not run|100 % ↑11\.1 · Unsaved changes \| )/,
      );
    });

    it('compares changes with the last commit: both sides run, and the verdict says why', async () => {
      const comparison = await vscode.commands.executeCommand<Comparison | undefined>(
        'goldset.evaluateChanges',
        file('triage/triage.prompt'),
      );
      assert.deepEqual([comparison?.verdict, comparison?.a.ref, comparison?.b.ref], ['pass', 'HEAD', null]);
      assert.equal(comparison?.paired.improved, 7);
      assert.match((await tree('triage/triage.prompt')).labels[0] ?? '', /^100 % ↑11\.1 · Unsaved changes \| /);
    });

    it('compares every prompt that changed, and no other', async () => {
      // Of the prompts of the window, only this one is edited.
      const comparison = await vscode.commands.executeCommand<Comparison | undefined>('goldset.evaluateChanges');
      assert.deepEqual([comparison?.prompt, comparison?.paired.improved], ['triage/triage.prompt', 7]);
      assert.deepEqual(new Set(api.runs.latest?.heads.map(({ prompt }) => prompt.path)), new Set(['triage/triage.prompt']));
    });

    it('restores a version as an edit, and undo brings everything back', async () => {
      const document = await open('triage/triage.prompt');
      const edited = document.getText();
      const [, oldest] = versionsOf((await tree('triage/triage.prompt')).nodes);
      assert.ok(oldest);
      assert.equal(await vscode.commands.executeCommand('goldset.restoreVersion', oldest, true), true);
      assert.doesNotMatch(document.getText(), /of a shop/);
      assert.doesNotMatch(fs.readFileSync(file('triage/triage.prompt').fsPath, 'utf8'), /You sort support tickets\./, 'nothing is saved');
      await vscode.commands.executeCommand('undo');
      assert.equal(document.getText(), edited);
      await vscode.commands.executeCommand('workbench.action.files.revert');
    });

    it('compares two selected versions, sets a baseline and deploys', async () => {
      const [newer, older] = versionsOf((await tree('triage/triage.prompt')).nodes);
      assert.ok(newer && older);
      const comparison = await vscode.commands.executeCommand<Comparison | undefined>('goldset.compareVersions', newer, [newer, older]);
      assert.deepEqual([comparison?.a.ref, comparison?.b.ref], [older.version.commit.hash, newer.version.commit.hash]);
      await vscode.commands.executeCommand('goldset.setBaseline', older);
      await vscode.commands.executeCommand('goldset.deployVersion', older, 'production');
      assert.match(
        fs.readFileSync(file('prompt-deployments.yaml').fsPath, 'utf8'),
        /triage\/triage\.prompt:\n {2}production:\n {4}version: [0-9a-f]{64}/,
      );
      const { labels } = await tree('triage/triage.prompt');
      // What is not committed may stand on top, so the version is found by its commit.
      const deployed = labels.find((label) => label.includes('Add the example prompts'));
      assert.match(deployed ?? labels.join('\n'), /\[production\] · \[baseline\]/);
      fs.rmSync(file('prompt-deployments.yaml').fsPath);
    });

    it('tries another model and switches it in one edit', async () => {
      const document = await open('replies/reply.prompt');
      fs.writeFileSync(file('replies/other.scripted.yaml').fsPath, 'price: { input: 1, output: 1 }\ndefault: { reply: nothing }\n');
      const comparisons = await vscode.commands.executeCommand<readonly Comparison[]>(
        'goldset.upgradeModel',
        document.uri,
        `scripted:${file('replies/other.scripted.yaml').fsPath}`,
      );
      assert.equal(comparisons[0]?.verdict, 'fail');
      fs.rmSync(file('replies/other.scripted.yaml').fsPath);
    });

    it('says when there is no repository, and the lens knows the last score without a run', async () => {
      const { nodes } = await tree('triage/triage.prompt');
      assert.ok(nodes.every((node) => node.type !== 'message'));
      assert.ok(fs.readFileSync(`${root}/.goldset/scores.jsonl`, 'utf8').includes('goldset.score/1'));
      const document = await open('triage/triage.prompt');
      await until(
        async () => ((await lenses(document)).some((title) => /56 of 63 · 1 known failing · 1 unverified/.test(title)) ? true : undefined),
        'the score in the lens',
      );
    });
  });
}
