/** The table behind the results page: what is found, in which order, and how cells of several runs come together. */
import assert from 'node:assert/strict';
import { EVERYTHING, queryOf, toggled, type ResultsQuery } from '../../src/protocol/query.ts';
import type { Result } from '../../src/core/results/result.ts';
import { ResultsView, type ViewedRun } from '../../src/engine/results-view/results-view.ts';
import { SyntheticRun } from '../ui/harness/synthetic-run.ts';

const CASES = 300;
const query = (change: Partial<ResultsQuery>): ResultsQuery => ({ ...EVERYTHING, ...change });

function viewOf(run: SyntheticRun, options: { sideBySide?: boolean } = {}): ResultsView {
  const view = new ResultsView({ root: '/work', sideBySide: options.sideBySide ?? false, readOnly: false, now: () => 0 });
  const index = view.add(run.viewed(null));
  for (let position = 0; position < run.samples; position++) view.take(index, run.result(position), position);
  return view;
}

const all = (run: SyntheticRun): Result[] => Array.from({ length: run.samples }, (_, position) => run.result(position));
const casesWhere = (run: SyntheticRun, test: (result: Result) => boolean): string[] => [
  ...new Set(
    all(run)
      .filter(test)
      .map((result) => result.case),
  ),
];

describe('the results view', () => {
  const run = new SyntheticRun({ cases: CASES, candidates: 3 });
  const view = viewOf(run);

  it('finds by verdict, sign, tag, group and failing assertion, as going over all results does', () => {
    const tests: readonly (readonly [Partial<ResultsQuery>, (result: Result) => boolean])[] = [
      [{ verdicts: ['fail'] }, ({ verdict }) => verdict === 'fail'],
      [{ verdicts: ['fail', 'error'] }, ({ verdict }) => verdict !== 'pass'],
      [{ marks: ['truncated'] }, ({ finish }) => finish === 'length'],
      [{ marks: ['over-budget'] }, ({ ttftMs, usage }) => (ttftMs ?? 0) > 700 || (usage?.output ?? 0) > 200],
      [{ tags: ['tag-2'] }, (result) => (result.metadata?.['tags'] as string[])[0] === 'tag-2'],
      [{ groups: ['policy'] }, ({ group }) => group === 'policy'],
      [{ assertions: ['expected'] }, ({ assertions }) => assertions.some(({ pass }) => !pass)],
      [
        { range: { metric: 'latencyMs', column: 'c1', from: 700, to: 900 } },
        ({ candidate, latencyMs }) => candidate === 'c1' && (latencyMs ?? 0) >= 700 && (latencyMs ?? 0) <= 900,
      ],
    ];
    for (const [change, test] of tests) {
      const wanted = casesWhere(run, test);
      assert.ok(wanted.length > 0 && wanted.length < CASES, JSON.stringify(change));
      assert.deepEqual(view.caseIds(query(change)), wanted, JSON.stringify(change));
    }
  });

  it('shows beside outputs the first short variable; a case that lacks it shows one of its own', () => {
    const base = run.result(0);
    const shown = new ResultsView({ root: '/work', sideBySide: false, readOnly: false, now: () => 0 });
    const vars: Readonly<Record<string, Result['vars']>> = {
      a: { document: 'x'.repeat(2000), question: 'Why?' },
      b: { question: 'How long?', document: 'short' },
      c: { other: { n: 1 } },
      d: {},
    };
    const heads = run.viewed(null).heads.slice(0, 1);
    const index = shown.add({ ...run.viewed(null), heads, caseIds: Object.keys(vars), cases: [] });
    Object.entries(vars).forEach(([id, own], i) => shown.take(index, { ...base, case: id, vars: own }, i));
    assert.equal(shown.table.inputName, 'question');
    assert.deepEqual(
      shown.table.cases.map(({ input }) => input),
      ['Why?', 'How long?', '{\n  "n": 1\n}', null],
    );
  });

  it('finds the answers that a cell of the confusion matrix counts', () => {
    const { heads } = run.viewed(null);
    const own = new ResultsView({ root: '/work', sideBySide: false, readOnly: false, now: () => 0 });
    const answers: readonly (readonly [string, string])[] = [
      ['refund', 'refund'],
      ['refund', 'billing'],
      ['billing', 'billing'],
      ['billing', 'Billing question'],
    ];
    const ids = answers.map((_, i) => `case-${i}`);
    const index = own.add({ ...run.viewed(null), heads: heads.slice(0, 1), caseIds: ids, cases: [] });
    answers.forEach(([expected, output], i) =>
      own.take(index, { ...run.result(0), case: ids[i] ?? '', expected, output, status: 'active' }, i),
    );
    const column = heads[0]?.id ?? '';
    const cell = (expected: string, found: string | null): readonly string[] =>
      own.caseIds(queryOf({ cell: { column, field: '', expected, found } }));
    assert.deepEqual(cell('refund', 'refund'), ['case-0']);
    assert.deepEqual(cell('refund', 'billing'), ['case-1']);
    assert.deepEqual(cell('billing', null), ['case-3']);
    assert.deepEqual(own.caseIds(queryOf({ cell: { column: 'gone', field: '', expected: 'refund', found: 'refund' } })), []);
    assert.equal(queryOf({ cell: { column: 1 } }).cell, null);
  });

  it('needs every list that is not empty, and any member of each', () => {
    const both = view.caseIds(query({ verdicts: ['fail'], tags: ['tag-0', 'tag-1'] }));
    assert.deepEqual(
      both,
      view.caseIds(query({ verdicts: ['fail'] })).filter((id) => view.caseIds(query({ tags: ['tag-0', 'tag-1'] })).includes(id)),
    );
  });

  it('finds text in variables and outputs whatever its capitals, also behind what is kept in memory', () => {
    assert.deepEqual(view.caseIds(query({ text: 'ORDER 217?' })), ['case-217']);
    const long = new SyntheticRun({ cases: 3, candidates: 1, outputs: ['short', `${'x'.repeat(20_000)} Needle`, 'other'] });
    assert.deepEqual(viewOf(long).caseIds(query({ text: 'needle' })), ['case-1']);
  });

  it('counts each facet by cases', () => {
    const { facets } = view.snapshot(EVERYTHING);
    for (const { kind, value, count } of facets)
      assert.equal(view.caseIds(toggled(EVERYTHING, kind, value)).length, count, `${kind} ${value}`);
  });

  it('counts verdicts of active cases, each once, as the head of a column does; the others by their status', () => {
    const small = new SyntheticRun({ cases: 5, candidates: 1 });
    const shown = new ResultsView({ root: '/work', sideBySide: false, readOnly: false, now: () => 0 });
    const index = shown.add(small.viewed(null));
    const of = (position: number, change: Partial<Result>): void =>
      shown.take(index, { ...small.result(position), ...change }, shown.table.columns[0]?.cells.flat().length ?? 0);
    of(0, { verdict: 'fail', status: 'known-failing' });
    of(1, { verdict: 'pass', status: 'unverified' });
    of(2, { verdict: 'fail', repeat: 0 });
    of(2, { verdict: 'pass', repeat: 1 });
    of(3, { verdict: 'pass' });
    of(4, { verdict: 'pass' });
    const counted = shown.snapshot(EVERYTHING).facets.filter(({ kind }) => kind === 'verdicts' || kind === 'statuses');
    assert.deepEqual(Object.fromEntries(counted.map(({ value, count }) => [value, count])), {
      'known-failing': 1,
      unverified: 1,
      active: 3,
      fail: 1,
      pass: 2,
    });
  });

  it('sorts by a number of one column, what is not known last', () => {
    const ids = view.caseIds(query({ sort: { by: 'costUsd', column: 'c0', descending: true } }));
    const cost = new Map(
      all(run)
        .filter(({ candidate }) => candidate === 'c0')
        .map((result) => [result.case, result.costUsd ?? -1]),
    );
    const costs = ids.map((id) => cost.get(id) ?? -1);
    assert.deepEqual(
      costs,
      costs.toSorted((a, b) => b - a),
    );
    assert.equal(new Set(ids).size, CASES);
  });

  it('puts cells of a later run of the same candidate in the place of the earlier ones, and counts what is shown', () => {
    const shown = viewOf(new SyntheticRun({ cases: 40, candidates: 1 }));
    const before = shown.caseIds(query({ verdicts: ['fail'] }));
    const again: ViewedRun = {
      ...new SyntheticRun({ cases: 40, candidates: 1 }).viewed(null),
      id: 'later',
      read: (position) => ({ ...run.result(0), case: before[position] ?? '', verdict: 'pass' }),
    };
    const index = shown.add(again);
    before.forEach((id, position) =>
      shown.take(index, { ...run.result(0), candidate: 'c0', case: id, verdict: 'pass', assertions: [], error: null }, position),
    );
    assert.deepEqual(shown.caseIds(query({ verdicts: ['fail'] })), []);
    assert.equal(shown.snapshot(EVERYTHING).columns.length, 1);
    assert.equal(shown.snapshot(EVERYTHING).columns[0]?.cases, 40);
    assert.equal(
      shown.snapshot(EVERYTHING).facets.find(({ value }) => value === 'fail'),
      undefined,
    );
  });

  it('lets two runs stand side by side and says which cases changed', () => {
    const first = new SyntheticRun({ cases: 40, candidates: 1 });
    const shown = viewOf(first, { sideBySide: true });
    shown.ended(0, true);
    const worse = first.result(2);
    const second: ViewedRun = {
      ...first.viewed(null),
      id: 'later',
      report: {} as ViewedRun['report'],
      read: (position) => ({ ...first.result(position), verdict: position === 2 ? 'fail' : first.result(position).verdict }),
    };
    const index = shown.add(second);
    for (let position = 0; position < 40; position++) shown.take(index, second.read(position) ?? worse, position);
    const snapshot = shown.snapshot(EVERYTHING);
    assert.equal(snapshot.columns.length, 2);
    assert.deepEqual([snapshot.comparisons[0]?.regressed, snapshot.comparisons[0]?.improved], [1, 0]);
    assert.deepEqual(shown.caseIds(query({ marks: ['flipped'] })), ['case-2']);
    const [row] = shown.rows({ from: 0, to: 1, glance: false }, query({ sort: { by: 'change', column: null, descending: false } })).rows;
    assert.deepEqual([row?.case, row?.change, row?.cells.map((cell) => cell?.verdict)], ['case-2', 'regressed', ['pass', 'fail']]);
  });

  it('shows text that streams until the result is there', () => {
    const live = new SyntheticRun({ cases: 2, candidates: 1 });
    const shown = new ResultsView({ root: '', sideBySide: false, readOnly: false, now: () => 0 });
    const index = shown.add(live.viewed(null));
    shown.stream(index, 'c0', 'case-1', 'Half an ');
    shown.stream(index, 'c0', 'case-1', 'answer');
    const cells = (): unknown[] =>
      shown
        .rows({ from: 0, to: 2, glance: false }, EVERYTHING)
        .rows.map(({ cells: [cell] }) => cell && [cell.verdict, cell.output.slice(0, 14)]);
    assert.deepEqual(cells(), [null, ['running', 'Half an answer']]);
    shown.cancelled(index, 'c0', 'case-1');
    assert.deepEqual(cells(), [null, null]);
    shown.take(index, live.result(1), 1);
    assert.equal((cells()[1] as string[])[0], 'pass');
  });

  it('splits the cost of a result by what it is for, and its sum is what was paid', () => {
    const priced = new SyntheticRun({ cases: 1, candidates: 1 });
    const { usage } = priced.result(0);
    const cost = ((usage?.input ?? 0) - 256) * 1e-6 + 256 * 0.1e-6 + (usage?.output ?? 0) * 4e-6;
    const shown = new ResultsView({ root: '', sideBySide: false, readOnly: false, now: () => 0 });
    const index = shown.add({ ...priced.viewed(null), read: () => ({ ...priced.result(0), costUsd: cost }) });
    shown.take(index, { ...priced.result(0), costUsd: cost }, 0);
    const bill = shown.detail('case-0', 'c0', -1, null)?.bill ?? [];
    assert.ok(Math.abs(bill.reduce((sum, { usd }) => sum + (usd ?? 0), 0) - cost) < 1e-12);
  });

  it('takes any query from a page, whatever its shape', () => {
    for (const value of [
      null,
      1,
      'x',
      [],
      { verdicts: 'fail' },
      { verdicts: ['fail', 'nonsense', 3], sort: { by: '__proto__' }, range: { metric: 'x', from: 'a' } },
    ])
      assert.doesNotThrow(() => view.caseIds(queryOf(value)));
    assert.deepEqual(queryOf({ verdicts: ['fail', 'nonsense'] }).verdicts, ['fail']);
  });
});
