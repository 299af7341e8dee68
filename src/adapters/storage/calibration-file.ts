/** What was learnt about models' token counts, kept in `.goldset/calibration.json`. */
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readTextSync } from '../bounded-file.ts';
import { combine, type Calibration } from '../../core/economics/tokens/calibration.ts';
import { isJsonObject, parseJson } from '../../core/json.ts';
import { dataFolder } from './run-files.ts';

const FILE = 'calibration.json';

/** By model, from the lessons of all prompts. A file that is damaged teaches nothing. */
export const readCalibrations = (root: string): Map<string, Calibration> =>
  new Map([...readLessons(root)].map(([model, lessons]) => [model, combine([...lessons.values()])]));

/** Keeps what the newest run of a prompt taught about a model; the file is replaced as a whole. `prompt`: its path. */
export function keepCalibration(root: string, model: string, prompt: string, lesson: Calibration): void {
  const all = readLessons(root);
  const lessons = all.get(model) ?? new Map<string, Calibration>();
  const known = lessons.get(prompt);
  if (known && known.factor === lesson.factor && known.samples === lesson.samples) return;
  all.set(model, lessons.set(prompt, lesson));
  const file = path.join(dataFolder(root), FILE);
  const text = JSON.stringify(Object.fromEntries([...all].map(([name, own]) => [name, Object.fromEntries(own)])), null, 2);
  writeFileSync(`${file}.new`, `${text}\n`);
  renameSync(`${file}.new`, file);
}

/** By model and prompt. */
function readLessons(root: string): Map<string, Map<string, Calibration>> {
  const file = path.join(root, '.goldset', FILE);
  if (!existsSync(file)) return new Map();
  const kept = parseJson(readTextSync(file));
  return new Map(
    Object.entries(isJsonObject(kept) ? kept : {}).flatMap(([model, prompts]): [string, Map<string, Calibration>][] => {
      const lessons = Object.entries(isJsonObject(prompts) ? prompts : {}).flatMap(([prompt, value]): [string, Calibration][] => {
        const { factor, band, samples } = isJsonObject(value) ? value : {};
        return typeof factor === 'number' && typeof band === 'number' && typeof samples === 'number' && factor > 0
          ? [[prompt, { factor, band, samples }]]
          : [];
      });
      return lessons.length === 0 ? [] : [[model, new Map(lessons)]];
    }),
  );
}
