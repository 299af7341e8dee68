/** `goldset completion`, driven in the real shells. What has to be offered is read from `goldset help`; a shell that is missing is skipped. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { completionsIn, type Shell } from './shell-completion.ts';

const goldset = (...args: string[]): string => execFileSync(process.execPath, ['dist/cli.js', ...args], { encoding: 'utf8' });

interface CommandHelp {
  readonly name: string;
  readonly usage: string;
  /** Behind its name: what stands for its value, or nothing. */
  readonly options: ReadonlyMap<string, string>;
}

function helpOfAll(): CommandHelp[] {
  const names = [...goldset('help').matchAll(/^ {2}goldset (\w+)/gm)].map((match) => match[1] ?? '');
  return names.map((name) => {
    const help = goldset('help', name);
    const [, listed = ''] = help.split('\nOptions:\n');
    const options = [...(listed.split('\nExamples:')[0] ?? '').matchAll(/^ {2}(--[\w-]+)(?: (\S+))? {2,}/gm)];
    return { name, usage: help.split('\n')[0] ?? '', options: new Map(options.map((match) => [match[1] ?? '', match[2] ?? ''])) };
  });
}

/** Options with a fixed set of values, from docs/ and `goldset help`. */
const VALUES: readonly (readonly [command: string, option: string, values: string])[] = [
  ['run', '--cache', 'use refresh off frozen'],
  ['compare', '--cache', 'use refresh off frozen'],
  ['run', '--inconclusive', 'fail pass report'],
  ['merge', '--inconclusive', 'fail pass report'],
  ['check', '--fail-on', 'error warning info'],
  ['render', '--format', 'messages openai'],
  ['import', '--format', 'otlp jsonl csv langfuse'],
  ['insights', '--by', 'type version model'],
  ['signal', '--of', 'interaction response trace conversation'],
  ['signal', '--annotator', 'human model code'],
  ['signal', '--kind', 'explicit implicit operational'],
  ['run', '--report', 'json= junit= html= markdown= csv= jsonl='],
  ['check', '--report', 'sarif='],
];
const WORDS: readonly (readonly [command: string, words: string])[] = [
  ['batch', 'list wait cancel'],
  ['cache', 'stats clear export import adopt'],
  ['data', 'list prune share keep'],
  ['scores', 'push pull'],
  ['golden', 'add import'],
  ['judge', 'calibrate align run labels'],
  ['insights', 'units cache signals failures drift'],
  ['completion', 'bash zsh fish'],
];
const SHELLS: readonly Shell[] = ['bash', 'zsh', 'fish'];
const sorted = (words: Iterable<string>): string[] => [...words].sort();

