/** Counts of the columns, kept until their results or what is known of their judges change. */
import type { Calibrations } from '../../core/judge/calibration/judged-rate-of.ts';
import type { KnownCalibration } from '../../core/judge/calibration/read-calibration.ts';
import type { CandidateReport } from '../../core/results/candidate-report.ts';
import type { TableColumn } from './run-table.ts';
import { columnReport } from './show-column.ts';

/** ms between two counts of all results while a run goes on. */
const RECOUNT = 400;

interface Counted {
  readonly revision: number;
  readonly at: number;
  readonly report: CandidateReport;
  /** Of its judges, when it was counted. */
  readonly known: ReadonlyMap<string, readonly KnownCalibration[]>;
}

export class ColumnReports {
  private readonly counted = new Map<string, Counted>();

  /** `now`: ms, monotonic. */
  constructor(
    private readonly now: () => number,
    private readonly calibrations: Calibrations,
  ) {}

  /** `isBusy`: results arrive, so that a count may be a little old. */
  of(column: TableColumn, isBusy: boolean): CandidateReport {
    const last = this.counted.get(column.id);
    const now = this.now();
    if (last !== undefined && isBusy && now - last.at < RECOUNT) return last.report;
    if (last?.revision === column.revision && this.isCurrent(last)) return last.report;
    const report = columnReport(column, this.calibrations);
    const judges = (report.judged?.criteria ?? []).map(({ judge }) => judge.path);
    const known = new Map(judges.map((judge) => [judge, this.calibrations(judge)]));
    this.counted.set(column.id, { revision: column.revision, at: now, report, known });
    return report;
  }

  private isCurrent({ known }: Counted): boolean {
    return [...known].every(([judge, records]) => this.calibrations(judge) === records);
  }
}
