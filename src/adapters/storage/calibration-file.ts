/** What was learnt about models' token counts, kept in `.goldset/calibration.json`. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Calibration } from '../../core/economics/calibration.ts';
import { isJsonObject, parseJson } from '../../core/json.ts';
import { dataFolder } from './run-files.ts';

const FILE = 'calibration.json';

/** By model. A file that is damaged teaches nothing. */
export function readCalibrations(root: string): Map<string, Calibration> {
  const file = path.join(root, '.goldset', FILE);
  if (!existsSync(file)) return new Map();
  const kept = parseJson(readFileSync(file, 'utf8'));
  return new Map(
    Object.entries(isJsonObject(kept) ? kept : {}).flatMap(([model, value]): [string, Calibration][] => {
      if (!isJsonObject(value)) return [];
      const { factor, band, samples } = value;
      return typeof factor === 'number' && typeof band === 'number' && typeof samples === 'number' && factor > 0
        ? [[model, { factor, band, samples }]]
        : [];
    }),
  );
}

/** Keeps a new lesson; the file is replaced as a whole. */
export function keepCalibration(root: string, model: string, lesson: Calibration): void {
  const all = readCalibrations(root);
  const known = all.get(model);
  if (known && known.factor === lesson.factor && known.samples === lesson.samples) return;
  all.set(model, lesson);
  const file = path.join(dataFolder(root), FILE);
  writeFileSync(`${file}.new`, `${JSON.stringify(Object.fromEntries(all), null, 2)}\n`);
  renameSync(`${file}.new`, file);
}
