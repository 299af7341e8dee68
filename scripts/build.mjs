/** Makes dist/. `--watch` keeps it fresh and readable; `--if-needed` does nothing when dist/ is newer than what it is made of. */
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import esbuild from 'esbuild';
import { bundlesWith } from './bundles.mjs';
import { writeNotices } from './notices.mjs';

const watch = process.argv.includes('--watch');
const jobs = bundlesWith({ minify: !watch, sourcemap: watch && 'inline' });

/** What went into each bundle, by esbuild. It is written last, so dist/ is complete when it is there. */
const META = 'dist/meta.json';
const sources = [
  'package-lock.json',
  'scripts/build.mjs',
  'scripts/bundles.mjs',
  'scripts/notices.mjs',
  ...readdirSync('src', { recursive: true, encoding: 'utf8' }).map((name) => `src/${name}`),
];
const isFresh = () => existsSync(META) && sources.every((file) => statSync(file).mtimeMs < statSync(META).mtimeMs);

if (!process.argv.includes('--if-needed') || !isFresh()) {
  rmSync('dist', { recursive: true, force: true });
  if (watch) for (const job of jobs) await (await esbuild.context(job)).watch();
  else {
    const made = await Promise.all(jobs.map((job) => esbuild.build({ ...job, metafile: true })));
    writeNotices(made.map(({ metafile }) => metafile));
    writeFileSync(META, JSON.stringify(made.map(({ metafile }) => metafile)));
  }
}
