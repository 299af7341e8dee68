/** `dependencies` in package.json are the libraries whose code is in a bundle, and no others: esbuild says what is in them. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import type { Metafile } from 'esbuild';

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}
interface Lock {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean; readonly devOptional?: boolean }>>;
}

/** `node_modules/a/node_modules/@b/c` of a file in it; undefined for a file of ours. */
const folderOf = (file: string): string | undefined => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
const nameOf = (folder: string): string => folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);

/** Folders of the packages that have code in a bundle, and names of those which our own files or the table of bundles ask for. */
function shippedIn(bundles: readonly Metafile[]): { folders: Set<string>; direct: Set<string> } {
  const folders = new Set<string>();
  const direct = new Set<string>();
  for (const { inputs, outputs } of bundles) {
    const here = new Set<string>();
    for (const output of Object.values(outputs)) {
      for (const [file, { bytesInOutput }] of Object.entries(output.inputs)) {
        const folder = folderOf(file);
        if (folder !== undefined && bytesInOutput > 0) here.add(folder);
      }
    }
    const asked = Object.entries(inputs).flatMap(([file, { imports }]) => (folderOf(file) === undefined ? imports : []));
    const entries = Object.values(outputs).flatMap(({ entryPoint }) => entryPoint ?? []);
    for (const file of [...asked.map((item) => item.path), ...entries]) {
      const folder = folderOf(file);
      if (folder !== undefined && here.has(folder)) direct.add(nameOf(folder));
    }
    for (const folder of here) folders.add(folder);
  }
  return { folders, direct };
}

function untruths(bundles: readonly Metafile[], manifest: Manifest, lock: Lock): string[] {
  const { folders, direct } = shippedIn(bundles);
  const declared = Object.keys(manifest.dependencies);
  const tools = [...folders].filter((folder) => {
    const entry = lock.packages[folder];
    return !entry || entry.dev === true || entry.devOptional === true;
  });
  return [
    ...[...direct].filter((name) => !declared.includes(name)).map((name) => `${name} is in a bundle, but not in dependencies`),
    ...declared.filter((name) => !direct.has(name)).map((name) => `${name} is in dependencies, but in no bundle`),
    ...declared.filter((name) => name in manifest.devDependencies).map((name) => `${name} is in both lists`),
    ...tools.map((folder) => `${folder} is in a bundle, but only a tool needs it`),
  ].sort();
}

const json = (file: string): unknown => JSON.parse(fs.readFileSync(file, 'utf8'));

describe('dependencies in package.json', () => {
  const bundles = json('dist/meta.json') as readonly Metafile[];
  const manifest = json('package.json') as Manifest;
  const lock = json('package-lock.json') as Lock;

  it('are what the bundles hold', () => {
    // The bundles were looked into: these are known to be in them, each by another way.
    const { folders, direct } = shippedIn(bundles);
    for (const name of ['openai', 'yaml', 'preact', '@vscode/codicons']) assert.ok(direct.has(name), name);
    assert.ok(folders.has('node_modules/linkify-it') && !direct.has('linkify-it'));
    assert.deepEqual(untruths(bundles, manifest, lock), []);
  });

  it('fail when a library is missing, too many, or a tool', () => {
    const { yaml, ...others } = manifest.dependencies;
    const moved = { dependencies: { ...others, esbuild: '0' }, devDependencies: { ...manifest.devDependencies, yaml: yaml ?? '' } };
    const inLock = { packages: { ...lock.packages, 'node_modules/yaml': { dev: true } } };
    assert.deepEqual(untruths(bundles, moved, inLock), [
      'esbuild is in both lists',
      'esbuild is in dependencies, but in no bundle',
      'node_modules/yaml is in a bundle, but only a tool needs it',
      'yaml is in a bundle, but not in dependencies',
    ]);
  });
});
