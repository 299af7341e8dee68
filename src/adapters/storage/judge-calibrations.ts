/** What people's labels say of the judges of a workspace: NAME.calibration.json beside each. A file that cannot be read says nothing, and why. */
import { statSync } from 'node:fs';
import path from 'node:path';
import { messageOf } from '../../core/problems/errors.ts';
import type { Calibrations } from '../../core/judge/calibration/judged-rate-of.ts';
import { calibrationFile, readJudgeCalibrations, type ReadCalibrations } from '../../core/judge/calibration/read-calibration.ts';
import { readTextSync } from '../bounded-file.ts';
import { leadsTo } from '../within.ts';

/** Bytes: thousands of criteria. */
const MAX_CALIBRATION = 8 << 20;

const NOTHING: ReadCalibrations = { records: [], problems: [] };

/** Read when a judge is asked about, again when its file has changed. */
export class JudgeCalibrations {
  private readonly known = new Map<string, { readonly stamp: string; readonly read: ReadCalibrations }>();

  /** `root`: of the workspace; of a change that a base judges, the folder with the files of the base. */
  constructor(private readonly root: string) {}

  readonly of: Calibrations = (judge) => this.read(judge).records;

  /** Lines and files that were not read so far, each with its place. */
  get problems(): string[] {
    return [...this.known].flatMap(([file, { read }]) => read.problems.map((problem) => `${file}: ${problem}`));
  }

  /** `judge`: as a run names it, and so from outside: only a file of the workspace is read. */
  private read(judge: string): ReadCalibrations {
    const name = calibrationFile(judge);
    const file = path.resolve(this.root, name);
    if (path.isAbsolute(name) || name.includes('\0') || leadsTo(this.root, file) !== 'inside') return NOTHING;
    const found = statSync(file, { throwIfNoEntry: false });
    const stamp = found === undefined ? '' : `${found.size} ${found.mtimeMs} ${found.ino}`;
    const known = this.known.get(name);
    if (known?.stamp === stamp) return known.read;
    const read = readOrTell(file);
    this.known.set(name, { stamp, read });
    return read;
  }
}

function readOrTell(file: string): ReadCalibrations {
  try {
    return readJudgeCalibrations(readTextSync(file, MAX_CALIBRATION));
  } catch (error) {
    return { records: [], problems: [messageOf(error)] };
  }
}
