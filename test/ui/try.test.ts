/** The playground as a person uses it, in a real workbench: typed, sent, continued, kept; by keyboard where a key is the shortest way. */
import assert from 'node:assert/strict';
import { readFileSync, watch } from 'node:fs';
import path from 'node:path';
import { walk, type Workbench } from './workbench-page.ts';

const GOLDEN = 'triage/triage.golden.yaml';
const TICKET = 'The parcel to Bern is late.';

describe('the playground', () => {
  const toReload = async (workbench: Workbench): Promise<void> => {
    const { page, results } = workbench;
    const golden = path.join(workbench.root, GOLDEN);
    await page.setViewportSize({ width: 1280, height: 800 });
    // A window whose address names a file shows that file alone when it is loaded again.
    await workbench.openFile('triage.prompt');
    await workbench.lens(/Run 65.*Try/).waitFor();
    await page.locator('.monaco-editor .view-line', { hasText: 'Sorts a support ticket' }).click();
    await page.keyboard.press('Control+Enter');
    const ticket = results.getByRole('textbox', { name: 'ticket' });
    await ticket.waitFor();
    await page.locator('.tab', { hasText: 'Try triage.prompt' }).first().waitFor();

    await ticket.click();
    await page.keyboard.type(TICKET);
    await results.locator('.request .value', { hasText: TICKET }).waitFor();
    await results.locator('.request .prefix', { hasText: 'You sort support tickets of a shop.' }).first().waitFor();
    await results.getByText(/1\d\d tokens in · /).waitFor();
    await workbench.look('what is typed', 'try-1-typed');

    // The scripted model answers by its first rule that fits what the user said; refunds stand before parcels.
    await page.keyboard.press('Control+Enter');
    await results.locator('.json-leaf', { hasText: '"shipping"' }).waitFor();
    await results.getByText('Matches the output schema').waitFor();
    await results.getByText(/would cost \$0\.0000\d+/).waitFor();
    await workbench.look('an answer', 'try-2-answer');

    await results.getByRole('textbox', { name: 'Follow up' }).fill('I want a refund.');
    await page.keyboard.press('Control+Enter');
    await results.locator('.turn.user', { hasText: 'I want a refund.' }).waitFor();
    await results.locator('.json-leaf', { hasText: '"refund"' }).waitFor();
    await workbench.look('a follow-up', 'try-3-follow-up');

    await results.getByRole('button', { name: 'Send', exact: true }).click();
    await results.locator('.lane-body > .turn.user').waitFor({ state: 'detached' });
    await results.locator('.json-leaf', { hasText: '"shipping"' }).waitFor();
    await results.getByRole('button', { name: 'Keep as Golden Case…' }).click();
    await results.getByRole('textbox', { name: 'Expected output of the golden case' }).fill('{ "label": "refund", "priority": "normal" }');
    await results.getByRole('button', { name: 'Keep Case' }).click();
    await results.getByText(/is in triage\/triage\.golden\.yaml\./).waitFor();
    await fileHolds(golden, (text) => text.includes(TICKET));
    const kept = readFileSync(golden, 'utf8').slice(readFileSync(golden, 'utf8').lastIndexOf('- id:'));
    assert.match(kept, /label: refund[^]*priority: normal/);
    await workbench.lens(/Run 66/).waitFor();
    // The prompt changes: messages follow, and what was typed stays.
    await page.locator('.monaco-editor .view-line', { hasText: 'You sort support tickets' }).first().click();
    await page.keyboard.press('End');
    await page.keyboard.type(' Be exact.');
    await results.locator('.request .prefix', { hasText: 'Be exact.' }).first().waitFor();
    assert.equal(await ticket.inputValue(), TICKET);
    await isThereAfterReload(workbench, 1);
  };
  // test/ui/try-page.test.ts shows two models and earlier tries, and fits small windows.
  const toTwoModels = async (workbench: Workbench): Promise<void> => {
    const { page, results } = workbench;
    // Two models are both in view beside the editor, and a laptop's window still shows their answers.
    await results.getByRole('button', { name: 'Add a model' }).click();
    await page.keyboard.type('triage.scripted');
    await page.keyboard.press('Enter');
    await results.getByRole('button', { name: 'Send', exact: true }).click();
    await results.locator('.json-leaf', { hasText: '"shipping"' }).nth(1).waitFor();
    const width = await results.locator('body').evaluate((body) => body.clientWidth);
    for (const box of await Promise.all(
      (await results.locator('.try-lane').all()).map((lane) => lane.evaluate((it) => it.getBoundingClientRect().right)),
    ))
      assert.ok(box <= width, `${box} of ${width} px`);
    await workbench.look('two models', 'try-5-two-models');
    await page.setViewportSize({ width: 1024, height: 700 });
    await workbench.look('two models in a small window', 'try-6-small');

    await results.getByRole('button', { name: 'History' }).click();
    await results.getByText('5 tries').waitFor();
    await workbench.look('the history', 'try-4-history');
    await results.getByRole('button', { name: 'Close the history' }).click();
    await isThereAfterReload(workbench, 2);
  };
  walk('tries the open prompt, follows up, keeps a case, and is there after a reload', { open: null }, toReload, toTwoModels);
});

/** What was typed and what the models answered is on the page when the window is loaded again. */
async function isThereAfterReload(workbench: Workbench, models: number): Promise<void> {
  const { page, results } = workbench;
  await workbench.layoutWritten('goldset.try', TICKET, ...Array<string>(models).fill('"state":"answered"'));
  await page.reload();
  await results.getByRole('textbox', { name: 'ticket' }).waitFor();
  assert.equal(await results.getByRole('textbox', { name: 'ticket' }).inputValue(), TICKET);
  await results
    .locator('.json-leaf', { hasText: '"shipping"' })
    .nth(models - 1)
    .waitFor();
}

/** Resolves when what a file holds is as wanted. */
function fileHolds(file: string, wanted: (text: string) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (!wanted(readFileSync(file, 'utf8'))) return;
      watcher.close();
      resolve();
    };
    const watcher = watch(path.dirname(file), look);
    look();
  });
}
