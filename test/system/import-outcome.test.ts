/** What `goldset import` says at its end, through the built command line: every record that it read is told of. */
import assert from 'node:assert/strict';
import { InteractionFiles } from '../../src/adapters/interactions/interaction-files.ts';
import { TestWorkspace } from './command-line.ts';

interface Outcome {
  readonly known: number;
  readonly rows: { readonly read: number; readonly skipped: number; readonly refused: number };
  readonly reasons: readonly { readonly reason: string; readonly count: number; readonly example: { readonly place: string } }[];
}

describe('the outcome of an import', () => {
  let workspace: TestWorkspace;
  beforeEach(() => {
    workspace = new TestWorkspace({});
  });
  afterEach(() => workspace.dispose());

  it('accounts for every record, with each reason and one example; --yes takes no mapping that leaves out what a call needs', async () => {
    const row = (ticket: string, rest: object = {}): string =>
      `${JSON.stringify({ at: '2026-11-01', ticket, verdict: 'fine', ...rest })}\n`;
    workspace.write({ 'a.jsonl': `${row('ana@example.com')}${row('b')}` });
    const refused = await workspace.run(['import', 'a.jsonl', '--yes']);
    assert.equal(refused.code, 2);
    assert.match(
      refused.err,
      /recognised as the time of the call \(`time`\), nor as the output \(`output`\)\. Its columns: at, ticket, verdict\./,
    );
    assert.deepEqual(new InteractionFiles(workspace.root).days(null), []);
    workspace.write({ 'm.yaml': 'time: at\ninput: ticket\noutput: verdict\nonly: { from: verdict, values: [fine] }\n' });
    const more = `${row('c', { verdict: 'ana@example.com' })}${row('d', { verdict: 'x' })}${row('e', { at: 'noon' })}`;
    workspace.write({ 'a.jsonl': `${row('ana@example.com')}${row('b')}${more}{\n` });
    const { out, err, code } = await workspace.run(['import', 'a.jsonl', '--mapping', 'm.yaml']);
    assert.equal(code, 0, err);
    assert.equal(out, '6 records read: 2 interactions imported, 4 skipped.\n');
    assert.match(
      err,
      /skipped 2: Its `verdict` is "\[email\]", not fine\.\n {2}for example a\.jsonl, line 3: \{"at":"2026-11-01","ticket":"c","verdict":"\[email\]"\}/,
    );
    assert.match(err, /skipped 1: It is not JSON\.\n {2}for example a\.jsonl, line 6\n/);
    const again = await workspace.run(['import', '--json', 'a.jsonl', '--mapping', 'm.yaml']);
    const told = JSON.parse(again.out) as Outcome;
    assert.deepEqual([told.known, told.rows], [2, { read: 6, skipped: 2, refused: 2 }]);
    assert.deepEqual(
      told.reasons.map(({ count, example }) => [count, example.place]),
      [
        [2, 'a.jsonl, line 3'],
        [1, 'a.jsonl, line 5'],
        [1, 'a.jsonl, line 6'],
      ],
    );
  });
});
