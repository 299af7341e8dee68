/**
 * The corrections of three planted weeks as golden cases: each fails on the version that answered, as production did, or says why not. After
 * the right fix, of the prompt or of the pipeline, the suite names what is fixed.
 */
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parse } from 'yaml';
import { InteractionFiles } from '../../src/adapters/interactions/interaction-files.ts';
import type { Comparison } from '../../src/core/compare/compare.ts';
import { assertValid, TestWorkspace, type Ended, type RunJson } from './command-line.ts';
import { CHANGED, plantedWeeks, SMALL, type PlantedTurn } from './planted-weeks.ts';

const OLD = 'You answer questions about orders, only from the passages.';
const FIXED = 'You answer with the sentence of the passages that names the order, word for word.';
const promptWith = (rule: string, note = ''): string => `---
model: scripted:./model.scripted.yaml
input: { schema: { question: string, passages: string } }
---
${note}{{role "system"}}${rule}
{{role "user"}}{{passages}}

{{question}}`;

interface Written {
  readonly id: string;
  readonly kind?: string;
  readonly status?: string;
  readonly reproduces?: boolean;
  readonly vars: Readonly<Record<string, unknown>>;
  readonly assert: readonly { readonly type: string; readonly value: string }[];
  readonly metadata: { readonly source: { readonly interaction: string }; readonly cause: unknown; readonly problem?: string };
}

