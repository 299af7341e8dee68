/**
 * `npm run docs`: makes the site of docs/ in out/docs, with search; a link that leads nowhere fails. `npm run docs -- --serve` shows it.
 * Its generator has a manifest of its own (scripts/docs-site), which is installed when it is first needed.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './ensure-installed.mjs';

process.chdir(ROOT);
const site = 'scripts/docs-site';
const program = path.join(site, 'node_modules/vitepress/bin/vitepress.js');
if (!existsSync(program)) {
  console.log('Installing the generator of the site…');
  execFileSync('npm', ['ci', '--prefix', site, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
}
execFileSync(process.execPath, [program, 'build', site], { stdio: 'inherit' });
console.log(
  `out/docs, ${readdirSync('out/docs', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.html')).length} pages`,
);
if (process.argv.includes('--serve')) execFileSync(process.execPath, [program, 'preview', site], { stdio: 'inherit' });
