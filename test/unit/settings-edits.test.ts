/** Edits of a prompt's settings, text before and after; and the schema that golden cases imply. */
import assert from 'node:assert/strict';
import { addSchema, setOutputLimit } from '../../src/core/economics/fixes/front-matter-edits.ts';
import { impliedSchema } from '../../src/core/economics/fixes/implied-schema.ts';
import { keepsBlocks } from '../../src/core/economics/fixes/keeps-blocks.ts';
import { moveStaticFirst } from '../../src/core/economics/fixes/move-static.ts';
import type { JsonObject } from '../../src/core/json/json.ts';
import { readPrompt } from '../../src/core/prompt/read-prompt.ts';
import { applyEdits } from '../../src/core/text/text.ts';
import { analyse } from './analyse.ts';

const document = (path: string, text: string) => readPrompt(path, text, []).document;

describe('a limit of the answer', () => {
  const limited = (text: string, path = 'p.prompt'): string | null => {
    const edit = setOutputLimit(text, document(path, text), 9);
    return edit === null ? null : applyEdits(text, [edit]);
  };
  const cases: readonly (readonly [string, string | null])[] = [
    ['hi', '---\nconfig:\n  maxOutputTokens: 9\n---\nhi'],
    ['---\nmodel: a:b\n---\nhi', '---\nconfig:\n  maxOutputTokens: 9\nmodel: a:b\n---\nhi'],
    ['---\nmodel: a:b # why\n---\nhi', '---\nconfig:\n  maxOutputTokens: 9\nmodel: a:b # why\n---\nhi'],
    ['---\nconfig:\n  temperature: 1\n---\nhi', '---\nconfig:\n  maxOutputTokens: 9\n  temperature: 1\n---\nhi'],
    ['---\nconfig: # ours\n    temperature: 1\n---\nhi', '---\nconfig: # ours\n    maxOutputTokens: 9\n    temperature: 1\n---\nhi'],
    [
      '---\nconfig:\n  # first\n\n   temperature: 1\n---\nhi',
      '---\nconfig:\n   maxOutputTokens: 9\n  # first\n\n   temperature: 1\n---\nhi',
    ],
    ['---\nconfig:\nmodel: a:b\n---\nhi', '---\nconfig:\n  maxOutputTokens: 9\nmodel: a:b\n---\nhi'],
    ['---\nconfig: { temperature: 1 }\n---\nhi', '---\nconfig: { maxOutputTokens: 9, temperature: 1 }\n---\nhi'],
    ['---\nconfig: {}\n---\nhi', '---\nconfig: { maxOutputTokens: 9 }\n---\nhi'],
    ['---\nconfig: { temperature: 1 } # hot\n---\nhi', '---\nconfig: { maxOutputTokens: 9, temperature: 1 } # hot\n---\nhi'],
    ['---\nconfig: &base\n  temperature: 1\n---\nhi', null],
    ['---\nconfig: { temperature:\n 1 }\n---\nhi', null],
  ];
  for (const [before, after] of cases) it(JSON.stringify(before), () => assert.equal(limited(before), after));

  it('keeps Windows line ends around it', () => {
    assert.equal(
      limited('---\r\nconfig:\r\n   temperature: 1\r\n---\r\nhi'),
      '---\r\nconfig:\n   maxOutputTokens: 9\r\n   temperature: 1\r\n---\r\nhi',
    );
  });

  it('of .prompt.yml stands first, behind comments and the beginning of the document', () => {
    const yml = (text: string): string | null => limited(text, 'p.prompt.yml');
    const messages = 'model: a/b\nmessages: [{ role: user, content: hi }]\n';
    const added = 'modelParameters:\n  maxTokens: 9\n';
    for (const start of ['', '# ours\n', '# a\n\n# b\n', '---\n', '%YAML 1.2\n---\n', '# a\n--- # b\n'])
      assert.equal(yml(start + messages), start + added + messages, JSON.stringify(start));
    assert.equal(yml(`${messages}modelParameters:\n  temperature: 1\n`), `${messages}modelParameters:\n  maxTokens: 9\n  temperature: 1\n`);
  });
});

