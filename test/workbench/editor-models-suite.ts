/** Language models that another extension offers to the editor, as a run asks them. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import * as vscode from 'vscode';
import type { GoldsetApi } from '../../src/extension/extension.ts';
import type { Result } from '../../src/core/results/result.ts';
import type { RunReport } from '../../src/core/run/report.ts';
import { file, open, until } from './editor.ts';

interface Asked {
  readonly model: string;
  readonly messages: readonly { readonly role: number; readonly content: readonly Readonly<Record<string, unknown>>[] }[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly tools: readonly string[];
}

const asked = (): Thenable<Asked[]> => vscode.commands.executeCommand<Asked[]>('goldset-test.requests');

export function defineEditorModelSuites(): void {
  describe('language models of the editor', () => {
    let api: GoldsetApi;
    const triage = file('triage/triage.prompt').fsPath;

    before(async () => {
      api = await vscode.extensions.getExtension<GoldsetApi>('goldset.goldset')!.activate();
      await until(async () => ((await vscode.lm.selectChatModels({ vendor: 'goldset-test' })).length === 3 ? true : undefined), 'models');
      await asked();
    });

    const run = async (
      model: string,
      cases: readonly string[],
      token?: vscode.CancellationToken,
    ): Promise<{ readonly report: RunReport; readonly results: readonly Result[] }> => {
      const results: Result[] = [];
      const listener = api.runs.onEvent(({ event }) => {
        if (event.type === 'result') results.push(event.result);
      });
      const prompts = [{ file: triage, cases: new Set(cases) }];
      try {
        const run = await api.runs.start({ prompts, model }, { mustAsk: false, refresh: true, ...(token ? { token } : {}) });
        assert.ok(run?.report);
        return { report: run.report, results };
      } finally {
        listener.dispose();
      }
    };

    it('answer without a key; system text comes first and says what it is', async () => {
      const { report, results } = await run('vscode:goldset-test/sorter', ['refund-late', 'refund-gift']);
      assert.equal(report.candidates[0]?.model, 'vscode:goldset-test/sorter');
      const [first] = results;
      assert.equal(first?.output, '{"label":"billing","priority":"low"}');
      assert.deepEqual([first.verdict, first.finish, first.costUsd, first.source], ['fail', null, null, 'model']);
      assert.equal(first.usageEstimated, true);
      assert.ok((first.usage?.input ?? 0) > 50 && (first.usage?.output ?? 0) >= 9);
      assert.equal(typeof first.ttftMs, 'number');
      const requests = await asked();
      assert.equal(requests.length, 2);
      const [request] = requests;
      assert.deepEqual(
        request?.messages.map(({ role }) => role),
        [vscode.LanguageModelChatMessageRole.User, vscode.LanguageModelChatMessageRole.User],
      );
      assert.match(String(request.messages[0]?.content[0]?.['text']), /^System instructions:\n+You sort support tickets/);
      assert.match(String(request.messages[1]?.content[0]?.['text']), /^\n?(I bought this 45 days ago|My aunt gave me)/);
      assert.deepEqual(request.options, { max_completion_tokens: 60 });
    });
    it('may be named without their vendor, and by their id', async () => {
      for (const name of ['sorter', 'sorter-1', 'goldset-test/sorter-1'])
        assert.equal((await run(`vscode:${name}`, ['refund-late'])).results.length, 1);
    });
    it('say in the provider’s words why they did not answer', async () => {
      const [result] = (await run('vscode:goldset-test/refuser', ['refund-late'])).results;
      assert.equal(result?.error?.code, 'provider/quota');
      assert.match(result.error.message, /The quota of this month is used up/);
    });
    it('are cancelled with the run', async () => {
      const cancel = new vscode.CancellationTokenSource();
      const started = api.runs.onEvent(({ event }) => {
        if (event.type === 'sample-started') setTimeout(() => cancel.cancel(), 50);
      });
      const { report } = await run('vscode:goldset-test/slow', ['refund-late'], cancel.token);
      started.dispose();
      assert.deepEqual([report.complete, report.stopped?.code], [false, 'interrupted']);
    });
    it('that are not there are said, with those that are', async () => {
      await assert.rejects(run('vscode:goldset-test/oracle', ['refund-late']), (error: Error & { hint?: string }) => {
        assert.match(error.message, /offers no language model goldset-test\/oracle/);
        assert.match(error.hint ?? '', /vscode:goldset-test\/sorter/);
        return true;
      });
    });
  });

  describe('a judge', () => {
    it('is copied into the workspace and named in goldset.yaml, and undo brings the built-in one back', async () => {
      const before = fs.readFileSync(file('goldset.yaml').fsPath, 'utf8');
      const copy = await vscode.commands.executeCommand<vscode.Uri>('goldset.copyJudge', 'llm-rubric');
      assert.equal(copy.fsPath, file('judges/llm-rubric.prompt').fsPath);
      assert.ok(fs.existsSync(file('judges/_data.prompt').fsPath));
      assert.match(fs.readFileSync(file('goldset.yaml').fsPath, 'utf8'), /llm-rubric: judges\/llm-rubric\.prompt/);
      const config = await open('goldset.yaml');
      await vscode.commands.executeCommand('undo');
      await config.save();
      assert.equal(fs.readFileSync(file('goldset.yaml').fsPath, 'utf8'), before);
    });
  });
}
