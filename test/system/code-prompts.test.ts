/** Prompts in TypeScript and Python on the command line, in two applications. */
import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { TestWorkspace, type RunJson } from './command-line.ts';
import { parseJson } from '../../src/core/json/json.ts';

interface CheckJson {
  readonly prompts: number;
  readonly diagnostics: readonly { readonly code: string; readonly severity: string; readonly path: string }[];
}

const filesOf = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const file = path.join(entry.parentPath, entry.name);
        return [path.relative(folder, file).split(path.sep).join('/'), readFileSync(file, 'utf8')];
      }),
  );

const APPLICATIONS = [
  {
    name: 'next-app',
    file: 'src/lib/triage.ts',
    prompt: 'src/lib/triage.ts#TRIAGE_PROMPT',
    from: 'one word',
    to: 'a single word',
    prompts: 2,
  },
  {
    name: 'fastapi-app',
    file: 'app/prompts.py',
    prompt: 'app/prompts.py#ANSWER_PROMPT',
    from: 'one word',
    to: 'a single word',
    prompts: 1,
  },
] as const;

for (const { name, file, prompt, from, to, prompts } of APPLICATIONS)
  describe(`the prompts in the code of ${name}, on the command line`, function () {
    this.timeout(300_000);
    const workspace = new TestWorkspace(filesOf(path.resolve('test/fixtures', name)));
    before(() => {
      workspace.git('init', '-q');
      workspace.git('add', '.');
      workspace.git('commit', '-qm', 'one');
    });
    after(() => workspace.dispose());

    it('check finds the prompts that have a golden set or a marker, and reports no false problem', async () => {
      const { code, out, err } = await workspace.run(['check', '--json']);
      const report = JSON.parse(out) as CheckJson;
      assert.equal(code, 0, err);
      assert.equal(report.prompts, prompts);
      assert.deepEqual(
        report.diagnostics.filter(({ severity }) => severity !== 'info'),
        [],
      );
    });

    for (const [what, argument] of [
      ['its id', prompt],
      ['its file', file],
      ['its folder', path.posix.dirname(file)],
      ['its golden set', `${prompt.replace(/\.\w+#/, '.')}.golden.yaml`],
    ] as const)
      it(`run takes ${what}`, async () => {
        const { code, out, err } = await workspace.run(['run', argument, '--json']);
        const run = JSON.parse(out || '{}') as RunJson;
        assert.equal(code, 0, err);
        assert.deepEqual(
          run.candidates.map((candidate) => [candidate.prompt.path, candidate.passed]),
          [[prompt, 2]],
        );
      });

    it('render prints the text that the program sends, with the constants of other files', async () => {
      const { out } = await workspace.run(['render', prompt, '--case', 'refund']);
      const { messages } = parseJson(out) as { messages: { content: { text: string }[] }[] };
      const text = messages.map(({ content }) => content.map((part) => part.text).join('')).join('\n');
      assert.match(
        text,
        name === 'next-app' ? /Be friendly and brief\. Never promise[\s\S]*money back/ : /Question of Ana: I want my money back\./,
      );
    });

    it('cost counts it, exactly where the vocabulary is known', async () => {
      const { code, out } = await workspace.run(['cost', prompt, '--json']);
      const { models } = JSON.parse(out) as { models: { tokens: { input: { p50: number } } }[] };
      assert.equal(code, 0);
      assert.ok((models[0]?.tokens.input.p50 ?? 0) > 30);
    });

    it('versions lists only the commits that changed this prompt, also where the code moves and the file is renamed', async () => {
      const versions = async (id: string): Promise<number> => {
        const { out } = await workspace.run(['versions', id, '--json']);
        return (JSON.parse(out) as { prompts: { versions: unknown[] }[] }).prompts[0]?.versions.length ?? 0;
      };
      const text = workspace.read(file);
      const comment = file.endsWith('.py') ? '#' : '//';
      workspace.write({ [file]: `${comment} A comment that moves the code.\n\n${text}` });
      workspace.git('commit', '-qam', 'moved down');
      assert.equal(await versions(prompt), 1);
      workspace.write({ [file]: `${comment} A comment that moves the code.\n\n${text.replace(from, to)}` });
      workspace.git('commit', '-qam', 'changed');
      assert.equal(await versions(prompt), 2);
      const renamed = file.replace(/(\w+)(\.\w+)$/, 'renamed$2');
      cpSync(path.join(workspace.root, file), path.join(workspace.root, renamed));
      workspace.git('rm', '-q', file);
      workspace.git('add', renamed);
      workspace.git('commit', '-qm', 'renamed');
      assert.equal(await versions(`${renamed}#${prompt.split('#')[1] ?? ''}`), 2);
      workspace.git('reset', '-q', '--hard', 'HEAD~1');
    });

    it('compare takes a commit, with the prompt as it was there', async () => {
      const { out, err } = await workspace.run(['compare', 'HEAD~1', 'working', prompt, '--json']);
      const comparison = JSON.parse(out) as { prompt: string; paired: { n: number } };
      assert.equal(comparison.prompt, prompt, err);
      assert.equal(comparison.paired.n, 2);
    });

    it('a name that the file does not have is an error that lists those that it has', async () => {
      const { code, err } = await workspace.run(['run', `${file}#ABSENT`]);
      assert.equal(code, 2);
      assert.match(err, /There is no prompt ABSENT in .*\n.*It has: /);
    });
  });

describe('a workspace without a used prompt in code', function () {
  const workspace = new TestWorkspace({
    'src/c#/a.ts': "const SYSTEM_PROMPT = 'You are kind.';\nexport const x = SYSTEM_PROMPT;\n",
    'src/triage.formal.prompt': '---\nmodel: scripted:../m.scripted.yaml\n---\nHi',
    'src/triage.formal.golden.yaml': '- { id: a, vars: {}, expected: hi }\n',
    'src/triage.ts': 'export const formal = 1;\n',
    'm.scripted.yaml': 'default: { reply: hi }\n',
  });
  after(() => workspace.dispose());

  it('shows nothing of its code, and a golden set of a variant is no golden set of code', async () => {
    const { out } = await workspace.run(['check', '--json']);
    assert.equal((JSON.parse(out) as CheckJson).prompts, 1);
  });

  it('a folder whose name has a # is a part of the path', async () => {
    const { code, out } = await workspace.run(['render', 'src/c#/a.ts#SYSTEM_PROMPT']);
    assert.equal(code, 0);
    assert.match(out, /You are kind\./);
  });
});
