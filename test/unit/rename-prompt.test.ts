/** goldset.yaml when a prompt moves to a file: the keys that name it, and nothing else. Expected texts are written by hand. */
import assert from 'node:assert/strict';
import { renamedPrompt } from '../../src/core/config/rename-prompt.ts';
import { applyEdits } from '../../src/core/text/text.ts';

const FROM = { id: 'src/x.ts#MY_PROMPT', name: 'MY_PROMPT' };
const TO = { id: 'src/x.MY_PROMPT.prompt', name: 'x' };

describe('a prompt under another id in goldset.yaml', () => {
  const rows: readonly (readonly [title: string, before: string, after: string])[] = [
    [
      'has its entry and its traffic, with every comment and the order',
      '# ours\r\nprompts: # two\r\n  "src/x.ts#MY_PROMPT": # the first\r\n    golden: ./g.yaml   # kept\r\n  b.md:   {}\r\ntraffic:\r\n    MY_PROMPT: { callsPerDay: 4e4 } # many\r\n',
      '# ours\r\nprompts: # two\r\n  "src/x.MY_PROMPT.prompt": # the first\r\n    golden: ./g.yaml   # kept\r\n  b.md:   {}\r\ntraffic:\r\n    x: { callsPerDay: 4e4 } # many\r\n',
    ],
    ['keeps single quotes', "prompts: { 'src/x.ts#MY_PROMPT': {} }\n", "prompts: { 'src/x.MY_PROMPT.prompt': {} }\n"],
    ['is found without quotes and with ./', 'prompts:\n  ./src/x.ts#MY_PROMPT: {}\n', 'prompts:\n  src/x.MY_PROMPT.prompt: {}\n'],
    ['is found as an explicit key', 'prompts:\n  ? src/x.ts#MY_PROMPT\n  : {}\n', 'prompts:\n  ? src/x.MY_PROMPT.prompt\n  : {}\n'],
    [
      'leaves patterns and other prompts',
      'prompts:\n  "src/*.ts#*": {}\n  src/x.ts#MY_PROMPT2: {}\n',
      'prompts:\n  "src/*.ts#*": {}\n  src/x.ts#MY_PROMPT2: {}\n',
    ],
    ['leaves a text that only mentions it', 'title: src/x.ts#MY_PROMPT\n', 'title: src/x.ts#MY_PROMPT\n'],
  ];
  for (const [title, before, after] of rows)
    it(title, () => {
      const { edits, notes } = renamedPrompt(before, FROM, TO);
      assert.deepEqual([applyEdits(before, edits), notes], [after, []]);
    });

  it('quotes a new key where it needs quotes', () => {
    const before = 'prompts: { src/x.ts#MY_PROMPT: {} }\n';
    const { edits } = renamedPrompt(before, FROM, { id: 'app/[id]/x.MY_PROMPT.prompt', name: 'x' });
    assert.equal(applyEdits(before, edits), 'prompts: { "app/[id]/x.MY_PROMPT.prompt": {} }\n');
  });

  const notes: readonly (readonly [title: string, text: string, note: RegExp])[] = [
    [
      'where the file is broken',
      'prompts: { "src/x.ts#MY_PROMPT": [ }\n',
      /has errors\. Under `prompts`, write src\/x\.MY_PROMPT\.prompt in place of src\/x\.ts#MY_PROMPT/,
    ],
    [
      'where the new key is there',
      'prompts: { "src/x.ts#MY_PROMPT": {}, src/x.MY_PROMPT.prompt: {} }\n',
      /has an entry src\/x\.MY_PROMPT\.prompt already/,
    ],
    [
      'where another prompt has the name of its traffic',
      'prompts: { "src/y.ts#MY_PROMPT": {} }\ntraffic: { MY_PROMPT: { callsPerDay: 1 } }\n',
      /src\/y\.ts#MY_PROMPT has the same name, so its entry stays\. Under `traffic`, write x in place of MY_PROMPT/,
    ],
  ];
  for (const [title, text, note] of notes)
    it(`changes nothing and says what to do ${title}`, () => {
      const found = renamedPrompt(text, FROM, TO);
      assert.deepEqual(found.edits, []);
      assert.match(found.notes.join(), note);
    });

  it('says nothing where nothing names it', () => {
    for (const text of ['', '- a list\n', 'prompts: no map\n', 'model: [\n'])
      assert.deepEqual(renamedPrompt(text, FROM, TO), { edits: [], notes: [] });
  });
});
