/** Interactions inside VS Code: the tree sees what is written, cases are one edit, and undo brings the golden set back. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { InteractionFiles } from '../../src/adapters/interactions/interaction-files.ts';
import type { Interaction, Signal } from '../../src/core/feedback/interactions/interaction.ts';
import { readInteraction } from '../../src/core/feedback/interactions/stored-line.ts';
import type { GoldsetApi } from '../../src/extension/extension.ts';
import type { InteractionNode, InteractionTreeNode } from '../../src/extension/interactions/interaction-nodes.ts';
import { file, open, root, until } from './editor.ts';

const SET = 'triage/triage.golden.yaml';

const down: Signal = { kind: 'explicit', name: 'thumb', value: 'down', annotator: 'human', by: 'ana', time: null, note: null };
const corrected: Signal = { ...down, name: 'correction', value: '{"label":"refund","priority":"urgent"}' };

function call(id: string, signals: readonly Signal[]): Interaction {
  const read = readInteraction(JSON.stringify({ id, time: '2026-11-20T10:00:00Z', output: '{"label":"refund","priority":"normal"}' }));
  assert.ok('interaction' in read);
  const prompt = { name: 'triage', version: '7', contentHash: null };
  return { ...read.interaction, prompt, variables: { ticket: `The refund for ${id} is due tonight.` }, signals };
}

export function defineInteractionSuites(): void {
  let api: GoldsetApi;
  before(async () => {
    const extension = vscode.extensions.getExtension<GoldsetApi>('goldset.goldset');
    assert.ok(extension);
    api = await extension.activate();
  });

  const leaves = (nodes: readonly InteractionTreeNode[]): InteractionNode[] =>
    nodes.flatMap((node) => (node.type === 'interaction' ? [node] : leaves(api.interactions.getChildren(node))));
  const listed = (): InteractionNode[] => leaves(api.interactions.getChildren());

  describe('interactions', () => {
    it('come up by themselves, become cases in one edit, and undo brings the set back', async () => {
      const document = await open(SET);
      const before = document.getText();
      const files = new InteractionFiles(root);
      files.append(
        { interaction: call('one', [down, corrected]) },
        { interaction: call('two', [down]) },
        { interaction: call('fine', []) },
      );
      const nodes = await until(() => (listed().length === 2 ? listed() : undefined), 'two open interactions');
      const item = api.interactions.getTreeItem(nodes[0] as InteractionTreeNode);
      assert.match(typeof item.label === 'string' ? item.label : '', /^The refund for (one|two) is due tonight\.$/);
      assert.equal(await vscode.commands.executeCommand('goldset.makeGoldenCase', nodes[0], nodes), true);
      const after = document.getText();
      assert.ok(after.startsWith(before.trimEnd()), 'nothing that was there has changed');
      assert.match(after.slice(before.length), /id: prod-one[^]*priority: urgent[^]*verified:\n\s+by: ana/);
      assert.match(after.slice(before.length), /id: prod-two[^]*status: unverified/);
      assert.ok(!after.slice(before.length).includes('normal'), 'what was flagged is nowhere in the set');
      assert.equal(fs.readFileSync(file(SET).fsPath, 'utf8'), after);
      await until(() => (listed().length === 0 ? true : undefined), 'an empty inbox');

      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand('undo');
      assert.equal(document.getText(), before);
      await document.save();
      fs.rmSync(path.join(root, '.goldset', 'interactions'), { recursive: true });
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    });
  });
}
