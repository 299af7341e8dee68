/** A source of goldset.yaml on the pages: the same places to work as on files, reached by clicks alone. Copies and golden cases: test/system/clickhouse.test.ts. */
import assert from 'node:assert/strict';
import { movedStore } from '../system/stores/moved-store.ts';
import { recordedStore } from '../system/stores/recorded-store.ts';
import { StoreEndpoint } from '../system/stores/store-endpoint.ts';
import { longWalk, Workbench } from './workbench-page.ts';

const [USER, PASSWORD] = ['reader', 'a-password-of-the-store-7'];

describe('a source of goldset.yaml in the workbench', () => {
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
          'goldset.yaml': `sources:\n  prod: { clickhouse: "${url}", database: gs_map, user: ${USER}, passwordEnv: CH_PASSWORD }\n`,
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

      await days.selectOption('null');
      await results.getByText(/^357 interactions, from /).waitFor();
      await results.locator('ul.plain button.link').first().click();
      await results.locator('.inbox-list').waitFor();
      assert.equal(await results.getByLabel('Source').inputValue(), 'prod');
      await results.getByText('1 found').waitFor();
      // This call was never copied when answers were recorded: what a store says instead of rows is shown.
      await page
        .getByText(/No answer is recorded/)
        .first()
        .waitFor();
      await workbench.look('the calls of a source', 'sources-2-calls');

      await results.getByLabel('Source').selectOption('');
      await results
        .getByText(/^0 found|No open interactions|No interactions/)
        .first()
        .waitFor();
    },
  );
});
