/** A model that nothing knows: the nearest known one is offered, and a name that may be right is left alone. */
import assert from 'node:assert/strict';
import { unknownModel, type KnownModels } from '../../src/core/config/unknown-model.ts';
import { applyEdits } from '../../src/core/text/text.ts';

const MODELS = ['openai:gpt-4o', 'openai:gpt-4o-mini', 'openai:gpt-5', 'anthropic:claude-sonnet-4-5'];
const KNOWN: KnownModels = {
  of: (provider) => MODELS.filter((id) => id.startsWith(`${provider}:`)),
  has: (id) => MODELS.some((model) => model === id || model.endsWith(`:${id}`)),
};

/** The text, the model that its reader makes of what is written there, and the text after the fix; null: nothing is said. */
const ROWS: readonly (readonly [string, string, string, string | null])[] = [
  ['model: openai:gpt-4o-mni\n', 'openai:gpt-4o-mni', 'openai:gpt-4o-mni', 'model: openai:gpt-4o-mini\n'],
  ['model: "gpt4o-mini"\n', 'gpt4o-mini', '"gpt4o-mini"', null],
  ['model: "gpt-4omini"\n', 'gpt-4omini', '"gpt-4omini"', 'model: "gpt-4o-mini"\n'],
  ['id: gpt-4o-minni\n', 'openai:gpt-4o-minni', 'gpt-4o-minni', 'id: gpt-4o-mini\n'],
  ['model: openai:gpt-4o\n', 'openai:gpt-4o', 'openai:gpt-4o', null],
  ['model: openai:quite-another\n', 'openai:quite-another', 'openai:quite-another', null],
  ['model: local:gpt-4o-mni\n', 'local:gpt-4o-mni', 'local:gpt-4o-mni', null],
  ['model: Claude Sonet 4.5\n', 'claude-sonet-4.5', 'Claude Sonet 4.5', null],
  ['model: openai:\n', 'openai:', 'openai:', null],
];

describe('a model that nothing knows', () => {
  for (const [text, id, written, fixed] of ROWS)
    it(`${JSON.stringify(text)}: ${fixed === null ? 'nothing is said' : JSON.stringify(fixed)}`, () => {
      const start = text.indexOf(written);
      const problem = unknownModel({ path: 'a.prompt', model: { id, range: { start, end: start + written.length } } }, text, KNOWN);
      assert.equal(problem === null ? null : applyEdits(text, problem.fixes?.[0]?.edits ?? []), fixed);
    });
});
