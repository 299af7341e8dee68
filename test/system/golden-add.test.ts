/** `goldset signal` and `goldset golden add`: from what became known in production to a case that a run holds. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { readStoredLine } from '../../src/core/feedback/interactions/stored-line.ts';
import type { FollowUp } from '../../src/core/feedback/interactions/interaction.ts';
import { TestWorkspace, type Ended, type RunJson } from './command-line.ts';

const PROMPT = `---
model: scripted:./model.scripted.yaml
---
{{role "system"}}Say what the ticket is about.
{{role "user"}}{{ticket}}`;
const GOLDEN = `# kept
- id: known
  vars: { ticket: "Where is my parcel?" }
  expected: delivery
`;

function line(id: string, over: object): string {
  const given = {
    ...{ id, time: `2026-11-0${id.length % 9 || 1}T10:00:00.000Z`, prompt: { name: 'triage.prompt', version: '3a91' }, model: 'openai:m' },
    ...{ variables: { ticket: `ticket of ${id}` }, messages: [{ role: 'user', content: `ticket of ${id}` }], output: 'delivery' },
    ...over,
  };
  return `${JSON.stringify(given)}\n`;
}

describe('production on the command line', () => {
  let workspace: TestWorkspace;
  beforeEach(() => {
    workspace = new TestWorkspace({
      'triage.prompt': PROMPT,
      'triage.golden.yaml': GOLDEN,
      'second.prompt': 'Say {{ticket}}.',
      'model.scripted.yaml':
        'rules:\n  - { when: { user: parcel }, reply: delivery }\n  - { when: { user: "of bb" }, reply: refund }\ndefault: { reply: delivery }\n',
      '.goldset/interactions/2026-11-01.jsonl':
        line('a', { responseId: 'chatcmpl-a' }) +
        line('bb', { trace: 'trace-bb', conversation: 'talk' }) +
        line('ccc', { variables: { ticket: 'Where is my parcel?' } }) +
        line('dddd', { prompt: null, variables: {} }) +
        line('eeeee', { prompt: { name: 'other.prompt' } }) +
        line('ffffff', { prompt: { name: 'second' } }),
    });
  });
  afterEach(() => workspace.dispose());

  const signalsOf = (): FollowUp[] => {
    const folder = path.join(workspace.root, '.goldset', 'interactions');
    return readdirSync(folder)
      .filter((name) => name.endsWith('.jsonl') && name !== '2026-11-01.jsonl')
      .flatMap((name) => workspace.read(`.goldset/interactions/${name}`).trimEnd().split('\n'))
      .map((text) => {
        const read = readStoredLine(text);
        assert.ok('followUp' in read, text);
        return read.followUp;
      });
  };
  const ok = async (...args: string[]): Promise<Ended> => {
    const ended = await workspace.run(args);
    assert.equal(ended.code, 0, ended.err);
    return ended;
  };

  it('stores a signal for whatever has the id, with what is never written taken out', async () => {
    await ok('signal', 'a', 'thumb', 'down', '--note', 'ask ana@example.com', '--by', 'ben');
    await ok('signal', 'chatcmpl-a', 'report');
    await ok('signal', 'trace-bb', 'score', '0.5', '--kind', 'operational');
    await ok('signal', 'talk', 'copied', 'false');
    await ok('signal', 'soon', 'thumb', 'up', '--of', 'response');
    const found = signalsOf().map(({ of, signals: [signal] }) => [
      Object.entries(of).find(([, id]) => id !== null),
      signal?.kind,
      signal?.value,
      signal?.annotator,
    ]);
    assert.deepEqual(found, [
      [['interaction', 'a'], 'explicit', 'down', 'human'],
      [['response', 'chatcmpl-a'], 'explicit', true, 'human'],
      [['trace', 'trace-bb'], 'operational', 0.5, 'code'],
      [['conversation', 'talk'], 'implicit', false, 'human'],
      [['response', 'soon'], 'explicit', 'up', 'human'],
    ]);
    const [first] = signalsOf();
    assert.deepEqual([first?.signals[0]?.note, first?.signals[0]?.by], ['ask [email]', 'ben']);
  });

  it('says of an id that nothing has that it may still come, and of a signal that is none what is missing', async () => {
    const early = await ok('signal', 'later', 'thumb', 'up');
    assert.match(early.err, /No stored interaction has the id later yet\. The signal takes effect when one arrives/);
    const unknown = await workspace.run(['signal', 'a', 'sparkle']);
    assert.equal(unknown.code, 2);
    assert.match(unknown.err, /goldset: Unknown signal "sparkle": add its `kind`/);
    for (const args of [['signal'], ['signal', 'a'], ['signal', 'a', 'thumb', 'up', 'x'], ['signal', 'a', 'thumb', '--of', 'dream']])
      assert.equal((await workspace.run(args)).code, 2, args.join(' '));
  });

  it('reads many signals from standard input; one that is none is said, and the others count', async () => {
    const input = JSON.stringify([
      { interaction: 'a', name: 'thumb', value: 'down' },
      { name: 'thumb' },
      { response: 'r', name: 'copied' },
    ]);
    const many = await workspace.run(['signal', '-'], { input });
    assert.deepEqual([many.code, many.out], [1, '2 signals stored.\n']);
    assert.match(many.err, /^Signal 2: It needs one of/);
    assert.equal(signalsOf().length, 2);
    const none = await workspace.run(['signal', '-'], { input: 'no json' });
    assert.deepEqual([none.code, none.err.includes('must be a JSON object or a list of JSON objects')], [2, true]);
  });

  it('stores nothing while goldset.yaml’s capture has a slip', async () => {
    workspace.write({ 'goldset.yaml': 'capture: { redact: { patterns: ["("] } }\n' });
    const { code, err } = await workspace.run(['signal', 'a', 'thumb', 'up']);
    assert.deepEqual([code, err.includes('Nothing is stored until you fix it')], [2, true]);
    assert.equal(signalsOf().length, 0);
  });

  it('makes cases of what is open: corrected ones verified, others not; each once; a run has them', async () => {
    await ok('signal', 'bb', 'thumb', 'down');
    await ok('signal', 'bb', 'correction', 'damage', '--by', 'ana');
    await ok('signal', 'a', 'report');
    const dry = await ok('golden', 'add', '--from', 'open', '--dry-run');
    assert.match(dry.out, /triage\.golden\.yaml\n {2}prod-/);
    assert.match(dry.out, /2 cases would be added\.\n$/);
    assert.equal(workspace.read('triage.golden.yaml'), GOLDEN);

    const added = await ok('golden', 'add', '--from', 'prompt=triage');
    assert.match(added.out, /prod-bb {2}from bb, verified\n/);
    assert.match(added.out, /prod-a {2}from a, unverified\n/);
    const text = workspace.read('triage.golden.yaml');
    assert.ok(text.startsWith(GOLDEN), text);
    for (const part of ['expected: damage', 'interaction: bb', 'version: 3a91', 'by: ana', 'status: unverified'])
      assert.ok(text.includes(part), text);
    assert.ok(!existsSync(path.join(workspace.root, 'triage.golden.yaml.new')));
    assert.match((await ok('golden', 'add')).out, /^No stored interactions match this filter\./);

    const run = await workspace.run(['run', '--json']);
    assert.equal(run.code, 1);
    const { results } = JSON.parse(run.out) as RunJson;
    assert.deepEqual(results.map((result) => [result.case, result.verdict]).sort(), [
      ['known', 'pass'],
      // It has nothing to be checked by until a person says what was right.
      ['prod-a', 'unjudged'],
      ['prod-bb', 'fail'],
    ]);
  });

  it('leaves out what has the variables of a case, and what another prompt answered, and says so', async () => {
    const added = await ok('golden', 'add', '--from', 'all', '--to', 'triage.golden.yaml');
    assert.match(added.err, /ccc skipped: the case known has the same variables \(add it with --with-duplicates\)/);
    // It names no prompt and no variables: what it sent is kept as it is.
    assert.match(added.out, /prod-dddd {2}from dddd, unverified\n/);
    assert.match(workspace.read('triage.golden.yaml'), /messages:\n {4}- role: user\n {6}content: ticket of dddd\n/);
    // Its application knows the prompt by another name, or by none: then the one that is meant counts.
    assert.match(added.out, /prod-eeeee {2}from eeeee, unverified\n/);
    assert.match(added.out, /4 cases added\.\n$/);
    assert.match(added.err, /^1 skipped: answered by another prompt\.$/m);
    const again = await ok('golden', 'add', '--from', 'id=ccc', '--to', 'triage.prompt', '--with-duplicates');
    assert.match(again.out, /prod-ccc {2}from ccc/);
    assert.match(again.out, /1 case added\.\n$/);
  });

  it('leaves out what belongs to no prompt here, and takes the others', async () => {
    const added = await ok('golden', 'add', '--from', 'all');
    assert.match(added.err, /^2 skipped: no prompt here has the name they record \(choose one with --to\)\.$/m);
    assert.match(added.out, /prod-a {2}from a/);
    assert.match(added.out, /second\.golden\.yaml\n {2}prod-ffffff {2}from ffffff/);
    assert.ok(workspace.read('second.golden.yaml').includes('interaction: ffffff'));
  });

  it('refuses what it cannot do, and changes nothing', async () => {
    for (const [args, said] of [
      [['golden'], /Name an action/],
      [['golden', 'add', '--from', 'blah'], /"blah" is not a filter/],
      [['golden', 'add', '--from', 'all', '--to', 'nope.golden.yaml'], /nope\.golden\.yaml is not the golden set of any prompt here/],
      [['golden', 'add', '--from', 'all', '--to', 'nope.prompt'], /There is no prompt nope\.prompt/],
      [['golden', 'add', '--from', 'id=eeeee'], /The name other\.prompt does not match exactly one prompt/],
      [['golden', 'add', '--from', 'id=dddd'], /dddd does not name its prompt/],
    ] as const) {
      const { code, err } = await workspace.run([...args]);
      assert.equal(code, 2, args.join(' '));
      assert.match(err, said);
    }
    assert.equal(workspace.read('triage.golden.yaml'), GOLDEN);
    workspace.write({ 'triage.golden.yaml': '- { id: [\n' });
    assert.equal((await workspace.run(['golden', 'add', '--from', 'id=a'])).code, 2);
    assert.equal(workspace.read('triage.golden.yaml'), '- { id: [\n');
  });
});
