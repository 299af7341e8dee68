/** `goldset init` in repositories of the kinds that people have, made by the test: what it finds, what it writes, and what it leaves alone. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { allowedHere, TestWorkspace, type Ended } from './command-line.ts';

const SETTINGS = `# Settings of Goldset. All of them are optional.
model: openai:gpt-6-luna # for prompts that name no model
spend: { perRun: 1.00, askAbove: 0.10 } # US dollars: the limit of a run, and the cost from which it asks first
`;
const golden = (
  id: string,
  vars: string,
  check: string,
): string => `# Golden cases of ${id}: inputs, and what a correct answer to each must satisfy.
# Replace the values under \`vars\` with a real input. Then say what is right: \`expected: …\`, or more assertions.

- id: first
${vars}  assert:
${check}`;
const WORDS = '    - type: word-count\n      value:\n        min: 1\n';

const NEXT = {
  '.gitignore': 'node_modules\n.next\n',
  'package.json': '{ "dependencies": { "ai": "5", "next": "15" } }',
  'src/app/api/reply/route.ts': `import { streamText } from 'ai';
import { openai } from '@ai-sdk/openai';
export async function POST(request: Request) {
  const { question, name } = await request.json();
  const REPLY_PROMPT = 'unused';
  const result = streamText({
    model: openai('gpt-6-luna'),
    system: \`You answer \${name} in one sentence.\`,
    prompt: question,
  });
  return result.toTextStreamResponse();
}
`,
  'src/lib/triage.test.ts': "export const TEST_PROMPT = 'You are a test.';\n",
  '.next/server/chunk.js': "export const BUILT_PROMPT = 'You are built.';\n",
};
const FASTAPI = {
  'app/__init__.py': '',
  'app/prompts.py': 'TRIAGE_PROMPT = """You sort tickets of {shop}.\n\n{ticket}"""\n',
  'app/main.py': 'from fastapi import FastAPI\n\nfrom app.prompts import TRIAGE_PROMPT\n\napp = FastAPI()\n',
  'tests/test_prompts.py': 'TEST_PROMPT = "You are a test."\n',
};
const TEXTS = {
  'README.md': '# Prompts\n',
  'prompts/README.md': '# How we write prompts\n',
  'prompts/support.md': 'You answer for {{company}}.\n',
  'docs/notes.md': 'Nothing here is a prompt.\n',
};

describe('goldset init', () => {
  const made: TestWorkspace[] = [];
  afterEach(() => made.splice(0).forEach((workspace) => workspace.dispose()));
  /** A repository without goldset.yaml, unless it is one of the files. */
  const repository = (files: Readonly<Record<string, string>>): TestWorkspace => {
    const workspace = new TestWorkspace(files);
    made.push(workspace);
    if (!('goldset.yaml' in files)) rmSync(path.join(workspace.root, 'goldset.yaml'));
    workspace.git('init', '-q');
    return workspace;
  };
  const init = (workspace: TestWorkspace, ...args: string[]): Promise<Ended> => workspace.run(['init', '--yes', ...args]);
  const changed = (workspace: TestWorkspace): string[] => workspace.git('status', '--short', '-uall').split('\n').filter(Boolean);

  it('finds a prompt in the code of a Next.js application, and neither what is ignored nor the one of a test', async () => {
    const workspace = repository(NEXT);
    workspace.git('add', '-A');
    workspace.git('commit', '-qm', 'app');
    const { code, out, err } = await init(workspace);
    assert.equal(code, 0, err);
    const id = /first golden case of (\S+)/.exec(out)?.[1] ?? '';
    assert.match(id, /^src\/app\/api\/reply\/route\.ts#\S+$/);
    const file = /^Wrote (\S+\.golden\.yaml):/m.exec(out)?.[1] ?? '';
    assert.deepEqual(changed(workspace), ['?? goldset.yaml', `?? ${file}`]);
    assert.equal(workspace.read('goldset.yaml'), SETTINGS);
    assert.equal(
      workspace.read(file),
      golden(id, '  vars:\n    name: "Example name: replace this text."\n    question: "Example question: replace this text."\n', WORDS),
    );
    assert.match(out, new RegExp(`^Then: goldset run ${id.replace(/[$.#/]/g, '\\$&')}$`, 'm'));
    const check = await workspace.run(['check']);
    assert.deepEqual([check.code, /1 prompt, 1 golden case: 0 errors/.test(check.out)], [0, true], check.out);
  });

  it('finds a constant of a FastAPI application with its fields', async () => {
    const workspace = repository(FASTAPI);
    const { code, out, err } = await init(workspace);
    assert.equal(code, 0, err);
    assert.match(out, /openai:gpt-6-luna cannot be used yet: .*OPENAI_API_KEY is not set/);
    assert.equal(
      workspace.read('app/prompts.TRIAGE_PROMPT.golden.yaml'),
      golden(
        'app/prompts.py#TRIAGE_PROMPT',
        '  vars:\n    shop: "Example shop: replace this text."\n    ticket: "Example ticket: replace this text."\n',
        WORDS,
      ),
    );
  });

  it('finds the texts of a folder of prompts, and no README', async () => {
    const workspace = repository(TEXTS);
    const { code, out, err } = await init(workspace);
    assert.equal(code, 0, err);
    assert.match(err, /^1 prompt found\.$/m);
    assert.match(out, /first golden case of prompts\/support\.md$/m);
    assert.match(workspace.read('prompts/support.golden.yaml'), / {2}vars:\n {4}company: "Example company: replace this text\."\n/);
    assert.match((await workspace.run(['check'])).out, /^1 prompt, 1 golden case: 0 errors/m);
  });

  it('leaves a promptfoo config its tests, and names no provider of it that goldset.yaml cannot name', async () => {
    const config = (provider: string): string =>
      `prompts: ["Sort {{ticket}}"]\nproviders: [${provider}]\ntests:\n  - vars: { ticket: late }\n    assert: [{ type: contains, value: late }]\n`;
    for (const [provider, model] of [
      ['file://evals/provider.mjs', 'openai:gpt-6-luna'],
      ['anthropic:messages:claude-sonnet-5', 'anthropic:claude-sonnet-5'],
    ] as const) {
      const workspace = repository({ 'promptfooconfig.yaml': config(provider) });
      const { code, out, err } = await init(workspace);
      assert.equal(code, 0, err);
      const id = /^Then: goldset run (.*)$/m.exec(out)?.[1] ?? '';
      assert.match(err, /^promptfooconfig\.yaml runs as it is: goldset run promptfooconfig\.yaml$/m);
      assert.ok(out.includes(`promptfooconfig.yaml has 1 golden case of ${id} already.`), out);
      assert.match(out, new RegExp(`^${model} cannot be used yet: .*_API_KEY is not set`, 'm'));
      assert.deepEqual(changed(workspace), ['?? goldset.yaml', '?? promptfooconfig.yaml']);
      assert.match(workspace.read('goldset.yaml'), new RegExp(`^model: ${model} #`, 'm'));
    }
  });

  it('writes a first prompt in an empty folder, and changes nothing the second time', async () => {
    const workspace = repository({});
    assert.equal((await init(workspace)).code, 0);
    assert.deepEqual(changed(workspace), ['?? first.golden.yaml', '?? first.prompt', '?? goldset.yaml']);
    workspace.git('add', '-A');
    const again = await init(workspace);
    assert.equal(again.code, 0, again.err);
    assert.match(again.out, /^Kept goldset\.yaml, which was there\.\nKept first\.golden\.yaml, which was there\.$/m);
    assert.deepEqual(
      changed(workspace).map((line) => line.slice(0, 2)),
      ['A ', 'A ', 'A '],
    );
  });

  it('takes the prompt that is named, and values of the types that its schema declares', async () => {
    const prompt = `---
model: scripted:./m.scripted.yaml
input:
  schema:
    count: integer, how many
    kind(enum): [a, b]
    isNew: boolean
    tags(array): string
  default: { isNew: false }
output: { format: json }
---
{{count}} {{kind}} {{isNew}} {{#each tags}}{{this}}{{/each}}
`;
    const workspace = repository({ ...FASTAPI, 'typed.prompt': prompt, 'm.scripted.yaml': 'default: { reply: "{}" }\n' });
    const { code, err } = await init(workspace, 'typed.prompt');
    assert.equal(code, 0, err);
    assert.equal(
      workspace.read('typed.golden.yaml'),
      golden('typed.prompt', '  vars:\n    count: 0\n    kind: a\n    isNew: false\n    tags:\n      - ""\n', '    - type: is-json\n'),
    );
    assert.equal((await workspace.run(['run', 'typed.prompt', '--json'])).code, 0);
  });

  it('offers the models of a server that it reaches, and prints no key', async () => {
    const authorizations: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      authorizations.push(request.headers.authorization);
      response.setHeader('content-type', 'application/json');
      response.end('{"data":[{"id":"house-1"}]}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
      const settings = `providers: { house: { kind: openai-compatible, baseUrl: "${url}", apiKeyEnv: HOUSE_KEY } }\n`;
      const workspace = repository({ ...TEXTS, 'goldset.yaml': settings });
      const environment = { HOUSE_KEY: 'sk-of-the-house', ...allowedHere('HOUSE_KEY') };
      const { code, out, err } = await workspace.run(['init', '--yes'], { environment });
      assert.equal(code, 0, err);
      assert.match(out, /Add this line to goldset\.yaml: model: house:house-1$/m);
      assert.deepEqual(authorizations, ['Bearer sk-of-the-house']);
      assert.ok(!`${out}${err}`.includes('sk-of-the-house'));
      assert.equal(workspace.read('goldset.yaml'), settings);
    } finally {
      server.close();
    }
  });

  it('does not write through a link that leads out of the repository', async () => {
    const outside = mkdtempSync(path.join(os.tmpdir(), 'goldset-outside-'));
    try {
      const workspace = repository(TEXTS);
      symlinkSync(path.join(outside, 'made.yaml'), path.join(workspace.root, 'prompts/support.golden.yaml'));
      const { code, err } = await init(workspace);
      assert.equal(code, 2);
      assert.match(err, /support\.golden\.yaml leads to a place that does not exist.*It is not written\.\n {2}Replace the link/);
      assert.ok(!existsSync(path.join(outside, 'made.yaml')));
    } finally {
      rmSync(outside, { recursive: true, force: true });
    }
  });

  it('asks one question for the prompt and one for the model at a terminal, and needs --yes elsewhere', async () => {
    const workspace = repository({ ...FASTAPI, ...TEXTS });
    const alone = await workspace.run(['init']);
    assert.deepEqual(
      [alone.code, alone.err],
      [
        2,
        'goldset: goldset init asks questions, and there is no terminal to ask them at.\n  Pass --yes to take the first prompt and the first model that it finds.\n',
      ],
    );
    const command = `'${process.execPath}' '${path.resolve('dist/cli.js')}' init`;
    const { stdout, status } = spawnSync('script', ['-q', '-e', '-c', command, '/dev/null'], {
      cwd: workspace.root,
      input: '9\n2\n2\n',
      timeout: 300_000,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: workspace.userConfig, GOLDSET_CONFIG_DIR: workspace.userConfig },
    });
    assert.equal(status, 0, stdout);
    assert.match(
      stdout,
      /Which prompt gets the first golden case\?\s+1 {2}app\/prompts\.py#TRIAGE_PROMPT {2}\(in code\)\s+2 {2}prompts\/support\.md {2}\(plain text\)/,
    );
    assert.match(stdout, /Type a number from 1 to 3\./);
    assert.match(stdout, /Which model answers prompts that name none\?\s+1 {2}openai:gpt-6-luna {2}\(.*OPENAI_API_KEY is not set/);
    assert.ok(existsSync(path.join(workspace.root, 'prompts/support.golden.yaml')));
    assert.match(workspace.read('goldset.yaml'), /^model: anthropic:claude-\S+ #/m);
  });
});
