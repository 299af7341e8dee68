/** Move Prompt to File in a workspace: what goldset.yaml and the deployments say about the prompt. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { movePrompt, type WorkspacePromptMove } from '../../src/adapters/workspace/edit-code-prompt.ts';
import { openWorkspace } from '../../src/adapters/workspace/root.ts';
import { applyEdits } from '../../src/core/text/text.ts';

const SOURCE = "import x from 'x';\nexport const MY_PROMPT = `Hi ${user.name}.`;\n";

describe('moving a prompt of a workspace to a file', () => {
  const folders: string[] = [];
  after(() => folders.forEach((root) => rmSync(root, { recursive: true, force: true })));

  /** `unsaved`: text of goldset.yaml in an editor. */
  async function move(files: Readonly<Record<string, string>>, unsaved?: string): Promise<WorkspacePromptMove> {
    const root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'goldset-move-')));
    folders.push(root);
    for (const [name, text] of Object.entries({ 'goldset.yaml': 'model: openai:m\n', 'src/x.ts': SOURCE, ...files })) {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      writeFileSync(path.join(root, name), text);
    }
    const workspace = await openWorkspace(root);
    const texts = unsaved === undefined ? {} : { [path.join(root, 'goldset.yaml')]: unsaved };
    const moved = await movePrompt({ workspace, file: path.join(root, 'src/x.ts#MY_PROMPT'), unsaved: texts });
    // A plan: the editor writes.
    assert.equal(readFileSync(path.join(root, 'src/x.ts'), 'utf8'), SOURCE);
    return moved;
  }

  it('takes its entry and its traffic along, also of a goldset.yaml that is not saved', async () => {
    const before =
      'model: openai:m # ours\nprompts:\n  src/x.ts#MY_PROMPT: { budget: { costUsd: 0.01 } } # cap\ntraffic: { MY_PROMPT: { callsPerDay: 9 } }\n';
    const after =
      'model: openai:m # ours\nprompts:\n  src/x.MY_PROMPT.prompt: { budget: { costUsd: 0.01 } } # cap\ntraffic: { x: { callsPerDay: 9 } }\n';
    for (const unsaved of [undefined, before]) {
      const moved = await move({ 'goldset.yaml': unsaved === undefined ? before : 'model: openai:m\n' }, unsaved);
      assert.ok('file' in moved, JSON.stringify(moved));
      assert.deepEqual([moved.file.path, applyEdits(before, moved.settings), moved.notes], ['src/x.MY_PROMPT.prompt', after, []]);
    }
  });

  it('says which deployment has to be made again', async () => {
    const moved = await move({ 'prompt-deployments.yaml': 'src/x.ts#MY_PROMPT: { production: { version: abc } }\n' });
    assert.ok('file' in moved, JSON.stringify(moved));
    assert.deepEqual(moved.notes, [
      'prompt-deployments.yaml still names src/x.ts#MY_PROMPT. After a commit, deploy the file: goldset deploy src/x.MY_PROMPT.prompt NAME HEAD',
    ]);
  });

  for (const [title, settings, refusal] of [
    [
      'a pattern would no longer set its model',
      'model: openai:m\nprompts: { "src/*.ts#*": { model: openai:n } }\n',
      /sets `model` of this prompt by a pattern that does not name src\/x\.MY_PROMPT\.prompt/,
    ],
    [
      'its entry would make a text of the file',
      'model: openai:m\nprompts: { "src/x.ts#MY_PROMPT": { role: system } }\n',
      /sets `role` of it, which means nothing for a string but changes a file/,
    ],
  ] as const)
    it(`is refused where ${title}`, async () => {
      const moved = await move({ 'goldset.yaml': settings });
      assert.match('refused' in moved ? moved.refused : JSON.stringify(moved), refusal);
    });

  it('keeps letters of every script in the name of the file, since its golden set has them', async () => {
    const root = 'src/y.ts';
    const text = "import x from 'x';\n// goldset: größe\nexport const a = `Hi ${user.name}.`;\n";
    const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'goldset-move-')));
    folders.push(folder);
    mkdirSync(path.join(folder, 'src'));
    writeFileSync(path.join(folder, root), text);
    writeFileSync(path.join(folder, 'goldset.yaml'), 'model: openai:m\n');
    const moved = await movePrompt({ workspace: await openWorkspace(folder), file: path.join(folder, `${root}#größe`), unsaved: {} });
    assert.equal('file' in moved ? moved.file.path : moved.refused, 'src/y.größe.prompt');
  });
});
