/** What a calibration measured besides labels, so that counting the labels again does not forget it: how steady the judge is. */
import { existsSync, lstatSync } from 'node:fs';
import path from 'node:path';
import { COMPARING } from '../../core/grade/judged-types.ts';
import { isJsonObject, parseJson, type JsonObject } from '../../core/json/json.ts';
import type { AssertionResult } from '../../core/grade/assertion.ts';
import type { CalibrationRecord } from '../../core/judge/calibration/calibration-record.ts';
import { calibrationFile } from '../../core/judge/calibration/read-calibration.ts';
import { positionConsistency } from '../../core/results/position-consistency.ts';
import { MAX_STORE, readTextSync } from '../bounded-file.ts';
import { readJournalFile } from '../storage/journal-file.ts';
import { listRuns, storedJournal } from '../storage/run-files.ts';

export type SteadyFigures = Pick<CalibrationRecord, 'repeatability' | 'positionConsistency'>;
type Identity = Pick<CalibrationRecord, 'judge' | 'criterion'>;

/** Of the same version, model and criterion; what is not known is null. */
export function steadyBefore(root: string, judge: string): (of: Identity) => SteadyFigures {
  const file = path.join(root, calibrationFile(judge));
  const known = new Map<string, SteadyFigures>();
  for (const line of existsSync(file) ? readTextSync(file, MAX_STORE).split('\n') : []) {
    const value = parseJson(line);
    if (!isJsonObject(value) || !isJsonObject(value['judge']) || !isJsonObject(value['criterion'])) continue;
    known.set(keyOf(value as unknown as Identity), {
      repeatability: shareIn(value, 'repeatability'),
      positionConsistency: shareIn(value, 'positionConsistency'),
    });
  }
  return (of) => known.get(keyOf(of)) ?? { repeatability: null, positionConsistency: null };
}

const keyOf = ({ judge: { version, model }, criterion: { type, hash } }: Identity): string => JSON.stringify([version, model, type, hash]);

const shareIn = (value: JsonObject, name: string): number | null => {
  const share = value[name];
  return typeof share === 'number' && share >= 0 && share <= 1 ? share : null;
};

/** Newest journals, and bytes of them, that are looked into. */
const MOST_RUNS = 20;
const MOST_READ = 64 << 20;

/** From the comparisons of recent runs on this machine; null: this judge compares nothing, or no run is here. */
export function recordedConsistency(root: string, { judge, criterion }: Identity): number | null {
  if (!COMPARING.includes(criterion.type)) return null;
  let left = MOST_READ;
  const samples: { case: string; repeat: number; orders: { id: string; consistent: boolean }[] }[] = [];
  for (const id of listRuns(root).slice(0, MOST_RUNS)) {
    const file = storedJournal(root, id);
    if (file === null) continue;
    const { size } = lstatSync(file);
    if (size > left) continue;
    left -= size;
    readJournalFile(file, (result) => {
      samples.push({ case: `${id} ${result.case}`, repeat: result.repeat, orders: ordersBy(result.assertions, judge, criterion) });
    });
  }
  const found = positionConsistency(samples);
  return found === null ? null : found.consistent / found.compared;
}

function ordersBy(
  assertions: readonly AssertionResult[],
  judge: Identity['judge'],
  criterion: Identity['criterion'],
): { id: string; consistent: boolean }[] {
  return assertions.flatMap(({ judge: note, members = [] }) => [
    ...(note?.orders !== undefined &&
    note.prompt === judge.path &&
    note.version === judge.version &&
    note.model === judge.model &&
    (note.criterion === undefined || note.criterion.hash === criterion.hash)
      ? [note.orders]
      : []),
    ...ordersBy(members, judge, criterion),
  ]);
}
