/**
 * `npm run test:mutations [-- guards|FOLDER…]`: removes one guard against an attack at a time (mutations/guards.mjs), and changes one thing
 * of src/core at a time and runs the unit tests that reach it. A change that no test finds is a gap in the tests, or has its reason in
 * test/mutations/survivors.yaml. Fails when a guard is not tested, when fewer than 85 % of the changes of a folder are found, when a
 * survivor has no reason, and when a reason has no survivor.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { ensureInstalled } from './ensure-installed.mjs';
import { FOLDERS, folderNamed } from './mutations/folders.mjs';
import { guardLayer } from './mutations/guards.mjs';
import { explain, survivorsOf } from './mutations/survivors.mjs';

const LEAST = 0.85;
const FOUND = ['Killed', 'Timeout'];

ensureInstalled();
const [command, ...rest] = process.argv.slice(2);
const isReport = command === 'report';
const named = isReport ? rest : process.argv.slice(2);
const wanted = named.filter((name) => name !== 'guards');
const names = named.length === 0 ? Object.keys(FOLDERS) : wanted;
const unknown = names.filter((name) => !(name in FOLDERS));
if (unknown.length > 0) throw new Error(`No such folder: ${unknown.join(', ')}. There are: ${Object.keys(FOLDERS).join(', ')}.`);

const reasons = parse(readFileSync('test/mutations/survivors.yaml', 'utf8'));
const rows = [];
const problems = [];
if (!isReport && (named.length === 0 || named.includes('guards'))) {
  const { passed, failures } = guardLayer();
  console.log(`${passed} guards are tested.`);
  if (failures !== '') problems.push(failures);
}
for (const name of names) {
  const began = performance.now();
  if (!isReport) mutate(name);
  /** @type {import('./mutations/survivors.mjs').Report} */
  const report = JSON.parse(readFileSync(`out/mutations/${name}.json`, 'utf8'));
  const mutants = Object.values(report.files).flatMap((file) => file.mutants);
  /** @param {string[]} statuses */
  const count = (...statuses) => mutants.filter(({ status }) => statuses.includes(status)).length;
  const [found, all] = [count(...FOUND), count(...FOUND, 'Survived', 'NoCoverage')];
  if (all === 0) throw new Error(`${name}: nothing was mutated.`);
  const { unexplained, unused } = explain(survivorsOf(report), reasons, folderNamed(name));
  rows.push({
    folder: name,
    mutants: all,
    found,
    survived: count('Survived'),
    'no coverage': count('NoCoverage'),
    percent: Number(((100 * found) / all).toFixed(1)),
    'no reason': unexplained.length,
    seconds: isReport ? null : Math.round((performance.now() - began) / 1000),
  });
  if (found / all < LEAST) problems.push(`${name}: fewer than ${LEAST * 100} % are found.`);
  problems.push(...unexplained.map((one) => `No test finds it, and it has no reason: ${one}`));
  problems.push(...unused.map((one) => `A reason for what a test finds, or what is gone: ${one}`));
}
for (const problem of problems) console.log(problem);
console.table(rows);
process.exitCode = problems.length > 0 ? 1 : 0;

/** @param {string} name */
function mutate(name) {
  console.log(`\n== ${name}`);
  const stryker = 'node_modules/@stryker-mutator/core/bin/stryker.js';
  const { status } = spawnSync(process.execPath, [stryker, 'run', 'stryker.config.mjs'], {
    stdio: 'inherit',
    env: { ...process.env, GOLDSET_MUTATE: name },
  });
  if (status !== 0) throw new Error(`${name}: Stryker ended with ${status}.`);
}