describe('goldset completion', () => {
  const helps = helpOfAll();
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'goldset-completion-'));
    mkdirSync(path.join(folder, 'prompts'));
    for (const name of ['two words.prompt', 'prompts/triage.prompt', 'plain.env']) writeFileSync(path.join(folder, name), '');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('finds the commands, nested words and options that help shows', () => {
    assert.ok(helps.length >= 20, String(helps.length));
    assert.ok((helps.find(({ name }) => name === 'run')?.options.size ?? 0) >= 24);
    for (const [command, words] of WORDS) {
      const usage = helps.find(({ name }) => name === command)?.usage ?? '';
      // Each way of calling it, up to its first option.
      const ways = usage.split(' | ').map((way) => way.split(/\s--/)[0] ?? '');
      const shown = ways.flatMap((way) => ` ${way}`.match(/(?<=[ |[])[a-z]+(?=[|\] ]|$)/g) ?? []);
      assert.deepEqual(
        shown.filter((word) => word !== command && word !== 'goldset'),
        words.split(' '),
        usage,
      );
    }
  });

  for (const shell of SHELLS) {
    describe(`in ${shell}`, () => {
      let ask: (lines: readonly string[]) => Promise<string[][]>;
      before(function () {
        if (spawnSync(shell, ['--version']).status !== 0) this.skip();
        const script = goldset('completion', shell);
        ask = (lines) => completionsIn(shell, script, folder, lines);
      });
      /** Each line with what has to be offered for it. */
      const offers = async (expected: readonly (readonly [line: string, words: readonly string[]])[]): Promise<void> => {
        const given = await ask(expected.map(([line]) => line));
        assert.deepEqual(
          given.map((words, i) => [expected[i]?.[0], sorted(words)]),
          expected.map(([line, words]) => [line, sorted(words)]),
        );
      };

      it('every command', () =>
        offers([
          ['goldset ', [...helps.map(({ name }) => name), 'help']],
          ['goldset co', ['compare', 'convert', 'cost', 'completion']],
          ['goldset help me', ['merge']],
          ['goldset --', ['--help', '--version']],
        ]));
      it('every option of every command', () =>
        offers(helps.map(({ name, options }) => [`goldset ${name} --`, [...options.keys()]] as const)));
      it('nested commands, once', () =>
        offers([
          ...WORDS.map(([command, words]) => [`goldset ${command} `, words.split(' ')] as const),
          ['goldset batch --json w', ['wait']],
          ['goldset batch wait ', []],
          ['goldset insights units ', []],
        ]));
      it('values of a fixed set', () =>
        offers([
          ...VALUES.map(([command, option, values]) => [`goldset ${command} ${option} `, values.split(' ')] as const),
          ['goldset run --cache re', ['refresh']],
          ['goldset run --model ', []],
        ]));
      it('values behind =', async () => {
        const [given] = await ask(['goldset run --cache=f']);
        assert.deepEqual(
          given?.map((word) => word.replace(/^--cache=/, '')),
          ['frozen'],
        );
      });
      it('paths, where a path can be', async () => {
        const names = ['plain.env', 'prompts', 'two words.prompt'];
        const clean = (words: readonly string[] = []): string[] =>
          sorted(words.map((word) => word.replaceAll('\\', '').replace(/\/$/, '')));
        const lines = [
          'goldset run ',
          'goldset run --env-file ',
          'goldset cache export ',
          'goldset run prompts/t',
          'goldset run --report json=pl',
        ];
        const [run, file, after, deep, report] = await ask([...lines]);
        assert.deepEqual([run, file, after].map(clean), [names, names, names]);
        assert.deepEqual(
          clean(deep).map((name) => name.split('/').at(-1)),
          ['triage.prompt'],
        );
        assert.deepEqual(
          clean(report).map((name) => name.split('=').at(-1)),
          ['plain.env'],
        );
        const [folders] = await ask(['goldset insights --store ']);
        assert.deepEqual(clean(folders), ['prompts']);
      });
    });
  }

  it('says which shells there are', () => {
    for (const args of [[], ['tcsh'], ['bash', 'zsh']]) {
      const { status, stderr } = spawnSync(process.execPath, ['dist/cli.js', 'completion', ...args], { encoding: 'utf8' });
      assert.equal(status, 2);
      assert.match(stderr, /bash, zsh(,| or) fish/);
    }
  });
});

describe('a mistyped word', () => {
  const cases: readonly (readonly [args: readonly string[], said: RegExp])[] = [
    [['rnu'], /There is no command "rnu"\.\n {2}Did you mean run\?/],
    [['chekc'], /Did you mean check\?/],
    [['help', 'btach'], /There is no command "btach"\.\n {2}Did you mean batch\?/],
    [['frobnicate'], /no command "frobnicate"\.\n {2}Commands: init, run, compare/],
    [['run', '--modle', 'x'], /goldset run has no option --modle\.\n {2}Did you mean --model\?/],
    [['run', '--max-costs=1'], /has no option --max-costs\.\n {2}Did you mean --max-cost\?/],
    [['run', '-x'], /goldset run has no option -x\.\n {2}See: goldset help run/],
    [['run', '--zzzzzz'], /goldset run has no option --zzzzzz\.\n {2}See: goldset help run/],
    [['batch', 'lst'], /goldset batch does not know "lst".*\n {2}Did you mean list\?/],
    [['run', '--cache', 'refesh'], /--cache must be one of use, refresh, off, frozen, not "refesh"\.\n {2}Did you mean refresh\?/],
    [['signal', 'id', 'thumb', '--kind', 'implict'], /--kind must be one of .*\n {2}Did you mean implicit\?/],
  ];
  for (const [args, said] of cases) {
    it(`goldset ${args.join(' ')}`, () => {
      const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/cli.js', ...args], { encoding: 'utf8' });
      assert.deepEqual([status, stdout], [2, '']);
      assert.match(stderr, said);
    });
  }
});
