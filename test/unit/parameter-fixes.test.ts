/** The quick fix of model/unsupported-parameter, in whatever form the settings of a prompt have. */
import assert from 'node:assert/strict';
import { capabilitiesOf } from '../../src/core/economics/capabilities.ts';
import type { FindingCode } from '../../src/core/economics/findings/finding.ts';
import { applyEdits } from '../../src/core/text/text.ts';
import { analyse, type Situation } from './analyse.ts';

function fixed(code: FindingCode, situation: Situation): { after: Situation; title: string } {
  const { findings, fixOf } = analyse(situation);
  const found = findings.find((item) => item.code === code);
  assert.ok(found);
  const fix = fixOf(found);
  assert.ok(fix, 'no fix');
  const prompt = applyEdits(situation.prompt, fix.edits);
  assert.ok(!analyse({ ...situation, prompt }).findings.some((item) => item.code === code), `still found in:\n${prompt}`);
  return { after: { ...situation, prompt }, title: fix.title };
}

describe('the quick fix of a parameter', () => {
  it('removes a parameter that the model rejects, in whatever form the settings have', () => {
    const bodies: readonly (readonly [string, string])[] = [
      ['config:\n  temperature: 0\n', ''],
      ['config:\n  # why\n  temperature: 0 # cold\n  maxOutputTokens: 9\n', 'config:\n  # why\n  maxOutputTokens: 9\n'],
      ['config:\n  maxOutputTokens: 9\n  temperature: 0\n', 'config:\n  maxOutputTokens: 9\n'],
      ['config: { temperature: 0 }\n', 'config: { }\n'],
      ['config: { temperature: 0, maxOutputTokens: 9 }\n', 'config: { maxOutputTokens: 9 }\n'],
      ['config: { maxOutputTokens: 9, temperature: 0 }\n', 'config: { maxOutputTokens: 9 }\n'],
      ['config:\r\n    temperature: 0\r\n    maxOutputTokens: 9\r\n', 'config:\r\n    maxOutputTokens: 9\r\n'],
      ['config:\n  stopSequences:\n    - END\n    - STOP\n  maxOutputTokens: 9\n', 'config:\n  maxOutputTokens: 9\n'],
      ['config:\n  top_p: 0.5\n  maxOutputTokens: 9\n', 'config:\n  maxOutputTokens: 9\n'],
    ];
    const facts = { capabilities: capabilitiesOf('openai:gpt-6-astra') };
    for (const [before, after] of bodies) {
      const situation = { prompt: `---\nmodel: test:model\n${before}---\n{{q}}`, facts };
      const { after: fixedPrompt, title } = fixed('model/unsupported-parameter', situation);
      assert.equal(fixedPrompt.prompt, `---\nmodel: test:model\n${after}---\n{{q}}`);
      assert.match(title, /^Remove `(temperature|stopSequences|top_p)`$/);
    }
    const yml = 'model: test:model\nmodelParameters:\n  temperature: 0\n  maxTokens: 9\nmessages:\n  - role: user\n    content: hi\n';
    const { after } = fixed('model/unsupported-parameter', { path: 'p.prompt.yml', prompt: yml, facts });
    assert.equal(after.prompt, yml.replace('  temperature: 0\n', ''));
  });

  it('sets the nearest value that the model accepts', () => {
    for (const [model, before, after, title] of [
      ['openai:gpt-5.6-luna', 'reasoningEffort: minimal', 'reasoningEffort: none', 'Set `reasoningEffort` to none'],
      ['openai:gpt-6-astra', 'reasoningEffort: none', 'reasoningEffort: low', 'Set `reasoningEffort` to low'],
      ['anthropic:claude-haiku-4-5', 'temperature: 1.5', 'temperature: 1', 'Set `temperature` to 1'],
      ['openai:gpt-4o', 'max_tokens: 99999', 'max_tokens: 16384', 'Set `max_tokens` to 16384'],
      ['openai:gpt-4o', 'maxOutputTokens: 99999', 'maxOutputTokens: 16384', 'Set `maxOutputTokens` to 16384'],
    ] as const) {
      const facts = { capabilities: capabilitiesOf(model) };
      const found = fixed('model/unsupported-parameter', { prompt: `---\nmodel: test:model\nconfig: { ${before} }\n---\n{{q}}`, facts });
      const { findings } = analyse({ prompt: `---\nmodel: test:model\nconfig: { ${before} }\n---\n{{q}}`, facts });
      const said = findings.find(({ code }) => code === 'model/unsupported-parameter');
      assert.ok(said?.message.includes(`does not accept \`${before.split(':')[0] ?? ''}\``), said?.message);
      assert.ok(said?.hint.startsWith(`Write \`${after}\``), said?.hint);
      assert.deepEqual([found.after.prompt, found.title], [`---\nmodel: test:model\nconfig: { ${after} }\n---\n{{q}}`, title]);
    }
  });

  it('turns the JSON of a .prompt.yml without a schema into JSON with one', () => {
    const { after } = fixed('output/prose-for-data', {
      path: 'p.prompt.yml',
      prompt: 'model: test:model\nresponseFormat: json_object\nmessages:\n  - role: user\n    content: "{{q}}"\n',
      cases: [{ vars: { q: 'a' }, expected: { label: 'bug' } }],
    });
    assert.match(after.prompt, /^responseFormat: json_schema\njsonSchema: '\{"name"/m);
    assert.doesNotMatch(after.prompt, /json_object/);
  });
});
