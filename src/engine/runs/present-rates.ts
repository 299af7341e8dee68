/**
 * Judged pass rates of stored scores as they are today. A score says what was known of its judge when it ran; labels, rubrics and judges change
 * afterwards. Its run is read again, once, and corrected by the calibrations and the files of now. Where the run is gone, it says what it said.
 */
import { JudgeCalibrations } from '../../adapters/storage/judge-calibrations.ts';
import { withEdits, withJudgedRate } from '../../core/judge/calibration/judged-rate-of.ts';
import { Newest } from '../../core/collections/newest.ts';
import { reportCandidate, type CandidateReport } from '../../core/results/candidate-report.ts';
import { caseVerdicts } from '../../core/results/case-outcomes.ts';
import { statedOf } from '../../core/results/judged-rate.ts';
import type { JudgedBy } from '../../core/results/judged-sample.ts';
import type { ResultOutline } from '../../core/results/result-list.ts';
import { keyTextOf, scoreBefore, scoreFor, type Score, type ScoreKey } from '../../core/versions/score.ts';
import type { RunArchive } from './run-archive.ts';

/** Candidates of runs that are kept: of the prompts that a person looks at. */
const KEPT = 60;
/** Versions of a prompt whose runs are read. */
const MOST_VERSIONS = 10;

interface RunCandidate {
  readonly report: CandidateReport;
  readonly outlines: readonly ResultOutline[];
}

export interface PresentRatePorts {
  readonly archive: Pick<RunArchive, 'storedFile' | 'read'>;
  /** What judges the prompt of a file as the files are now; null: not known. */
  readonly judgedNow: (root: string, file: string) => Promise<readonly JudgedBy[] | null>;
}

export class PresentRates {
  /** By run and score. What a run that ended says does not change. */
  private readonly candidates = new Newest<Promise<RunCandidate | null>>(KEPT);
  private readonly calibrations = new Map<string, JudgeCalibrations>();

  constructor(private readonly ports: PresentRatePorts) {}

  /** The scores, with what is known today of those that are shown for `key`. `file`: of the prompt. */
  of(root: string, file: string, scores: readonly Score[], key: ScoreKey | null): Promise<readonly Score[]> {
    return this.updated(root, file, scores, key === null ? [] : [scoreFor(scores, key), scoreBefore(scores, key)]);
  }

  /** The same of the newest scores of a prompt, for the rows of its versions. */
  ofVersions(root: string, file: string, scores: readonly Score[], prompt: string): Promise<readonly Score[]> {
    const own = scores.filter((score) => score.prompt === prompt && score.judged !== undefined);
    return this.updated(root, file, scores, own.sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, MOST_VERSIONS));
  }

  private async updated(root: string, file: string, scores: readonly Score[], some: readonly (Score | null)[]): Promise<readonly Score[]> {
    const shown = some.flatMap((score) => (score?.judged === undefined ? [] : [score]));
    if (shown.length === 0) return scores;
    const judges = await this.ports.judgedNow(root, file);
    const now = new Map<Score, Score>();
    for (const score of shown) now.set(score, await this.present(root, score, judges));
    return scores.map((score) => now.get(score) ?? score);
  }

  private async present(root: string, score: Score, judges: readonly JudgedBy[] | null): Promise<Score> {
    const found = await this.candidateOf(root, score);
    if (found === null) return score;
    const { judged } = withEdits(withJudgedRate(found.report, found.outlines, this.calibrationsOf(root).of), judges);
    return judged === undefined ? score : { ...score, judged: statedOf(judged) };
  }

  private calibrationsOf(root: string): JudgeCalibrations {
    let known = this.calibrations.get(root);
    if (known === undefined) this.calibrations.set(root, (known = new JudgeCalibrations(root)));
    return known;
  }

  private candidateOf(root: string, score: Score): Promise<RunCandidate | null> {
    const name = JSON.stringify([root, score.run, keyTextOf(score)]);
    const known = this.candidates.get(name);
    if (known !== undefined) return known;
    const read = this.read(root, score);
    this.candidates.set(name, read);
    read.catch(() => this.candidates.delete(name));
    return read;
  }

  /** Null: the run is gone, or it has no such candidate. */
  private async read(root: string, score: Score): Promise<RunCandidate | null> {
    const file = this.ports.archive.storedFile(root, score.run);
    if (file === null) return null;
    const { head, outlines } = await this.ports.archive.read(
      file,
      () => undefined,
      () => true,
    );
    const key = keyTextOf(score);
    const own = head?.candidates.find((candidate) => keyTextOf({ ...candidate, ...pathAndVersion(candidate.prompt) }) === key);
    if (own === undefined) return null;
    const ownOutlines = outlines.filter(({ candidate }) => candidate === own.id);
    return { report: reportCandidate(own, ownOutlines, caseVerdicts(ownOutlines)), outlines: ownOutlines };
  }
}

const pathAndVersion = ({ path, version }: CandidateReport['prompt']): Pick<ScoreKey, 'prompt' | 'version'> => ({ prompt: path, version });
