/**
 * A source of goldset.yaml on the pages: the same places to work as on files, reached by clicks alone, up to golden cases and a call that is sent
 * again. What is copied for it: test/system/stores/editor-source.ts.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readGoldenSet } from '../../src/core/golden/read-golden.ts';
import type { GoldenCase } from '../../src/core/golden/case.ts';
import { movedStore } from '../system/stores/moved-store.ts';
import { recordedStore } from '../system/stores/recorded-store.ts';
import { StoreEndpoint } from '../system/stores/store-endpoint.ts';
import { chatServers } from './chat-server.ts';
import { longWalk, Workbench } from './workbench-page.ts';

const [USER, PASSWORD] = ['reader', 'a-password-of-the-store-7'];

const casesIn = ({ root }: Workbench): readonly GoldenCase[] => {
  const file = path.join(root, 'answer.golden.yaml');
  return readGoldenSet(file, readFileSync(file, 'utf8')).cases;
};

describe('a source of goldset.yaml in the workbench', () => {
  // Stands for the provider of the model that production called.
  const provider = chatServers();
  let endpoint: StoreEndpoint;
  let url = '';
  // Another port each time: what was allowed for one is remembered.
  beforeEach(async () => {
    endpoint = new StoreEndpoint(movedStore(recordedStore().answer, Date.now()), { user: USER, password: PASSWORD });
    url = await endpoint.listen();
  });
  afterEach(() => endpoint.close());

  longWalk(
    'leads from the sentence to the calls behind a topic, and asks before the password goes anywhere',
    (theme) =>
      Workbench.open({
        theme,
        open: 'answer.prompt',
        environment: { CH_PASSWORD: PASSWORD },
        files: {
          'goldset.yaml': [
            `sources:\n  prod: { clickhouse: "${url}", database: gs_map, user: ${USER}, passwordEnv: CH_PASSWORD }`,
            `providers:\n  openai: { kind: openai-compatible, baseUrl: "${provider.url}/v1" }\n`,
          ].join('\n'),
          'answer.prompt': '---\nmodel: openai:gpt-6-sol\n---\nPassages: {{passages}}\nQuestion: {{question}}',
        },
      }),
    async (workbench) => {
      const { page, results } = workbench;
      await workbench.lens(/Add golden case/).waitFor();
      await workbench.command('Goldset: Show Insights');
      const source = results.getByLabel('Source');
      await source.waitFor();
      assert.deepEqual(await source.locator('option').allInnerTexts(), ['Files in This Folder', 'prod']);
      assert.deepEqual(endpoint.asked, [], 'nothing is sent before a person chooses it');
      await source.selectOption('prod');
      await page.getByText(`Send CH_PASSWORD to ${url}?`).waitFor();
      assert.deepEqual(endpoint.asked, []);
      await page.getByRole('button', { name: 'Send It There' }).click();

      await results.getByText(/^357 interactions, from /).waitFor();
      await results.getByText(/^Where to work, .* rejected answers/).waitFor();
      const make = results.getByRole('button', { name: /^Make \d+ Cases: / }).first();
      await make.waitFor();
      await results.getByText(/^Drift, /).waitFor();
      await workbench.look('the insights of a source', 'sources-1-insights');

      const days = results.locator('.choices select').nth(1);
      const asked = endpoint.asked.length;
      await days.selectOption('7');
      await results.getByText(/^1?\d\d interactions, from /).waitFor();
      await results.getByText(/^Drift, /).waitFor();
      assert.ok(endpoint.asked.length > asked);

      // Another choice before the first is read: the newest is shown.
      await days.selectOption('30');
      await days.selectOption('null');
      await results.getByText(/^357 interactions, from /).waitFor();
      await results.getByText(/^Drift, /).waitFor();

      const offered = Number(/\d+/.exec(await make.innerText())?.[0]);
      await make.click();
      await page
        .getByText(new RegExp(`${offered} cases \\(not verified yet\\) are`))
        .first()
        .waitFor();
      assert.equal(casesIn(workbench).length, offered);
      await workbench.look('golden cases of a source', 'sources-2-cases');
      await workbench.command('Notifications: Clear All Notifications');
      await workbench.command('Goldset: Show Insights');
      await results.locator('ul.plain button.link').first().click();
      await results.locator('.inbox-list').waitFor();
      assert.equal(await results.getByLabel('Source').inputValue(), 'prod');
      await results.getByText('1 found').waitFor();
      await results.locator('.detail').getByText('thumb: down').first().waitFor();
      await workbench.look('the calls of a source', 'sources-3-calls');

      await results.getByRole('button', { name: 'Clear filters' }).click();
      await results.getByRole('group', { name: 'Show' }).getByRole('button', { name: /^Open/ }).click();
      const signal = results.getByLabel('Signal');
      await signal.selectOption('thumbs-down');
      assert.ok((await results.getByLabel('Prompt').locator('option').allInnerTexts()).includes('answer.prompt'));
      assert.ok((await signal.locator('option').count()) > 2, 'the other signals can still be chosen');
      const detail = results.locator('.detail');
      await results.locator('.inbox-row').first().click();
      await detail.getByRole('button', { name: 'Reproduce' }).click();
      const heads = results.locator('.head .name');
      await heads.filter({ hasText: 'as captured' }).waitFor();
      await heads.filter({ hasText: 'today’s prompt' }).waitFor();
      await workbench.look('a call of a source that was sent again', 'sources-4-reproduced');

      await workbench.command('Goldset: Show Interactions');
      await detail.getByRole('button', { name: 'Make golden case' }).click();
      await page
        .getByText(/^Goldset: the case .* is /)
        .first()
        .waitFor();
      assert.equal(casesIn(workbench).length, offered + 1);

      await results.getByLabel('Source').selectOption('');
      await results
        .getByText(/^0 found|No open interactions|No interactions/)
        .first()
        .waitFor();
    },
  );
});
