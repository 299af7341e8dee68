/** `goldset interactions`: what is stored, in the terminal. */
import assert from 'node:assert/strict';
import { TestWorkspace } from './command-line.ts';
import { undescribed } from './described-json.ts';

const PASSAGES = 'Parcels arrive within five days of dispatch. '.repeat(10);
const call = (id: string, over: object): string =>
  `${JSON.stringify({
    id,
    time: `2026-11-0${id.length}T10:00:00.000Z`,
    prompt: { name: 'answer.prompt', version: '3' },
    model: 'openai:m',
    variables: { passages: PASSAGES, question: `question ${id}` },
    messages: [{ role: 'user', content: `${PASSAGES} question ${id}` }],
    output: 'five days',
    costUsd: 0.002 * id.length,
    ...over,
  })}\n`;
const down = { signals: [{ kind: 'explicit', name: 'thumb', value: -1 }] };

interface Listed {
  readonly total: number;
  readonly isWhole: boolean;
  readonly interactions: readonly {
    readonly id: string;
    readonly title: string;
    readonly state: string | null;
    readonly costUsd: number | null;
  }[];
}

describe('goldset interactions', () => {
  let workspace: TestWorkspace;
  before(() => {
    workspace = new TestWorkspace({
      'answer.prompt': '---\ninput: { schema: { question: string, passages: string } }\n---\n{{passages}} {{question}}',
      'other.prompt': '{{passages}} {{question}}',
      '.goldset/interactions/2026-11-01.jsonl': `${call('a', down)}not a record\n`,
      '.goldset/interactions/2026-11-02.jsonl': call('bb', { ...down, costUsd: null }),
      '.goldset/interactions/2026-11-03.jsonl': call('ccc', { prompt: { name: 'other' }, ...down }),
      '.goldset/interactions/2026-11-04.jsonl': call('dddd', {}),
    });
  });
  after(() => workspace.dispose());

  const list = async (...args: string[]): Promise<Listed> => {
    const { code, out, err } = await workspace.run(['interactions', ...args, '--json']);
    assert.equal(code, 0, err);
    const value = JSON.parse(out) as Listed;
    assert.deepEqual(undescribed('interactions', value), []);
    return value;
  };

  it('lists time, id, cost, state, signals and the question, newest first', async () => {
    const { out, err } = await workspace.run(['interactions']);
    const lines = out.trimEnd().split('\n');
    assert.match(lines[1] ?? '', /^2026-11-02 10:00 {2}bb +– +open +thumbs-down +question bb$/);
    assert.match(lines[2] ?? '', /^2026-11-01 10:00 {2}a +\$0\.0020 +open +thumbs-down +question a$/);
    assert.match(lines[0] ?? '', /ccc .* Parcels arrive/, 'a prompt that declares nothing: the last message of the user');
    assert.equal(lines.length, 3);
    assert.match(err, /1 line was not read\. The first: 2026-11-01\.jsonl, line 2: It is not a JSON object\./);
  });
  it('takes the filters of the inbox, --since and --limit, and refuses a word that is not a filter', async () => {
    assert.deepEqual(
      (await list('all')).interactions.map(({ id, state }) => [id, state]),
      [
        ['dddd', null],
        ['ccc', 'open'],
        ['bb', 'open'],
        ['a', 'open'],
      ],
    );
    assert.deepEqual(
      (await list('all,prompt=answer', '--since', '2026-11-02')).interactions.map(({ id }) => id),
      ['dddd', 'bb'],
    );
    assert.deepEqual(
      (await list('id=dddd')).interactions.map(({ id }) => id),
      ['dddd'],
    );
    const one = await list('--limit', '1');
    assert.deepEqual([one.total, one.isWhole, one.interactions.length], [3, true, 1]);
    assert.equal((await list('all')).interactions[2]?.costUsd, null);
    const { code, err } = await workspace.run(['interactions', 'opne']);
    assert.equal(code, 2);
    assert.match(err, /"opne" is not a filter/);
    assert.equal((await workspace.run(['interactions', '--since', 'monday'])).code, 2);
  });
  it('shows the field that goldset.yaml names as the title, as it is now', async () => {
    workspace.write({ 'goldset.yaml': 'title: question\n' });
    assert.deepEqual(
      (await list()).interactions.map(({ title }) => title),
      ['question ccc', 'question bb', 'question a'],
    );
    workspace.write({ 'goldset.yaml': 'title: passages\n' });
    assert.ok((await list()).interactions.every(({ title }) => title.startsWith('Parcels arrive')));
    const { out } = await workspace.run(['golden', 'add', '--from', 'id=a', '--dry-run']);
    assert.match(out, /1 case would be added/);
    workspace.write({ 'goldset.yaml': 'title: question\n' });
    await workspace.run(['golden', 'add', '--from', 'id=a']);
    assert.match(workspace.read('answer.golden.yaml'), /description: question a/);
  });
});
