/** The one store of scores: `.goldset/scores.jsonl` of a workspace, one line for each candidate of a run, appended. */
import { lstatSync } from 'node:fs';
import type { Refused } from '../../core/files/file-version.ts';
import type { Plan } from '../../core/run/plan.ts';
import type { RunReport } from '../../core/run/report.ts';
import { isWhole } from '../../core/run/whole.ts';
import { ScoreReader, scoreFor, scoreOf, type Score, type ScoreKey } from '../../core/versions/score.ts';
import { isPartlyWritten } from '../partly-written.ts';
import { appendLines } from './append-lines.ts';
import { dataFolder } from './data-folder/data-folder.ts';
import { readLines } from './data-folder/no-follow.ts';

const FILE = 'scores.jsonl';

export interface KeptScores {
  readonly scores: readonly Score[];
  readonly refused: Refused;
}

export class ScoreStore {
  private readonly read = new Map<string, KeptScores & { readonly stamp: string }>();

  /** `mayRead`: false in Restricted Mode, where `.goldset/` is not read. */
  constructor(private readonly mayRead: () => boolean = () => true) {}

  /** The newest score of each key in the workspace `root`. */
  all(root: string): readonly Score[] {
    return this.kept(root).scores;
  }

  /** The same, with the lines that could not be read; the file is read again only when it has changed. */
  kept(root: string): KeptScores {
    const file = this.mayRead() ? dataFolder(root).readable(FILE) : null;
    if (file === null) return { scores: [], refused: { count: 0, first: null } };
    const { mtimeMs, size } = lstatSync(file);
    const stamp = `${mtimeMs}:${size}`;
    const known = this.read.get(file);
    if (known?.stamp === stamp) return known;
    const reader = new ScoreReader();
    readLines(file, (line, number) => reader.line(line ?? '-', () => `${file}, line ${number}`));
    const { scores, refused } = reader;
    const kept = { stamp, scores, refused };
    this.read.set(file, kept);
    return kept;
  }

  /** The score of exactly this version, golden set, model and parameters; null: it has not run. */
  find(root: string, key: ScoreKey): Score | null {
    return scoreFor(this.all(root), key);
  }

  /** Adds every candidate that ran over its whole golden set. A full disk does not lose the report: its error is dropped. */
  keep(root: string, plan: Plan, report: RunReport): void {
    if (!report.complete || plan.shard !== null) return;
    const by =
      process.env['GITHUB_ACTIONS'] === 'true' || process.env['CI'] === 'true' ? (process.env['GITHUB_WORKFLOW'] ?? 'CI') : 'local';
    const scores = report.candidates.flatMap((candidate): Score[] => {
      const planned = plan.candidates.find((item) => item.candidate.id === candidate.id);
      const calls = candidate.cases * plan.repeats - candidate.errors;
      const isComplete = isWhole(plan, candidate) && candidate.cases === planned?.cases.length;
      return isComplete ? [scoreOf(candidate, calls, { at: report.startedAt, run: report.id, by })] : [];
    });
    if (scores.length === 0) return;
    try {
      appendLines(
        dataFolder(root).writable(FILE),
        scores.map((score) => JSON.stringify(score)),
      );
    } catch (error) {
      if (!isPartlyWritten(error) && !(error instanceof Error && 'code' in error)) throw error;
    }
  }
}
