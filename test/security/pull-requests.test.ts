/** A pull request does not decide how it is judged: what a change may try, each with the command that CI runs. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import type { Ended, RunJson, TestWorkspace } from '../system/command-line.ts';
import { answer, FaultyServer } from '../system/faulty-server.ts';
import { BASE, CASES, JUDGE, judgeChange, MODEL, prompt, quick, THIEF, type Files, type Judged } from './changed-workspace.ts';

describe('a pull request', function () {
  this.timeout(300_000);
  let workspace: TestWorkspace;
  afterEach(() => workspace.dispose());

  async function judge(...change: Parameters<typeof judgeChange>): Promise<Judged> {
    const judged = await judgeChange(...change);
    ({ workspace } = judged);
    return judged;
  }

  /** One pull request that makes every prompt worse ("wrong" instead of "ok"), each with another attack, and that allows any drop. */
  describe('that gets worse fails, although it', () => {
    /** Files are of a folder of their own, which `DIR` stands for. */
    const checked = (value: string): string =>
      Array.from(
        { length: 8 },
        (_, i) => `- { id: c${i}, vars: { x: "question ${i}" }, critical: true, assert: [{ type: javascript, value: "${value}" }] }\n`,
      ).join('');
    const inSet = (value: string): string =>
      `- { id: s, vars: { x: a }, critical: true, assert: [{ type: assert-set, assert: [{ type: javascript, value: "${value}" }] }] }\n`;
    const [own, evil] = [`output === 'ok'`, `({ pass: true, score: 1, reason: 'head ran' })`];
    const rows: readonly (readonly [what: string, base: Files, head: Files, said: RegExp])[] = [
      [
        'rewrites what is expected',
        {},
        { 'a.golden.yaml': CASES.replaceAll('expected: ok', 'expected: wrong') },
        /cases that differ from \w+ are judged both ways: c0/,
      ],
      [
        'rewrites its assertions',
        {},
        { 'a.golden.yaml': CASES.replaceAll('expected: ok', 'assert: [{ type: contains, value: w }]') },
        /both ways/,
      ],
      ['marks its cases as known to fail', {}, { 'a.golden.yaml': CASES.replaceAll(' }\n', ', status: known-failing }\n') }, /both ways/],
      ['sets a threshold of zero', {}, { 'a.golden.yaml': CASES.replaceAll(' }\n', ', threshold: 0 }\n') }, /both ways/],
      [
        'gives its assertions no weight',
        { 'a.golden.yaml': CASES.replaceAll('expected: ok', 'assert: [{ type: equals, value: ok }]') },
        { 'a.golden.yaml': CASES.replaceAll('expected: ok', 'assert: [{ type: equals, value: ok, weight: 0 }]') },
        /both ways/,
      ],
      [
        'changes the inputs of its cases',
        {},
        { 'a.golden.yaml': CASES.replaceAll('question', 'task').replaceAll('expected: ok', 'expected: wrong') },
        /both ways/,
      ],
      [
        'removes the cases that fail',
        {},
        { 'a.golden.yaml': '- { id: new, vars: { x: hi }, expected: wrong }\n' },
        /removes are still judged: c0/,
      ],
      ['removes its golden set', {}, { 'a.golden.yaml': null }, /removes are still judged/],
      [
        'renames its cases',
        {},
        { 'a.golden.yaml': CASES.replaceAll('id: c', 'id: d').replaceAll('expected: ok', 'expected: wrong') },
        /removes are still judged/,
      ],
      [
        'names another golden set',
        { 'b.golden.yaml': CASES.replaceAll('expected: ok', 'expected: wrong') },
        { 'a.prompt': quick.replace('config:', 'goldset.golden: ./b.golden.yaml\nconfig:') },
        /both ways/,
      ],
      [
        'adds many cases that pass, so that those which fail do not count',
        {},
        {
          'a.golden.yaml':
            CASES + Array.from({ length: 300 }, (_, i) => `- { id: n${i}, vars: { x: "n ${i}" }, expected: wrong }\n`).join(''),
        },
        /golden cases of/,
      ],
      [
        'replaces the code that checks it',
        { 'a.golden.yaml': checked('file://check.cjs'), 'check.cjs': BASE['check.cjs'] },
        { 'check.cjs': THIEF },
        /were used: .*DIR\/check\.cjs/,
      ],
      [
        'replaces a file that the code which checks it imports',
        {
          'a.golden.yaml': checked('file://check.cjs'),
          'check.cjs': `module.exports = require('./lib.cjs');\n`,
          'lib.cjs': BASE['check.cjs'],
        },
        { 'lib.cjs': THIEF },
        /were used: .*DIR\/lib\.cjs/,
      ],
      [
        'replaces the text of an inline check',
        { 'a.golden.yaml': checked(own) },
        { 'a.golden.yaml': checked(evil) },
        /assertion code of this change was not executed/,
      ],
      [
        'replaces a check inside a set',
        { 'a.golden.yaml': inSet(own) },
        { 'a.golden.yaml': inSet(evil) },
        /assertion code of this change was not executed/,
      ],
    ];
    let judged: Judged;
    before(async () => {
      const files = (at: 1 | 2): Files =>
        Object.fromEntries(
          rows.flatMap((row, i) => {
            const start =
              at === 1 ? { 'm.scripted.yaml': MODEL, 'a.prompt': prompt('Be careful.'), 'a.golden.yaml': CASES } : { 'a.prompt': quick };
            return Object.entries({ ...start, ...row[at] }).map(([name, text]) => [
              `r${i}/${name}`,
              text?.replaceAll('DIR', `r${i}`) ?? null,
            ]);
          }),
        );
      judged = await judge(
        { 'a.prompt': null, 'a.golden.yaml': null, ...files(1) },
        { 'goldset.yaml': `${BASE['goldset.yaml']}gate: { margin: 1, minPassRate: 0, maxErrors: 1 }\n`, ...files(2) },
      );
      workspace.dispose();
    });

    for (const [i, [what, , , said]] of rows.entries())
      it(what, () => {
        assert.equal(judged.code, 1, judged.err);
        const verdicts = judged.report?.comparisons.filter((item) => item.prompt === `r${i}/a.prompt`).map(({ verdict }) => verdict) ?? [];
        assert.ok(verdicts.includes('fail'), `${verdicts.join()} of ${judged.summary}`);
        const own = judged.summary
          .split('\n')
          .filter((line) => line.includes(`r${i}/`))
          .join('\n');
        assert.match(own, new RegExp(said.source.replaceAll('DIR', `r${i}`)));
      });

    it('allows any drop', () => assert.match(judged.summary, /goldset\.yaml differs from \w+ in gate\./));
  });

  const RUBRIC = '- { id: r, vars: { x: hi }, critical: true, assert: [{ type: llm-rubric, value: Is it polite? }] }\n';

  describe('is judged by its base, although it', () => {
    const pass = JUDGE('pass');
    const rows: readonly (readonly [what: string, base: Files, head: Files, said: RegExp])[] = [
      ['rewrites the model that judges', {}, { 'judge.scripted.yaml': pass }, /were used: judge\.scripted\.yaml/],
      [
        'names another model to judge',
        {},
        { 'kind.scripted.yaml': pass, 'goldset.yaml': 'judge: { model: "scripted:./kind.scripted.yaml" }\n' },
        /in code, judge\./,
      ],
      [
        'rewrites the prompt that judges',
        {
          'goldset.yaml': 'judge: { model: "scripted:./judge.scripted.yaml", prompts: { llm-rubric: judges/mine.prompt } }\n',
          'judges/mine.prompt': readFileSync('judges/llm-rubric.prompt', 'utf8'),
          'judges/_data.prompt': existsSync('judges/_data.prompt') ? readFileSync('judges/_data.prompt', 'utf8') : '',
        },
        { 'judges/mine.prompt': '---\nmodel: scripted:./../kind.scripted.yaml\n---\n{{output}}', 'kind.scripted.yaml': pass },
        /were used: judges\/mine\.prompt/,
      ],
    ];
    for (const [what, base, head, said] of rows)
      it(what, async () => {
        const { code, err, summary, report } = await judge(
          { 'a.golden.yaml': RUBRIC, ...base },
          { 'a.prompt': prompt('Be brief.'), ...head },
        );
        assert.equal(code, 1, `${err}\n${summary}`);
        assert.deepEqual(
          report?.results.map(({ verdict }) => verdict),
          ['fail', 'fail'],
        );
        assert.match(summary, said);
      });
  });

  describe('ends with exit code 2 and names --settings-from HEAD when', () => {
    const rows: readonly (readonly [what: string, base: Files, head: Files, said: RegExp])[] = [
      ['only it has a goldset.yaml', { 'goldset.yaml': null }, { 'goldset.yaml': 'gate: { margin: 1 }\n' }, /There is no goldset\.yaml at/],
      [
        'it puts a goldset.yaml into the folder of the prompts',
        { 'goldset.yaml': null },
        { 'goldset.yaml': 'spend: { perRun: 1000 }\n' },
        /There is no goldset\.yaml at/,
      ],
      [
        'it has a new provider',
        {},
        {
          'goldset.yaml': `${BASE['goldset.yaml']}providers: { evil: { kind: openai-compatible, baseUrl: "http://127.0.0.1:1/v1" } }\n`,
          'a.prompt': prompt('Be quick.', 'evil:m'),
        },
        /only this change has it/,
      ],
      [
        'it has a new pipeline',
        {},
        {
          'goldset.yaml': `${BASE['goldset.yaml']}providers: { rag: { kind: command, command: [node, evil.cjs] } }\n`,
          'evil.cjs': THIEF,
          'a.prompt': prompt('Be quick.', 'rag'),
        },
        /only this change has it/,
      ],
      [
        'a new judge is of a new provider',
        {},
        {
          'goldset.yaml': `${BASE['goldset.yaml']}providers: { rag: { kind: command, command: [node, evil.cjs] } }\n`,
          'a.golden.yaml': `${CASES}- { id: j, vars: { x: a }, assert: [{ type: llm-rubric, value: ok, provider: rag }] }\n`,
        },
        /only this change has it/,
      ],
      [
        'a new case has code',
        {},
        { 'a.golden.yaml': `${CASES}- { id: new, vars: { x: a }, assert: [{ type: javascript, value: "'head ran'" }] }\n` },
        /new golden cases need assertion code .*: new\./,
      ],
      [
        'a new case runs a file of the base that no case of the base runs',
        {},
        { 'a.golden.yaml': `${CASES}- { id: new, vars: { x: a }, assert: [{ type: javascript, value: "file://check.cjs" }] }\n` },
        /new golden cases need assertion code/,
      ],
    ];
    for (const [what, base, head, said] of rows)
      it(what, async () => {
        const { code, err } = await judge(base, { 'a.prompt': quick, ...head });
        assert.equal(code, 2, err);
        assert.match(err, said);
        assert.match(err, /--settings-from HEAD/);
      });
  });

  it('may use code of the base in a new case, and with --settings-from HEAD its own', async () => {
    const used = {
      'goldset.yaml': 'gate: { margin: 0.3 }\n',
      'a.golden.yaml': `${CASES}- { id: old, vars: { x: a }, assert: [{ type: javascript, value: "file://check.cjs" }] }\n`,
    };
    const added = `${used['a.golden.yaml']}- { id: new, vars: { x: b }, assert: [{ type: javascript, value: "file://check.cjs" }] }\n`;
    const { code, err, report } = await judge(used, { 'a.golden.yaml': added, 'a.prompt': prompt('Be brief.') });
    assert.equal(code, 0, err);
    assert.ok(report?.results.some((result) => result.case === 'new' && result.assertions[0]?.reason === 'base ran'));
    workspace.write({ 'check.cjs': BASE['check.cjs'].replace('base ran', 'own code') });
    workspace.git('commit', '-qam', 'own');
    const own = await workspace.run(['run', '--settings-from', 'HEAD', '--json', '--case', 'new']);
    assert.equal((JSON.parse(own.out) as RunJson).results[0]?.assertions[0]?.reason, 'own code');
  });

  it('cannot change what a pipeline of the base runs', async () => {
    const pipe = (answer: string): string =>
      `process.stdin.resume(); process.stdin.on('end', () => console.log(JSON.stringify({ output: ${answer} })));\n`;
    const base = {
      'goldset.yaml': `${BASE['goldset.yaml']}providers: { rag: { kind: command, command: [node, pipe.cjs], env: [SECRET_KEY] } }\n`,
      'pipe.cjs': pipe(`'ok'`),
      'a.prompt': prompt('Be careful.', 'rag'),
      'a.golden.yaml': '- { id: p, vars: { x: a }, expected: ok }\n',
    };
    const { code, err, summary, report } = await judge(base, {
      'a.prompt': prompt('Be quick.', 'rag'),
      'pipe.cjs': pipe(`'head ran ' + process.env.SECRET_KEY`),
    });
    assert.deepEqual(
      report?.results.map(({ output }) => output),
      ['ok', 'ok'],
      err,
    );
    assert.match(summary, /were used: pipe\.cjs/);
    assert.ok(code === 0 || code === 3, `${code}`);
  });

  it('cannot make calls cheaper than they are by the price file or its name, or raise the limit', async () => {
    const server = new FaultyServer(({ response }) => answer(response));
    try {
      const url = await server.listen();
      const base = {
        'goldset.yaml': `providers: { local: { kind: openai-compatible, baseUrl: "${url}" } }\nprices: ./prices.yaml\nspend: { perRun: 0.001 }\n`,
        'prices.yaml': 'asOf: 2026-11-01\nmodels:\n  local:m: { input: 1000, output: 2000 }\n',
        'a.prompt': prompt('Be careful.', 'local:m'),
      };
      const cheap = 'asOf: 2026-11-01\nmodels:\n  local:m: { input: 0.000001, output: 0.000001 }\n';
      const { summary, report, err } = await judge(base, {
        'prices.yaml': cheap,
        'cheap.yaml': cheap,
        'goldset.yaml': base['goldset.yaml'].replace('./prices.yaml', './cheap.yaml').replace('0.001', '1000'),
        'a.prompt': prompt('Be quick.', 'local:m'),
      });
      assert.deepEqual(server.asked, [], err);
      assert.equal(report?.spend.cap, 0.001);
      assert.match(summary, /in prices, spend\./);
    } finally {
      server.close();
    }
  });

  describe('from a fork', () => {
    const code = `${CASES}- { id: code, vars: { x: a }, assert: [{ type: javascript, value: "file://check.cjs" }] }\n`;

    it('runs no code, even of the base, and lists the cases that are left out', async () => {
      const { summary, code: exit } = await judge({ 'a.golden.yaml': code }, { 'a.prompt': prompt('Be brief.') }, { fork: true });
      assert.match(summary, /Left out, because code and pipelines do not run for a fork\*\*\n\n- a\.prompt: code \\\(code assertion\\\)/);
      assert.notEqual(exit, 2);
      assert.doesNotMatch(summary, /removes/);
    });

    it('runs no pipeline, and a run in which nothing is left is no pass', async () => {
      const base = {
        'goldset.yaml': `${BASE['goldset.yaml']}providers: { rag: { kind: command, command: [node, check.cjs] } }\n`,
        'a.prompt': prompt('Be careful.', 'rag'),
        'a.golden.yaml': '- { id: p, vars: { x: a }, expected: ok }\n',
      };
      const { summary, code: exit } = await judge(base, { 'a.prompt': prompt('Be quick.', 'rag') }, { fork: true });
      assert.match(summary, /- a\.prompt: p \\\(pipeline\\\)/);
      assert.match(summary, /Goldset: inconclusive/);
      assert.equal(exit, 3);
    });

    for (const name of ['.goldset/cache/forged.jsonl', '.GOLDSET/cache/forged.jsonl', 'inner/.goldset/cache/forged.jsonl'])
      it(`that brings answers in ${name} is refused`, async () => {
        const { err, code: exit } = await judge({}, { 'a.prompt': quick, [name]: '{}\n' }, { fork: true });
        assert.equal(exit, 2, err);
        assert.match(err, /may be made up/);
      });

    it('is answered from the recordings of its base', async () => {
      const before = (at: TestWorkspace): Promise<Ended> => at.run(['run']);
      const {
        summary,
        code: exit,
        err,
      } = await judge(
        {},
        { 'a.golden.yaml': `${CASES}- { id: again, vars: { x: "question 1" }, expected: ok }\n` },
        { fork: true, before },
      );
      assert.equal(exit, 0, `${err}${summary}`);
      assert.match(summary, /0 sent/);
    });

    it('cannot choose another base for its settings', async () => {
      const { err, code: exit } = await judge(
        { 'goldset.yaml': null },
        { 'goldset.yaml': 'gate: { margin: 1 }\n', 'a.prompt': quick },
        { fork: true, args: ['--settings-from', 'HEAD'] },
      );
      assert.equal(exit, 2, err);
      assert.match(err, /There is no goldset\.yaml at/);
    });
  });
});
