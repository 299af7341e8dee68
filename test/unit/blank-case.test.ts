/** A new golden case has values of the schema's types, and nothing expected that would fail every answer. Values were written by hand. */
import assert from 'node:assert/strict';
import { parse } from 'yaml';
import { blankJsonCase, blankYamlCase, type BlankCase } from '../../src/core/golden/edit/blank-case.ts';
import { readGoldenSet } from '../../src/core/golden/read-golden.ts';
import type { JsonObject } from '../../src/core/json/json.ts';

const SCHEMA: JsonObject = {
  type: 'object',
  properties: {
    ticket: { type: 'string' },
    age: { type: 'integer', minimum: 18 },
    price: { type: ['number', 'null'] },
    urgent: { type: 'boolean' },
    kind: { enum: ['refund', 'bug'] },
    tags: { type: 'array', items: { type: 'string' } },
    user: { type: 'object', required: ['id'], properties: { id: { type: 'integer' }, note: { type: 'string' } } },
    set: { type: 'string' },
  },
};
const BLANK: BlankCase = {
  id: 'case-1',
  names: ['ticket', 'age', 'price', 'urgent', 'kind', 'tags', 'user', 'set', 'undeclared'],
  schema: SCHEMA,
  defaults: { set: 'as the prompt says' },
  output: null,
};
const VARS = {
  ticket: '',
  age: 18,
  price: 0,
  urgent: false,
  kind: 'refund',
  tags: [''],
  user: { id: 0 },
  set: 'as the prompt says',
  undeclared: '',
};

describe('a new golden case', () => {
  it('has a value of its type for each variable', () => {
    assert.deepEqual(parse(blankYamlCase(BLANK)), [{ id: 'case-1', vars: VARS }]);
    assert.deepEqual(JSON.parse(blankJsonCase(BLANK)), { id: 'case-1', vars: VARS });
  });

  it('expects nothing, and says how to', () => {
    const output: JsonObject = { type: 'object', properties: { label: { enum: ['refund', 'bug'] } } };
    const text = blankYamlCase({ ...BLANK, output });
    assert.match(text, /^ {2}# expected: \{"label":"refund"\}$/m);
    const { cases, diagnostics } = readGoldenSet('a.golden.yaml', text);
    assert.equal(cases[0]?.expected, undefined);
    assert.deepEqual(
      diagnostics.filter(({ severity }) => severity === 'error'),
      [],
    );
    assert.equal(readGoldenSet('a.golden.yaml', text.replace('# expected', 'expected')).cases[0]?.vars['kind'], 'refund');
  });

  it('without variables is a case all the same', () => {
    assert.deepEqual(parse(blankYamlCase({ ...BLANK, names: [] })), [{ id: 'case-1', vars: {} }]);
  });

  it('ends where a schema contains itself', () => {
    const node: { [key: string]: JsonObject | string } = { type: 'object' };
    node['properties'] = { next: node as JsonObject };
    const text = blankJsonCase({ ...BLANK, names: ['node'], schema: { properties: { node: node as JsonObject } }, defaults: {} });
    assert.equal(text, '{"id":"case-1","vars":{"node":{"next":{"next":{"next":{"next":{}}}}}}}\n');
  });
});
