/** `feedback: repository`: two people, two branches of a real git repository, one inbox. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { InteractionFiles } from '../../src/adapters/interactions/interaction-files.ts';
import { Git } from '../../src/adapters/git/git.ts';
import { LabelBook } from '../../src/engine/labelling/label-book.ts';
import type { TriageDecision } from '../../src/core/feedback/interactions/follow-up.ts';
import { TestWorkspace, type Ended } from './command-line.ts';

const IDS = ['a1', 'b2', 'c3', 'd4'];
const SECRET = 'Please refund the parcel of mary.jones@example.org';
const record = (id: string, i: number): string =>
  `${JSON.stringify({
    ...{ id, time: `2026-11-0${i + 1}T10:00:00.000Z`, prompt: { name: 'triage.prompt', version: '3' }, responseId: `chatcmpl-${id}` },
    ...{ variables: { ticket: `${SECRET} ${id}` }, output: 'delivery', signals: [{ kind: 'explicit', name: 'thumb', value: 'down' }] },
  })}\n`;

interface Row {
  readonly id: string;
  readonly state: string;
  readonly reason: string | null;
  readonly signals: readonly string[];
  readonly decisions: readonly TriageDecision[];
}

describe('the feedback of a team', () => {
  let workspace: TestWorkspace;
  beforeEach(() => {
    const days = Object.fromEntries(IDS.map((id, i) => [`.goldset/interactions/2026-11-0${i + 1}.jsonl`, record(id, i)]));
    workspace = new TestWorkspace({
      'goldset.yaml': 'feedback: repository\n',
      'triage.prompt': '---\nmodel: openai:m\ninput: { schema: { ticket: string } }\n---\nSort {{ticket}}.',
      '.gitignore': '.goldset/\n',
      ...days,
    });
    workspace.git('init', '-q', '-b', 'main');
    workspace.git('add', '.');
    workspace.git('commit', '-qm', 'first');
  });
  afterEach(() => workspace.dispose());

  const be = (name: string, email: string): void => {
    workspace.git('config', 'user.name', name);
    workspace.git('config', 'user.email', email);
  };
  const ok = async (...args: string[]): Promise<Ended> => {
    const ended = await workspace.run(args);
    assert.equal(ended.code, 0, ended.err);
    return ended;
  };
  const rows = async (): Promise<Row[]> => {
    const { out } = await ok('interactions', 'all', '--json');
    return (JSON.parse(out) as { interactions: Row[] }).interactions;
  };
  const states = async (): Promise<Record<string, string>> => Object.fromEntries((await rows()).map(({ id, state }) => [id, state]));
  const commit = (): void => {
    workspace.git('add', '.');
    workspace.git('commit', '-qm', 'feedback');
  };
  const line = (over: object): string =>
    `${JSON.stringify({ schema: 'goldset.follow-up/1', time: '2026-11-20T10:00:00.000Z', ...over })}\n`;

  it('merges without a conflict, and both see one inbox; of two decisions the newer one holds, and both are shown', async () => {
    workspace.git('checkout', '-qb', 'ana');
    be('Ana Ö', 'ana.o@example.com');
    await ok('signal', 'chatcmpl-a1', 'correction', 'refund');
    await ok('golden', 'add', '--from', 'id=a1');
    commit();
    workspace.git('checkout', '-q', 'main');
    workspace.git('checkout', '-qb', 'ben');
    assert.equal((await states())['a1'], 'open', 'what Ana decided is on her branch');
    be('ben@corp.example', 'ben@corp.example');
    await ok('signal', 'b2', 'correction', 'complaint');
    // Ben has dismissed what Ana made a case of, later.
    workspace.write({
      'feedback/ben.jsonl':
        workspace.read('feedback/ben.jsonl') +
        line({ of: { interaction: 'a1' }, time: new Date().toISOString(), by: 'ben', triage: 'dismissed', reason: 'a test of ours' }),
    });
    commit();
    workspace.git('checkout', '-q', 'main');
    workspace.git('merge', '-q', '--no-edit', 'ana');
    workspace.git('merge', '-q', '--no-edit', 'ben');
    assert.deepEqual(readdirSync(path.join(workspace.root, 'feedback')).sort(), ['ana-o.jsonl', 'ben.jsonl']);
    const all = await rows();
    const of = (id: string): Row => all.find((row) => row.id === id) ?? assert.fail(id);
    assert.deepEqual(
      of('a1').decisions.map(({ by, triage, reason }) => [by, triage, reason]),
      [
        ['ben', 'dismissed', 'a test of ours'],
        ['Ana Ö', 'case', 'prod-a1'],
      ],
    );
    assert.deepEqual([of('a1').state, of('b2').state, of('c3').state], ['dismissed', 'open', 'open']);
    assert.deepEqual(
      [of('a1').signals, of('b2').signals],
      [
        ['thumbs-down', 'correction'],
        ['thumbs-down', 'correction'],
      ],
    );
    assert.match((await ok('interactions', 'dismissed')).out, /a1 .* dismissed by ben \(a test of ours\), case by Ana Ö +thumbs-down/);
    const { out } = await ok('insights', 'signals', '--json');
    const [rates] = (JSON.parse(out) as { signals: { signals: Record<string, unknown> }[] }).signals;
    assert.match(JSON.stringify(rates), /"correction"/);
  });

  it('keeps records on the machine: a line names the id, a correction is redacted, and no address is in a file', async () => {
    be('Ana Ö', 'ana.o@example.com');
    await ok('signal', 'a1', 'correction', 'Write to mary.jones@example.org', '--note', 'card 4111 1111 1111 1111');
    await ok('golden', 'add', '--from', 'id=a1');
    const text = workspace.read('feedback/ana-o.jsonl');
    assert.equal(text.trimEnd().split('\n').length, 2);
    assert.equal((JSON.parse(text.split('\n')[0] ?? '') as { signals: { by: string }[] }).signals[0]?.by, 'Ana Ö');
    assert.doesNotMatch(text, /refund the parcel|mary\.jones|4111|example\.com|delivery/);
    assert.deepEqual(
      new InteractionFiles(workspace.root).days(null).map((day) => day.slice(0, 9)),
      IDS.map(() => '2026-11-0'),
      'nothing new is in the records',
    );
  });

  it('copies what was decided on this machine into the repository once, and without `feedback` everything stays local', async () => {
    workspace.write({ 'goldset.yaml': '' });
    be('Ana Ö', 'ana.o@example.com');
    await ok('signal', 'a1', 'correction', 'refund', '--by', 'Ana Ö');
    await ok('signal', 'b2', 'correction', 'a customer’s words', '--by', 'customer 7');
    await ok('golden', 'add', '--from', 'id=a1');
    assert.equal(existsSync(path.join(workspace.root, 'feedback')), false);
    assert.equal((await workspace.run(['data', 'share'])).code, 2);
    workspace.write({ 'goldset.yaml': 'feedback: repository\n' });
    assert.match((await ok('data', 'share', '--dry-run')).out, /^2 decisions and corrections would be copied to feedback\/ana-o\.jsonl/);
    assert.match((await ok('data', 'share')).out, /^2 decisions and corrections copied/);
    assert.match((await ok('data', 'share')).out, /^0 decisions/);
    const [row] = (await rows()).filter(({ id }) => id === 'a1');
    assert.deepEqual([row?.state, row?.decisions.length], ['case', 1]);
    assert.doesNotMatch(workspace.read('feedback/ana-o.jsonl'), /customer/);
  });

  it('names lines of a pull request that are not feedback, uses the others, and check fails', async () => {
    workspace.write({
      'feedback/mallory.jsonl':
        line({ of: { interaction: 'c3' }, triage: 'dismissed', reason: 'fine', by: 'Mallory' }) +
        line({ of: { interaction: 'd4' }, time: '2099-01-01T00:00:00.000Z', triage: 'dismissed' }) +
        line({ of: { interaction: 'd4' }, signals: [{ kind: 'explicit', name: 'thumb', value: 'up' }] }),
      'feedback/notes.txt': 'no feedback\n',
    });
    const { out, err } = await ok('interactions', 'all', '--json');
    assert.match(err, /2 lines were not read\. The first: feedback\/mallory\.jsonl, line 2: `time` is in the future/);
    assert.match(out, /"state": "dismissed"/);
    assert.equal((await states())['d4'], 'open');
    const check = await workspace.run(['check']);
    assert.equal(check.code, 1);
    assert.match(check.out, /^feedback\/mallory\.jsonl:2:1 error .*in the future.* \(feedback\/line\)$/m);
    assert.match(check.out, /^feedback\/mallory\.jsonl:3:1 error/m);
  });

  it('follows no link, neither to read nor to write', async () => {
    be('Ana', 'ana@example.com');
    const outside = `${workspace.root}-user`;
    mkdirSync(outside, { recursive: true });
    writeFileSync(path.join(outside, 'x.jsonl'), line({ of: { interaction: 'c3' }, triage: 'dismissed' }));
    mkdirSync(path.join(workspace.root, 'feedback'));
    symlinkSync(path.join(outside, 'x.jsonl'), path.join(workspace.root, 'feedback', 'x.jsonl'));
    assert.equal((await states())['c3'], 'open');
    assert.match((await ok('interactions')).err, /feedback\/x\.jsonl: It is not a regular file/);
    symlinkSync(path.join(outside, 'y.jsonl'), path.join(workspace.root, 'feedback', 'ana.jsonl'));
    const { code, err } = await workspace.run(['signal', 'a1', 'correction', 'refund']);
    assert.equal(code, 2, err);
    assert.deepEqual(readdirSync(outside), ['x.jsonl']);
  });

  it('writes nothing while goldset.yaml does not say where', async () => {
    workspace.write({ 'goldset.yaml': 'feedback: everywhere\n' });
    const { code, err } = await workspace.run(['signal', 'a1', 'correction', 'refund']);
    assert.equal(code, 2);
    assert.match(err, /does not say where feedback is kept/);
    assert.equal(existsSync(path.join(workspace.root, 'feedback')), false);
  });

  it('puts labels into a file of each person, keeps what both say, and reads those of before', async () => {
    const book = new LabelBook(new Git());
    const prompt = path.join(workspace.root, 'triage.prompt');
    const result = { vars: { ticket: 'Write to ana@example.com.' }, output: 'refund' } as never;
    const give = (grade: 'pass' | 'fail', hash: string): Promise<unknown> =>
      book.give(
        workspace.root,
        prompt,
        { target: { interaction: null, run: 'r', case: 'c', repeat: 0, hash }, criterion: null, judge: null, draw: null },
        { result },
        { grade, cause: null, failureMode: null, critique: null, correction: null, blind: false },
      );
    const old = {
      id: 'o',
      output: { run: 'r', hash: 'h0' },
      prompt: 'triage.prompt',
      version: 'v',
      case: 'c',
      rubric: null,
      grade: 'pass',
    };
    workspace.write({
      'goldset.yaml': '',
      'triage.labels.jsonl': `${JSON.stringify({ ...old, by: 'Cid', at: '2026-01-01T00:00:00Z' })}\n`,
    });
    be('Ana', 'ana@example.com');
    await give('pass', 'h1');
    be('Ben', 'ben@example.com');
    await give('fail', 'h1');
    workspace.write({ 'goldset.yaml': 'labels: { texts: none }\n' });
    await give('fail', 'h2');
    assert.deepEqual(readdirSync(path.join(workspace.root, 'labels', 'triage')).sort(), ['ana.jsonl', 'ben.jsonl']);
    assert.deepEqual(
      book.of(workspace.root, [prompt]).map(({ by, grade, item }) => [by, grade, item?.input ?? null]),
      [
        ['Cid', 'pass', null],
        ['Ana', 'pass', 'Write to [email].'],
        ['Ben', 'fail', 'Write to [email].'],
        ['Ben', 'fail', null],
      ],
    );
    assert.match(execFileSync('git', ['status', '--short'], { cwd: workspace.root, encoding: 'utf8' }), /labels\//);
  });
});
