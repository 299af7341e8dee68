/**
 * `npm run release`: makes the packages of a release and the branch `action/v0`, after it has checked them. `--dry-run` checks and makes the
 * packages, and leaves the branch alone. `--tag NAME` also checks the tag. Nothing is published: .github/workflows/release.yml does that
 * with the files that this prints. Exit code 1: something is wrong, and each problem has a line.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { licenceProblems, readmeProblems, sizeProblems, smokeTest, versionProblems } from './release-checks.mjs';

const { 'dry-run': isDryRun, tag = null } = parseArgs({ options: { 'dry-run': { type: 'boolean' }, tag: { type: 'string' } } }).values;
/** @param {string} file */
const read = (file) => readFileSync(file, 'utf8');
/** @param {string} script @param {string[]} args */
const run = (script, ...args) => execFileSync(process.execPath, [`scripts/${script}`, ...args], { stdio: 'inherit' });

run('package.mjs');
const { version } = JSON.parse(read('package.json'));
const vsix = `out/goldset-${version}.vsix`;
execFileSync('npm', ['pack', '--pack-destination', path.resolve('out'), '--loglevel=error'], {
  cwd: 'dist/npm',
  stdio: ['ignore', 'ignore', 'inherit'],
  shell: process.platform === 'win32',
});
const npm = `out/goldset-${version}.tgz`;

const folder = mkdtempSync(path.join(os.tmpdir(), 'goldset-release-'));
let problems;
try {
  for (const name of ['goldset.yaml', 'triage']) cpSync(path.join('examples', name), path.join(folder, name), { recursive: true });
  problems = [
    ...versionProblems({ manifest: read('package.json'), lock: read('package-lock.json'), changelog: read('CHANGELOG.md'), tag }),
    ...licenceProblems(read('dist/THIRD-PARTY-NOTICES.txt')),
    ...readmeProblems(read('README.md')),
    ...sizeProblems({ vsix, npm }),
    ...smokeTest(npm, folder),
  ];
} finally {
  rmSync(folder, { recursive: true, force: true });
}

for (const problem of problems) console.error(`✗ ${problem}`);
if (problems.length > 0) process.exit(1);
if (isDryRun !== true) run('release-action.mjs');
console.log(`Checked: version, changelog, licences, README, sizes, and the packed npm package.`);
console.log(`${vsix}\n${npm}${isDryRun === true ? '\nDry run: the branch action/v0 was not made.' : ''}`);
