/** `goldset golden add` with a judge and a git history: each case fails as production did, or says why not. Who is right is planted. */
import assert from 'node:assert/strict';
import { parse } from 'yaml';
import { TestWorkspace } from './command-line.ts';

const prompt = (rule: string): string =>
  `---\nmodel: scripted:./m.scripted.yaml\n---\n{{role "system"}}${rule}\n{{#if context}}Passages: {{context}}\n{{/if}}{{role "user"}}{{question}}`;
/** The old rule answers wrongly, the new one rightly. */
const MODEL = `rules:
  - { when: { system: "Be fast", user: "warranty" }, reply: "It is one year." }
  - { when: { user: "warranty" }, reply: "It is two years." }
  - { when: { user: "shipping" }, reply: "It takes three days." }
default: { reply: "I do not know." }
`;
const json = (value: object): string => JSON.stringify(JSON.stringify(value));
const recall = (supported: boolean): string => json({ statements: [{ text: 's', reason: 'planted', supported }] });
const JUDGE = `rules:
  - { when: { system: "retrieved context", user: "no such thing" }, reply: ${recall(false)} }
  - { when: { system: "retrieved context" }, reply: ${recall(true)} }
  - { when: { user: "It is one year" }, reply: ${json({ reason: 'r', quotes: [], relation: 'contradicts' })} }
default: { reply: ${json({ reason: 'r', quotes: [], relation: 'same' })} }
`;

interface Written {
  readonly id: string;
  readonly vars: object;
  readonly kind?: string;
  readonly status?: string;
  readonly reproduces?: boolean;
  readonly assert?: readonly { readonly type: string; readonly value: string }[];
  readonly metadata: { readonly cause?: unknown; readonly problem?: string };
}

describe('golden cases of production', function () {
  this.timeout(300_000);
  let workspace: TestWorkspace;
  afterEach(() => workspace.dispose());
  const made = (judge: string | null): void => {
    workspace = new TestWorkspace({
      'answer.prompt': prompt('Be fast.'),
      'm.scripted.yaml': MODEL,
      'judge.scripted.yaml': JUDGE,
      'goldset.yaml': judge === null ? 'gate: {}\n' : `judge: { model: "scripted:./${judge}" }\n`,
    });
    workspace.git('init', '-q', '-b', 'main');
    workspace.git('add', '-A');
    workspace.git('commit', '-qm', 'old');
    const version = workspace.git('rev-parse', 'HEAD').trim();
    workspace.write({ 'answer.prompt': prompt('Be right.') });
    const line = (id: string, over: object, correction = 'The warranty is two years.'): string =>
      `${JSON.stringify({
        ...{ id, time: '2026-11-01T10:00:00Z', prompt: { name: 'answer.prompt', version }, output: 'It is one year.' },
        ...{ variables: { question: 'How long is the warranty?' }, messages: [] },
        signals: [{ kind: 'explicit', name: 'correction', value: correction, annotator: 'human', by: 'ana' }],
        ...over,
      })}\n`;
    workspace.write({
      '.goldset/interactions/2026-11-01.jsonl':
        line('wrong', {
          variables: {},
          messages: [
            { role: 'system', content: 'Be fast.\n' },
            { role: 'user', content: 'How long is the warranty?' },
          ],
        }) +
        line('fine', { variables: { question: 'How long is shipping?' }, output: 'It takes three days.' }, 'Shipping takes three days.') +
        line('missed', { variables: { question: 'And the warranty abroad?', context: 'no such thing' } }) +
        line('ignored', { variables: { question: 'Is there a warranty on lamps?', context: 'Two years on lamps.' } }) +
        line('gone', { prompt: { name: 'answer.prompt', version: 'v7' }, variables: { question: 'What about a warranty for chairs?' } }),
    });
  };
  const cases = (): Map<string, Written> =>
    new Map((parse(workspace.read('answer.golden.yaml')) as Written[]).map((item) => [item.id.replace('prod-', ''), item]));

  it('fail on the recorded version as production did, are of retrieval where the passages say nothing, or are marked', async () => {
    made('judge.scripted.yaml');
    const added = await workspace.run(['golden', 'add', '--from', 'all']);
    assert.equal(added.code, 0, added.err);
    const found = cases();
    const row = (id: string): unknown[] => {
      const item = found.get(id) ?? assert.fail(id);
      return [item.kind, item.status, item.reproduces, item.assert?.[0]?.type];
    };
    assert.deepEqual(
      [...found.keys()].sort().map((id) => [id, ...row(id)]),
      [
        ['fine', undefined, undefined, false, 'factuality'],
        ['gone', undefined, undefined, undefined, 'factuality'],
        ['ignored', undefined, undefined, true, 'factuality'],
        ['missed', 'retrieval', undefined, undefined, 'context-recall'],
        ['wrong', undefined, undefined, true, 'factuality'],
      ],
    );
    assert.deepEqual(found.get('wrong')?.vars, { question: 'How long is the warranty?' });
    assert.deepEqual(found.get('missed')?.vars, { question: 'And the warranty abroad?' });
    assert.match(JSON.stringify(found.get('missed')?.metadata.cause), /"cause":"retrieval","basis":"judged","by":"context-recall@/);
    assert.match(added.err, /prod-fine: does not reproduce\. The recorded output passes the case\./);
    assert.match(added.err, /prod-gone: not replayed\. No version here is the one that the record names\./);
    // After the fix the suite says so; what was sent for it scored nothing.
    const run = await workspace.run(['run']);
    assert.equal(run.code, 0, run.out);
    assert.match(run.err, /1 retrieval case left out/);
  });

  it('without a judge are unverified and say what to do, or follow the word of a person', async () => {
    made(null);
    const first = await workspace.run(['golden', 'add', '--from', 'all']);
    assert.equal(first.code, 0, first.err);
    assert.match(first.err, /2 cases of calls with retrieved passages: the cause is not reviewed, so they are unverified/);
    assert.deepEqual([cases().get('missed')?.metadata.cause, cases().get('missed')?.status], ['not reviewed', 'unverified']);
    assert.match(cases().get('wrong')?.metadata.problem ?? '', /No judge model is set/);
    // They are reported, and a run is not refused for them.
    const run = await workspace.run(['run']);
    assert.equal(run.code, 3, run.err);
    const said = await workspace.run([
      'golden',
      'add',
      '--from',
      'id=missed',
      '--cause',
      'retrieval',
      '--to',
      'answer.prompt',
      '--with-duplicates',
      '--per-group',
      '9',
    ]);
    assert.match(said.out, /from missed, retrieval: No judge model is set/);
    assert.match(workspace.read('answer.golden.yaml'), /cause: retrieval\n {6}basis: reviewed/);
    const own = await workspace.run([
      'golden',
      'add',
      '--from',
      'id=wrong',
      '--criterion',
      'contains',
      '--to',
      'answer.prompt',
      '--with-duplicates',
      '--per-group',
      '9',
    ]);
    assert.match(own.out, /from wrong, verified, reproduces/);
    const wrong = await workspace.run(['golden', 'add', '--criterion', 'dream']);
    assert.deepEqual([wrong.code, /must be factuality, equals, contains/.test(wrong.err)], [2, true]);
  });
});
