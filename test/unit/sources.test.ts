/** `sources` of goldset.yaml: what it reads, what it refuses, where a password may go, and that a change cannot decide it. */
import assert from 'node:assert/strict';
import { keyOrigins, namedVariables } from '../../src/adapters/models/keys.ts';
import { readGoldsetYaml } from '../../src/core/config/goldset-yaml.ts';
import { judgedBy, settingsDifferences } from '../../src/core/config/settings-differences.ts';

const read = (text: string): ReturnType<typeof readGoldsetYaml> => readGoldsetYaml('goldset.yaml', text);
const WHOLE = `sources:
  prod:
    clickhouse: https://ch.internal:8443
    database: otel
    table: otel_traces
    user: reader
    passwordEnv: CH_PASSWORD
    map: { SpanAttributes: attrs }
    feedback: { user: writer, passwordEnv: CH_FEEDBACK }
`;

describe('sources of goldset.yaml', () => {
  it('are read whole, with defaults where nothing is said', () => {
    const { config, diagnostics } = read(WHOLE);
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(config.sources.get('prod'), {
      ...{ clickhouse: 'https://ch.internal:8443', database: 'otel', table: 'otel_traces', user: 'reader', passwordEnv: 'CH_PASSWORD' },
      ...{ map: new Map([['SpanAttributes', 'attrs']]), feedback: { user: 'writer', passwordEnv: 'CH_FEEDBACK' } },
    });
    const small = read('sources: { local: { clickhouse: "http://127.0.0.1:8123" } }').config.sources.get('local');
    assert.deepEqual(
      [small?.database, small?.table, small?.user, small?.passwordEnv, small?.feedback],
      ['default', null, 'default', null, null],
    );
  });
  for (const [what, text, problem, line] of [
    ['a password in the address', 'sources:\n  prod: { clickhouse: "https://reader:secret@ch.internal" }', /user name or password/, 1],
    ['an address without encryption', 'sources:\n  prod: { clickhouse: "http://ch.internal:8123" }', /without encryption/, 1],
    ['what only looks like this machine', 'sources:\n  prod: { clickhouse: "http://127.0.0.1.example.com" }', /without encryption/, 1],
    ['no address', 'sources:\n  prod: { user: reader }', /needs `clickhouse`/, 1],
    [
      'a password instead of a variable',
      'sources:\n  prod:\n    clickhouse: https://ch.internal\n    passwordEnv: "my secret!"',
      /environment variable/,
      3,
    ],
    ['a name that is no name of a folder', 'sources:\n  "../x": { clickhouse: https://ch.internal }', /needs a name/, 1],
    ['a column without a name', 'sources:\n  prod:\n    clickhouse: https://ch.internal\n    map: { SpanId: "" }', /must not be empty/, 3],
    [
      'feedback without a user',
      'sources:\n  prod:\n    clickhouse: https://ch.internal\n    feedback: { passwordEnv: X }',
      /needs a `user`/,
      3,
    ],
  ] as const)
    it(`refuse ${what}, with the place`, () => {
      const { config, diagnostics } = read(text);
      const [first] = diagnostics;
      assert.match(first?.message ?? '', problem);
      assert.deepEqual([first?.severity, text.slice(0, first?.range?.start ?? 0).split('\n').length - 1], ['error', line]);
      assert.equal(config.sources.size, 0);
      assert.ok(!JSON.stringify(diagnostics).includes('secret@'), 'what may be a password is not repeated');
    });
  it('warn of a key that nothing reads', () => {
    const { diagnostics } = read('sources: { prod: { clickhouse: https://ch.internal, pasword: x } }');
    assert.deepEqual([diagnostics[0]?.severity, diagnostics[0]?.message], ['warning', 'Unknown key `pasword`.']);
  });
  it('have a password that is bound to their origin, and that an environment file may supply', () => {
    const { config } = read(WHOLE);
    assert.deepEqual(keyOrigins(config).at(-1), {
      ...{ name: 'prod', origin: 'https://ch.internal:8443', variable: 'CH_PASSWORD', isForeign: true },
    });
    assert.ok(['CH_PASSWORD', 'CH_FEEDBACK'].every((name) => namedVariables(config).has(name)));
  });
  it('are those of the base when a change is judged', () => {
    const other = WHOLE.replace('ch.internal', 'elsewhere.example.com');
    assert.deepEqual(settingsDifferences(WHOLE, other), ['sources']);
    assert.equal(judgedBy(read(WHOLE).config, read(other).config).sources.get('prod')?.clickhouse, 'https://ch.internal:8443');
  });
});
