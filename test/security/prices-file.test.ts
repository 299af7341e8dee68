/** A file that decides about money is used whole, or the command ends: no spending limit is checked against other prices than the user's. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readPriceFile, requirePrices } from '../../src/adapters/models/price-file.ts';
import { TestWorkspace } from '../system/command-line.ts';
import { RecordingServer } from './recording-server.ts';

const ROW = '{ input: 100, output: 100 }';
const GOOD = `asOf: 2026-11-01\nmodels:\n  p:small: ${ROW}\n`;

/** What a price file can contain, and the place that the message names. */
const BROKEN: readonly (readonly [name: string, text: string, place: RegExp])[] = [
  ['is not YAML', 'asOf: 2026-11-01\nmodels: {\n', /^prices\.yaml:\d+:\d+: YAML/],
  ['is empty', '', /^prices\.yaml:1:1: /],
  ['was cut off after its date', 'asOf: 2026-11-01\n', /^prices\.yaml:1:1: Prices need `models`/],
  ['has no date', `models:\n  p:small: ${ROW}\n`, /^prices\.yaml:1:1: Prices need a date/],
  ['is a list', '- p:small\n', /^prices\.yaml:1:1: /],
  ['is binary', '\u0000\u0001\u0002', /^prices\.yaml:1:1: /],
  ['has a price that is a text', 'asOf: 2026-11-01\nmodels:\n  p:small: { input: "a lot", output: 1 }\n', /^prices\.yaml:3:\d+: /],
  ['has a negative price', 'asOf: 2026-11-01\nmodels:\n  p:small: { input: -1, output: 1 }\n', /^prices\.yaml:3:\d+: /],
  ['has a price that is no number', 'asOf: 2026-11-01\nmodels:\n  p:small: { input: .nan, output: 1 }\n', /^prices\.yaml:3:\d+: /],
  [
    'has an infinite price of cached input',
    'asOf: 2026-11-01\nmodels:\n  p:small: { input: 1, output: 1, cacheRead: .inf }\n',
    /^prices\.yaml:3:\d+: `cacheRead` has no value/,
  ],
  ['has a price without output', 'asOf: 2026-11-01\nmodels:\n  p:small: { input: 1 }\n', /^prices\.yaml:3:\d+: /],
  [
    'has a misspelled rate',
    'asOf: 2026-11-01\nmodels:\n  p:small: { input: 1, output: 1, cachRead: 9 }\n',
    /^prices\.yaml:3:\d+: Unknown key `cachRead`/,
  ],
  [
    'has a misspelled caching rule',
    'asOf: 2026-11-01\nmodels:\n  p:small: { input: 1, output: 1, caching: { tokens: 9 } }\n',
    /^prices\.yaml:3:\d+: Unknown key `tokens`/,
  ],
  ['has a misspelled section', `asOf: 2026-11-01\nmodel:\n  p:small: ${ROW}\nmodels: {}\n`, /^prices\.yaml:3:\d+: Unknown key `model`/],
  [
    'has two prices of one model',
    `asOf: 2026-11-01\nmodels:\n  p:small: ${ROW}\n  P:small: { input: 0, output: 0 }\n`,
    /^prices\.yaml:4:\d+: The file has two prices/,
  ],
  ['names a model without its provider', `asOf: 2026-11-01\nmodels:\n  small: ${ROW}\n`, /^prices\.yaml:3:\d+: /],
  ['expands an alias without end', `asOf: 2026-11-01\nmodels: &a\n  p:small: ${ROW}\n  b: *a\n`, /^prices\.yaml:\d+:\d+: /],
  ['is nested too deeply', `asOf: 2026-11-01\nmodels: ${'['.repeat(500)}`, /^prices\.yaml:1:1: /],
];

describe('a price file', () => {
  let folder: string;
  let root: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'goldset-prices-'));
    root = path.join(folder, 'workspace');
    mkdirSync(root);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, text = GOOD): void => writeFileSync(path.join(folder, name), text);
  const problem = (prices: string): string | null => readPriceFile(root, { prices }).problem;

  it('that is good is used', () => {
    write('workspace/prices.yaml');
    assert.deepEqual(
      [problem('./prices.yaml'), requirePrices(root, { prices: 'prices.yaml' }).get('p:small')?.price.rates.input],
      [null, 100],
    );
    assert.equal(requirePrices(root, { prices: null }).size, 0);
  });
  for (const [name, text, place] of BROKEN)
    it(`that ${name} gives no prices at all, and the message names the place`, () => {
      write('workspace/prices.yaml', text);
      const { overrides, problem: said } = readPriceFile(root, { prices: 'prices.yaml' });
      assert.match(said ?? '', place);
      assert.equal(overrides.size, 0);
      assert.throws(() => requirePrices(root, { prices: 'prices.yaml' }), { code: 'prices/broken' });
    });
  it('that does not exist is said', () => assert.match(problem('none.yaml') ?? '', /none\.yaml cannot be used: the file does not exist/));
  for (const [name, prices, plant] of [
    ['lies beside the workspace', '../prices.yaml', () => write('prices.yaml')],
    [
      'is given by an absolute path elsewhere',
      path.join(os.tmpdir(), 'goldset-outside.yaml'),
      () => writeFileSync(path.join(os.tmpdir(), 'goldset-outside.yaml'), GOOD),
    ],
    [
      'is a link to a file outside',
      'prices.yaml',
      () => {
        write('prices.yaml');
        symlinkSync('../prices.yaml', path.join(root, 'prices.yaml'));
      },
    ],
    [
      'is behind a linked folder',
      'linked/prices.yaml',
      () => {
        mkdirSync(path.join(folder, 'elsewhere'));
        write('elsewhere/prices.yaml');
        symlinkSync('../elsewhere', path.join(root, 'linked'));
      },
    ],
  ] as const)
    it(`that ${name} is not read`, () => {
      plant();
      assert.match(problem(prices) ?? '', /cannot be used: it is outside the folder of goldset\.yaml/);
    });
  it('that is a device is not read', () => assert.match(problem('/dev/zero') ?? '', /cannot be used: it is outside/));
  it('that is a link to a device is not read', () => {
    symlinkSync('/dev/zero', path.join(root, 'prices.yaml'));
    assert.match(problem('prices.yaml') ?? '', /cannot be used: it is outside/);
  });
  it('that is a named pipe is not read and does not hold the process', () => {
    execFileSync('mkfifo', [path.join(root, 'prices.yaml')]);
    assert.match(problem('prices.yaml') ?? '', /cannot be used: it is not a regular file/);
  });
  it('that is a folder is not read', () => {
    mkdirSync(path.join(root, 'prices.yaml'));
    assert.match(problem('prices.yaml') ?? '', /cannot be used: it is not a regular file/);
  });
  it('that is larger than 4 MB is not read', () => {
    write('workspace/prices.yaml', `${GOOD}${'#'.repeat(5 << 20)}`);
    assert.match(problem('prices.yaml') ?? '', /cannot be used: it is larger than 4 MB/);
  });
  it('that is a link inside the workspace is read', () => {
    write('workspace/real.yaml');
    symlinkSync('real.yaml', path.join(root, 'prices.yaml'));
    assert.equal(problem('prices.yaml'), null);
  });
});

