/**
 * Prompts where people keep them, in three projects: in TypeScript, in Python, and in text. From the cursor on the prompt to a comparison
 * with HEAD, with the scripted model and no key.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isEverything } from './themes.ts';
import { walk, type WorkbenchOptions } from './workbench-page.ts';

interface Place {
  readonly title: string;
  readonly open: WorkbenchOptions & { readonly open: string };
  /** The name of the prompt in the page about its prefix. */
  readonly name: string;
  readonly golden: string;
  /** Two cases that the scripted model passes. */
  readonly cases: string;
  readonly edit: readonly [from: string, to: string];
}

const CODES: Pick<WorkbenchOptions, 'settings'> = { settings: { 'goldset.codePrompts': 'all' } };

const PLACES: readonly Place[] = [
  {
    title: 'a prompt in TypeScript of a web application',
    open: {
      project: 'test/fixtures/next-app',
      open: 'src/lib/reply.ts',
    },
    name: 'REPLY',
    golden: 'src/lib/reply.REPLY.golden.yaml',
    cases:
      '[{ id: refund, vars: { name: Ana, question: "I want my money back." }, expected: refund }, { id: login, vars: { name: Ben, question: "I cannot log in." }, expected: account }]',
    edit: ['Customer: ', 'The customer: '],
  },
  {
    title: 'a prompt in Python of a service',
    open: { project: 'test/fixtures/fastapi-app', open: 'app/prompts.py', without: ['app/prompts.ANSWER_PROMPT.golden.yaml'], ...CODES },
    name: 'ANSWER_PROMPT',
    golden: 'app/prompts.ANSWER_PROMPT.golden.yaml',
    cases:
      '[{ id: refund, vars: { rules: "Refunds within 14 days.", customer: Ana, question: "I want my money back." }, expected: refund }, { id: login, vars: { rules: "Passwords are reset by mail.", customer: Ben, question: "I cannot log in." }, expected: account }]',
    edit: ['Answer with one word', 'Answer with a single word'],
  },
  {
    title: 'a prompt in Markdown',
    open: {
      project: 'test/fixtures/plain-prompts',
      open: 'prompts/support/system.md',
      without: ['prompts/support/system.golden.yaml'],
    },
    name: 'system',
    golden: 'prompts/support/system.golden.yaml',
    cases:
      '[{ id: refund, vars: { tone: friendly, input: "Where is my money?" }, assert: [{ type: icontains, value: money }] }, { id: short, vars: { tone: short, input: "Thank you!" }, assert: [{ type: word-count, value: { max: 20 } }] }]',
    edit: ['in one sentence', 'in a single sentence'],
  },
];

// `npm run test:all` alone: each walk takes a window through all of the main workflow.
if (isEverything)
  describe('prompts where people keep them', () => {
    for (const { title, open, name, golden, cases, edit } of PLACES)
      walk(`from the cursor to a comparison with HEAD: ${title}`, open, async (workbench) => {
        const { page, root } = workbench;
        const shot = (state: string): Promise<void> => workbench.shots(`place-${name}-${state}`);
        const isWritten = async (file: string, text: string): Promise<void> => {
          while (!readFileSync(file, 'utf8').includes(text))
            await page.waitForFunction(() => new Promise((resolve) => requestAnimationFrame(() => resolve(true))));
        };
        const file = path.basename(open.open);

        // Tokens and cost, without a golden set.
        await workbench.lens(/Add golden (?:set|case)/).waitFor();
        await workbench.lens(/\d+ in .*\$0\.0/).waitFor();
        await shot('1-prompt');
        await workbench.command('Goldset: Explain Prefix');
        await page
          .locator('.tab', { hasText: `Cost of ${name}` })
          .first()
          .waitFor();
        await workbench.results.getByText('are the same in every call').waitFor();
        await shot('2-prefix');
        await workbench.command('View: Close All Editors in Group');

        await workbench.openFile(file);
        await workbench
          .lens(/Add golden (?:set|case)/)
          .locator('a', { hasText: 'Add golden' })
          .click();
        await page
          .locator('.tab', { hasText: path.basename(golden) })
          .first()
          .waitFor();
        await page.locator('.monaco-editor .view-line', { hasText: 'vars:' }).first().waitFor();
        await shot('3-first-case');
        await page.keyboard.press('Control+S');
        const set = path.join(root, golden);
        await isWritten(set, 'vars');
        const tab = page.locator('.tab', { hasText: path.basename(golden) }).first();
        await tab.and(page.locator('.tab:not(.dirty)')).waitFor();
        // The editor would close the brackets of what is typed. It runs what it shows, so that has to be the new text.
        writeFileSync(set, `${cases}\n`);
        await page.locator('.monaco-editor .view-line', { hasText: 'id: refund' }).first().waitFor();

        await workbench.openFile(file);
        await workbench.lens(/Run 2/).waitFor();
        await workbench.command('Goldset: Run Prompt Under Cursor');
        await workbench.results.locator('.figures .score', { hasText: '2 of 2' }).waitFor();
        await shot('4-results');
        await workbench.openFile(file);
        await workbench.lens('2 of 2').waitFor();

        const prompt = path.join(root, open.open);
        writeFileSync(prompt, readFileSync(prompt, 'utf8').replace(...edit));
        await page.locator('.monaco-editor .view-line', { hasText: edit[1] }).first().waitFor();
        await workbench.lens('not run yet').waitFor();
        await shot('5-edited');
        await workbench.command('Goldset: Compare Changes with Last Commit');
        await workbench.results.getByText(/→ working tree: /).waitFor();
        await shot('6-compared');
      });
  });
