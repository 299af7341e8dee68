/** Judges and reviews in a window with several folders, two of which have one name: each command works on the files of the folder that was chosen. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { sha256 } from '../../src/adapters/hash.ts';
import { criterionOf } from '../../src/core/judge/criterion.ts';
import { labelRecordLine } from '../../src/core/judge/labels/label-record.ts';

const WEAK = 'Say pass if the output is well written.';
const RULE = 'Say fail if it sends the person away.';
const RUBRIC = { type: 'llm-rubric', value: 'The tone fits.' };
const MODEL = 'scripted:./tone.scripted.yaml';
const outputOf = (i: number): string => (i % 3 === 0 ? `Go away, customer ${i}.` : `Good day, customer ${i}.`);
const labels = Array.from({ length: 60 }, (_, i) =>
  labelRecordLine({
    id: `l${i}`,
    target: { interaction: null, run: 'r', case: `c${i}`, repeat: 0, hash: sha256(outputOf(i)) },
    item: { input: `Hello ${i}`, output: outputOf(i), context: null },
    criterion: criterionOf(RUBRIC, sha256),
    judge: { path: 'judges/tone.prompt', version: 'old', model: MODEL, verdict: 'pass', score: null },
    ...{ grade: i % 3 === 0 ? 'fail' : 'pass', cause: null, failureMode: null, critique: null, correction: null },
    ...{ by: 'ana', at: '2026-11-20T10:00:00.000Z', blind: true, draw: null },
  }),
);

const FILES: Readonly<Record<string, string>> = {
  'goldset.yaml': 'judge: { model: "scripted:./writer.scripted.yaml", prompts: { llm-rubric: judges/tone.prompt } }\n',
  'writer.scripted.yaml': `default: { json: { proposals: [{ reason: Tone counts., errors: [e1], edits: [{ find: "${WEAK}", replace: "${WEAK} ${RULE}" }] }] } }\n`,
  'judges/tone.prompt': `---
model: ${MODEL}
output:
  format: json
  schema: { type: object, properties: { reason: { type: string }, verdict: { type: string, enum: [pass, fail, unknown] } }, required: [reason, verdict] }
---
{{role "system"}}
You grade an output by a rubric. ${WEAK}
{{role "user"}}
Rubric: {{rubric}}
Output: {{output}}
`,
  'judges/tone.scripted.yaml': `rules:
  - { when: { system: "sends the person away", user: "Go away" }, json: { reason: It is rude., verdict: fail } }
default: { json: { reason: It is well written., verdict: pass } }
`,
  'answer.prompt': '---\nmodel: scripted:./answer.scripted.yaml\n---\n{{x}}\n',
  'answer.scripted.yaml': 'default: { reply: Good day. }\n',
  'answer.golden.yaml': Array.from(
    { length: 60 },
    (_, i) => `- { id: c${i}, vars: { x: "Hello ${i}" }, assert: [{ type: llm-rubric, value: "${RUBRIC.value}" }] }\n`,
  ).join(''),
  'labels/answer/ana.jsonl': `${labels.join('\n')}\n`,
};

/** What a person answers: the pick whose words have the text, what is typed, and the button. */
interface Person {
  readonly picks: (label: string, description: string) => boolean;
  readonly types?: string;
  readonly presses?: string;
}

/** Answers questions of one command; gives all picks that were offered. */
async function asPerson<T>(
  { picks, types, presses }: Person,
  work: () => Thenable<T>,
): Promise<{ readonly result: T; readonly offered: string[] }> {
  const { showQuickPick, showInputBox, showInformationMessage } = vscode.window;
  const offered: string[] = [];
  const window = vscode.window as unknown as Record<string, unknown>;
  window['showQuickPick'] = async (items: readonly vscode.QuickPickItem[] | Thenable<readonly vscode.QuickPickItem[]>) => {
    const found = await items;
    offered.push(...found.map(({ label, description }) => `${label} | ${description ?? ''}`));
    return found.find(({ label, description = '' }) => picks(label, description));
  };
  window['showInputBox'] = () => Promise.resolve(types);
  window['showInformationMessage'] = (_: string, ...buttons: unknown[]) => Promise.resolve(buttons.find((button) => button === presses));
  try {
    return { result: await work(), offered };
  } finally {
    Object.assign(window, { showQuickPick, showInputBox, showInformationMessage });
  }
}

