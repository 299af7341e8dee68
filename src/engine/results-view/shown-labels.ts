/** Grades that people gave to outputs, each looked up once. */
import type { Result } from '../../core/results/result.ts';
import type { ShownLabel } from '../../protocol/detail.ts';
import type { SampleFacts } from './sample-facts.ts';

/** Grades that are kept after they were shown. */
const KEPT = 2000;

export class ShownLabels {
  private find: ((result: Result) => ShownLabel | null) | null = null;
  private readonly grades = new Map<string, ShownLabel['grade'] | null>();

  /** Changes when other labels are set. */
  revision = 0;

  constructor(private readonly read: (facts: SampleFacts) => Result | null) {}

  /** `count`: without any label no output has to be looked at. */
  set(count: number, find: (result: Result) => ShownLabel | null): void {
    this.find = count === 0 ? null : find;
    this.grades.clear();
    this.revision++;
  }

  of(result: Result): ShownLabel | null {
    return this.find?.(result) ?? null;
  }

  gradeOf(facts: SampleFacts): ShownLabel['grade'] | null {
    if (this.find === null) return null;
    const key = `${facts.run}:${facts.position}`;
    const known = this.grades.get(key);
    if (known !== undefined) return known;
    const result = this.read(facts);
    const grade = result === null ? null : (this.of(result)?.grade ?? null);
    if (this.grades.size >= KEPT) this.grades.clear();
    this.grades.set(key, grade);
    return grade;
  }
}
