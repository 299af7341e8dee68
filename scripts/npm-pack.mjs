/**
 * `prepack` and `postpack` of package.json: `npm pack` at the root packs what dist/npm holds.
 *
 * npm packs the manifest that it finds, and ours is the extension's: it names as dependencies what the bundles hold already. So the
 * package's own manifest takes its place while npm packs. A pack that is cut off leaves it there, without our scripts; then
 * `node scripts/npm-pack.mjs after` puts ours back.
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { ensureBuilt, ensureInstalled } from './ensure-installed.mjs';
import { npmManifest } from './npm-package.mjs';

const MANIFEST = 'package.json';
const OURS = 'out/package.json';

/** Only where the package's manifest still stands: what was edited since then stays. */
function putBack() {
  const isOurs = 'devDependencies' in JSON.parse(readFileSync(MANIFEST, 'utf8'));
  if (!isOurs && existsSync(OURS)) renameSync(OURS, MANIFEST);
}

if (process.argv[2] === 'before') {
  putBack();
  // `npm pack --dry-run` is no reason to install nothing.
  delete process.env.npm_config_dry_run;
  ensureInstalled();
  ensureBuilt();
  mkdirSync('out', { recursive: true });
  copyFileSync(MANIFEST, OURS);
  writeFileSync('out/npm-package.json', npmManifest());
  renameSync('out/npm-package.json', MANIFEST);
} else putBack();
