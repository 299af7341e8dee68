/** Choosing a model, keys, and batches, as a person meets them. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { BATCH_KEY, BatchServer } from '../system/batch-server.ts';
import { chatServers } from './chat-server.ts';
import { extensionsWithModels } from './shared-workbench.ts';
import { isEverything, type Theme } from './themes.ts';
import { walk, Workbench } from './workbench-page.ts';

const PROMPT = (model: string): string =>
  `---\nmodel: ${model}\nconfig: { maxOutputTokens: 20 }\n---\n{{role "system"}}\nBe brief.\n{{role "user"}}\n{{x}}\n`;
const GOLDEN = (count: number): string =>
  Array.from({ length: count }, (_, i) => `- { id: c${i}, vars: { x: "question ${i}" }, expected: "answer ${i}" }\n`).join('');

const pick = (workbench: Workbench): Locator => workbench.page.locator('.quick-input-widget');
const row = (workbench: Workbench, text: string | RegExp): Locator =>
  pick(workbench).locator('.monaco-list-row', { hasText: text }).first();
const selected = (workbench: Workbench, models: number): Promise<void> =>
  pick(workbench)
    .locator('.quick-input-count', { hasText: `${models} Selected` })
    .waitFor();
const dialog = (workbench: Workbench): Locator => workbench.page.locator('.monaco-dialog-box');

// `npm run test:all` alone: test/workbench/editor-models-suite.ts runs the editor's own models, and its versions suite another model.
if (isEverything)
  describe('choosing a model', () => {
    const chat = chatServers();

    let withModels = '';
    before(async () => (withModels = await extensionsWithModels()));
    after(() => rmSync(withModels, { recursive: true, force: true }));

    walk(
      'offers what is configured, what a server lists, and the editor’s own models, and runs one of these',
      (theme) =>
        Workbench.open({
          theme,
          extensions: withModels,
          open: 'box.prompt',
          files: {
            'goldset.yaml': `providers:\n  box: { kind: openai-compatible, baseUrl: "${chat.url}/v1", server: vllm }\nprices: ./prices.yaml\n`,
            'prices.yaml': 'asOf: 2026-11-01\nmodels:\n  box:small: { input: 0.1, output: 0.4 }\n  box:large: { input: 3, output: 15 }\n',
            'box.prompt': PROMPT('box:small'),
            'box.golden.yaml': GOLDEN(3),
          },
        }),
      async (workbench) => {
        await workbench.lens(/Run 3/).waitFor();
        await workbench.command('Goldset: Run with Model…');
        await row(workbench, 'box:large').waitFor();
        await row(workbench, /box:large.*\$0\.000\d+\/call/).waitFor();
        await row(workbench, 'vscode:goldset-test/sorter').waitFor();
        await row(workbench, /openai:gpt-6-luna/).waitFor();
        await workbench.shots('models-1-picker');
        await pick(workbench).locator('input.input').first().fill('sorter');
        await row(workbench, 'vscode:goldset-test/sorter').waitFor();
        await workbench.page.keyboard.press('Enter');
        await workbench.results.locator('.figures .score', { hasText: '0 of 3' }).waitFor();
        await workbench.results.locator('.row .case .link', { hasText: 'c0' }).click();
        await workbench.results.locator('summary', { hasText: 'Request' }).click();
        await workbench.results.getByText('user (marked as system instructions)').waitFor();
        await workbench.shots('models-2-editor-model');

        await workbench.openFile('box.prompt');
        await workbench.command('Goldset: Run with Model…');
        await row(workbench, /box:large.*\$0\.000\d+\/call/).waitFor();
        await row(workbench, 'Choose Several Models…').click();
        // The list is another one now; each click counts when the list says so.
        await selected(workbench, 0);
        await row(workbench, 'box:large').click();
        await selected(workbench, 1);
        await row(workbench, 'vscode:goldset-test/sorter').click();
        await selected(workbench, 2);
        await workbench.shots('models-3-several');
        await workbench.page.keyboard.press('Enter');
        await workbench.results.locator('.head .candidate').nth(1).waitFor();
        await workbench.results.getByText(/^Verdict: /).waitFor();
        await workbench.shots('models-4-side-by-side');
      },
    );
  });

describe('keys and batches', () => {
  const chat = chatServers();
  let isOpen = false;
  const fate = (question: string): 'refused' | 'answer' => (question.includes('question 3') ? 'refused' : 'answer');
  let server = new BatchServer({});
  let url = '';
  beforeEach(async () => {
    isOpen = false;
    server = new BatchServer({ isOpen: () => isOpen, fate });
    url = await server.listen();
  });
  afterEach(() => server.close());

  const open = (theme: Theme): Promise<Workbench> =>
    Workbench.open({
      theme,
      open: 'box.prompt',
      environment: {
        OPENAI_API_KEY: 'sk-of-the-environment',
        ANTHROPIC_API_KEY: '',
        BATCH_KEY,
        GOLDSET_ALLOW: 'BATCH_KEY@http://127.0.0.1:*',
        // What is allowed is remembered here, and not for the person who runs the tests.
        GOLDSET_CONFIG_DIR: mkdtempSync(path.join(os.tmpdir(), 'goldset-user-')),
      },
      settings: { 'goldset.batchInterval': 3600 },
      files: {
        'goldset.yaml': `providers:
  box: { kind: openai-compatible, baseUrl: "${chat.url}/v1", apiKeyEnv: OPENAI_API_KEY, stream: false }
  m: { kind: openai, baseUrl: "${url}/v1", apiKeyEnv: BATCH_KEY, batchSize: 4 }
prices: ./prices.yaml
`,
        'prices.yaml': 'asOf: 2026-11-01\nmodels:\n  m:big: { input: 1, output: 2, batch: 0.5 }\n',
        'box.prompt': PROMPT('box:small'),
        'box.golden.yaml': GOLDEN(2),
        'many.prompt': PROMPT('m:big'),
        'many.golden.yaml': GOLDEN(6),
      },
    });

  walk('asks before a key leaves its origin, keeps and removes keys; submits a batch and shows its results', open, async (workbench) => {
    await keysAreKept(workbench, chat);
    await workbench.openFile('many.prompt');
    await batchIsAnswered(workbench, server, () => (isOpen = true));
  });
});

async function keysAreKept(workbench: Workbench, chat: ReturnType<typeof chatServers>): Promise<void> {
  await workbench.lens(/Run 2/).waitFor();
  await workbench.command('Goldset: Manage API Keys');
  await row(workbench, /openai.*Uses OPENAI_API_KEY/).waitFor();
  await row(workbench, /anthropic.*No key yet/).click();
  await pick(workbench).locator('input[type="password"]').fill('sk-typed-by-hand');
  await workbench.shots('keys-1-enter');
  await workbench.page.keyboard.press('Enter');
  await pick(workbench).waitFor({ state: 'hidden' });
  await workbench.command('Goldset: Manage API Keys');
  await row(workbench, /https:\/\/api\.anthropic\.com.*Stored in this editor/).waitFor();
  await workbench.shots('keys-2-list');
  await workbench.page.keyboard.press('Escape');
  await pick(workbench).waitFor({ state: 'hidden' });

  // goldset.yaml wants OpenAI's key for another address: that is asked, and no is no.
  await workbench.command('Goldset: Run Prompt Under Cursor');
  await dialog(workbench).getByText(`Send OPENAI_API_KEY to ${chat.url}?`).waitFor();
  await dialog(workbench)
    .getByText(/This key belongs to https:\/\/api\.openai\.com/)
    .waitFor();
  await workbench.shots('keys-3-foreign-origin');
  await workbench.page.keyboard.press('Escape');
  await workbench.command('Notifications: Show Notifications');
  await workbench.page.locator('.notifications-center', { hasText: 'which is not this key’s own server' }).waitFor();
  assert.deepEqual(chat.server.keys, []);
  await workbench.command('Notifications: Clear All Notifications');

  await workbench.command('Goldset: Run Prompt Under Cursor');
  await dialog(workbench).getByRole('button', { name: 'Send It There' }).click();
  await workbench.results.locator('.figures .score', { hasText: '2 of 2' }).waitFor();
  assert.deepEqual(new Set(chat.server.keys), new Set(['Bearer sk-of-the-environment']));

  await workbench.command('Goldset: Manage API Keys');
  await row(workbench, new RegExp(`OPENAI_API_KEY.*may be sent to ${chat.url}`)).waitFor();
  const kept = row(workbench, /https:\/\/api\.anthropic\.com.*Stored in this editor/);
  await kept.hover();
  await kept.getByRole('button', { name: 'Remove This Key' }).click();
  await dialog(workbench).getByText('Remove the key for https://api.anthropic.com?').waitFor();
  await dialog(workbench).getByRole('button', { name: 'Remove' }).click();
  await dialog(workbench).waitFor({ state: 'detached' });
  await workbench.command('Goldset: Manage API Keys');
  await row(workbench, /anthropic.*No key yet/).waitFor();
  await workbench.shots('keys-4-allowed');
}

async function batchIsAnswered(workbench: Workbench, server: BatchServer, openServer: () => void): Promise<void> {
  const { page } = workbench;
  await workbench.lens(/Run 6/).waitFor();
  await workbench.command('Goldset: Run as Batch');
  await dialog(workbench).getByText('Submit 6 requests as a batch?').waitFor();
  await dialog(workbench)
    .getByText(/Answers arrive within 24 hours at the batch price/)
    .waitFor();
  await workbench.shots('batch-1-estimate');
  await dialog(workbench).getByRole('button', { name: 'Submit' }).click();
  await page.locator('.activitybar a[aria-label="Goldset"]').first().click();
  const tree = await workbench.view('Batches');
  const batch = tree.locator('.monaco-list-row', { hasText: 'many.prompt' }).first();
  await batch.getByText(/0 of 6 answered · running/).waitFor();
  await tree.locator('.monaco-list-row', { hasText: /Part 2.*0 of 2 · running/ }).waitFor();
  await workbench.shots('batch-2-running');
  assert.deepEqual(
    server.jobs.map(({ requests }) => requests.length),
    [4, 2],
  );

  openServer();
  await batch.hover();
  await batch.getByRole('button', { name: 'Check Batch Status' }).click();
  await batch.getByText(/5 of 5 · 1 error, \$0\.0003.* · graded/).waitFor();
  await workbench.lens('5 of 5 · 1 error: the request was refused').waitFor();
  await batch.click();
  await workbench.results.locator('.figures .score', { hasText: '5 of 5' }).waitFor();
  await workbench.results.locator('.row .case .link', { hasText: 'c3' }).click();
  await workbench.results.locator('.detail').getByText('refused by the server').first().waitFor();
  await workbench.shots('batch-3-graded');
  await workbench.results.locator('.row .case .link', { hasText: 'c1' }).click();
  await workbench.results.locator('.detail').getByText('answer 1').first().waitFor();
  await workbench.shots('batch-4-result');
}
