/** `{{env.NAME}}` and `env` of a promptfoo config: only what the user listed is read, no key ever, and a config supplies only named keys. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync, chmodSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { AllowedVariables, readableEnvironment } from '../../src/adapters/models/readable-environment.ts';
import { environmentOfConfigs } from '../../src/cli/environment/config-environment.ts';
import { EMPTY_CONFIG, readGoldsetYaml } from '../../src/core/config/goldset-yaml.ts';
import { configEnvironment, environmentNames, type ReadableEnvironment } from '../../src/core/prompt/promptfoo/environment.ts';
import { readPromptfoo, type PromptfooConfig } from '../../src/core/prompt/promptfoo/read-config.ts';
import { LineIndex } from '../../src/core/text/text.ts';

const read = (text: string, environment?: ReadableEnvironment): PromptfooConfig =>
  readPromptfoo('promptfooconfig.yaml', text, {
    texts: new Map(),
    matches: new Map(),
    ...(environment === undefined ? {} : { environment }),
  });

const listed = (allowed: Readonly<Record<string, string | null>>, keys: readonly string[] = []): ReadableEnvironment => ({
  allowed: new Map(Object.entries(allowed)),
  keys: new Set(keys),
  problem: null,
});

const errorsOf = (text: string, environment?: ReadableEnvironment): string[] => {
  const { diagnostics, caseDiagnostics } = read(text, environment);
  return [...diagnostics, ...caseDiagnostics]
    .filter(({ severity }) => severity === 'error')
    .map(({ range, message }) => `${new LineIndex(text).position(range?.start ?? 0).line + 1} ${message}`);
};

const CONFIG = `prompts:
  - 'For {{ env.TEAM }}: {{ x }}'
providers: [echo]
tests:
  - vars: { x: one }
    assert:
      - type: contains
        value: '{{env.OTHER}}'
`;

describe('the environment of a promptfoo config', () => {
  let folder = '';
  const configured = process.env['GOLDSET_CONFIG_DIR'];
  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'goldset-env-'));
    process.env['GOLDSET_CONFIG_DIR'] = folder;
  });
  after(() => {
    if (configured === undefined) delete process.env['GOLDSET_CONFIG_DIR'];
    else process.env['GOLDSET_CONFIG_DIR'] = configured;
    rmSync(folder, { recursive: true, force: true });
  });

  it('finds every name in tags, and nothing outside them', () => {
    assert.deepEqual(environmentNames(`{{ env.A }} {{env['B'] or env["C"]}} {% if env.D %}{{ x.env.E }}{% endif %} env.F`), [
      'A',
      'B',
      'C',
      'D',
    ]);
    assert.deepEqual(environmentNames('{{ env[name] }}'), ['']);
    assert.deepEqual(environmentNames('{{\n env.A\n}}'), ['A']);
  });

  it('is read where the user listed the name, and each case has what its prompt names', () => {
    const { documents } = read(CONFIG, listed({ TEAM: 'Blue', OTHER: 'Red', THIRD: 'never named' }));
    const [item] = documents[0]?.embedded.cases ?? [];
    assert.deepEqual(item?.vars, { env: { TEAM: 'Blue' }, x: 'one' });
    assert.equal(JSON.stringify(documents).includes('never named'), false);
    assert.match(JSON.stringify(item.assertions), /"Red"/);
    assert.deepEqual(errorsOf(CONFIG, listed({ TEAM: 'Blue', OTHER: 'Red' })), []);
  });

  it('is an error at its line for any other name, with the next step', () => {
    const errors = errorsOf(CONFIG, listed({ TEAM: 'Blue' }));
    assert.equal(errors.length, 1);
    assert.match(errors[0] ?? '', /^8 .*\{\{env\.OTHER\}\}.*goldset env allow OTHER/);
    assert.match(errorsOf(CONFIG, listed({ OTHER: 'Red' }))[0] ?? '', /^2 .*goldset env allow TEAM/);
    assert.match(errorsOf(CONFIG, listed({ TEAM: null, OTHER: 'Red' }))[0] ?? '', /^2 .*TEAM is not set in the environment/);
    assert.match(errorsOf(CONFIG.replace('env.TEAM', 'env[x]'), listed({ TEAM: 'Blue', OTHER: 'Red' }))[0] ?? '', /^2 .*env\[…\]/);
  });

  it('never gives a key, whatever the list says', () => {
    for (const name of ['OPENAI_API_KEY', 'AWS_SECRET_ACCESS_KEY', 'SOME_API_KEY', 'GOLDSET_ALLOW'])
      assert.match(errorsOf(CONFIG.replace('TEAM', name), listed({ [name]: 'secret-text', OTHER: 'Red' }))[0] ?? '', /^2 .*is a key/);
    assert.match(errorsOf(CONFIG, listed({ TEAM: 'secret-text', OTHER: 'Red' }, ['TEAM']))[0] ?? '', /^2 .*is a key/);
    const { config } = readGoldsetYaml(
      'goldset.yaml',
      'providers:\n  own:\n    baseUrl: https://models.example.com/v1\n    apiKeyEnv: MODELS_KEY\n',
    );
    new AllowedVariables().add(['MODELS_KEY', 'TEAM']);
    const found = readableEnvironment(config, { MODELS_KEY: 'secret-text', TEAM: 'Blue', OTHER: 'Red', GOLDSET_ALLOW_ENV: 'OTHER' });
    assert.deepEqual(
      [...found.allowed],
      [
        ['TEAM', 'Blue'],
        ['OTHER', 'Red'],
      ],
    );
    assert.ok(found.keys.has('MODELS_KEY'));
  });

  it('is listed in a file that only its owner can write', () => {
    const file = path.join(folder, 'env.allow');
    if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600);
    new AllowedVariables().remove(['MODELS_KEY']);
    assert.deepEqual(new AllowedVariables().names, ['TEAM']);
    if (process.platform === 'win32' || process.getuid?.() === undefined) return;
    chmodSync(file, 0o666);
    const { allowed, problem } = readableEnvironment(EMPTY_CONFIG, { TEAM: 'Blue' });
    assert.equal(allowed.size, 0);
    assert.match(problem ?? '', /Other users can write/);
    chmodSync(file, 0o600);
  });

  it('supplies from `env` only keys that are named, and nothing that directs a program or an address', () => {
    const text = `prompts: [a]
providers: [echo]
env:
  MODELS_KEY: from-config
  OTHER: not named
  OPENAI_API_KEY: '{{env.OPENAI_API_KEY}}'
  NODE_OPTIONS: --require ./x.js
  HTTPS_PROXY: http://proxy.example
  GOLDSET_TRUST: 1
  OPENAI_BASE_URL: https://elsewhere.example
`;
    assert.deepEqual(
      configEnvironment(text)
        .map(([name]) => name)
        .slice(0, 2),
      ['MODELS_KEY', 'OTHER'],
    );
    const file = path.join(folder, 'promptfooconfig.yaml');
    writeFileSync(file, text);
    const named = new Set(['MODELS_KEY', 'OPENAI_API_KEY', 'NODE_OPTIONS', 'HTTPS_PROXY', 'GOLDSET_TRUST', 'OPENAI_BASE_URL']);
    assert.deepEqual([...environmentOfConfigs([`${file}#a`, file], named, [])], [['MODELS_KEY', 'from-config']]);
    const warned = read(text).diagnostics.filter(({ severity }) => severity === 'warning');
    assert.deepEqual(
      warned.map(({ range }) => new LineIndex(text).position(range?.start ?? 0).line + 1),
      [7, 8, 9, 10],
    );
  });

  it('reads no variable of `env` into a prompt', () => {
    const text = CONFIG.replace('tests:', 'env: { TEAM: from the config }\ntests:');
    assert.match(errorsOf(text, listed({ TEAM: null, OTHER: 'Red' }))[0] ?? '', /TEAM is not set/);
    assert.equal(JSON.stringify(read(text, listed({ TEAM: 'Blue', OTHER: 'Red' })).documents).includes('from the config'), false);
  });
});
