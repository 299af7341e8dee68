/** The command line: which folder is the workspace, which case an answer belongs to, and what a case without checks is. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { allowedHere, assertValid, TestWorkspace, type RunJson } from './command-line.ts';

const SCRIPT = 'rules:\n  - when: { user: "^good" }\n    reply: good\ndefault: { reply: other }\n';
const PROMPT = '---\nmodel: scripted:./t.scripted.yaml\n---\n{{x}}\n';
const GOOD = '- id: good\n  vars: { x: good }\n  expected: good\n';

interface CheckJson {
  readonly diagnostics: readonly {
    code: string;
    severity: string;
    message: string;
    path: string;
    range: { start: { line: number } } | null;
  }[];
}

describe('cases on the command line', function () {
  async function inWorkspace(files: Readonly<Record<string, string>>, use: (workspace: TestWorkspace) => Promise<void>): Promise<void> {
    const workspace = new TestWorkspace(files);
    try {
      await use(workspace);
    } finally {
      workspace.dispose();
    }
  }

  const runJson = async (
    workspace: TestWorkspace,
    args: readonly string[] = [],
  ): Promise<{ code: number | null; report: RunJson; err: string }> => {
    const { code, out, err } = await workspace.run(['run', ...args, '--json']);
    const report = JSON.parse(out) as RunJson;
    assertValid('run', report);
    return { code, report, err };
  };

  it('A folder with a dot in its name is a workspace of its own', () =>
    inWorkspace(
      {
        'my.app/goldset.yaml': 'model: scripted:./t.scripted.yaml\n',
        'my.app/t.scripted.yaml': SCRIPT,
        'my.app/t.prompt': '{{x}}\n',
        'my.app/t.golden.yaml': GOOD,
      },
      async (workspace) => {
        const { code, report } = await runJson(workspace, ['my.app']);
        assert.equal(code, 0);
        assert.equal(report.candidates[0]?.prompt.path, 't.prompt');
        assert.ok(existsSync(path.join(workspace.root, 'my.app/.goldset/runs')));
        assert.ok(!existsSync(path.join(workspace.root, '.goldset')));
      },
    ));

  it('A goldset.yaml above the git root decides nothing', () =>
    inWorkspace(
      {
        'goldset.yaml': 'spend: { nonsense\n',
        'next.js/t.scripted.yaml': SCRIPT,
        'next.js/t.prompt': PROMPT,
        'next.js/t.golden.yaml': GOOD,
      },
      async (workspace) => {
        mkdirSync(path.join(workspace.root, 'next.js/.git'));
        const { code } = await runJson(workspace, ['next.js']);
        assert.equal(code, 0);
        assert.ok(existsSync(path.join(workspace.root, 'next.js/.goldset')));
      },
    ));

  it('A run of only unjudged cases is not a pass: exit code 3, and 0 only when that is asked for', () =>
    inWorkspace(
      { 't.scripted.yaml': SCRIPT, 't.prompt': PROMPT, 't.golden.yaml': '- vars: { x: good }\n- vars: { x: bad }\n' },
      async (workspace) => {
        const { code, report } = await runJson(workspace);
        assert.equal(code, 3);
        assert.equal(report.verdict, 'inconclusive');
        const [candidate] = report.candidates;
        assert.deepEqual([candidate?.unjudged, candidate?.passed, candidate?.passRate], [2, 0, null]);
        const shown = await workspace.run(['run', '--inconclusive', 'pass']);
        assert.equal(shown.code, 0);
        assert.match(shown.out, /no case judged · 2 unjudged/);
        assert.match(shown.out, /goldset check names them/);
      },
    ));

  it('A red suite whose list member has the id of another case does not run, and check names both places', () =>
    inWorkspace(
      {
        't.scripted.yaml': SCRIPT,
        't.prompt': PROMPT,
        't.golden.yaml': '- id: a\n  vars: { x: [good, good] }\n  expected: good\n- id: a/1\n  vars: { x: bad }\n  expected: good\n',
      },
      async (workspace) => {
        const ran = await workspace.run(['run']);
        assert.equal(ran.code, 2);
        assert.match(ran.err, /`a\/1`: t\.golden\.yaml:1 and t\.golden\.yaml:4/);
        const checked = await workspace.run(['check']);
        assert.equal(checked.code, 1);
        assert.match(checked.out, /t\.golden\.yaml:4:\d+ error .*golden\/duplicate-id/);
      },
    ));

  it('Check warns once per file of cases that check nothing, however many there are', () =>
    inWorkspace(
      {
        't.scripted.yaml': SCRIPT,
        't.prompt': PROMPT,
        't.golden.yaml': GOOD + Array.from({ length: 50 }, (_, i) => `- vars: { x: a${i} }\n`).join(''),
        'p.prompt.yml': 'messages:\n  - { role: user, content: "{{q}}" }\ntestData:\n  - q: one\n  - q: two\n',
      },
      async (workspace) => {
        const { code, out } = await workspace.run(['check', '--json']);
        assert.equal(code, 0);
        const found = (JSON.parse(out) as CheckJson).diagnostics.filter((item) => item.code === 'golden/unjudged');
        assert.deepEqual(found.map((item) => [item.path, item.severity, item.range?.start.line]).sort(), [
          ['p.prompt.yml', 'warning', 3],
          ['t.golden.yaml', 'warning', 3],
        ]);
        assert.match(found.map(({ message }) => message).join(' '), /50 cases check nothing/);
      },
    ));

  it('A second document in goldset.yaml, which may hide a spending limit, ends a run before it starts', () =>
    inWorkspace(
      {
        'goldset.yaml': 'spend: { perRun: 1 }\n---\nspend: { perRun: 0.01 }\n',
        't.scripted.yaml': SCRIPT,
        't.prompt': PROMPT,
        't.golden.yaml': GOOD,
      },
      async (workspace) => {
        const { code, err } = await workspace.run(['run']);
        assert.equal(code, 2);
        assert.match(err, /second YAML document/);
      },
    ));

  it('Half an emoji, an object as text and an empty prompt are errors of their cases, and the run goes on', () =>
    inWorkspace(
      {
        't.scripted.yaml': SCRIPT,
        't.prompt': PROMPT,
        't.golden.jsonl': [
          '{"id":"good","vars":{"x":"good"},"expected":"good"}',
          '{"id":"half","vars":{"x":"cut \\ud83d"},"expected":"good"}',
          '{"id":"object","vars":{"x":{"a":1}},"expected":"good"}',
          '{"id":"empty","vars":{"x":" "},"expected":"good"}',
        ].join('\n'),
      },
      async (workspace) => {
        const { code, report } = await runJson(workspace);
        assert.equal(code, 4);
        assert.equal(report.complete, true);
        assert.deepEqual(
          report.results.map(({ case: id, verdict, error }) => [id, verdict, error?.code ?? null]),
          [
            ['good', 'pass', null],
            ['half', 'error', 'golden/lone-surrogate'],
            ['object', 'error', 'template/object-as-text'],
            ['empty', 'error', 'template/no-messages'],
          ],
        );
        const { out } = await workspace.run(['check']);
        assert.match(out, /error The case `half`: The variable `x` contains half of a character/);
        assert.match(out, /prints an object, so the model would get \[object Object\]/);
      },
    ));

  it('A CSV with semicolons is judged by its columns', () =>
    inWorkspace(
      { 't.scripted.yaml': SCRIPT, 't.prompt': PROMPT, 't.golden.csv': 'sep=;\r\nid;x;expected\r\na;good;good\r\nb;bad;good\r\n' },
      async (workspace) => {
        const { code, report } = await runJson(workspace);
        assert.equal(code, 1);
        assert.deepEqual([report.candidates[0]?.passed, report.candidates[0]?.failed, report.candidates[0]?.unjudged], [1, 1, 0]);
      },
    ));

  it('A key in quotes ends the run with the name of its variable', () =>
    inWorkspace(
      {
        'goldset.yaml': 'providers: { local: { kind: openai-compatible, baseUrl: http://127.0.0.1:9/v1, apiKeyEnv: LOCAL_KEY } }\n',
        't.prompt': '{{x}}\n',
        't.golden.yaml': GOOD,
      },
      async (workspace) => {
        const environment = { LOCAL_KEY: '"sk-planted"', ...allowedHere('LOCAL_KEY') };
        const { code, err } = await workspace.run(['run', '--model', 'local:m'], { environment });
        assert.equal(code, 2);
        assert.match(err, /LOCAL_KEY is in quotes/);
        assert.doesNotMatch(err, /planted/);
      },
    ));
});