describe('with a broken file that decides about money', function () {
  this.timeout(300_000);
  let server: RecordingServer;
  let workspace: TestWorkspace;
  const config = (prices: string): string =>
    `providers: { p: { kind: openai, stream: false, baseUrl: "${server.url}/v1" } }\nprices: ${prices}\nspend: { perRun: 0.01 }\n`;
  beforeEach(async () => {
    server = new RecordingServer();
    await server.listen();
    workspace = new TestWorkspace({
      'goldset.yaml': config('./prices.yaml'),
      'prices.yaml': GOOD,
      'a.prompt': '---\nmodel: p:small\nconfig: { maxOutputTokens: 5 }\n---\n{{x}}',
      's.prompt': '---\nmodel: scripted:./m.yaml\n---\n{{x}}',
      'm.yaml': 'default: { reply: ok }\n',
      'a.golden.yaml': '- { id: c, vars: { x: "1" }, expected: ok }\n',
      's.golden.yaml': '- { id: c, vars: { x: "1" }, expected: ok }\n',
    });
  });
  afterEach(() => {
    server.close();
    workspace.dispose();
  });

  const COMMANDS: readonly (readonly string[])[] = [
    ['run', 'a.prompt', '--allow-unknown-price'],
    ['run', 's.prompt'],
    ['run', 'a.prompt', '--batch', '--allow-unknown-price'],
    ['compare', 'model:p:small', 'model:p:large', 'a.prompt', '--allow-unknown-price'],
    ['cost', 'a.prompt'],
    ['insights'],
  ];
  for (const args of COMMANDS)
    it(`goldset ${args.join(' ')} ends with exit code 2, names the place, and sends nothing`, async () => {
      workspace.write({ 'prices.yaml': 'asOf: 2026-11-01\nmodels:\n  p:small: { input: 100, ouput: 100 }\n' });
      const broken = await workspace.run(args);
      assert.deepEqual([broken.code, /prices\.yaml:3:\d+: /.test(broken.err)], [2, true], broken.err);
      workspace.write({ 'goldset.yaml': config('./none.yaml') });
      const missing = await workspace.run(args);
      assert.deepEqual([missing.code, /none\.yaml cannot be used: the file does not exist/.test(missing.err)], [2, true], missing.err);
      workspace.write({ 'goldset.yaml': `${config('./prices.yaml')}traffic: { a: { callsPerDay: many } }\n`, 'prices.yaml': GOOD });
      const settings = await workspace.run(args);
      assert.deepEqual([settings.code, /goldset\.yaml:4:\d+: /.test(settings.err)], [2, true], settings.err);
      assert.deepEqual(server.requests, []);
    });

  it('goldset check reports it in the price file and where goldset.yaml names it', async () => {
    workspace.write({ 'prices.yaml': 'asOf: 2026-11-01\nmodels:\n  p:small: { input: 100, ouput: 100 }\n' });
    const { code, out } = await workspace.run(['check']);
    assert.equal(code, 1);
    assert.match(out, /^\.\/prices\.yaml:3:\d+ error /m);
    assert.match(out, /^goldset\.yaml:2:9 error \.\/prices\.yaml:3:\d+: .*\(prices\/broken\)/m);
  });

  it('damaged prices of an earlier download end the run instead of giving way to older ones', async () => {
    mkdirSync(path.join(workspace.userConfig, 'goldset'), { recursive: true });
    const file = path.join(workspace.userConfig, 'goldset', 'prices.json');
    const environment = { GOLDSET_CACHE_DIR: workspace.userConfig };
    workspace.write({ 'goldset.yaml': `providers: { p: { kind: openai, baseUrl: "https://models.example.com/v1" } }\n` });
    for (const text of ['', '{', '{"asOf":"2026-11-01","document":[]}']) {
      writeFileSync(file, text);
      const { code, err } = await workspace.run(['run', 'a.prompt', '--model', 'openai:gpt-6-luna'], {
        environment: { ...environment, OPENAI_API_KEY: 'k', HTTPS_PROXY: 'http://127.0.0.1:9' },
      });
      assert.deepEqual([code, err.includes(`${file}: the downloaded prices are damaged`)], [2, true], err);
    }
  });
});
