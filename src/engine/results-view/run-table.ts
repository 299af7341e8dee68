/**
 * The results of the shown runs as a table: cases down, candidates across. A later run replaces the cells of the same
 * candidate, or stands beside it. Counts are kept as results arrive, so that looking never walks over everything.
 */
import { readable, type JsonObject } from '../../core/json/json.ts';
import { worseVerdict } from '../../core/results/case-outcomes.ts';
import type { CandidateHead } from '../../core/results/candidate-head.ts';
import { tagsOfMetadata, type CaseStatus } from '../../core/golden/case.ts';
import type { Result } from '../../core/results/result.ts';
import type { Facet, FacetKind, CaseMark } from '../../protocol/query.ts';
import { KnownJudges } from '../../core/results/judged-sample.ts';
import { factsOf, type SampleFacts } from './sample-facts.ts';

export interface TableColumn {
  readonly id: string;
  readonly head: CandidateHead;
  readonly run: number;
  /** Samples by case. */
  readonly cells: SampleFacts[][];
  /** Counts up when a cell changes. */
  revision: number;
}

export interface TableCase {
  readonly id: string;
  description: string | null;
  status: CaseStatus;
  critical: boolean;
  group: string | null;
  tags: readonly string[];
  expected: string | null;
  /** The variable that rows show, as text; null: the case has no variable. */
  input: string | null;
  /** Id, description, variables and what is expected, in small letters; empty until something is known. */
  text: string;
  change: 'regressed' | 'improved' | null;
  /** `kind\0value` of each facet that it counts for. */
  facets: readonly string[];
}

/** What a golden case says of itself; its results repeat it. */
export type CaseFacts = Pick<Result, 'description' | 'status' | 'critical' | 'group' | 'vars' | 'metadata' | 'expected'> & {
  readonly case: string;
};

/** Characters of a case that are searched. */
const SEARCHED = 32_768;

export class RunTable {
  readonly columns: TableColumn[] = [];
  readonly cases: TableCase[] = [];
  /** Counts up with every change. */
  revision = 0;
  private readonly caseIndex = new Map<string, number>();
  private readonly counts = new Map<string, number>();
  private readonly judges = new KnownJudges();
  /** The variable that rows show beside outputs: the first short one; null: nothing is known yet, or no case has a variable. */
  inputName: string | null = null;
  private runs = 0;

  /** Which column each candidate of a further run has. */
  addRun(
    id: string,
    heads: readonly CandidateHead[],
    caseIds: Iterable<string>,
    sideBySide: boolean,
  ): { run: number; columnOf: ReadonlyMap<string, number> } {
    const run = this.runs++;
    for (const caseId of caseIds) this.indexOf(caseId);
    const columnOf = new Map<string, number>();
    for (const head of heads) {
      const known = this.columns.findIndex((column) => column.head.id === head.id && !sideBySide);
      if (known !== -1) {
        columnOf.set(head.id, known);
        continue;
      }
      const columnId = sideBySide || this.columns.some((column) => column.id === head.id) ? `${id}:${head.id}` : head.id;
      columnOf.set(head.id, this.columns.length);
      this.columns.push({ id: columnId, head: { ...head, id: columnId }, run, cells: [], revision: 0 });
    }
    this.revision++;
    return { run, columnOf };
  }

  /** What is known of the cases before there are results. */
  describe(cases: Iterable<CaseFacts>): void {
    for (const item of cases) {
      const index = this.indexOf(item.case);
      const known = this.cases[index];
      if (!known) continue;
      this.inputName ??= shortVariable(item.vars);
      describe(known, item, this.inputName);
      this.recount(index);
    }
  }

  take(result: Result, position: number, { run, column }: { readonly run: number; readonly column: number }): void {
    const target = this.columns[column];
    if (!target) return;
    const index = this.indexOf(result.case);
    const shown = this.cases[index];
    if (!shown) return;
    const facts = factsOf(result, position, run, { id: target.id, budget: target.head.budget ?? null, judges: this.judges });
    // A later run has this cell by now.
    if (target.cells[index]?.some((item) => item.run > run) === true) return;
    const kept = (target.cells[index] ?? []).filter((item) => item.run === run && item.repeat !== result.repeat);
    target.cells[index] = [...kept, facts].sort((a, b) => a.repeat - b.repeat);
    if (shown.text === '' || run > 0) {
      this.inputName ??= shortVariable(result.vars);
      describe(shown, result, this.inputName);
    }
    target.revision++;
    this.recount(index);
  }

