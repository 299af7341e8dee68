/** Convert to Goldset: every config of the corpus that converts gives, converted, what the config itself gives: messages and verdicts. */
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { convertPromptfoo } from '../../src/adapters/setup/convert-promptfoo.ts';
import { echoed } from '../../src/adapters/models/echo-client.ts';
import { PromptIndex } from '../../src/adapters/workspace/prompt-index.ts';
import { PromptLoader } from '../../src/adapters/workspace/prompt-files.ts';
import { loadPromptfoo } from '../../src/adapters/workspace/promptfoo-files.ts';
import { openWorkspace } from '../../src/adapters/workspace/root.ts';
import type { GoldenCase } from '../../src/core/golden/case.ts';
import type { CodeRunner } from '../../src/core/grade/code-assertion.ts';
import { gradeOutput } from '../../src/core/grade/grade.ts';
import { gradeExternally } from '../../src/core/judge/external-grading.ts';
import { renderDataOf } from '../../src/core/prompt/case-data.ts';
import { columnTargets } from '../../src/core/prompt/columns.ts';
import type { PromptDocument } from '../../src/core/prompt/document.ts';
import { convertConfig } from '../../src/core/setup/convert-promptfoo-config.ts';
import { prepareRenderer } from '../../src/core/prompt/render.ts';

const FIXTURES = path.resolve('test/fixtures/promptfoo');

/** Configs of which a part has no place in Goldset’s own files. */
const LEFT: Readonly<Record<string, string>> = {
  '50-env': 'values of the environment are not written into files',
  '55-tools': 'goldset.yaml has no tools of a prompt',
  '57-unsupported': 'no provider moderates or searches',
  '63-code-prompt': 'a function makes the prompt',
  '64-conversation': 'a golden set has no earlier answers',
  '71-conversation-chat': 'a golden set has no earlier answers',
  '72-stored-output': 'a golden set has no earlier answers',
  '65-provider-transform': 'goldset.yaml has no transform of a provider',
  '67-code-prompts': 'a function makes the prompts',
  '68-test-generators': 'functions make the tests',
  '69-environment': 'values of the environment are not written into files',
};

/** Answers by what it is given, so that another code or another output gives another verdict. */
const CODE: CodeRunner = {
  run: ({ source, output, context }) => Promise.resolve(JSON.stringify([source, output, context['vars'] ?? null]).length % 3 !== 0),
};

async function verdictOf(document: PromptDocument, item: GoldenCase): Promise<string> {
  const { messages, tools, output: format } = prepareRenderer(document, []).render(renderDataOf(item));
  const output = echoed(messages);
  const subject = { output, vars: item.vars, expected: null, input: output, context: null };
  const compare = (): Promise<{ error: string }> => Promise.resolve({ error: 'no judge' });
  const specs = await gradeExternally(item.assertions, subject, { judging: null, code: CODE, compare });
  assert.ok(specs);
  const graded = gradeOutput(specs, item.threshold, {
    ...{ output, finish: 'stop', toolCalls: [], costUsd: null, ttftMs: 0, latencyMs: 1, outputTokens: null, vars: item.vars, tools: [] },
  });
  const results = graded.assertions.map(({ type, pass, reason }) => [type, pass, reason]);
  return JSON.stringify([
    document.model?.id ?? null,
    document.parameters,
    tools,
    format.schema,
    messages,
    item.id,
    graded.verdict,
    results,
  ]);
}

const readDisk = {
  read: (file: string) => Promise.resolve(readFileSync(file, 'utf8')),
  has: (file: string) => Promise.resolve(existsSync(file)),
};

async function convertedIn(root: string) {
  const name = readdirSync(root).find((file) => file.startsWith('promptfoo')) ?? '';
  const config = await loadPromptfoo(root, name, readFileSync(path.join(root, name), 'utf8'), readDisk);
  const converted = convertConfig(config, '', (file) => existsSync(path.join(root, file)));
  for (const { path: file, text } of [...converted.files, { path: 'goldset.yaml', text: converted.settings }]) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
  return { config, converted };
}

