/** Places of texts that YAML writes in its own way, and what several providers of one prompt share. */
import assert from 'node:assert/strict';
import { compareVersions, renderVersion } from '../../src/core/economics/prefix/invalidation.ts';
import { renderCases } from '../../src/core/economics/rendered-cases.ts';
import { Counters } from '../../src/core/economics/tokens/counters.ts';
import { compileText, analyseText } from '../../src/core/prompt/template/text-syntaxes.ts';
import { readPromptfoo } from '../../src/core/prompt/promptfoo/read-config.ts';

const read = (text: string) => {
  const [document] = readPromptfoo('promptfooconfig.yaml', text, { texts: new Map(), matches: new Map() }).documents;
  assert.ok(document?.template.kind === 'text');
  return { document, messages: document.template.messages };
};

/** Every way in which YAML writes a text that is not in the file as it is. */
const WRITTEN: Readonly<Record<string, string>> = {
  'a block': 'prompts:\n  - |\n    Sort the question.\n      Indented.\n\n    Question: {{question}} of {{who}}\n',
  'a block of a map': 'prompts:\n  - label: careful\n    raw: |-\n      Sort the question.\n      Question: {{question}} of {{who}}\n',
  'folded lines': 'prompts:\n  - >\n    Sort the\n    question: {{question}}\n    of {{who}}\n',
  'single quotes': "prompts: ['It''s {{question}} of {{who}}']\n",
  'double quotes over lines': 'prompts:\n  - "Sort the\n    question: {{question}}\n    of {{who}}"\n',
  'plain lines': 'prompts:\n  - Sort the\n    question {{question}}\n    of {{who}}\n',
  'as it is': 'prompts: ["{{question}} {{who}}"]\n',
};

describe('where the text of a promptfoo config stands', () => {
  for (const [name, text] of Object.entries(WRITTEN))
    it(`is the file of ${name}, for variables and for what is rendered`, () => {
      const { messages } = read(text);
      const { variables } = analyseText('nunjucks', messages, 'promptfooconfig.yaml#prompt');
      const names = variables.map(({ range }) => text.slice(range.start, range.end));
      assert.deepEqual(names, ['question', 'who']);
      const segments = compileText('nunjucks', messages, new Map())({ question: 'Why', who: 'you' });
      const values = segments.filter(({ kind }) => kind === 'value').map(({ source: { range } }) => text.slice(range.start, range.end));
      assert.deepEqual(values, ['{{question}}', '{{who}}']);
    });
});

describe('a promptfoo config without prompts', () => {
  it('sends the variable `prompt` of each test, as promptfoo does', () => {
    const { document, messages } = read(
      'providers: [openai:gpt-6-luna]\ntests:\n  - vars: { prompt: Hello }\n    assert: [{ type: contains, value: Hello }]\n',
    );
    assert.equal(document.name, 'prompt');
    assert.deepEqual(
      compileText(
        'nunjucks',
        messages,
        new Map(),
      )({ prompt: 'Hello' })
        .map((segment) => 'text' in segment && segment.text)
        .filter(Boolean),
      ['Hello'],
    );
  });
});

describe('the prefix of a prompt of several providers', () => {
  it('is the same as before for each of them, until the prompt is edited', async () => {
    const counters = new Counters();
    await counters.load([]);
    const { document } = read('prompts: ["Hello {{x}}"]\nproviders: [openai:gpt-4.1, openai:gpt-4o]\n');
    const rendered = renderCases(document, [], []);
    const previous = renderVersion({ ref: 'HEAD', document, partials: [] }, rendered);
    const edited = (model: string): boolean => {
      const found = compareVersions(previous, rendered, counters.plain, model);
      return (found?.tokens ?? 0) > 0;
    };
    assert.ok(document.columns?.length === 2);
    assert.deepEqual(['openai:gpt-4.1', 'openai:gpt-4o', 'openai:gpt-5'].map(edited), [false, false, true]);
  });
});
