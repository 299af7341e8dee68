/** What completion offers in YAML of ours: places in half-written text, and the schemas in `schemas/`. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { parse } from 'yaml';
import { readScript } from '../../src/adapters/models/scripted/script.ts';
import { readGoldsetYaml } from '../../src/core/config/goldset-yaml.ts';
import type { JsonObject } from '../../src/core/json/json.ts';
import { readPrompt } from '../../src/core/prompt/read-prompt.ts';
import { schemaKeys, schemaValues, type SchemaKey } from '../../src/core/json/schema-choices.ts';
import { yamlPlaceAt } from '../../src/core/yaml/yaml-place.ts';

interface Row {
  readonly about: string;
  readonly schema: string;
  readonly text: string;
  readonly keys?: readonly string[];
  readonly values?: readonly string[];
  readonly not?: readonly string[];
  readonly nothing?: boolean;
}

const schemaOf = (name: string): JsonObject => JSON.parse(fs.readFileSync(`schemas/${name}.schema.json`, 'utf8')) as JsonObject;
const SCHEMAS = ['golden', 'goldset-yaml', 'scripted', 'front-matter', 'prompt-yml'];

describe('completion by schema', () => {
  for (const { about, schema, text, keys = [], values = [], not = [], nothing = false } of parse(
    fs.readFileSync('test/unit/cases/schema-places.yaml', 'utf8'),
  ) as readonly Row[]) {
    it(about, () => {
      const before = text.slice(0, text.indexOf('¦')).split('\n');
      const place = yamlPlaceAt(text.replace('¦', '').split('\n'), before.length - 1, before.at(-1)?.length ?? 0);
      if (nothing) return assert.equal(place, null);
      assert.ok(place);
      const offered = place.valueOf === null ? schemaKeys(schemaOf(schema), place.trail).map(({ name }) => name) : [];
      const listed = schemaValues(schemaOf(schema), place.trail, place.valueOf).map(({ value }) => value);
      const shown = offered.filter((name) => !place.siblings.includes(name));
      for (const key of keys) assert.ok(shown.includes(key), `${key} is not among ${shown.join(', ')}`);
      for (const value of values) assert.ok(listed.includes(value), `${value} is not among ${listed.join(', ')}`);
      for (const name of not) assert.ok(![...shown, ...listed].includes(name), `${name} is offered`);
    });
  }
});

describe('the schemas', () => {
  /** Every key of a schema that a person can be offered, with its place. */
  const all = (
    schema: JsonObject,
    trail: readonly string[] = [],
    depth = 0,
  ): { readonly trail: readonly string[]; readonly key: SchemaKey }[] =>
    schemaKeys(schema, trail).flatMap((key) => [
      { trail, key },
      ...(depth < 4 && key.name !== 'assert' ? all(schema, [...trail, key.name], depth + 1) : []),
    ]);

  for (const name of SCHEMAS)
    it(`${name} describes every key`, () => {
      const keys = all(schemaOf(name));
      assert.ok(keys.length > 5);
      assert.deepEqual(
        keys.filter(({ key }) => key.description === '').map(({ trail, key }) => [...trail, key.name].join('.')),
        [],
      );
    });

  /** The keys of a schema's top that a reader does not know. */
  const unknown = (name: string, problemsOf: (text: string) => readonly { readonly code: string; readonly message: string }[]): string[] =>
    schemaKeys(schemaOf(name), []).flatMap(({ name: key }) =>
      problemsOf(`${key}: null\n`)
        .filter(({ code }) => /unknown-key|other-key/.test(code))
        .map(({ message }) => message),
    );
  it('offer at the top only what the readers know', () => {
    assert.deepEqual(
      unknown('goldset-yaml', (text) => readGoldsetYaml('goldset.yaml', text).diagnostics),
      [],
    );
    assert.deepEqual(
      unknown('scripted', (text) => readScript('a.scripted.yaml', text).diagnostics),
      [],
    );
    assert.deepEqual(
      unknown('front-matter', (text) => readPrompt('a.prompt', `---\n${text}---\nHello\n`, []).diagnostics),
      [],
    );
    assert.deepEqual(
      unknown('prompt-yml', (text) => readPrompt('a.prompt.yml', `messages: []\n${text}`, []).diagnostics),
      [],
    );
  });
});
