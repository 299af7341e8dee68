/** Real instrumentations, recorded again: what they export today makes the same records as the fixtures of `npm test`. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { RECORDED_FOLDER, recordsIn } from '../unit/recorded-spans.ts';

interface Recording {
  installInstrumentations(): void;
  recordInstrumentations(folder: string): Promise<void>;
}

// Their packages are installed only for `npm run test:all` (docs/testing.md).
if (process.env['GOLDSET_RECORD'] === '1')
  describe('real instrumentations', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'goldset-instrumentations-'));
    const names = readdirSync(RECORDED_FOLDER).map((name) => path.basename(name, '.json'));
    before(async function () {
      this.timeout(600_000);
      // As it stands there: a bundle would look for its folders elsewhere.
      const url = pathToFileURL(path.resolve('scripts/instrumentations/record.mjs')).href;
      const { installInstrumentations, recordInstrumentations } = (await import(url)) as Recording;
      try {
        installInstrumentations();
      } catch (error) {
        console.warn(`Skipped: the packages of scripts/instrumentations cannot be installed. ${String(error)}`);
        this.skip();
      }
      await recordInstrumentations(folder);
    });
    after(() => rmSync(folder, { recursive: true, force: true }));

    for (const name of names) it(`${name} exports what the fixture has`, () => assert.deepEqual(recordsIn(name, folder), recordsIn(name)));
  });
