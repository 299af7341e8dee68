/** An interaction that became a golden case is closed where the golden set has it: on the branch of that case, and not on another one. */
import assert from 'node:assert/strict';
import { parse, stringify } from 'yaml';
import { InteractionReader, type Inbox } from '../../src/adapters/interactions/interaction-reader.ts';
import { withPrompts } from '../../src/adapters/interactions/plan-cases.ts';
import { NO_DECLARED_SIGNALS } from '../../src/core/config/declared-signals.ts';
import { INBOX } from '../../src/core/feedback/interactions/interaction-filter.ts';
import { TestWorkspace } from './command-line.ts';

interface Listed {
  readonly interactions: readonly { readonly id: string; readonly state: string | null; readonly reason: string | null }[];
}

describe('triage by branch', function () {
  this.timeout(300_000);
  let workspace: TestWorkspace;
  const line = (id: string, question: string): string =>
    `${JSON.stringify({
      ...{ id, time: '2026-11-01T10:00:00Z', prompt: { name: 'answer.prompt', version: null }, output: 'no', variables: { question } },
      signals: [{ kind: 'explicit', name: 'correction', value: 'yes', annotator: 'human', by: 'ana' }],
    })}\n`;
  before(async () => {
    workspace = new TestWorkspace({
      'answer.prompt': '---\nmodel: scripted:./m.scripted.yaml\ngoldset.golden: ./checks.yaml\n---\n{{question}}',
      'm.scripted.yaml': 'default: { reply: "no" }\n',
      'checks.yaml': '[]\n',
      '.gitignore': '.goldset/\n',
      '.goldset/interactions/2026-11-01.jsonl':
        line('first', 'Is the shop open on Sunday?') + line('second', 'May I send a lamp back after a year?') + line('third', 'Parking?'),
    });
    workspace.git('init', '-q', '-b', 'main');
    workspace.git('add', '-A');
    workspace.git('commit', '-qm', 'the prompt');
    workspace.git('checkout', '-qb', 'cases');
    for (const id of ['first', 'second']) {
      const added = await workspace.run(['golden', 'add', '--from', `id=${id}`, '--no-replay']);
      assert.equal(added.code, 0, added.err);
    }
    const dismissed = `${JSON.stringify({ of: { interaction: 'third' }, time: '2026-11-02T10:00:00Z', triage: 'dismissed', reason: 'no' })}\n`;
    workspace.write({ '.goldset/interactions/2026-11-02.jsonl': dismissed });
    workspace.git('commit', '-qam', 'two cases');
  });
  after(() => workspace.dispose());

  const listed = async (filter: string): Promise<(readonly [string, string | null, string | null])[]> => {
    const { code, out, err } = await workspace.run(['interactions', filter, '--json']);
    assert.equal(code, 0, err);
    return (JSON.parse(out) as Listed).interactions.map(({ id, state, reason }) => [id, state, reason] as const).sort();
  };
  /** One reader for all, as the editor has it: branches change beneath it. */
  const reader = new InteractionReader(() => 0);
  const inbox = (): Inbox => {
    const answer = reader.answer({ root: workspace.root, declared: NO_DECLARED_SIGNALS, isKept: true, query: { kind: 'inbox', rows: 9 } });
    return answer.kind === 'inbox' ? answer : assert.fail(answer.kind);
  };
  const stateOfRecord = async (id: string): Promise<readonly [string | null, string | null]> => {
    const job = { root: workspace.root, declared: NO_DECLARED_SIGNALS, isKept: true };
    const found = reader.answer({ ...job, query: { kind: 'find', filter: { ...INBOX, triage: 'all', text: id }, from: 0, to: 9 } });
    const keys = found.kind === 'found' ? found.rows.map(({ key }) => key) : assert.fail();
    const read = reader.answer({ ...job, query: { kind: 'records', keys } });
    const records = read.kind === 'records' ? read.records.filter((record) => record !== null) : assert.fail();
    const [whole] = await withPrompts(workspace.root, records);
    return [whole?.interaction.triage ?? null, whole?.reason ?? null];
  };
  const CASES = [
    ['first', 'case', 'prod-first'],
    ['second', 'case', 'prod-second'],
  ];

  it('closes what is a case on this branch, in lists, in the inbox and in its record', async () => {
    assert.deepEqual(await listed('case'), CASES);
    assert.deepEqual(await listed('open'), []);
    assert.equal(inbox().open, 0);
    assert.deepEqual(await stateOfRecord('first'), ['case', 'prod-first']);
  });

  it('opens it on a branch whose golden set does not have it; what was dismissed stays so', async () => {
    workspace.git('checkout', '-q', 'main');
    assert.equal(inbox().open, 2);
    assert.deepEqual(await listed('open'), [
      ['first', 'open', null],
      ['second', 'open', null],
    ]);
    assert.deepEqual(await listed('case'), []);
    assert.deepEqual(await listed('dismissed'), [['third', 'dismissed', 'no']]);
    assert.deepEqual(await stateOfRecord('first'), [null, null]);
    const all = await listed('all');
    assert.deepEqual(
      all.map(([, state]) => state),
      ['open', 'open', 'dismissed'],
    );
  });

  it('closes it again where the branch is back, or its case is merged under another id', async () => {
    workspace.git('checkout', '-q', 'cases');
    assert.equal(inbox().open, 0);
    workspace.git('checkout', '-q', 'main');
    const cases = parse(workspace.git('show', 'cases:checks.yaml')) as { readonly id: string }[];
    const kept = cases.filter(({ id }) => id === 'prod-first').map((item) => ({ ...item, id: 'open-on-sunday' }));
    workspace.write({ 'checks.yaml': stringify(kept) });
    assert.equal(inbox().open, 1);
    assert.deepEqual(await listed('open'), [['second', 'open', null]]);
    assert.deepEqual(await listed('case'), [['first', 'case', 'prod-first']]);
    workspace.git('checkout', '-q', '.');
    assert.equal(inbox().open, 2);
  });

  it('lets a case be made of it on the other branch too', async () => {
    const { code, out, err } = await workspace.run(['golden', 'add', '--no-replay']);
    assert.equal(code, 0, err);
    assert.match(out, /2 cases added/);
    assert.deepEqual([inbox().open, await listed('case')], [0, CASES]);
  });

  it('counts its signals in insights on both branches: they are what production said', async () => {
    const rates = async (): Promise<unknown> => JSON.parse((await workspace.run(['insights', 'signals', '--json'])).out) as unknown;
    const here = await rates();
    workspace.git('stash', '-q');
    assert.deepEqual(await rates(), here);
    workspace.git('stash', 'pop', '-q');
  });
});