describe('corrections of three weeks', function () {
  this.timeout(300_000);
  let workspace: TestWorkspace;
  let server: Server;
  /** Whether the index that the pipeline searches has the sentences about orders. */
  let isIndexed = false;
  const corrected = plantedWeeks(SMALL).signals.flatMap(({ name, of }) => (name === 'correction' ? [of] : []));
  const orderOf = ({ question }: Pick<PlantedTurn, 'question'>): string => /order \d+/.exec(question)?.[0] ?? assert.fail(question);
  const idsOf = (cause: PlantedTurn['cause']): string[] => corrected.flatMap((turn) => (turn.cause === cause ? [caseOf(turn)] : [])).sort();
  const caseOf = ({ id }: PlantedTurn): string => `prod-${id}`;
  /** Called a tool that the prompt does not define. */
  const loops = new Set(plantedWeeks(SMALL).calls.flatMap(({ id, messages }) => (messages.length > 2 ? [`prod-${id}`] : [])));
  const reproduced = (): string[] => idsOf('wrong').filter((id) => !loops.has(id));
  const marked = (): string[] => idsOf('wrong').filter((id) => loops.has(id));
  let cases: readonly Written[];

  before(async () => {
    server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        const turn = corrected.find(({ question }) => text.includes(question));
        const context = [isIndexed || turn?.cause === 'wrong' ? (turn?.right ?? '') : 'Orders are packed with care.'];
        response.setHeader('content-type', 'application/json').end(JSON.stringify({ output: turn?.right ?? '', context }));
      });
    });
    server.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/answer`;
    const json = (value: object): string => JSON.stringify(JSON.stringify(value));
    const said = '(?s)(Order \\d+ arrives in \\w+ within \\d+ days).*\\1';
    const statement = { text: 's', reason: 'planted' };
    workspace = new TestWorkspace({
      'goldset.yaml': `judge: { model: "scripted:./judge.scripted.yaml" }\nproviders: { rag: { kind: http, url: "${url}" } }\n`,
      'answer.prompt': promptWith(OLD, '{{! the first }}'),
      // The old rule answers as it was recorded, the new one as the passages say.
      'model.scripted.yaml': JSON.stringify({
        rules: corrected.flatMap((turn) => [
          ...(turn.cause === 'wrong' ? [{ when: { system: 'word for word', user: `${orderOf(turn)} arrive` }, reply: turn.right }] : []),
          { when: { user: `${orderOf(turn)} arrive` }, reply: turn.right.replace(/within \d+ days/, 'within 30 days') },
        ]),
      }),
      'judge.scripted.yaml': [
        'rules:',
        `  - { when: { system: "retrieved context", user: ${JSON.stringify(said)} }, reply: ${json({ statements: [{ ...statement, supported: true }] })} }`,
        `  - { when: { system: "retrieved context" }, reply: ${json({ statements: [{ ...statement, supported: false }] })} }`,
        `  - { when: { user: "within 30 days" }, reply: ${json({ reason: 'Another number of days.', quotes: [], relation: 'contradicts' })} }`,
        `default: { reply: ${json({ reason: 'r', quotes: [], relation: 'same' })} }\n`,
      ].join('\n'),
    });
    const commit = (): string => {
      workspace.git('add', 'answer.prompt', 'goldset.yaml');
      workspace.git('commit', '-qm', 'the prompt');
      return workspace.git('rev-parse', 'HEAD').trim();
    };
    workspace.git('init', '-q', '-b', 'main');
    const before = commit();
    workspace.write({ 'answer.prompt': promptWith(OLD) });
    const versions: Readonly<Record<string, string>> = { [CHANGED.from]: before, [CHANGED.to]: commit() };
    const calls = new Map(plantedWeeks(SMALL).calls.map((call) => [call.id, call]));
    new InteractionFiles(workspace.root).append(
      ...corrected.map((turn) => {
        const call = calls.get(turn.id) ?? assert.fail(turn.id);
        const version = versions[call.prompt?.version ?? ''] ?? assert.fail(turn.id);
        const correction = { kind: 'explicit', name: 'correction', value: turn.right, annotator: 'human', by: 'Ana' } as const;
        return {
          interaction: {
            ...call,
            prompt: { name: 'answer.prompt', version, contentHash: null },
            model: 'scripted:./model.scripted.yaml',
            signals: [{ ...correction, time: null, note: null }],
          },
        };
      }),
    );
    workspace.adopt();
    const added = await workspace.run(['golden', 'add', '--from', 'all', '--per-group', '100']);
    assert.equal(added.code, 0, added.err);
    assert.match(added.out, /30 cases added/);
    cases = parse(workspace.read('answer.golden.yaml')) as Written[];
  });
  after(() => {
    server.close();
    workspace.dispose();
  });

  const run = async (...args: string[]): Promise<{ readonly ended: Ended; readonly report: RunJson }> => {
    const ended = await workspace.run(['run', 'answer.prompt', '--json', '--yes', '--allow-unknown-price', ...args]);
    assert.notEqual(ended.out, '', ended.err);
    const report = JSON.parse(ended.out) as RunJson;
    assertValid('run', report);
    return { ended, report };
  };
  const withVerdict = ({ results }: RunJson, verdict: string, kind?: 'retrieval'): string[] =>
    results.flatMap((result) => (result.verdict === verdict && result.kind === kind ? [result.case] : [])).sort();
  const comparisonOf = ({ comparisons }: RunJson): Comparison => comparisons[0] ?? assert.fail('nothing was compared');

  it('are 30 cases: those of wrong answers reproduce or say what is missing, those of missed passages are of retrieval', () => {
    const named = (isWanted: (item: Written) => boolean): string[] => cases.flatMap((item) => (isWanted(item) ? [item.id] : [])).sort();
    assert.equal(cases.length, 30);
    assert.deepEqual(
      named(({ reproduces }) => reproduces === true),
      reproduced(),
    );
    assert.deepEqual(
      named(
        ({ status, metadata }) =>
          status === 'unverified' && /does not define the tools that were called: track/.test(metadata.problem ?? ''),
      ),
      marked(),
    );
    assert.deepEqual(
      named(({ kind }) => kind === 'retrieval'),
      idsOf('miss'),
    );
    assert.deepEqual([reproduced().length, marked().length, idsOf('miss').length], [10, 2, 18]);
    assert.deepEqual(
      named(({ reproduces, kind, status }) => reproduces !== true && kind === undefined && status === undefined),
      [],
      'none is neither reproduced nor marked',
    );
  });

  it('say of each why: no passage is frozen beside an answer that it does not support', () => {
    for (const { kind, vars, assert: checks, metadata } of cases) {
      const { interaction } = metadata.source;
      const turn = corrected.find(({ id }) => id === interaction) ?? assert.fail(interaction);
      const isRetrieval = kind === 'retrieval';
      assert.deepEqual(Object.keys(vars), isRetrieval ? ['question'] : ['passages', 'question']);
      assert.deepEqual(
        checks.map(({ type, value }) => [type, value]),
        [[isRetrieval ? 'context-recall' : 'factuality', turn.right]],
      );
      assert.match(JSON.stringify(metadata.cause), isRetrieval ? /"retrieval","basis":"judged"/ : /"prompt","basis":"judged"/);
      if (!isRetrieval) assert.ok(String(vars['passages']).includes(turn.right));
    }
  });

  it('fail on the recorded version for the recorded reason', async () => {
    const { ended, report } = await run();
    assert.equal(ended.code, 1);
    assert.deepEqual(withVerdict(report, 'fail'), idsOf('wrong'));
    assert.match(ended.err, /18 retrieval cases left out/);
    for (const { assertions } of report.results) assert.match(assertions[0]?.reason ?? '', /Another number of days/);
  });

  it('name what a fix of the prompt fixes', async () => {
    workspace.write({ 'answer.prompt': promptWith(FIXED) });
    const { ended, report } = await run('--baseline', 'HEAD');
    assert.equal(ended.code, 0, ended.err);
    const { flipped, regressed, paired, apart } = comparisonOf(report);
    assert.deepEqual([[...flipped].sort(), regressed, paired.improved], [reproduced(), [], 10]);
    assert.deepEqual([[...apart.fixed].sort(), apart.broke], [marked(), []]);
    const told = await workspace.run(['run', 'answer.prompt', '--yes', '--baseline', 'HEAD']);
    const better = /^ {2}better +(.*)$/m.exec(told.out)?.[1] ?? assert.fail(told.out);
    assert.deepEqual(better.split(', ').sort(), reproduced());
  });

  it('name what a fix of the pipeline fixes, and leave the verdict to the prompt', async () => {
    const before = await run('--model', 'rag');
    assert.deepEqual([before.ended.code, withVerdict(before.report, 'fail', 'retrieval')], [0, idsOf('miss')]);
    assert.deepEqual(before.report.candidates[0]?.retrieval, { cases: 18, passed: 0 });
    isIndexed = true;
    const args = ['--model', 'rag', '--cache', 'refresh', '--baseline', before.report.id];
    const { ended, report } = await run(...args);
    assert.equal(ended.code, 0, ended.err);
    assert.deepEqual(report.candidates[0]?.retrieval, { cases: 18, passed: 18 });
    const { apart, flipped } = comparisonOf(report);
    assert.deepEqual([[...apart.fixed].sort(), apart.broke, flipped], [idsOf('miss'), [], []]);
    const told = await workspace.run(['run', 'answer.prompt', '--yes', '--allow-unknown-price', ...args]);
    const fixed = /^ {2}fixed +(.*)$/m.exec(told.out)?.[1] ?? assert.fail(told.out);
    assert.deepEqual(fixed.split(', ').sort(), idsOf('miss'));
  });
});
