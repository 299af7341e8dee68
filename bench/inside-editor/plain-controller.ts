/**
 * The floor of the Test Explorer: a test controller that reports tests and does nothing else. It is the cheapest one that gives each test
 * an output and each failure a diff: with `started` and durations the window works more with the square of the number of tests.
 */
import * as vscode from 'vscode';

/** Tests that are reported before the event loop of the extension host gets its turn. */
const BATCH = 25;

export interface PlainController {
  /** Runs that have ended. */
  readonly runs: number;
}

/** A file `plain-N.txt` for each count; its tests stand in `plain-N.cases.txt`, a tenth of them fail, each has output. */
export function createPlainController(counts: readonly number[], folder: vscode.Uri): PlainController {
  const controller = vscode.tests.createTestController('plain', 'Plain');
  for (const count of counts) {
    const uri = vscode.Uri.joinPath(folder, `plain-${count}.txt`);
    const cases = vscode.Uri.joinPath(folder, `plain-${count}.cases.txt`);
    const parent = controller.createTestItem(`plain-${count}`, `plain-${count}`, uri);
    parent.children.replace(
      Array.from({ length: count }, (_, i) => {
        const item = controller.createTestItem(`case-${i}`, `case-${i}`, cases);
        item.description = `number ${i}`;
        item.range = new vscode.Range(i, 0, i, 6);
        item.sortText = String(i).padStart(7, '0');
        return item;
      }),
    );
    controller.items.add(parent);
  }
  const plain = { runs: 0 };
  const runTests = async (request: vscode.TestRunRequest): Promise<void> => {
    await run(controller, request);
    plain.runs++;
  };
  controller.createRunProfile('Run', vscode.TestRunProfileKind.Run, runTests, true);
  return plain;
}

async function run(controller: vscode.TestController, request: vscode.TestRunRequest): Promise<void> {
  const testRun = controller.createTestRun(request);
  const tests = (request.include ?? []).flatMap((item) => (item.children.size > 0 ? [...item.children].map(([, child]) => child) : [item]));
  for (const [i, item] of tests.entries()) {
    testRun.appendOutput(`${item.id}: ${i % 10 === 0 ? 'fail' : 'pass'}\r\n{"label":"shipping"}\r\n`, undefined, item);
    if (i % 10 === 0) testRun.failed(item, failure(item));
    else testRun.passed(item);
    if (i % BATCH === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  testRun.end();
}

function failure(item: vscode.TestItem): vscode.TestMessage {
  const message = vscode.TestMessage.diff('equals: label is shipping', '{\n  "label": "refund"\n}', '{\n  "label": "shipping"\n}');
  if (item.uri && item.range) message.location = new vscode.Location(item.uri, item.range);
  return message;
}
