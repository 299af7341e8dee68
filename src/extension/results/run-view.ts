/** A run as the results page shows it: pure data, made from what the run has said so far. */
import type { ResultsCell, ResultsColumn, ResultsFilter, ResultsRow, ResultsSnapshot } from '../../protocol/results.ts';
import type { Result } from '../../core/run/result.ts';
import { worstOf } from '../../core/run/verdict.ts';
import type { ShownRun } from '../runs.ts';

/** Characters of one output in a cell. */
const MAX_OUTPUT = 2000;

const cellKey = (candidate: string, caseId: string): string => `${candidate}\u0000${caseId}`;

export class RunView {
  private readonly cells = new Map<string, Result[]>();
  private readonly streaming = new Map<string, string>();
  private taken = 0;

  constructor(readonly run: ShownRun) {}

  stream(candidate: string, caseId: string, text: string): void {
    const key = cellKey(candidate, caseId);
    const known = this.streaming.get(key) ?? '';
    if (known.length < MAX_OUTPUT) this.streaming.set(key, known + text);
  }

  snapshot(filter: ResultsFilter): ResultsSnapshot {
    this.takeResults();
    const { run } = this;
    const count = (verdict: Result['verdict']): number => run.results.filter((result) => result.verdict === verdict).length;
    const costs = run.results.filter(({ source, output }) => source !== 'cache' && output !== null).map((result) => result.costUsd);
    return {
      runId: run.id,
      root: run.root,
      columns: run.heads.map((head) => this.column(head)),
      rows: this.caseIds(filter).length,
      verdict:
        run.report === null
          ? null
          : run.report.comparisons.length > 0
            ? worstOf(run.report.comparisons.map(({ verdict }) => verdict))
            : run.report.verdict,
      comparisons: (run.report?.comparisons ?? []).map(({ a, b, verdict, reason }) => ({
        a: a.candidate,
        b: b.candidate,
        verdict,
        reason,
      })),
      flipped: this.flipped().size,
      progress: {
        done: run.results.length,
        samples: run.samples,
        running: run.report === null,
        passed: count('pass'),
        failed: count('fail'),
        errors: count('error'),
        reused: run.results.reduce((sum, { source }) => sum + (source === 'cache' ? 1 : 0), 0),
        canResume: run.report !== null && !run.report.complete,
        spentUsd: costs.includes(null) ? null : costs.reduce((sum: number, cost) => sum + (cost ?? 0), 0),
      },
    };
  }

  rows(from: number, to: number, filter: ResultsFilter): { total: number; rows: ResultsRow[] } {
    this.takeResults();
    const ids = this.caseIds(filter);
    return { total: ids.length, rows: ids.slice(from, to).map((id) => this.row(id)) };
  }

  /** Cases of a verdict, in the order of the golden set. */
  caseIds(filter: ResultsFilter): string[] {
    this.takeResults();
    if (filter === 'all') return [...this.run.caseIds];
    if (filter === 'flipped') {
      const flipped = this.flipped();
      return this.run.caseIds.filter((id) => flipped.has(id));
    }
    return this.run.caseIds.filter((id) =>
      this.run.heads.some((head) => this.cells.get(cellKey(head.id, id))?.some((result) => result.verdict === filter)),
    );
  }

  private flipped(): Set<string> {
    return new Set((this.run.report?.comparisons ?? []).flatMap((comparison) => comparison.flipped));
  }

  private takeResults(): void {
    for (; this.taken < this.run.results.length; this.taken++) {
      const result = this.run.results[this.taken];
      if (!result) continue;
      const key = cellKey(result.candidate, result.case);
      this.streaming.delete(key);
      this.cells.set(key, [...(this.cells.get(key) ?? []), result]);
    }
  }

  private row(caseId: string): ResultsRow {
    const first = this.run.heads.flatMap((head) => this.cells.get(cellKey(head.id, caseId)) ?? [])[0];
    const expected = first?.expected ?? null;
    return {
      case: caseId,
      description: first?.description ?? null,
      status: first?.status ?? 'active',
      expected: expected === null ? null : typeof expected === 'string' ? expected : JSON.stringify(expected),
      cells: this.run.heads.map((head) => this.cell(head.id, caseId)),
    };
  }

  private cell(candidate: string, caseId: string): ResultsCell | null {
    const key = cellKey(candidate, caseId);
    const samples = this.cells.get(key);
    if (!samples) {
      const text = this.streaming.get(key);
      return text === undefined ? null : { ...BLANK, verdict: 'running', output: text };
    }
    const shown = samples.find((sample) => sample.verdict !== 'pass') ?? samples[0];
    if (!shown) return null;
    const output = shown.output ?? '';
    const failing = shown.assertions.filter((assertion) => !assertion.pass && assertion.weight > 0);
    return {
      verdict: shown.verdict,
      output: output.slice(0, MAX_OUTPUT),
      cut: Math.max(0, output.length - MAX_OUTPUT),
      reasons: shown.error ? [shown.error.message] : failing.map((assertion) => `${assertion.type}: ${assertion.reason}`),
      inputTokens: shown.usage?.input ?? null,
      outputTokens: shown.usage?.output ?? null,
      costUsd: shown.costUsd,
      ttftMs: shown.ttftMs,
      latencyMs: shown.latencyMs,
      finish: shown.finish,
    };
  }

  private column(head: ShownRun['heads'][number]): ResultsColumn {
    const report = this.run.report?.candidates.find((candidate) => candidate.id === head.id);
    const results = this.run.results.filter((result) => result.candidate === head.id);
    const { price } = head;
    return {
      id: head.id,
      prompt: head.prompt.path,
      version: head.prompt.version.slice(0, 8),
      ref: head.prompt.ref,
      model: head.model,
      passed: report?.passed ?? results.filter((result) => result.verdict === 'pass').length,
      cases: report?.cases ?? this.run.caseIds.length,
      passRate: report?.passRate ?? null,
      costPerCallUsd: report?.costPerCallUsd ?? null,
      price: price === null ? 'price unknown' : `price as of ${price.asOf}, ${price.source}, ${price.basis}`,
      tokens: report?.usage ? { input: report.usage.input, cacheRead: report.usage.cacheRead, output: report.usage.output } : null,
      ttftP50Ms: report?.ttftMs?.p50 ?? null,
      latencyP50Ms: report?.latencyMs?.p50 ?? null,
    };
  }
}

const BLANK: ResultsCell = {
  verdict: 'running',
  output: '',
  cut: 0,
  reasons: [],
  inputTokens: null,
  outputTokens: null,
  costUsd: null,
  ttftMs: null,
  latencyMs: null,
  finish: null,
};