describe('a schema of the answer', () => {
  const SCHEMA = { type: 'object' };
  const withSchema = (text: string, path = 'p.prompt'): string | null => {
    const edit = addSchema(text, document(path, text), SCHEMA);
    return edit === null ? null : applyEdits(text, [edit]);
  };
  const cases: readonly (readonly [string, string | null])[] = [
    ['hi', '---\noutput:\n  format: json\n  schema: {"type":"object"}\n---\nhi'],
    ['---\nmodel: a:b\n---\nhi', '---\noutput:\n  format: json\n  schema: {"type":"object"}\nmodel: a:b\n---\nhi'],
    ['---\noutput:\n  format: json\nmodel: a:b\n---\nhi', '---\noutput:\n  format: json\n  schema: {"type":"object"}\nmodel: a:b\n---\nhi'],
    ['---\noutput:\n    format:   json  \n---\nhi', '---\noutput:\n  format: json\n  schema: {"type":"object"}\n---\nhi'],
    ['---\noutput: { format: json }\n---\nhi', '---\noutput:\n  format: json\n  schema: {"type":"object"}\n---\nhi'],
    ['---\noutput: {format:json}\n---\nhi', '---\noutput:\n  format: json\n  schema: {"type":"object"}\n---\nhi'],
    ['---\noutput: { format: text }\n---\nhi', null],
    ['---\noutput:\n  format: jsonl\n---\nhi', null],
    ['---\noutput: { format: json, x: 1 }\n---\nhi', null],
  ];
  for (const [before, after] of cases) it(JSON.stringify(before), () => assert.equal(withSchema(before), after));

  it('of .prompt.yml is quoted JSON, and left alone where there is one', () => {
    const yml = (text: string, schema: JsonObject = SCHEMA): string | null => {
      const edit = addSchema(text, document('p.prompt.yml', text), schema);
      return edit === null ? null : applyEdits(text, [edit]);
    };
    const messages = 'model: a/b\nmessages: [{ role: user, content: hi }]\n';
    assert.equal(
      yml(messages),
      `responseFormat: json_schema\njsonSchema: '{"name":"output","strict":false,"schema":{"type":"object"}}'\n${messages}`,
    );
    assert.match(yml(messages, { title: "it's" }) ?? '', /"title":"it''s"/);
    assert.deepEqual([yml(`${messages}responseFormat: text\n`), yml(`${messages}jsonSchema: '{}'\n`)], [null, null]);
  });
});

describe('the schema that objects imply', () => {
  it('has all fields, and requires those that all have', () => {
    assert.equal(impliedSchema([]), null);
    assert.deepEqual(
      impliedSchema([
        { a: 'x', b: 1 },
        { a: 'y', c: true },
      ]),
      {
        type: 'object',
        properties: { a: { type: 'string' }, b: { type: 'integer' }, c: { type: 'boolean' } },
        required: ['a'],
      },
    );
  });

  it('knows types of values, of lists and of what is in them', () => {
    const of = (...values: unknown[]): unknown =>
      (impliedSchema(values.map((a) => ({ a }) as JsonObject))?.['properties'] as JsonObject | undefined)?.['a'];
    assert.deepEqual(of(1, 2.5), { type: 'number' });
    assert.deepEqual([of(1), of(1.5), of(null), of([])], [{ type: 'integer' }, { type: 'number' }, { type: 'null' }, { type: 'array' }]);
    assert.deepEqual(of('x', null), { type: ['string', 'null'] });
    assert.deepEqual(of(1, 'x'), { type: ['integer', 'string'] });
    assert.deepEqual(of(1, 2.5, null), { type: ['integer', 'number', 'null'] });
    assert.deepEqual(of(['x', 'y'], []), { type: 'array', items: { type: 'string' } });
    assert.deepEqual(of([1], [{ b: 1 }]), { type: 'array', items: { type: ['integer', 'object'] } });
    assert.deepEqual(of({ b: 'x' }, { b: 'y', c: 1 }), {
      type: 'object',
      properties: { b: { type: 'string' }, c: { type: 'integer' } },
      required: ['b'],
    });
  });
});

