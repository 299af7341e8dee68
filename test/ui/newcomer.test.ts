/** A newcomer with a key: a new prompt, two golden cases, a run. The server behaves as the model does, and thinks before it answers. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { FAMILIES, FamilyServer } from '../system/families/family-server.ts';
import { isEverything } from './themes.ts';
import { walk, Workbench } from './workbench-page.ts';

const KEY = 'NEWCOMER_KEY';
const CASES =
  '[{ id: late, vars: { text: "Give me my money back." }, expected: refund }, { id: broken, vars: { text: "It broke, refund me." }, expected: refund }]';

/** The model of a new prompt. */
const NEW = 'openai:gpt-6-luna';

/** Rates at which the thinking is most of the cost. USD per million tokens: 60 in and 306 out, of which 300 are thinking, are $0.00312 a call. */
const PRICES = (model: string): string => `asOf: 2026-11-01\nmodels:\n  "${model}": { input: 1, output: 10 }\n`;

/** Whom the walk asks, by its name in the families and in goldset.yaml. */
function newcomer(family: string, provider: string): void {
  const found = FAMILIES.find(({ name }) => name === family);
  if (found === undefined) throw new Error(`There is no family ${family}.`);
  const model = `${provider}:${found.model}`;
  let server = new FamilyServer(found);
  let url = '';
  beforeEach(async () => {
    server = new FamilyServer(found);
    url = await server.listen();
  });
  afterEach(() => server.close());

  walk(
    `gets 2 of 2 from a new prompt, with thinking in the cost: ${family}`,
    (theme) =>
      Workbench.open({
        theme,
        environment: { [KEY]: 'sk-of-a-newcomer', GOLDSET_ALLOW: `${KEY}@http://127.0.0.1:*` },
        files: {
          'goldset.yaml': `providers:\n  ${provider}: ${JSON.stringify({ ...found.config, baseUrl: url, apiKeyEnv: KEY })}\nprices: ./prices.yaml\n`,
          'prices.yaml': PRICES(model),
        },
      }),
    async (workbench) => {
      const { page } = workbench;
      // The window has come to rest: a question closes when something else takes the focus.
      await workbench.lens(/Run 65/).waitFor();
      await workbench.command('Goldset: New Prompt');
      const name = page.locator('.quick-input-widget input.input').first();
      await name.waitFor();
      await name.fill('sort');
      await page.keyboard.press('Enter');
      await page.locator('.tab', { hasText: 'sort.prompt' }).first().waitFor();
      const prompt = path.join(workbench.root, 'sort.prompt');
      if (model !== NEW) writeFileSync(prompt, readFileSync(prompt, 'utf8').replace(NEW, model));

      await workbench.command('Goldset: Add Golden Case');
      const golden = page.locator('.tab', { hasText: 'sort.golden.yaml' }).first();
      await golden.waitFor();
      await page.locator('.monaco-editor .view-line', { hasText: 'expected:' }).first().waitFor();
      await page.keyboard.press('Control+S');
      const saved = path.join(workbench.root, 'sort.golden.yaml');
      while (!readFileSync(saved, 'utf8').includes('expected'))
        await page.waitForFunction(() => new Promise((resolve) => requestAnimationFrame(() => resolve(true))));
      // The editor would close the brackets of what is typed.
      writeFileSync(saved, `${CASES}\n`);
      await page.locator('.monaco-editor .view-line', { hasText: 'broken' }).first().waitFor();
      await workbench.shots(`newcomer-1-cases-${provider}`);

      await workbench.openFile('sort.prompt');
      await workbench.lens(/Run 2/).waitFor();
      await workbench.command('Goldset: Run Prompt Under Cursor');
      await workbench.results.locator('.figures .score', { hasText: '2 of 2' }).waitFor();
      // 2 × $0.00312; without the thinking it would be $0.00024.
      await workbench.results
        .getByText(/\$0\.006\d* spent/)
        .first()
        .waitFor();
      await workbench.shots(`newcomer-2-results-${provider}`);
      if (server.refusals.length > 0) throw new Error(`The server refused a request: ${server.refusals.join(' ')}`);
    },
  );
}

// `npm run test:all` alone: in `npm test` test/workbench/models-suite.ts goes the way of gpt-6-luna inside VS Code. On a busy machine the editor may not
// show what was written to the open golden set.
if (isEverything) {
  describe('a newcomer with a key', () => newcomer('gpt-6 luna', 'openai'));
  describe('a newcomer with a key for Claude', () => newcomer('Claude Sonnet 5.5', 'anthropic'));
  describe('a newcomer with a key for Gemini', () => newcomer('Gemini 4, own API', 'google'));
}
