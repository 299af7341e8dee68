/** A folder of prompts in plain text, with the built command line: what a person does with it in a day. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { RunReport } from '../../src/core/run/report.ts';
import { TestWorkspace } from './command-line.ts';

const FIXTURE = path.resolve('test/fixtures/plain-prompts');
const files = Object.fromEntries(
  readdirSync(FIXTURE, { recursive: true })
    .map(String)
    .filter((name) => !name.startsWith('.goldset') && statSync(path.join(FIXTURE, name)).isFile())
    .map((name) => [name.split(path.sep).join('/'), readFileSync(path.join(FIXTURE, name), 'utf8')]),
);

interface Rendered {
  readonly messages: readonly { readonly role: string; readonly content: readonly { readonly text: string }[] }[];
}
interface Versions {
  readonly prompts: readonly { readonly prompt: string; readonly versions: readonly { readonly commit: { readonly subject: string } }[] }[];
}

describe('a folder of prompts in plain text', function () {
  this.timeout(300_000);
  let workspace: TestWorkspace;
  const goldset = async (...args: string[]): Promise<{ code: number | null; out: string; err: string }> => workspace.run(args);
  const json = async (...args: string[]): Promise<unknown> => JSON.parse((await goldset(...args, '--json')).out);
  const commit = (subject: string): void => {
    workspace.git('add', '-A');
    workspace.git('commit', '-qm', subject);
  };
  beforeEach(() => {
    workspace = new TestWorkspace(files);
    workspace.git('init', '-q', '-b', 'main');
    commit('first');
  });
  afterEach(() => workspace.dispose());

  it('is checked without a false problem, and a Markdown file that nothing names is left alone', async () => {
    const found = (await json('check')) as { prompts: number; cases: number; diagnostics: { severity: string; path: string }[] };
    assert.deepEqual([found.prompts, found.cases], [3, 4]);
    assert.deepEqual(
      found.diagnostics.filter(({ severity }) => severity !== 'info'),
      [],
    );
    const readme = await goldset('check', 'README.md');
    assert.equal(readme.code, 2);
    assert.match(readme.err, /README\.md is neither a prompt .*\n.*put a golden set beside it/);
  });

  it('runs, one prompt by path and one of several files by name', async () => {
    const all = (await json('run')) as RunReport;
    assert.equal(all.verdict, 'pass');
    assert.deepEqual(
      all.candidates.map(({ prompt, passed }) => [prompt.path, passed]),
      [
        ['prompts/answer/rules.md#answer', 1],
        ['prompts/support/system.md', 2],
        ['prompts/triage.txt', 1],
      ],
    );
    for (const name of ['answer', 'prompts/answer/question.hbs', 'prompts/answer/rules.md#answer']) {
      const one = (await json('run', name)) as RunReport;
      assert.deepEqual(
        one.candidates.map(({ prompt }) => prompt.path),
        ['prompts/answer/rules.md#answer'],
      );
    }
  });

  it('is rendered and priced as it is sent', async () => {
    const { out } = await goldset('render', 'prompts/support/system.md', '--case', 'refund');
    const sent = (JSON.parse(out) as Rendered).messages.map(({ role, content }) => [role, content.map(({ text }) => text).join('')]);
    assert.deepEqual(sent, [
      ['system', files['prompts/support/system.md']?.replace('{{tone}}', 'friendly')],
      ['user', 'Where is my money?'],
    ]);
    const several = (JSON.parse((await goldset('render', 'answer', '--case', 'capital')).out) as Rendered).messages;
    assert.deepEqual(
      several.map(({ role }) => role),
      ['system', 'user'],
    );
    const cost = (await json('cost', 'answer')) as { prompt: { path: string }; models: { tokens: { input: { p50: number } } }[] };
    assert.equal(cost.prompt.path, 'prompts/answer/rules.md#answer');
    assert.ok((cost.models[0]?.tokens.input.p50 ?? 0) > 0);
  });

  it('has a version for each commit that changed any of its files, and for no other', async () => {
    workspace.write({ 'prompts/answer/question.hbs': '{{question}}\n' });
    commit('shorter question');
    workspace.write({ 'README.md': 'Other words\n', 'prompts/triage.txt': 'Label {{ticket}}\n' });
    commit('another prompt');
    workspace.write({ 'prompts/answer/rules.md': 'Name a place.\n' });
    commit('shorter rules');
    const { prompts } = (await json('versions', 'answer')) as Versions;
    assert.deepEqual(
      prompts.map(({ prompt, versions }) => [prompt, versions.map((version) => version.commit.subject)]),
      [['prompts/answer/rules.md#answer', ['shorter rules', 'shorter question', 'first']]],
    );
  });

  it('is compared with HEAD after an edit of any file, and only what changed is run with --changed-since', async () => {
    workspace.write({ 'prompts/answer/question.hbs': 'Please: {{question}}\n' });
    const compared = (await json('compare', 'HEAD', 'working', 'answer')) as { a: { prompt: unknown }; b: unknown; method: string };
    assert.notEqual(compared.method, 'identical');
    const run = (await json('run', '--changed-since', 'HEAD')) as RunReport;
    assert.deepEqual(
      run.candidates.map(({ prompt }) => prompt.path),
      ['prompts/answer/rules.md#answer'],
    );
  });
});
