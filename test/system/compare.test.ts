/** Comparisons from the command line: two refs, runs, models; gates, shards, deployments and scores in real repositories. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Comparison } from '../../src/core/compare/compare.ts';
import { journals, report } from './run-workspace.ts';
import { assertValid, TestWorkspace } from './command-line.ts';

const CASES = 60;
/** The scripted model answers well where the prompt says so. */
const SCRIPT = `price: { input: 1, output: 2 }
speed: { ttftMs: 0, tokensPerSecond: 100000 }
rules:
  - when: { system: "careful", user: "question [0-9]+$" }
    reply: ok
  - when: { user: "question [0-9]*[05]$" }
    reply: wrong
default: { reply: ok }
`;
const prompt = (system: string): string =>
  `---\nmodel: scripted:./m.scripted.yaml\nconfig: { maxOutputTokens: 50 }\n---\n{{role "system"}}${system}\n{{role "user"}}{{x}}`;
const golden = (count = CASES, more = ''): string =>
  Array.from({ length: count }, (_, i) => `- { id: c${i}, vars: { x: "question ${i}" }, expected: ok${more} }\n`).join('');

describe('comparing', function () {
  let workspace: TestWorkspace;
  const commit = (subject: string): void => {
    workspace.git('add', '-A');
    workspace.git('commit', '-qm', subject);
  };
  const compare = async (...args: string[]): Promise<{ code: number | null; comparison: Comparison; err: string }> => {
    const { code, out, err } = await workspace.run(['compare', ...args, '--json']);
    assert.ok(out.startsWith('{'), err);
    return { code, comparison: JSON.parse(out) as Comparison, err };
  };
  beforeEach(() => {
    workspace = new TestWorkspace({
      '.gitignore': '.goldset/\n',
      'm.scripted.yaml': SCRIPT,
      'a.prompt': prompt('Be careful.'),
      'a.golden.yaml': golden(),
    });
    workspace.git('init', '-q', '-b', 'main');
    commit('careful');
    workspace.write({ 'a.prompt': prompt('Be quick.') });
  });
  afterEach(() => workspace.dispose());

  it('a drop fails with its numbers, an improvement passes, and the same version is identical', async () => {
    const drop = await compare('main', 'working');
    assert.equal(drop.code, 1);
    const { verdict, paired, difference, p, method, flipped, metrics, a, b } = drop.comparison;
    assert.deepEqual([verdict, paired, method], ['fail', { n: 60, improved: 0, regressed: 12, bothPass: 48, bothFail: 0 }, 'mcnemar-midp']);
    assert.equal(difference?.toFixed(3), '-0.200');
    assert.ok(p !== null && Math.abs(p - 0.5 ** 13) < 1e-9);
    assert.equal(flipped.length, 12);
    assert.deepEqual([a.ref, b.ref, a.version === b.version], ['main', null, false]);
    assert.ok(metrics.some(({ name }) => name === 'costPerCallUsd'));
    assertValid('compare', drop.comparison);
    const better = await compare('working', 'main');
    assert.deepEqual([better.code, better.comparison.verdict], [0, 'pass']);
    const same = await compare('main', 'HEAD');
    assert.deepEqual([same.code, same.comparison.verdict, same.comparison.method], [0, 'pass', 'identical']);
  });

  it('both sides run the golden set of today, or that of a ref', async () => {
    workspace.write({ 'a.golden.yaml': golden(20) });
    assert.equal((await compare('main', 'working')).comparison.paired.n, 20);
    assert.equal((await compare('main', 'working', '--cases-from', 'main')).comparison.paired.n, 60);
  });

  it('too few cases are inconclusive: exit 3, or what --inconclusive says, with what would tell', async () => {
    workspace.write({ 'a.golden.yaml': golden(6) });
    const { code, comparison } = await compare('main', 'working');
    assert.deepEqual([code, comparison.verdict], [3, 'inconclusive']);
    assert.match(comparison.reason, /only a drop of .* is detectable\. About \d+ cases/);
    assert.ok((comparison.needs?.cases ?? 0) > 6 && (comparison.mde ?? 0) > 0.3);
    for (const [mode, expected] of [
      ['fail', 1],
      ['pass', 0],
      ['report', 3],
    ] as const)
      assert.equal((await workspace.run(['compare', 'main', 'working', '--inconclusive', mode])).code, expected);
    assert.equal((await workspace.run(['compare', 'main', 'working', '--inconclusive', 'maybe'])).code, 2);
  });

  it('run --baseline gates by the comparison and by critical cases alone', async () => {
    assert.equal((await workspace.run(['run'])).code, 1, 'every active case must pass without a baseline');
    workspace.write({ 'a.prompt': prompt('Be quick and careful.') });
    const passed = await workspace.run(['run', '--baseline', 'main', '--json']);
    assert.deepEqual([passed.code, report(passed.out).verdict, report(passed.out).comparisons.length], [0, 'pass', 1]);
    // The baseline fails cases of its own; they gate nothing.
    workspace.git('checkout', '-q', '-b', 'quick');
    workspace.write({ 'a.prompt': prompt('Be quick.') });
    commit('quick');
    workspace.write({ 'a.prompt': prompt('Be very quick.') });
    const still = await workspace.run(['run', '--baseline', 'HEAD', '--json']);
    assert.deepEqual([still.code, report(still.out).verdict], [0, 'pass'], still.err);
    workspace.write({ 'a.golden.yaml': golden(CASES, ', critical: true') });
    const critical = await workspace.run(['run', '--baseline', 'HEAD', '--json']);
    assert.deepEqual([critical.code, report(critical.out).comparisons[0]?.criticalFailures.length], [1, 12]);
  });

  it('compares runs, and says when they are not comparable', async () => {
    await workspace.run(['run']);
    workspace.write({ 'a.prompt': prompt('Be careful.') });
    await workspace.run(['run']);
    const [newer = '', older = ''] = journals(workspace).sort().reverse();
    const id = (file: string): string => path.basename(file).replace('.goldset-run.jsonl', '');
    const better = await compare(id(older), id(newer));
    assert.deepEqual([better.code, better.comparison.paired.improved, better.comparison.a.run], [0, 12, id(older)]);
    const worse = await compare(newer, older);
    assert.deepEqual([worse.code, worse.comparison.verdict], [1, 'fail']);
    const asBaseline = await workspace.run(['run', '--baseline', id(older), '--json']);
    assert.equal(report(asBaseline.out).comparisons[0]?.paired.improved, 12);
    workspace.write({ 'a.golden.yaml': golden(CASES, ', description: other') });
    const other = await workspace.run(['run', '--baseline', id(older), '--json']);
    assert.deepEqual([other.code, report(other.out).comparisons[0]?.verdict], [3, 'not-comparable']);
  });

  it('compares two models with a recommendation', async () => {
    workspace.write({ 'n.scripted.yaml': 'price: { input: 10, output: 20 }\ndefault: { reply: ok }\n' });
    const { code, out } = await workspace.run(['compare', 'model:scripted:./m.scripted.yaml', 'model:scripted:./n.scripted.yaml']);
    assert.equal(code, 0, out);
    assert.match(out, /Switch to scripted:\.\/n\.scripted\.yaml: .*\+20\.0 points over 60 cases, 12 flipped, .* per call \(\+900 %\)/);
    const back = await workspace.run(['compare', 'model:scripted:./n.scripted.yaml', 'model:scripted:./m.scripted.yaml']);
    assert.match(back.out, /Keep scripted:\.\/n\.scripted\.yaml for a\.prompt/);
  });

  it('stops early when it is decided, and says what that saved', async () => {
    workspace.write({ 'a.golden.yaml': golden(400) });
    const { code, comparison } = await compare('main', 'working', '--sequential', '--concurrency', '4', '--cache', 'off');
    assert.deepEqual([code, comparison.verdict], [1, 'fail']);
    assert.ok(comparison.savedCalls > 400 && comparison.paired.n < 200, `${comparison.savedCalls} saved, ${comparison.paired.n} pairs`);
  });

  it('--changed-since runs what changed: a version, a golden set, goldset.yaml, a file of the pipeline', async () => {
    workspace.write({
      'goldset.yaml': 'pipeline: ["src/**"]\n',
      'a.prompt': prompt('Be careful.'),
      'b.prompt': prompt('Be {{>tone}}'),
      'b.golden.yaml': golden(2),
      '_tone.prompt': 'careful',
      'src/retrieve.ts': 'one',
    });
    commit('two prompts');
    const ran = async (): Promise<string[]> => {
      const { out, err, code } = await workspace.run(['run', '--changed-since', 'HEAD', '--json']);
      assert.equal(code, 0, err);
      return report(out).candidates.map((candidate) => candidate.prompt.path);
    };
    assert.deepEqual(await ran(), []);
    workspace.write({ 'a.prompt': prompt('Be careful.').replace('---\nmodel', '---\ndescription: new\nmodel') });
    assert.deepEqual(await ran(), [], 'a description is no version');
    workspace.write({ '_tone.prompt': 'very careful' });
    assert.deepEqual(await ran(), ['b.prompt']);
    workspace.write({ 'a.golden.yaml': golden(3) });
    assert.deepEqual(await ran(), ['a.prompt', 'b.prompt']);
    commit('both');
    workspace.write({ 'src/retrieve.ts': 'two' });
    assert.deepEqual(await ran(), ['a.prompt', 'b.prompt']);
  });

  it('shards are merged into the run that one machine would have made; missing and doubled ones are refused', async () => {
    const whole = report((await workspace.run(['run', '--baseline', 'main', '--json'])).out);
    rmSync(path.join(workspace.root, '.goldset'), { recursive: true });
    for (const index of [1, 2, 3]) await workspace.run(['run', '--baseline', 'main', '--shard', `${index}/3`]);
    const parts = journals(workspace).sort();
    const merged = await workspace.run(['merge', ...parts, '--json']);
    const all = report(merged.out);
    assert.deepEqual([merged.code, all.verdict, all.results.length], [1, 'fail', 120]);
    assert.deepEqual(all.comparisons[0]?.paired, whole.comparisons[0]?.paired);
    assert.deepEqual(
      all.candidates.map(({ passed, cases }) => [passed, cases]),
      whole.candidates.map(({ passed, cases }) => [passed, cases]),
    );
    for (const [names, message] of [
      [parts.slice(1), /Shard 1 of 3 is missing/],
      [[...parts, parts[0] ?? ''], /Shard 1 of 3 is given twice/],
      [['20200101T000000-000000'], /There is no run/],
    ] as const) {
      const { code, err } = await workspace.run(['merge', ...names]);
      assert.equal(code, 2);
      assert.match(err, message);
    }
    assert.equal((await workspace.run(['run', '--shard', '4/3'])).code, 2);
  });

  it('versions show scores; deploy moves a name and keeps comments; scores travel and merge from two clones', async () => {
    commit('quick');
    await workspace.run(['run', '--baseline', 'HEAD~1']);
    const { out } = await workspace.run(['versions', 'a.prompt', '--json']);
    assertValid('versions', JSON.parse(out));
    const [{ versions }] = (
      JSON.parse(out) as { prompts: [{ versions: { score: { passRate: number } | null; commit: { subject: string } }[] }] }
    ).prompts;
    assert.deepEqual(
      versions.map(({ commit: { subject }, score }) => [subject, score?.passRate]),
      [
        ['quick', 0.8],
        ['careful', 1],
      ],
    );
    workspace.write({ 'prompt-deployments.yaml': '# ours\na.prompt:\n  staging: { version: x } # soon\n' });
    assert.equal((await workspace.run(['deploy', 'a.prompt', 'production', 'HEAD~1'])).code, 0);
    assert.match(workspace.read('prompt-deployments.yaml'), /^# ours\na\.prompt:\n {2}staging: \{ version: x \} # soon\n {2}production:/);
    workspace.git('tag', 'prompt/a/canary', 'HEAD');
    assert.match((await workspace.run(['versions', 'a.prompt'])).out, /quick \[canary\][^]*careful \[production\]/);
    const folder = mkdtempSync(path.join(os.tmpdir(), 'goldset-scores-'));
    try {
      const remote = path.join(folder, 'remote.git');
      execFileSync('git', ['clone', '-q', '--bare', workspace.root, remote]);
      workspace.git('remote', 'add', 'origin', remote);
      const other = new TestWorkspace({});
      execFileSync('sh', ['-c', `rm -rf '${other.root}' && git clone -q '${remote}' '${other.root}'`]);
      await other.run(['run', '--repeat', '2', '--param', 'temperature=0.5']);
      const [first, second] = await Promise.all([workspace.run(['scores', 'push']), other.run(['scores', 'push'])]);
      assert.deepEqual([first.code, second.code], [0, 0], first.err + second.err);
      assert.match((await workspace.run(['scores', 'pull'])).out, /2 scores available/);
      other.dispose();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