describe('a promptfoo config as Goldset’s own files', () => {
  let folder = '';
  before(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'goldset-convert-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('gives the same messages and verdicts, and names all that is left out', async function () {
    this.timeout(300_000);
    let compared = 0;
    const kept: string[] = [];
    for (const name of readdirSync(FIXTURES)) {
      const root = path.join(folder, name);
      cpSync(path.join(FIXTURES, name), root, { recursive: true });
      const { config, converted } = await convertedIn(root);
      const workspace = await openWorkspace(root);
      assert.deepEqual(
        workspace.diagnostics.filter(({ severity }) => severity === 'error'),
        [],
        name,
      );
      const index = new PromptIndex(workspace);
      const loader = new PromptLoader(workspace, readDisk);
      const ours: string[] = [];
      for (const id of index.composedPrompts()) {
        const { target, diagnostics } = await loader.load(id);
        // What is wrong with a case as the config has it is wrong with it here too.
        const known = config.caseDiagnostics.map(({ message }) => message.replace(/ This affects .*/, ''));
        const errors = diagnostics.filter(({ severity, message }) => severity === 'error' && !known.includes(message));
        assert.deepEqual(
          errors.map(({ message }) => `${name}: ${message}`),
          [],
        );
        for (const item of target.cases) ours.push(await verdictOf(target.document, item));
      }
      const theirs: string[] = [];
      const all = config.documents
        .filter((document) => !config.problems.has(document.path) && document.template.kind !== 'built')
        .flatMap((document) =>
          columnTargets({ document, partials: [], listVariables: [], version: '', ref: null, golden: '', cases: document.embedded.cases }),
        );
      for (const { document, cases } of all)
        for (const item of cases) if (item.unsupported === null) theirs.push(await verdictOf(document, item));
      const lost = theirs.filter((line) => !ours.includes(line));
      const isExplained = converted.left.some(({ severity }) => severity === 'error');
      assert.deepEqual(
        ours.filter((line) => !theirs.includes(line)),
        [],
        name,
      );
      if (!isExplained) assert.deepEqual(lost, [], name);
      if (isExplained) kept.push(name);
      compared += ours.length;
    }
    assert.ok(compared > 120, `${compared} results`);
    assert.deepEqual(
      kept.filter((name) => !Object.hasOwn(LEFT, name)),
      [],
    );
  });

  it('makes no model of a provider that is a program or an address', async () => {
    const root = path.join(folder, 'programs');
    mkdirSync(root, { recursive: true });
    const programs = ['exec:./answer', 'python:answer.py', 'file://answer.js', 'https://example.org/answer'];
    writeFileSync(
      path.join(root, 'promptfooconfig.yaml'),
      `prompts: ['{{x}}']\nproviders:\n  - echo\n${programs.map((id) => `  - ${id}\n`).join('')}tests: [{ vars: { x: a } }]\n`,
    );
    const { converted } = await convertedIn(root);
    assert.deepEqual(converted.prompts, ['prompt']);
    const named = converted.left.filter(({ code }) => code === 'promptfoo/not-converted').map(({ message }) => message.split(' ', 1)[0]);
    assert.deepEqual(named, programs);
  });

  it('refuses a config that was converted already, and writes nothing', async () => {
    const root = mkdtempSync(path.join(os.tmpdir(), 'goldset-twice-'));
    try {
      const config = path.join(root, 'promptfooconfig.yaml');
      writeFileSync(
        config,
        'prompts: ["Say {{word}}"]\nproviders: [echo]\ntests: [{ vars: { word: a }, assert: [{ type: contains, value: a }] }]\n',
      );
      await convertPromptfoo(root, config);
      const before = readdirSync(root);
      await assert.rejects(
        convertPromptfoo(root, config),
        /promptfooconfig.yaml was converted already: prompt.j2, prompt-cases.golden.yaml are there/,
      );
      assert.deepEqual(readdirSync(root), before);
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});
