/** Compare Efforts inside VS Code: the golden set with each effort of a model that thinks, from a local server. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import * as vscode from 'vscode';
import type { GoldsetApi } from '../../src/extension/extension.ts';
import { file, lenses, open, root, until } from './editor.ts';

const THINKING: Readonly<Record<string, number>> = { none: 0, low: 100, medium: 300, high: 900, xhigh: 2000, max: 5000 };

export function defineEffortSuites(): void {
  describe('efforts', () => {
    const sent: string[] = [];
    const server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        const effort = (JSON.parse(text) as { reasoning_effort?: string }).reasoning_effort ?? '';
        sent.push(effort);
        const reasoning = THINKING[effort] ?? 0;
        const usage = {
          prompt_tokens: 20,
          completion_tokens: reasoning + 2,
          total_tokens: reasoning + 22,
          completion_tokens_details: { reasoning_tokens: reasoning },
        };
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(
          JSON.stringify({ choices: [{ index: 0, message: { role: 'assistant', content: 'yes' }, finish_reason: 'stop' }], usage }),
        );
      });
    });
    let api: GoldsetApi;
    before(async () => {
      const extension = vscode.extensions.getExtension<GoldsetApi>('goldset.goldset');
      assert.ok(extension);
      api = await extension.activate();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
      const files = {
        'goldset.yaml': `spend: { askAbove: 100 }\nprices: ./p.yaml\nproviders:\n  local: { kind: openai-compatible, baseUrl: "${url}", stream: false }\n`,
        'p.yaml': 'asOf: 2026-11-01\nmodels:\n  local:gpt-6-luna: { input: 0.08, output: 0.5 }\n',
        'say.prompt': '---\nmodel: local:gpt-6-luna\n---\nSay yes to {{q}}\n',
        'say.golden.yaml': '- { id: a, vars: { q: one }, expected: "yes" }\n- { id: b, vars: { q: two }, expected: "yes" }\n',
      };
      fs.mkdirSync(path.join(root, 'efforts'));
      for (const [name, text] of Object.entries(files)) fs.writeFileSync(file(`efforts/${name}`).fsPath, text);
    });
    after(() => {
      server.close();
      fs.rmSync(path.join(root, 'efforts'), { recursive: true, force: true });
    });

    it('are compared side by side, each over the whole golden set', async () => {
      const document = await open('efforts/say.prompt');
      const lens = async (): Promise<string | undefined> => (await lenses(document)).find((title) => title.includes(' out'));
      assert.match(await until(lens, 'the lens'), /\+ ~\d+ out \+ up to 128,000 thinking · up to \$0\.064\/call/);
      assert.equal(await vscode.commands.executeCommand('goldset.compareEfforts', document.uri), 'pass');
      const efforts = ['none', 'low', 'medium', 'high', 'xhigh', 'max'];
      assert.deepEqual([...new Set(sent)].sort(), [...efforts].sort());
      assert.equal(sent.length, 12);
      const report = api.runs.latest?.report;
      assert.deepEqual(
        report?.candidates.map(({ parameters, reasoningTokens, passed }) => [parameters['reasoningEffort'], reasoningTokens?.p50, passed]),
        efforts.map((effort) => [effort, THINKING[effort], 2]),
      );
      assert.equal(report?.choices[0]?.by, 'effort');
    });
  });
}
