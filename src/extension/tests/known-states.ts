/** Cases that ran before the Test Explorer was opened: they have the state that lens and page show. */
import * as vscode from 'vscode';
import type { GoldenCase } from '../../core/golden/case.ts';
import type { Result } from '../../core/results/result.ts';
import type { Runs } from '../runs/runs.ts';
import { unsavedTexts } from '../window/documents.ts';
import type { Services } from '../window/services.ts';

interface KnownCase {
  readonly item: vscode.TestItem;
  readonly goldenCase: GoldenCase;
  readonly verdict: Result['verdict'];
}

/** `itemOf`: the item of a case; undefined: it has none. */
export async function showKnownStates(
  controller: vscode.TestController,
  { file, cases, itemOf }: { file: string; cases: readonly GoldenCase[]; itemOf(id: string): vscode.TestItem | undefined },
  { engine }: Services,
  runs: Runs,
): Promise<void> {
  const found = await engine().scoreKey(file, unsavedTexts());
  if (found === null) return;
  const known = cases.flatMap((goldenCase): KnownCase[] => {
    const verdict = runs.verdictOf(found.root, found.key, goldenCase);
    const item = itemOf(goldenCase.id);
    return verdict === undefined || item === undefined ? [] : [{ item, goldenCase, verdict }];
  });
  if (known.length === 0) return;
  const request = new vscode.TestRunRequest(
    known.map(({ item }) => item),
    undefined,
    undefined,
    false,
    true,
  );
  const testRun = controller.createTestRun(request, 'Earlier in this window', false);
  for (const one of known) tell(testRun, one);
  testRun.end();
}

function tell(testRun: vscode.TestRun, { item, goldenCase: { status }, verdict }: KnownCase): void {
  if (verdict === 'pass') testRun.passed(item);
  else if (verdict === 'error') testRun.errored(item, new vscode.TestMessage('It has no verdict. The results page shows the error.'));
  else if (verdict === 'fail' && status === 'active')
    testRun.failed(item, new vscode.TestMessage('It failed earlier in this window. The results page shows why.'));
  else testRun.skipped(item);
}