export function defineFolderSuites(): void {
  describe('a window with several folders', () => {
    let eu = '';
    let us = '';
    before(() => {
      [eu = '', us = ''] = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
      assert.deepEqual([path.basename(eu), path.basename(us)], ['shop', 'shop']);
      for (const root of [eu, us])
        for (const [name, text] of Object.entries(FILES)) {
          fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
          fs.writeFileSync(path.join(root, name), text);
        }
    });
    const has = (root: string, name: string): boolean => fs.existsSync(path.join(root, name));
    const isUs = (_: string, description: string): boolean => description.endsWith('us/shop');

    it('Calibrate Judge tells their judges apart and writes beside the one that was chosen', async () => {
      const { result, offered } = await asPerson({ picks: isUs }, () =>
        vscode.commands.executeCommand<vscode.Uri | undefined>('goldset.calibrateJudge'),
      );
      assert.deepEqual(offered, ['judges/tone.prompt | 60 labels · eu/shop', 'judges/tone.prompt | 60 labels · us/shop']);
      assert.equal(result?.fsPath, path.join(us, 'judges/tone.calibration.json'));
      assert.deepEqual(
        [eu, us].map((root) => has(root, 'judges/tone.calibration.json')),
        [false, true],
      );
    });

    it('Review offers the runs of each and draws in the folder of the run', async () => {
      for (const root of [eu, us])
        await vscode.commands.executeCommand('goldset.runPrompt', vscode.Uri.file(path.join(root, 'answer.prompt')));
      const { result, offered } = await asPerson(
        { picks: (label, description) => label === 'answer.prompt' && isUs(label, description) },
        () => vscode.commands.executeCommand<string | undefined>('goldset.review'),
      );
      assert.ok(result !== undefined, offered.join('\n'));
      assert.equal(offered.filter((pick) => pick.startsWith('answer.prompt | ')).length, 2, offered.join('\n'));
      assert.deepEqual(
        [eu, us].map((root) => has(root, `reviews/${result}.draw.json`)),
        [false, true],
      );
    });

    it('Review of a run that a caller names is of the folder that has it, without a question', async () => {
      const [name = ''] = fs.readdirSync(path.join(eu, '.goldset/runs')).filter((each) => each.endsWith('.jsonl'));
      const { result, offered } = await asPerson({ picks: () => false }, () =>
        vscode.commands.executeCommand<string | undefined>('goldset.review', name.split('.')[0]),
      );
      assert.deepEqual([offered, result !== undefined && has(eu, `reviews/${result}.draw.json`)], [[], true]);
    });

    it('Improve This Rubric changes the judge that was chosen, and the difference is of that one', async () => {
      const before = fs.readFileSync(path.join(eu, 'judges/tone.prompt'), 'utf8');
      const improve = (picks: Person['picks'], uri?: vscode.Uri): ReturnType<typeof asPerson<boolean | undefined>> =>
        asPerson({ picks, types: '1', presses: 'Apply' }, () =>
          vscode.commands.executeCommand<boolean | undefined>('goldset.improveJudge', uri),
        );
      assert.equal((await improve(isUs)).result, true);
      const textOf = (root: string): string => fs.readFileSync(path.join(root, 'judges/tone.prompt'), 'utf8');
      assert.deepEqual([textOf(eu), textOf(us)], [before, before.replace(WEAK, `${WEAK} ${RULE}`)]);
      // The other folder's judge has the same path; what is shown beside it is its own proposal.
      const other = `${RULE} ${WEAK}`;
      fs.writeFileSync(
        path.join(eu, 'writer.scripted.yaml'),
        (FILES['writer.scripted.yaml'] ?? '').replace(`"${WEAK} ${RULE}"`, `"${other}"`),
      );
      assert.equal((await improve(() => false, vscode.Uri.file(path.join(eu, 'judges/tone.prompt')))).result, true);
      const { input } = vscode.window.tabGroups.activeTabGroup.activeTab ?? {};
      assert.ok(input instanceof vscode.TabInputTextDiff);
      assert.equal(input.original.fsPath, path.join(eu, 'judges/tone.prompt'));
      assert.ok(
        (await vscode.workspace.openTextDocument(input.modified)).getText().includes(other),
        'the proposal of the other folder is shown',
      );
      // It is read as what it is: there is no file at its path.
      const folds = await vscode.commands.executeCommand<vscode.FoldingRange[] | undefined>(
        'vscode.executeFoldingRangeProvider',
        input.modified,
      );
      assert.deepEqual(
        folds?.map(({ start, end }) => [start, end]),
        [[0, 5]],
      );
    });

    it('Customize a Judge asks for the folder and writes there alone', async () => {
      const { result, offered } = await asPerson({ picks: (label) => label === 'us/shop' }, () =>
        vscode.commands.executeCommand<vscode.Uri | undefined>('goldset.copyJudge', 'factuality'),
      );
      assert.deepEqual(offered, [`eu/shop | ${eu}`, `us/shop | ${us}`]);
      assert.equal(result?.fsPath, path.join(us, 'judges/factuality.prompt'));
      assert.deepEqual(
        [eu, us].map((root) => has(root, 'judges/factuality.prompt')),
        [false, true],
      );
      assert.deepEqual(
        [eu, us].map((root) => fs.readFileSync(path.join(root, 'goldset.yaml'), 'utf8').includes('factuality')),
        [false, true],
      );
    });
  });
}
