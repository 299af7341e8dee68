/** Scores of runs on this machine: `.goldset/scores.jsonl`, one line each, appended. */
import { appendFileSync, existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Plan } from '../../core/run/plan.ts';
import type { RunReport } from '../../core/run/report.ts';
import { readScores, scoreOf, type Score } from '../../core/versions/score.ts';
import { dataFolder } from './run-files.ts';

const FILE = 'scores.jsonl';

const read = new Map<string, { readonly stamp: string; readonly scores: Score[] }>();

/** Read again only when the file has changed. */
export function localScores(root: string): Score[] {
  const file = path.join(root, '.goldset', FILE);
  if (!existsSync(file)) return [];
  const { mtimeMs, size } = statSync(file);
  const stamp = `${mtimeMs}:${size}`;
  const known = read.get(file);
  if (known?.stamp === stamp) return known.scores;
  const scores = readScores(readFileSync(file, 'utf8').split('\n'));
  read.set(file, { stamp, scores });
  return scores;
}

/** Of every candidate that ran over its whole golden set. A disk that is full is no reason to lose a report. */
export function keepScores(root: string, plan: Plan, report: RunReport): void {
  if (!report.complete || plan.shard !== null) return;
  const by = process.env['GITHUB_ACTIONS'] === 'true' || process.env['CI'] === 'true' ? (process.env['GITHUB_WORKFLOW'] ?? 'CI') : 'local';
  const scores = report.candidates.flatMap((candidate): Score[] => {
    const planned = plan.candidates.find((item) => item.candidate.id === candidate.id);
    const calls = candidate.cases * plan.repeats - candidate.errors;
    const isWhole =
      planned !== undefined && planned.cases.length >= planned.candidate.target.cases.length && candidate.cases === planned.cases.length;
    return isWhole ? [scoreOf(candidate, calls, { at: report.startedAt, run: report.id, by })] : [];
  });
  if (scores.length === 0) return;
  try {
    appendFileSync(path.join(dataFolder(root), FILE), scores.map((score) => `${JSON.stringify(score)}\n`).join(''));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
  }
}
