/** The judges of promptfoo configs: which model judges, and with which parameters. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sha256 } from '../../src/adapters/hash.ts';
import type { ModelOpener } from '../../src/adapters/models/open-model.ts';
import { WorkspaceJudges } from '../../src/adapters/models/workspace-judges.ts';
import { PromptLoader } from '../../src/adapters/workspace/prompt-files.ts';
import { loadPromptfoo } from '../../src/adapters/workspace/promptfoo-files.ts';
import { EMPTY_CONFIG } from '../../src/core/config/goldset-yaml.ts';
import { promptfooTests } from '../../src/core/golden/promptfoo-export.ts';
import { LineIndex } from '../../src/core/text/text.ts';
import { readPromptfoo } from '../../src/core/prompt/promptfoo/read-config.ts';
import { readGoldenSet } from '../../src/core/golden/read-golden.ts';
import { promptVersion } from '../../src/core/versions/identity.ts';
import { modelOf } from './run-world.ts';

const ROOT = path.resolve('test/fixtures/promptfoo/70-judge-settings');
const NAME = 'promptfooconfig.yaml';

const config = () =>
  loadPromptfoo(ROOT, NAME, readFileSync(path.join(ROOT, NAME), 'utf8'), {
    read: (file) => Promise.resolve(readFileSync(file, 'utf8')),
    has: () => Promise.resolve(true),
  });

describe('the judges of promptfoo configs', () => {
  it('have the parameters that the config gives them, and no key', async () => {
    const { documents } = await config();
    const [first] = documents[0]?.embedded.cases ?? [];
    assert.deepEqual(
      first?.assertions.map(({ type, provider, judgeParameters }) => [type, provider, judgeParameters]),
      [
        ['llm-rubric', 'openai:gpt-4.1', { temperature: 0, maxOutputTokens: 300, seed: 7 }],
        // Vectors are made of the texts alone.
        ['similar', 'openai:text-embedding-3-small', undefined],
        ['factuality', 'anthropic:messages:claude-sonnet-4-5', { temperature: 0.5 }],
      ],
    );
  });

  it('are another server nowhere: a case whose judge has an address of its own is an error at that line', () => {
    const text = `prompts: ['{{text}}']
providers: [openai:gpt-4.1]
tests:
  - vars: { text: When does it come? }
    assert:
      - type: llm-rubric
        value: is polite
        provider:
          id: openai:gpt-4.1
          config:
            apiKey: not-a-key
            apiBaseUrl: https://models.example/v1
            temperature: hot
`;
    const { documents, caseDiagnostics } = readPromptfoo('promptfooconfig.yaml', text, { texts: new Map(), matches: new Map() });
    const [only] = documents[0]?.embedded.cases ?? [];
    assert.match(only?.unsupported ?? '', /`apiBaseUrl` of a judge is not read, so it would be another server that judges/);
    assert.deepEqual(only?.assertions[0]?.judgeParameters, undefined);
    const lines = new LineIndex(text);
    assert.deepEqual(
      caseDiagnostics.map(({ severity, range }) => [severity, lines.position(range?.start ?? 0).line + 1]),
      [
        ['warning', 11],
        ['error', 12],
        ['error', 13],
      ],
    );
  });

  it('judge with those parameters over those of their prompt, as another version of it', async () => {
    const root = mkdtempSync(path.join(tmpdir(), 'judges-'));
    const opened: string[] = [];
    const client = modelOf(() => Promise.resolve({ output: '' }));
    const models = { open: (id: string) => Promise.resolve((opened.push(id), client)) } as unknown as ModelOpener;
    const judges = new WorkspaceJudges({
      workspace: { root, config: EMPTY_CONFIG, diagnostics: [] },
      builtIn: path.resolve('judges'),
      models,
      load: (workspace, file) => new PromptLoader(workspace).load(file),
    });
    const plain = await judges.judge('llm-rubric', { type: 'llm-rubric', value: 'x', provider: 'openai:gpt-4.1' });
    const given = { type: 'llm-rubric', value: 'x', provider: 'openai:gpt-4.1', judgeParameters: { temperature: 0, max_tokens: 300 } };
    const own = await judges.judge('llm-rubric', given);
    assert.deepEqual(own.parameters, { ...plain.parameters, temperature: 0, maxOutputTokens: 300 });
    assert.notEqual(own.version, plain.version);
    assert.equal(own.version, promptVersion(own.document, own.partials, sha256));
    assert.equal((await judges.identity('llm-rubric', given))?.version, own.version);
    assert.deepEqual(opened, ['openai:gpt-4.1', 'openai:gpt-4.1']);
    await assert.rejects(
      judges.judge('llm-rubric', { ...given, judgeParameters: { temperature: 'hot' } }),
      /`config.temperature` must be a number/,
    );
    rmSync(root, { recursive: true });
  });

  it('stand in a golden set as in promptfoo, and are exported so', () => {
    const text = `- id: a
  vars: { x: b }
  assert:
    - type: llm-rubric
      value: is polite
      provider: { id: openai:gpt-4.1, config: { temperature: 0 } }
`;
    const { cases, diagnostics } = readGoldenSet('a.golden.yaml', text);
    assert.deepEqual(diagnostics, []);
    const { tests } = promptfooTests('a.prompt', cases, '');
    assert.deepEqual(tests[0]?.['assert'], [
      { type: 'llm-rubric', value: 'is polite', provider: { id: 'openai:gpt-4.1', config: { temperature: 0 } } },
    ]);
  });
});
