/** Models inside VS Code: a newcomer with a key, on servers that accept and reject what the models do, and the quick fixes about a prompt's model. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { GoldsetApi } from '../../src/extension/extension.ts';
import { FAMILIES, FamilyServer } from '../system/families/family-server.ts';
import { file, open, positionOf, replace, root, until } from './editor.ts';

const KEY = 'WORKBENCH_NEWCOMER_KEY';

/** By their name in the families and in goldset.yaml; `npm run test:all` alone has the others than the first. */
const NEWCOMERS = [
  ['gpt-6 luna', 'openai'],
  ['Claude Sonnet 5.5', 'anthropic'],
  ['Gemini 4, own API', 'google'],
] as const;

const write = (name: string, text: string): void => {
  fs.mkdirSync(path.dirname(file(name).fsPath), { recursive: true });
  fs.writeFileSync(file(name).fsPath, text);
};

export function defineModelSuites(): void {
  let api: GoldsetApi;
  const environment = { ...process.env };
  before(async () => {
    const extension = vscode.extensions.getExtension<GoldsetApi>('goldset.goldset');
    assert.ok(extension);
    api = await extension.activate();
    Object.assign(process.env, { [KEY]: 'sk-of-a-newcomer', GOLDSET_ALLOW: `${KEY}@http://127.0.0.1:*` });
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    process.env = environment;
    for (const name of ['newcomer', 'model-fixes']) fs.rmSync(path.join(root, name), { recursive: true, force: true });
  });

  describe('a newcomer with a key', () => {
    const isEverything = process.env['GOLDSET_THEMES'] === 'all';
    for (const [family, provider] of isEverything ? NEWCOMERS : NEWCOMERS.slice(0, 1))
      it(`gets 2 of 2 from New Prompt and two golden cases, with thinking in the cost: ${family}`, async () => {
        const found = FAMILIES.find(({ name }) => name === family);
        assert.ok(found);
        const server = new FamilyServer(found);
        const url = await server.listen();
        const folder = `newcomer/${provider}`;
        const model = `${provider}:${found.model}`;
        write(
          `${folder}/goldset.yaml`,
          `providers:\n  ${provider}: ${JSON.stringify({ ...found.config, baseUrl: url, apiKeyEnv: KEY })}\nprices: ./prices.yaml\n`,
        );
        write(`${folder}/prices.yaml`, `asOf: 2026-11-01\nmodels:\n  "${model}": { input: 1, output: 10 }\n`);
        try {
          await vscode.commands.executeCommand('goldset.newPrompt', file(folder), 'sort');
          const prompt = await open(`${folder}/sort.prompt`);
          // Who has another provider writes its model there.
          if (provider !== 'openai') await replace(prompt, 'openai:gpt-6-luna', model);
          await prompt.save();
          for (const text of ['Give me my money back.', 'It broke, refund me.']) {
            await vscode.commands.executeCommand('goldset.addGoldenCase', prompt.uri);
            const golden = await open(`${folder}/sort.golden.yaml`);
            await replace(golden, '"text": ""', `"text": "${text}"`);
            await replace(golden, '# expected: "what the answer must be"', 'expected: refund');
            await golden.save();
          }
          assert.equal(await vscode.commands.executeCommand('goldset.runPrompt', prompt.uri), 'pass');
          const [candidate, ...others] = api.runs.latest?.report?.candidates ?? [];
          assert.deepEqual(
            [others.length, candidate?.model, candidate?.passed, candidate?.cases, candidate?.sentWithout, candidate?.usage?.reasoning],
            [0, model, 2, 2, [], 600],
          );
          // Two calls of 60 in and 306 out, of which 300 are thinking; without these it would be $0.00024.
          assert.ok(Math.abs((candidate?.costUsd ?? 0) - 2 * (60e-6 + 306 * 10e-6)) < 1e-9, String(candidate?.costUsd));
          assert.deepEqual([server.refusals, server.received.length], [[], 2]);
        } finally {
          server.close();
        }
      });
  });

  /** What is said at the model or at a parameter, the fix that is chosen, and the file after it. `SOON` is ten days from now. */
  const FIXES: readonly (readonly [code: string, at: string, fix: string, before: string, after: string])[] = [
    [
      'model/unsupported-parameter',
      'temperature',
      'Remove `temperature`',
      'model: openai:gpt-6-luna\nconfig:\n  # cold\n  temperature: 0\n  maxOutputTokens: 300\n',
      'model: openai:gpt-6-luna\nconfig:\n  # cold\n  maxOutputTokens: 300\n',
    ],
    ['model/not-known', 'openai:', 'Use gpt-4o-mini', 'model: "openai:gpt-4o-mni"\n', 'model: "openai:gpt-4o-mini"\n'],
    [
      'model/retirement',
      'openai:',
      'Switch to openai:gpt-6-luna, its successor',
      'model: openai:gpt-4.1\nconfig:\n  temperature: 0\n  maxOutputTokens: 300\n',
      'model: openai:gpt-6-luna\nconfig:\n  maxOutputTokens: 300\n',
    ],
  ];

  describe('quick fixes about the model of a prompt', () => {
    const codeOf = ({ code }: vscode.Diagnostic): unknown => (typeof code === 'object' ? code.value : code);
    before(() => {
      const soon = new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10);
      write('model-fixes/goldset.yaml', 'prices: ./prices.yaml\n');
      write(
        'model-fixes/prices.yaml',
        `asOf: 2026-11-01\ncapabilities:\n  "openai:gpt-4.1": { retirement: { date: ${soon}, successor: gpt-6-luna } }\n`,
      );
    });

    for (const [i, [code, at, title, before, after]] of FIXES.entries())
      it(`${code}: ${title}`, async () => {
        const whole = (head: string): string => `---\n${head}---\nSay yes to {{q}}\n`;
        // A file of its own: nothing is left of the one before.
        write(`model-fixes/p${i}.golden.yaml`, '- { id: a, vars: { q: one }, expected: "yes" }\n');
        write(`model-fixes/p${i}.prompt`, whole(before));
        const document = await open(`model-fixes/p${i}.prompt`);
        const isSaid = (): boolean => vscode.languages.getDiagnostics(document.uri).some((item) => codeOf(item) === code);
        await until(() => isSaid() || undefined, `the problem ${code}`);
        const range = new vscode.Range(positionOf(document, at), positionOf(document, at));
        const offered = (): Thenable<vscode.CodeAction[]> =>
          vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', document.uri, range, 'quickfix');
        const actions = await until(async () => {
          const found = await offered();
          return found.some((item) => item.title === title && item.edit !== undefined) ? found : undefined;
        }, title);
        const fix = actions.find((item) => item.title === title);
        assert.ok(fix?.edit);
        // A change of the model is compared first, and never made unasked.
        const compare = actions.find((item) => item.title === 'Compare with openai:gpt-6-luna on the golden cases');
        assert.equal(compare !== undefined, code === 'model/retirement');
        if (code === 'model/retirement') assert.notEqual(fix.isPreferred, true);
        await vscode.workspace.applyEdit(fix.edit);
        assert.equal(document.getText(), whole(after));
        await until(() => !isSaid() || undefined, `no problem ${code}`);
        await document.save();
      });
  });
}
