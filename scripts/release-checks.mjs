/** What must hold before a release: each check returns sentences of what is wrong. */
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';

/** Licences under which a library may be in a bundle: they ask for no more than their text, which the notices contain. */
const LICENCES =
  /^(?:MIT|MIT-0|ISC|Apache-2\.0|BSD-[23]-Clause|0BSD|BlueOak-1\.0\.0|CC-BY-4\.0|Unlicense|Python-2\.0|\(?(?:MIT|BSD|Apache|CC-BY)[^)]*\)?)$/;

/** Bytes: what the marketplaces and a CI job should load at most. */
const LIMITS = { vsix: 4 * 1024 * 1024, npm: 4 * 1024 * 1024 };

/**
 * The version of package.json, of its lock file, of the tag and of the changelog are one.
 * @param {{ manifest: string, lock: string, changelog: string, tag: string | null }} texts `tag`: such as v0.6.0; null: none is there yet.
 */
export function versionProblems({ manifest, lock, changelog, tag }) {
  const { version } = JSON.parse(manifest);
  const locked = JSON.parse(lock);
  const newest = /^## (\S+)(.*)$/m.exec(changelog);
  const entry = newest !== null && newest[1] === version ? changelog.slice(newest.index).split(/^## /m)[1] : undefined;
  return [
    ...(/^\d+\.\d+\.\d+$/.test(version)
      ? []
      : [`package.json: ${version} is not a version that the marketplaces accept. Use MAJOR.MINOR.PATCH.`]),
    ...(locked.version === version && locked.packages?.['']?.version === version
      ? []
      : [`package-lock.json has the version ${locked.version}, package.json ${version}. Run npm install --package-lock-only.`]),
    ...(newest?.[1] === version
      ? []
      : [
          `CHANGELOG.md begins with "${newest?.[1] ?? 'nothing'}", not with ${version}. Give its newest heading the version and the day: ## ${version} (2026-01-31).`,
        ]),
    ...(entry === undefined || entry.trim().split('\n').length > 1 ? [] : [`CHANGELOG.md says nothing about ${version}.`]),
    ...(tag === null || tag === `v${version}` ? [] : [`The tag is ${tag}, the version ${version}. Tag the commit v${version}.`]),
  ];
}

/**
 * Each library of the notices is under a licence that lets us ship it.
 * @param {string} notices
 */
export function licenceProblems(notices) {
  // A licence may have such a rule in its own text: a notice begins with a name, a version and a licence.
  const heads = notices
    .split(`\n\n${'-'.repeat(80)}\n\n`)
    .flatMap((notice) => /^\S+ \d+\.\d+\.\d\S* \(.*\)$/m.exec(notice.split('\n')[0] ?? '')?.[0] ?? []);
  const wrong = heads.filter((head) => !LICENCES.test(/\((.+)\)$/.exec(head)?.[1] ?? ''));
  return [
    ...(heads.length === 0 ? ['dist/THIRD-PARTY-NOTICES.txt names no library. Run npm run build.'] : []),
    ...wrong.map(
      (head) => `${head}: this licence is not in the list of scripts/release-checks.mjs. Read it, then add it or remove the library.`,
    ),
  ];
}

/** @param {{ vsix: string, npm: string }} files */
export function sizeProblems(files) {
  return Object.entries(LIMITS).flatMap(([name, limit]) => {
    const { size } = statSync(files[/** @type {keyof typeof LIMITS} */ (name)]);
    return size <= limit ? [] : [`${files[/** @type {keyof typeof LIMITS} */ (name)]} has ${size} bytes; the limit is ${limit}.`];
  });
}

/** Relative pictures and links of the README, which have to exist at the tag. @param {string} readme */
export const readmeProblems = (readme) =>
  [...readme.matchAll(/\]\(((?!https?:|#)[^)\s]+)/g)].flatMap(([, file = '']) =>
    existsSync(file.split('#')[0] ?? '') ? [] : [`README.md names ${file}, which does not exist.`],
  );

/**
 * Installs the packed npm package into an empty folder, without a network, and runs the sample with it.
 * @param {string} tarball
 * @param {string} folder empty but for the sample
 */
export function smokeTest(tarball, folder) {
  /** @param {string} command @param {string[]} args */
  const run = (command, ...args) =>
    spawnSync(command, args, { cwd: folder, encoding: 'utf8', shell: process.platform === 'win32', maxBuffer: 64 * 1024 * 1024 });
  const installed = run('npm', 'install', '--offline', '--no-audit', '--no-fund', '--prefix', '.', path.resolve(tarball));
  if (installed.status !== 0) return [`The packed goldset cannot be installed in an empty folder: ${installed.stderr}`];
  const ran = run('npx', 'goldset', 'run', 'triage', '--json');
  // The sample fails some cases on purpose, so that there is something to mend.
  if (ran.status !== 1) return [`The packed goldset ended with ${ran.status} on the sample, not with 1: ${ran.stderr}`];
  const [{ cases, errors }] = JSON.parse(ran.stdout).candidates;
  return cases === 65 && errors === 0 ? [] : [`The packed goldset ran ${cases} cases of the sample with ${errors} errors, not 65 with 0.`];
}