describe('static text that is moved', () => {
  const LONG =
    'This rule is the same in each call and has more than thirty-two tokens, so that it is worth a move: always answer kindly, briefly, in the language of the customer, and never promise what no policy allows. Who asks for money gets the form, who asks for a parcel gets its number, and all others get the address of the shop.';
  const head = '---\nmodel: test:model\n---\n{{role "system"}}\n';
  const two = [{ vars: { name: 'Ana', q: 'where?' } }, { vars: { name: 'Bo', q: 'when?' } }];
  const SECOND = LONG.replaceAll('rule', 'second rule');
  /** The prompt after the fix; null: there is none. */
  function moved(body: string, before = head): string | null {
    const found = analyse({ prompt: `${before}${body}\n{{role "user"}}\n{{q}}\n`, cases: two });
    const finding = found.findings.find(({ code }) => code === 'prefix/volatile-first');
    if (finding === undefined) return null;
    const fix = moveStaticFirst(finding, found.evidence);
    if (fix === null) return null;
    assert.equal(keepsBlocks(found.evidence, fix.edits), true);
    return applyEdits(found.evidence.text, fix.edits)
      .slice(before.length)
      .replace(/\n\{\{role "user"\}\}[^]*$/, '');
  }

  it('goes before the first variable, in its order, with what stands between', () => {
    assert.equal(moved(`Hello {{name}}.\n\n${LONG}\n\n${SECOND}`), `${LONG}\n\n${SECOND}\n\nHello {{name}}.`);
    assert.equal(moved(`First.\n\nHello {{name}}.\n\n\n${LONG}`), `First.\n\n${LONG}\n\n\nHello {{name}}.`);
    assert.equal(moved(`Hello {{name}}.\n\n${LONG}\n\nBye {{name}}.`), `${LONG}\n\nHello {{name}}.\n\nBye {{name}}.`);
  });

  it('moves as a whole what hangs together', () => {
    for (const whole of [
      `# Rules\n\n${LONG}`,
      `Rules:\n\n${LONG}`,
      `<rules>\n\n${LONG}\n\n</rules>`,
      `\`\`\`\ncode\n\n${LONG}\n\`\`\``,
      `~~~\n${LONG}\n\nmore\n~~~`,
    ])
      assert.equal(moved(`Hello {{name}}.\n\n${whole}`), `${whole}\n\nHello {{name}}.`, whole);
    assert.equal(moved(`Hello {{name}}.\n\nBreak <br/> and a < b.\n\n${LONG}`), `Break <br/> and a < b.\n\n${LONG}\n\nHello {{name}}.`);
  });

  it('stays where it points to what stands before, and where something points on to it', () => {
    for (const back of [
      'As said above, be kind.',
      'See the preceding text.',
      'The aforementioned name counts.',
      'Use the previous paragraph.',
    ])
      assert.equal(moved(`Hello {{name}}.\n\n${back}\n\n${LONG}`), `${LONG}\n\nHello {{name}}.\n\n${back}`, back);
    for (const free of ['Above all, be kind.', 'Above average.', 'Values above 5 are high.', 'The previous owner.'])
      assert.equal(moved(`Hello {{name}}.\n\n${free}\n\n${LONG}`), `${free}\n\n${LONG}\n\nHello {{name}}.`, free);
    for (const on of ['Hello {{name}}, see below.', 'The following is for {{name}}.']) assert.equal(moved(`${on}\n\n${LONG}`), null, on);
  });

  it('is not moved where white space is eaten, nothing is static, or too much would stay', () => {
    assert.equal(moved(`Hello {{~name}}.\n\n${LONG}`), null);
    assert.equal(moved(`Hello {{name~}}.\n\n${LONG}`), null);
    assert.equal(moved(`Hello {{name}}. ${LONG}`), null);
    assert.equal(moved(`Hello {{name}}.\n\n{{#if name}}\n\n${LONG}\n\n{{/if}}`), null);
    assert.equal(moved(`Hello {{name}}. ${LONG}\n\nBe kind.`), null);
  });
});
