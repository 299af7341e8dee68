/** Real shapes of the native formats on the command line: what one command refuses, all refuse; what one runs, all run. */
import assert from 'node:assert/strict';
import { TestWorkspace } from './command-line.ts';

const PROMPT = '---\nmodel: scripted:./t.scripted.yaml\n---\nHi {{name}}\n';
const GOLDEN = '- { id: a, vars: { name: Ann }, expected: Hello }\n';
const FILES = {
  't.scripted.yaml': 'default: { reply: Hello }\n',
  'a.prompt': PROMPT,
  'a.golden.yaml': GOLDEN,
};

/** Files that no command may render, count or send. */
const REFUSED: readonly (readonly [file: string, text: string, message: RegExp])[] = [
  ['hello.j2', 'Hi {% if x %}now{% endif %}\n', /a prompt/],
  ['notes.md', '# Notes\n', /a prompt/],
  ['_part.prompt', 'Hi\n', /partial/],
  ['go.prompt', 'Hi {{.Name}} {{range .Items}}{{.}}{{end}}\n', /Go template/],
  ['jinja.prompt', '---\nmodel: scripted:./t.scripted.yaml\n---\nHi {% for x in y %}{{ x | upper }}{% endfor %}\n', /Jinja template/],
  ['other.prompt.yaml', 'name: x\nsteps: []\n', /GitHub/],
  ['broken.prompt', '---\nmodel: scripted:./t.scripted.yaml\n---\n{{#if x}}never closed\n', /not closed/],
];

describe('the native formats on the command line', function () {
  this.timeout(300_000);

  const workspace = new TestWorkspace({ ...FILES, ...Object.fromEntries(REFUSED.map(([file, text]) => [file, text])) });
  after(() => workspace.dispose());

  for (const [file, , message] of REFUSED)
    it(`run, render and cost refuse ${file} with the same reason`, async () => {
      for (const args of [
        ['run', file],
        ['render', file],
        ['cost', file, '--model', 'openai:gpt-5-mini'],
      ]) {
        const { code, out, err } = await workspace.run(args);
        assert.equal(code, 2, `${args.join(' ')}: ${out}${err}`);
        assert.match(err, message, args.join(' '));
        assert.equal(out, '');
      }
    });

  it('files of other tools do not fail check, and a run of the folder passes them over', async () => {
    const others = new TestWorkspace({ ...FILES, 'go.prompt': 'Hi {{.Name}}\n', 'other.prompt.yaml': 'name: x\nsteps: []\n' });
    try {
      assert.equal((await others.run(['check'])).code, 0);
      const { code, err } = await others.run(['run']);
      assert.equal(code, 0, err);
      assert.match(err, /go\.prompt is left out: .*Go template/);
      assert.match(err, /other\.prompt\.yaml is left out/);
    } finally {
      others.dispose();
    }
  });

  it('a prompt whose schema, helper and tools only the code defines runs, is counted, and says what is not in the count', async () => {
    const genkit = new TestWorkspace({
      't.scripted.yaml': FILES['t.scripted.yaml'],
      'a.prompt':
        '---\nmodel: scripted:./t.scripted.yaml\ninput: { schema: In }\ntools: [find, refund]\nmaxTurns: 3\n---\nHi {{list name}}\n',
      'a.golden.yaml': GOLDEN,
    });
    try {
      const run = await genkit.run(['run']);
      assert.equal(run.code, 0, run.err);
      assert.match(run.err, /Only the application’s code defines the schema `In`, the tools `find` and `refund` and the helper `list`/);
      const cost = await genkit.run(['cost', 'a.prompt', '--model', 'openai:gpt-5-mini']);
      assert.match(cost.out, /without the schema `In`, the tools `find` and `refund` and the helper `list`/);
      assert.doesNotMatch(cost.out, /exact/);
      const { out } = await genkit.run(['cost', 'a.prompt', '--model', 'openai:gpt-5-mini', '--json']);
      const report = JSON.parse(out) as { uncounted: object[]; models: { tokens: { basis: string } }[] };
      assert.equal(report.uncounted.length, 4);
      assert.equal(report.models[0]?.tokens.basis, 'estimated');
      const { out: rendered } = await genkit.run(['render', 'a.prompt', '--case', 'a']);
      assert.match(rendered, /"Hi Ann"/);
    } finally {
      genkit.dispose();
    }
  });

  it('a .prompt.yml with model-graded evaluators runs without a key when goldset.yaml replaces them', async () => {
    const files = {
      't.scripted.yaml': FILES['t.scripted.yaml'],
      'a.prompt.yml': [
        'model: openai/gpt-4o',
        'messages: [{ role: System, content: "" }, { role: user, content: "Hi {{input}}" }]',
        'testData: [{ input: Ann, expected: hello }]',
        'evaluators: [{ name: similar, uses: github/similarity }]',
      ].join('\n'),
    };
    const github = new TestWorkspace(files);
    try {
      assert.equal((await github.run(['run', '--model', 'scripted:./t.scripted.yaml'])).code, 2);
      github.write({
        'goldset.yaml': 'prompts: { a.prompt.yml: { evaluators: { github/similarity: { type: icontains, value: "{{expected}}" } } } }\n',
      });
      const { code, err, out } = await github.run(['run', '--model', 'scripted:./t.scripted.yaml']);
      assert.equal(code, 0, `${out}${err}`);
    } finally {
      github.dispose();
    }
  });
});
