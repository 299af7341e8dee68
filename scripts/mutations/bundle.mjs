/**
 * Bundles the unit tests that reach a folder of src/core, inside Stryker's sandbox, whose sources hold all mutants at once.
 * `node scripts/mutations/bundle.mjs FOLDER`
 */
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import esbuild from 'esbuild';
import { BUNDLES, folderNamed, isLeftOut, isOf } from './folders.mjs';

const folder = folderNamed(process.argv[2]);
const { metafile } = await esbuild.build({
  entryPoints: readdirSync('test/unit')
    .map((name) => path.posix.join('test/unit', name))
    .filter((file) => file.endsWith('.test.ts') && !isLeftOut(file)),
  outdir: 'out/test/unit',
  outbase: 'test/unit',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  packages: 'external',
  define: { GOLDSET_VERSION: '"test"' },
  logLevel: 'warning',
  metafile: true,
});
const bundles = Object.entries(metafile.outputs).map(([file, { inputs }]) => /** @type {const} */ ([file, Object.keys(inputs)]));
const reached = bundles.filter(([, inputs]) => inputs.some((input) => isOf(folder, input)));
writeFileSync(BUNDLES, JSON.stringify(Object.fromEntries(reached)));
