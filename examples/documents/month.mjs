/**
 * A month of the application in a minute: `node examples/documents/month.mjs library|opentelemetry [FOLDER]`. FOLDER becomes a
 * repository with the prompt in two versions; the second one says the time at the top, and so breaks the prefix that the provider caches.
 */
import { setClock } from './clock.mjs';
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { read } from './app.mjs';
import { CALLS, NEW_VERSION, START, traffic } from './traffic.mjs';

const [way = '', given = 'goldset-month'] = process.argv.slice(2);
/** @type {Record<string, (baseURL: string) => Promise<import('./app.mjs').Calls>>} */
const ways = { library: libraryCalls, opentelemetry: openTelemetryCalls };
const here = import.meta.dirname;
const cli = path.resolve(here, '../../dist/cli.js');
const root = path.resolve(given);
/**
 * Processes that run beside the application.
 * @type {import('node:child_process').ChildProcess[]}
 */
const servers = [];

/** @param {string} baseURL */
async function libraryCalls(baseURL) {
  const { withLibrary } = await import('./with-library.mjs');
  return withLibrary({ root, baseURL });
}

/** @param {string} baseURL */
async function openTelemetryCalls(baseURL) {
  const endpoint = await start(['capture', '--port', '0', '--store', root], /OTLP_ENDPOINT=(\S+)/);
  const { withOpenTelemetry } = await import('./with-opentelemetry.mjs');
  return withOpenTelemetry({ root, baseURL, endpoint });
}

async function main() {
  const callsOf = Object.hasOwn(ways, way) ? ways[way] : undefined;
  if (callsOf === undefined) throw new Error('Say which way: library or opentelemetry.');
  if (existsSync(path.join(root, '.goldset'))) throw new Error(`${root} has records already. Name another folder, or remove it.`);
  if (!existsSync(cli)) throw new Error('Goldset is not built yet: npm run build');
  setClock(START);
  prepare();
  const baseURL = await start(['serve', path.join(root, 'summary.scripted.yaml')], /at (\S+\/v1)/);
  const calls = await callsOf(baseURL);
  let isNew = false;
  for (const { at, step, isNew: needsNew, reader, document, said } of traffic()) {
    setClock(at);
    if (needsNew && !isNew) {
      isNew = true;
      publishNewVersion();
      await calls.reload();
    }
    let i = 0;
    for await (const { answer } of read(document, reader, calls)) {
      setClock(at + (i + 0.5) * step);
      for (const [name, value] of said[i] ?? []) await calls.say(answer.id, name, value, reader);
      i++;
      setClock(at + i * step);
    }
  }
  await calls.close();
  const shown = path.relative(process.cwd(), root) || '.';
  console.log(`${CALLS} calls of a month are captured in ${shown}. On day ${NEW_VERSION + 1} the prompt got a new version.`);
  console.log(`Next: node dist/cli.js insights --store ${shown}, or open ${shown} in the editor and look at the Goldset view.`);
}

/** A repository of its own, so that versions and Reproduce have their git. */
function prepare() {
  mkdirSync(root, { recursive: true });
  for (const file of ['summary.prompt', 'summary.golden.yaml', 'summary.scripted.yaml']) cpSync(path.join(here, file), path.join(root, file));
  writeFileSync(path.join(root, 'goldset.yaml'), 'actions:\n  document: { costUsd: 0.004 }\n');
  git('init', '--quiet', '--initial-branch=main');
  commit('Pages of building files become a kind and a sentence');
}

/** Well meant: the model now knows what time it is and whom it writes for. */
function publishNewVersion() {
  const file = path.join(root, 'summary.prompt');
  const text = readFileSync(file, 'utf8');
  const changed = text
    .replace("  schema:\n    reader:", "  schema:\n    now: string, the time\n    reader:")
    .replace('{{role "system"}}\n', '{{role "system"}}\nIt is {{now}}. You write for {{reader}}.\n\n')
    .replace('For {{reader}}:\n\n', '');
  if (changed === text) throw new Error('summary.prompt is not what this edit is for.');
  writeFileSync(file, changed);
  commit('Say the time and the reader first');
}

/** @param {string} message */
function commit(message) {
  const date = new Date().toISOString();
  git('add', '--all');
  git('commit', '--quiet', '--message', message, '--date', date);
}

/** @param {string[]} args */
function git(...args) {
  const author = ['-c', 'user.name=Planning office', '-c', 'user.email=office@example.com', '-c', 'commit.gpgsign=false'];
  execFileSync('git', [...author, ...args], { cwd: root, env: { ...process.env, GIT_COMMITTER_DATE: new Date().toISOString() } });
}

/**
 * Starts a command of Goldset that runs until this is done; gives the first group of what it prints.
 * @param {string[]} args
 * @param {RegExp} pattern
 * @returns {Promise<string>}
 */
function start(args, pattern) {
  const child = spawn(process.execPath, [cli, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  servers.push(child);
  let printed = '';
  return new Promise((resolve, reject) => {
    /** @param {Buffer} chunk */
    const take = (chunk) => {
      printed += chunk;
      const found = pattern.exec(printed);
      if (found) resolve(found[1] ?? '');
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.once('close', () => reject(new Error(printed)));
  });
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  for (const server of servers) server.kill('SIGTERM');
}
