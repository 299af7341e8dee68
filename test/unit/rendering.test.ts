import assert from 'node:assert/strict';
import { Dotprompt } from 'dotprompt';
import { HumanError } from '../../src/core/problems/errors.ts';
import type { JsonObject } from '../../src/core/json/json.ts';
import { readPrompt } from '../../src/core/prompt/read-prompt.ts';
import { prepareRenderer } from '../../src/core/prompt/render.ts';
import type { Message, RenderData } from '../../src/core/prompt/request.ts';
import { picturesOf } from './picture.ts';

interface Picture {
  readonly name: string;
  readonly prompt: string;
  readonly path?: string;
  readonly partials?: Readonly<Record<string, string>>;
  readonly data?: {
    readonly input?: JsonObject;
    readonly messages?: Message[];
    readonly docs?: JsonObject[];
    readonly context?: JsonObject;
  };
  readonly messages?: unknown;
  readonly problem?: string;
  /** Why the reference does something else here. */
  readonly notLikeReference?: string;
}

const partialsOf = (picture: Picture) =>
  Object.entries(picture.partials ?? {}).map(([name, text]) => ({ name, path: `_${name}.prompt`, text }));

function render(picture: Picture): readonly Message[] {
  const partials = partialsOf(picture);
  const { document } = readPrompt(picture.path ?? 'test.prompt', picture.prompt, partials);
  const data: RenderData = { input: {}, ...picture.data };
  return prepareRenderer(document, partials).render(data).messages;
}

describe('rendering', () => {
  for (const picture of picturesOf<Picture>('rendering')) {
    it(picture.name, () => {
      if (picture.problem === undefined) assert.deepEqual(render(picture), picture.messages);
      else
        assert.throws(
          () => render(picture),
          (error) => error instanceof HumanError && error.message.includes(picture.problem ?? ''),
        );
    });
    if (picture.path !== undefined || picture.problem !== undefined || picture.notLikeReference !== undefined) continue;
    it(`${picture.name} (the reference implementation agrees)`, async () => {
      const reference = new Dotprompt({ partials: { ...picture.partials } });
      const { document } = readPrompt('test.prompt', picture.prompt, partialsOf(picture));
      const rendered = await reference.render(picture.prompt, (picture.data ?? {}) as unknown as Parameters<typeof reference.render>[1], {
        input: { default: document.input.defaults },
      });
      assert.deepEqual(JSON.parse(JSON.stringify(rendered.messages)), picture.messages);
    });
  }

  it('gives every segment its place in the source', () => {
    const text = '---\nmodel: a:b\n---\n{{role "system"}}Be {{tone}}.\n{{#each items}}- {{this}}\n{{/each}}';
    const { document } = readPrompt('a.prompt', text);
    const { segments } = prepareRenderer(document, []).render({ input: { tone: 'kind', items: ['x', 'y'] } });
    const shown = segments.map((segment) => [
      segment.kind,
      segment.kind === 'marker' ? segment.marker.type : segment.text,
      text.slice(segment.source.range.start, segment.source.range.end),
    ]);
    assert.deepEqual(shown, [
      ['marker', 'role', '{{role "system"}}'],
      ['literal', 'Be ', 'Be '],
      ['value', 'kind', '{{tone}}'],
      ['literal', '.\n', '.\n'],
      ['literal', '- ', '- '],
      ['value', 'x', '{{this}}'],
      ['literal', '\n', '\n'],
      ['literal', '- ', '- '],
      ['value', 'y', '{{this}}'],
      ['literal', '\n', '\n'],
    ]);
  });

  it('applies prefix and suffix to the last user message as text', () => {
    const { document } = readPrompt('a.prompt', '{{role "system"}}S{{role "user"}}U');
    const { messages } = prepareRenderer(document, []).render({ input: {}, prefix: '{{role "system"}}', suffix: '!' });
    assert.deepEqual(messages.at(-1), { role: 'user', content: [{ text: '{{role "system"}}U!' }] });
  });
});
