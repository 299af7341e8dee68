/** The built page of the playground in a browser, with a scripted extension behind it: layout, keyboard, accessibility, hostile answers. */
import assert from 'node:assert/strict';
import path from 'node:path';
import type { Frame, Page } from 'playwright-core';
import type { TryCommand } from './harness/try.worker.ts';
import { accessibilityProblems } from './accessibility.ts';
import { hostileOutputs } from './hostile-outputs.ts';
import { newPage } from './shared-workbench.ts';

interface Harness {
  readonly url: string;
  close(): void;
}
interface Outer {
  host(command: unknown): Promise<unknown>;
  show(theme: string): Promise<void>;
  readonly violations: readonly string[];
}

const LUNA = 'openai:gpt-6-luna';
const TICKET = 'I bought this 45 days ago and want my money back.';
/** Beside the editor in a window of 1280 × 800 and 1024 × 700, and the latter at 200 %: px of the page. */
const SIZES = [
  [600, 700],
  [480, 600],
  [300, 400],
] as const;

describe('the page of the playground', () => {
  let harness: Harness;
  let page: Page;
  let frame: Frame;
  const errors: string[] = [];
  before(async () => {
    const { startTryHarness } = (await import(path.resolve('test/ui/harness/results-harness.mjs'))) as {
      startTryHarness(): Promise<Harness>;
    };
    harness = await startTryHarness();
  });
  after(() => harness.close());
  beforeEach(async () => {
    errors.length = 0;
    page = await newPage(new URL(harness.url).origin);
    page.on('pageerror', (error) => errors.push(String(error.stack)));
    await page.setViewportSize({ width: SIZES[0][0], height: SIZES[0][1] });
    await page.goto(harness.url);
    await show();
  });
  afterEach(async () => {
    assert.deepEqual(errors, []);
    assert.deepEqual(await page.evaluate(() => (window as unknown as Outer).violations), []);
    await page.close();
  });

  const host = (command: TryCommand | { readonly command: 'calls' }): Promise<unknown> =>
    page.evaluate((told) => (window as unknown as Outer).host(told), command as unknown);
  const calls = async (method: string): Promise<Record<string, unknown>[]> =>
    ((await host({ command: 'calls' })) as Record<string, unknown>[]).filter((call) => call['method'] === method);
  async function show(): Promise<void> {
    await page.evaluate(() => (window as unknown as Outer).show('dark'));
    const found = page.frame({ url: /page\.html/ });
    assert.ok(found);
    frame = found;
    await frame.getByRole('textbox', { name: 'ticket' }).waitFor();
  }
  const isAccessible = async (state: string): Promise<void> => assert.deepEqual(await accessibilityProblems(frame), [], state);
  const field = (name: string): ReturnType<Frame['getByRole']> => frame.getByRole('textbox', { name });
  async function addModel(name: string): Promise<void> {
    await frame.getByRole('button', { name: 'Add a model' }).click();
    await page.keyboard.type(name);
    await page.keyboard.press('Enter');
    await frame.locator('.try-lane', { hasText: name }).waitFor();
  }

  it('renders what is typed, sends it to two models by keyboard, and continues, corrects and keeps an answer', async () => {
    await isAccessible('an empty form');
    assert.equal(await frame.getByText('A value is required.').count(), 0, 'a form that was just opened has no mistakes');
    await field('ticket').fill(TICKET);
    await frame.locator('.request .value', { hasText: TICKET }).waitFor();
    await frame.locator('.request .prefix', { hasText: 'You sort support tickets' }).waitFor();
    await field('age').fill('many');
    await frame.getByText('This is not a number.').waitFor();
    await field('age').fill('');
    await addModel('luna');
    await frame.getByRole('combobox', { name: 'Effort' }).selectOption('high');
    const answered = {
      text: '{"label":"refund","priority":"high"}',
      thinking: 'They want money.',
      source: 'model' as const,
      wouldCost: false,
    };
    await host({
      command: 'answer',
      model: LUNA,
      pieces: ['Let me ', 'see.'],
      answer: { ...answered, schema: { valid: true, message: '' } },
    });
    await page.keyboard.press('Control+Enter');
    await frame.getByText('Let me see.').waitFor();
    await isAccessible('an answer that arrives');
    const [sent] = await calls('send');
    assert.deepEqual(sent?.['values'], { ticket: TICKET, tier: 'free', age: '' });
    assert.deepEqual(sent?.['lanes'], [
      { model: 'scripted:./triage.scripted.yaml', effort: null },
      { model: LUNA, effort: 'high' },
    ]);
    await host({ command: 'end' });
    await frame.getByText('Matches the output schema').waitFor();
    await frame.getByText(/would cost \$0\.000032/).waitFor();
    await frame.getByRole('button', { name: 'Differences' }).click();
    await frame.locator('ins', { hasText: '"high"' }).waitFor();
    await frame.locator('del', { hasText: '"normal"' }).waitFor();
    await isAccessible('two answers and their difference');
    await frame.getByRole('button', { name: 'Differences' }).click();

    const second = frame.locator('.try-lane').nth(1);
    await second.getByRole('textbox', { name: 'Follow up' }).fill('Why?');
    await page.keyboard.press('Control+Enter');
    await second.getByText('You said: Why?').waitFor();
    await second.getByRole('button', { name: 'Edit this answer' }).click();
    await second.getByRole('textbox', { name: 'Edit the answer' }).fill('It is a refund.');
    await isAccessible('an edited turn');
    await second.getByRole('button', { name: 'Continue from Here' }).click();
    await second.getByRole('textbox', { name: 'Follow up' }).fill('Sure?');
    await second.getByRole('button', { name: 'Send Follow-up' }).click();
    await second.getByText('You said: Sure?').waitFor();
    const followed = (await calls('followUp')).at(-1);
    assert.deepEqual((followed?.['history'] as readonly { text: string }[]).slice(1), [
      { role: 'user', text: `Ticket: ${TICKET}\nTier: free` },
      { role: 'assistant', text: 'It is a refund.' },
    ]);

    await second.getByRole('button', { name: 'Keep as Golden Case…' }).click();
    await second.getByRole('textbox', { name: 'Expected output of the golden case' }).fill('Yes.');
    await isAccessible('a case to keep');
    await second.getByRole('button', { name: 'Keep Case' }).click();
    await second.getByText('The case case-66 is in triage/triage.golden.yaml.').waitFor();
    assert.deepEqual((await calls('keep'))[0]?.['expected'], 'Yes.');
    await second.getByRole('button', { name: 'Copy as' }).click();
    await frame.getByRole('menuitem', { name: 'Copy as Python' }).click();
    await second.getByText('Copied to the clipboard.').waitFor();
    assert.equal((await calls('copyAs'))[0]?.['form'], 'python');

    // The page was hidden and is shown again: form, models and conversation are as they were, and can be continued.
    await show();
    assert.equal(await field('ticket').inputValue(), TICKET);
    await frame.getByText('You said: Sure?').waitFor();
    await frame.locator('[data-lane^="kept:"]').nth(1).waitFor();
  });

  it('sends the results of tools that a person types', async () => {
    const toolCalls = [{ name: 'find_order', arguments: '{"id":7}' }];
    await host({ command: 'answer', model: 'scripted:./triage.scripted.yaml', pieces: [], answer: { text: '', toolCalls } });
    await frame.getByRole('button', { name: 'Send', exact: true }).click();
    await frame.getByRole('textbox', { name: 'Result of find_order' }).fill('lost');
    await isAccessible('a call of a tool');
    await page.keyboard.press('Control+Enter');
    await frame.getByText('The tool said lost.').waitFor();
    assert.deepEqual(await calls('answerTool'), [{ method: 'answerTool', lane: 'lane-1', call: 0, result: 'lost' }]);
  });

  it('says what is wrong with a button that does it, and sends nothing where nothing may be sent', async () => {
    const problem = { message: 'No key for api.openai.com.', hint: 'Enter it.', action: 'manage-keys' as const };
    await addModel('luna');
    await host({ command: 'answer', model: LUNA, pieces: [], answer: { text: '', problem } });
    await page.keyboard.press('Control+Enter');
    await frame.getByRole('button', { name: 'Manage API Keys' }).click();
    // The page hears nothing of it: the message is on its way.
    while ((await calls('act')).length === 0);
    assert.deepEqual(await calls('act'), [{ method: 'act', action: 'manage-keys' }]);
    await isAccessible('a refused key');
    const restricted = { message: 'Prompts run only in a trusted workspace.', hint: null, action: 'manage-trust' as const };
    await host({ command: 'prompt', prompt: { problem: restricted } });
    await frame.getByRole('button', { name: 'Manage Workspace Trust' }).waitFor();
    assert.equal(await frame.getByRole('button', { name: 'Send', exact: true }).isDisabled(), true);
    await page.keyboard.press('Control+Enter');
    await field('ticket').fill('still rendered');
    await frame.locator('.request .value', { hasText: 'still rendered' }).waitFor();
    assert.equal((await calls('send')).length, 1);
  });

  it('fills the form from a case, holds a file, and finds, opens and compares earlier tries', async () => {
    await frame.getByRole('button', { name: 'Fill from…' }).click();
    await page.keyboard.type('broke');
    await isAccessible('a list to choose from');
    await page.keyboard.press('Enter');
    await frame.waitForFunction(() => document.querySelector('textarea')?.value === 'case broken');
    // The messages follow the fields: until they do, what is below moves, and a press there may hit nothing.
    await frame.locator('.request .value', { hasText: 'case broken' }).waitFor();
    await frame.getByRole('button', { name: 'Choose File…' }).click();
    await frame.getByText('picked.png · image/png · 48 kB').waitFor();
    const kept = (id: string, ticket: string, text: string) => ({
      summary: { id, at: '2026-11-20T09:00:00.000Z', model: LUNA, version: '3a914c02', title: ticket, preview: text, costUsd: 0.01 },
      lane: { id: `kept:${id}`, model: LUNA, effort: null },
      input: { values: { ticket } },
      turns: [],
      answer: { ...ANSWER, lane: `kept:${id}`, text, id },
    });
    await host({
      command: 'kept',
      tries: [kept('b', 'A late parcel', 'delivery'), kept('a', 'A broken cup', 'refund'), kept('c', 'Other', 'x')],
    });
    await frame.getByRole('button', { name: 'History' }).click();
    await frame.getByText('3 tries').waitFor();
    await frame.getByRole('searchbox', { name: 'Search the tries' }).fill('A ');
    await frame.getByText('2 tries').waitFor();
    await frame.getByRole('checkbox').first().check();
    await frame.getByRole('checkbox').nth(1).check();
    await isAccessible('the history');
    await frame.getByRole('button', { name: 'Compare', exact: true }).click();
    await frame.locator('.try-lane del', { hasText: 'refund' }).waitFor();
    await frame.locator('.try-lane ins', { hasText: 'delivery' }).waitFor();
    await isAccessible('two tries side by side');
    await frame.getByRole('button', { name: 'Close the comparison' }).click();
    await frame.getByRole('button', { name: /A broken cup/ }).click();
    await frame.locator('.try-lane', { hasText: 'refund' }).waitFor();
    assert.equal(await field('ticket').inputValue(), 'A broken cup');
  });

  it('fits beside the editor and at 200 % zoom', async () => {
    await field('ticket').fill(TICKET);
    await addModel('luna');
    await page.keyboard.press('Control+Enter');
    await frame
      .getByText(/would cost/)
      .nth(1)
      .waitFor();
    for (const [width, height] of SIZES) {
      await page.setViewportSize({ width, height });
      await isAccessible(`${width} px`);
      const found = await frame.evaluate(() => {
        const lanes = [...document.querySelectorAll('.try-lane')].map((lane) => lane.getBoundingClientRect());
        const buttons = [...document.querySelectorAll('.try-toolbar button')].map((button) => button.getBoundingClientRect());
        return {
          page: document.documentElement.scrollWidth - innerWidth,
          outside: buttons.filter(({ left, right, bottom }) => left < 0 || right > innerWidth || bottom > innerHeight).length,
          lanes: lanes.filter(({ left, right }) => left < 0 || right > innerWidth + 0.5).length,
        };
      });
      assert.deepEqual(found, { page: 0, outside: 0, lanes: 0 }, `${width} px`);
    }
  });

  it('shows hostile answers, names and values as text', async () => {
    const hostile = hostileOutputs();
    for (const [i, text] of hostile.filter((_, at) => at % 50 === 0).entries()) {
      const answer = {
        text,
        thinking: text,
        format: (['text', 'markdown', 'json'] as const)[i % 3] ?? 'text',
        schema: { valid: false, message: text },
      };
      await host({
        command: 'answer',
        model: 'scripted:./triage.scripted.yaml',
        pieces: [],
        answer: { ...answer, sentWithout: [text], id: `try-${i}` },
      });
      await frame.getByRole('button', { name: 'Send', exact: true }).click();
      await frame.locator(`.badge.fail`).waitFor();
    }
    const [text = ''] = hostile;
    await host({
      command: 'prompt',
      prompt: { name: text, cases: [{ id: text, title: text }], problem: { message: text, hint: text, action: null } },
    });
    await frame.locator('.try-problem').first().waitFor();
    const inside =
      'script, img, iframe, object, embed, form:not(.decide), style, link, a, video, audio, meta, base, [onclick], [onerror], [onload]';
    assert.equal(
      await frame.evaluate(
        (names) =>
          document.querySelectorAll(
            names
              .split(', ')
              .map((name) => `#root ${name}`)
              .join(),
          ).length,
        inside,
      ),
      0,
    );
    assert.equal(await frame.evaluate(() => (window as unknown as { hostileRan: number }).hostileRan), 0);
  });
});

const ANSWER = {
  thinking: '',
  format: 'text' as const,
  toolCalls: [],
  schema: null,
  finish: 'stop',
  source: 'model' as const,
  tokens: null,
  costUsd: 0.01,
  wouldCost: false,
  ttftMs: null,
  latencyMs: null,
  sentWithout: [],
  problem: null,
};
