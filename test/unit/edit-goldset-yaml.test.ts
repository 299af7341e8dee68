import assert from 'node:assert/strict';
import { withJudgePrompt, withPromptEntry } from '../../src/core/config/edit-goldset-yaml.ts';
import { readGoldsetYaml } from '../../src/core/config/goldset-yaml.ts';

const set = (text: string): string => withJudgePrompt(text, 'llm-rubric', 'judges/llm-rubric.prompt');

describe('goldset.yaml is changed', () => {
  it('in one place, and what a person wrote stays', () => {
    const before = '# ours\nmodel: openai:gpt-6-luna # small\njudge: { model: openai:gpt-6-sol }\nspend:\n  perRun: 1 # USD\n';
    const after = set(before);
    assert.match(
      after,
      /^# ours\nmodel: openai:gpt-6-luna # small\njudge: { model: openai:gpt-6-sol, prompts: { llm-rubric: judges\/llm-rubric\.prompt } }\n/,
    );
    assert.match(after, /perRun: 1 # USD/);
    const { config, diagnostics } = readGoldsetYaml('goldset.yaml', after);
    assert.deepEqual([[...config.judge.prompts], diagnostics.length], [[['llm-rubric', 'judges/llm-rubric.prompt']], 0]);
    assert.equal(set(after), after);
  });
  it('also where it is empty, and not where it is broken', () => {
    assert.equal(readGoldsetYaml('goldset.yaml', set('')).config.judge.prompts.size, 1);
    for (const broken of ['a: [', '- a list']) assert.throws(() => set(broken), { code: 'config/yaml' });
  });
});

describe('an entry of a prompt in goldset.yaml', () => {
  it('is added with its values, and keeps what a person wrote', () => {
    assert.equal(withPromptEntry('', 'a.md', {}), 'prompts:\n  a.md: {}\n');
    const written = '# ours\nprompts:\n  a.md:\n    parameters:\n      seed: 1 # fixed\n  b.md: {}\n';
    assert.equal(
      withPromptEntry(written, 'a.md', { syntax: 'python', parameters: { maxOutputTokens: 9 } }),
      '# ours\nprompts:\n  a.md:\n    parameters:\n      seed: 1 # fixed\n      maxOutputTokens: 9\n    syntax: python\n  b.md: {}\n',
    );
    assert.throws(() => withPromptEntry('- a list', 'a.md', {}), /goldset\.yaml/);
  });
});
