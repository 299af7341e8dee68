/** What was learnt about models' token counts, kept in `.goldset/calibration.json`. */
import { tokenizerFact } from '../../core/economics/data/tokenizers.ts';
import { combine, type Calibration } from '../../core/economics/tokens/calibration.ts';
import { FILE_KINDS, schemaOf, VERSION_HINT, versionProblem } from '../../core/files/file-version.ts';
import { isJsonObject, parseJson, type JsonValue } from '../../core/json/json.ts';
import { resolveModelName } from '../../core/model-name.ts';
import { dataFolder } from './data-folder/data-folder.ts';
import { replaceFile, textNoFollow } from './data-folder/no-follow.ts';

const FILE = 'calibration.json';

/** By model, from the lessons of all prompts. A file that is damaged teaches nothing; `refused` hears of another version. */
export const readCalibrations = (root: string, refused: (problem: string) => void = () => undefined): Map<string, Calibration> =>
  new Map([...(readLessons(root, refused) ?? [])].map(([model, lessons]) => [model, combine([...lessons.values()])]));

/** Keeps what the newest run of a prompt taught about a model; the file is replaced as a whole. `prompt`: its path.
 * Nothing is kept while the data folder must not be used. */
export function keepCalibration(root: string, model: string, prompt: string, lesson: Calibration): void {
  if (dataFolder(root).problem !== null) return;
  const all = readLessons(root);
  // A file of another version stays as it is.
  if (all === null) return;
  const lessons = all.get(model) ?? new Map<string, Calibration>();
  const known = lessons.get(prompt);
  if (known && known.factor === lesson.factor && known.samples === lesson.samples) return;
  all.set(model, lessons.set(prompt, lesson));
  const text = JSON.stringify(
    { schema: schemaOf(FILE_KINDS.calibration), ...Object.fromEntries([...all].map(([name, own]) => [name, Object.fromEntries(own)])) },
    null,
    2,
  );
  replaceFile(dataFolder(root).writable(FILE), `${text}\n`);
}

/** By model and prompt. Null: the file is of a version that is not known. */
function readLessons(root: string, refused: (problem: string) => void = () => undefined): Map<string, Map<string, Calibration>> | null {
  const file = dataFolder(root).readable(FILE);
  if (file === null) return new Map();
  const kept = parseJson(textNoFollow(file));
  const problem = isJsonObject(kept) ? versionProblem(kept['schema'], FILE_KINDS.calibration) : null;
  if (problem !== null) {
    refused(`${file}: ${problem} ${VERSION_HINT}`);
    return null;
  }
  const isFirst = isJsonObject(kept) && isFirstVersion(kept['schema']);
  return new Map(
    Object.entries(isJsonObject(kept) ? kept : {}).flatMap(([model, prompts]): [string, Map<string, Calibration>][] => {
      const lessons = Object.entries(isJsonObject(prompts) ? prompts : {}).flatMap(([prompt, value]): [string, Calibration][] => {
        const { factor, band, samples } = isJsonObject(value) ? value : {};
        return typeof factor === 'number' && typeof band === 'number' && typeof samples === 'number' && factor > 0
          ? [[prompt, { factor: isFirst ? factor / factorOf(model) : factor, band, samples }]]
          : [];
      });
      return lessons.length === 0 ? [] : [[model, new Map(lessons)]];
    }),
  );
}

/** Version 1 had one factor for all scripts: reported tokens ÷ tokens of o200k_base. */
const isFirstVersion = (schema: JsonValue | undefined): boolean =>
  typeof schema !== 'string' || schema === `${FILE_KINDS.calibration.name}/1`;

const factorOf = (id: string): number => tokenizerFact(resolveModelName(id)?.model ?? id).factor;