  /** What comparisons say of the cases; those not named have not changed. */
  setChanges(changes: ReadonlyMap<string, 'regressed' | 'improved'>): void {
    this.cases.forEach((item, index) => {
      const change = changes.get(item.id) ?? null;
      if (change === item.change) return;
      item.change = change;
      this.recount(index);
    });
  }

  samplesOf(column: number, caseIndex: number): readonly SampleFacts[] {
    return this.columns[column]?.cells[caseIndex] ?? [];
  }

  columnIndex(id: string): number {
    return this.columns.findIndex((column) => column.id === id);
  }

  caseAt(id: string): number | undefined {
    return this.caseIndex.get(id);
  }

  get facets(): Facet[] {
    return [...this.counts]
      .filter(([, count]) => count > 0)
      .map(([key, count]) => {
        const [kind, value] = splitFacet(key);
        return { kind, value, count };
      });
  }

  private indexOf(id: string): number {
    const known = this.caseIndex.get(id);
    if (known !== undefined) return known;
    const index = this.cases.length;
    this.caseIndex.set(id, index);
    this.cases.push({
      id,
      description: null,
      status: 'active',
      critical: false,
      group: null,
      tags: [],
      expected: null,
      input: null,
      text: '',
      change: null,
      facets: [],
    });
    return index;
  }

  /** Takes a case out of the counts and puts it in again as it is now. */
  private recount(index: number): void {
    const item = this.cases[index];
    if (!item) return;
    const facets = facetsOf(item, this.columns, index);
    for (const key of item.facets) this.counts.set(key, (this.counts.get(key) ?? 0) - 1);
    for (const key of facets) this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
    item.facets = facets;
    this.revision++;
  }
}

function describe(item: TableCase, result: CaseFacts, inputName: string | null): void {
  const expected = result.expected === null ? null : readable(result.expected);
  item.description = result.description;
  item.status = result.status;
  item.critical = result.critical;
  item.group = result.group ?? null;
  item.tags = tagsOfMetadata(result.metadata ?? {});
  item.expected = expected;
  item.input = inputOf(result.vars, inputName);
  item.text = [result.case, result.description ?? '', JSON.stringify(result.vars), expected ?? '']
    .join('\n')
    .slice(0, SEARCHED)
    .toLowerCase();
}

/** Characters of an input that a row shows. */
const SHOWN_INPUT = 600;
/** A text with more characters is a document, and not what tells cases apart at a glance. */
const SHORT = 300;

/** The first variable with a short text, else the first one. */
function shortVariable(vars: JsonObject): string | null {
  const names = Object.keys(vars);
  const short = names.find((name) => {
    const { length } = readable(vars[name] ?? null);
    return length > 0 && length <= SHORT;
  });
  return short ?? names[0] ?? null;
}

/** A case without this variable shows one of its own. */
function inputOf(vars: JsonObject, name: string | null): string | null {
  const own = name !== null && Object.hasOwn(vars, name) ? name : shortVariable(vars);
  return own === null ? null : readable(vars[own] ?? null).slice(0, SHOWN_INPUT);
}

export const facetKey = (kind: FacetKind, value: string): string => `${kind}\u0000${value}`;

function splitFacet(key: string): [FacetKind, string] {
  const at = key.indexOf('\u0000');
  return [key.slice(0, at) as FacetKind, key.slice(at + 1)];
}

function facetsOf(item: TableCase, columns: readonly TableColumn[], index: number): string[] {
  const found = new Set<string>();
  const add = (kind: FacetKind, value: string): void => void found.add(facetKey(kind, value));
  const mark = (value: CaseMark): void => add('marks', value);
  for (const { cells } of columns) {
    const samples = cells[index] ?? [];
    const verdicts = samples.map(({ verdict }) => verdict);
    // As the head of the column counts: active cases, each once. The others are found by their status.
    if (item.status === 'active' && verdicts.length > 0) add('verdicts', verdicts.reduce(worseVerdict));
    for (const { truncated, refused, over, failing } of samples) {
      if (truncated) mark('truncated');
      if (refused) mark('refused');
      if (over.length > 0) mark('over-budget');
      for (const kind of failing) add('assertions', kind);
    }
    if (samples.some(({ verdict }) => verdict !== samples[0]?.verdict)) mark('flaky');
  }
  if (item.change !== null) {
    mark('flipped');
    mark(item.change);
  }
  for (const tag of item.tags) add('tags', tag);
  if (item.group !== null) add('groups', item.group);
  if (item.text !== '') add('statuses', item.status);
  return [...found];
}
