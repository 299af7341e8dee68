/** Renders the cases of a plan ahead of the calls, in batches, each case once however many repeats it has. */
import { isEvaluationTimeout } from '../problems/errors.ts';
import { groupBy } from '../collections/group-by.ts';
import { lookUp, notFound } from '../collections/look-up.ts';
import { unsendableCase, unsendableRequest } from '../prompt/sendable.ts';
import { renderDataOf } from '../prompt/case-data.ts';
import { chooseMarks, sharedAmong, type IsShared } from '../economics/prefix/prefix-ends.ts';
import type { Evaluator, RenderOutcome } from '../evaluation/evaluator.ts';
import type { Candidate, Plan, PlannedCase } from './plan.ts';

const BATCH = 64;
/** After so many cases in a row whose rendering had to be killed, the template itself is at fault. */
const MAX_TIMEOUTS = 2;

export class RenderQueue {
  private readonly targets = new Map<Candidate['target'], TargetRenders>();

  constructor(plan: Plan, evaluator: Evaluator) {
    for (const [target, sharing] of groupBy(plan.candidates, ({ candidate }) => candidate.target)) {
      this.targets.set(target, new TargetRenders(target, unitedCases(sharing.map(({ cases }) => cases)), evaluator));
    }
  }

  /** The request, or why none is sent. */
  async outcome(candidate: Candidate, planned: PlannedCase): Promise<RenderOutcome> {
    const unsendable = unsendableCase(planned.goldenCase);
    if (unsendable !== null) return unsendable;
    const renders = lookUp(this.targets, candidate.target, `The prompt ${candidate.target.document.path} in the plan`);
    const outcome = await (planned.goldenCase.isFilled === true ? renders.alone(planned) : renders.outcome(planned));
    if ('problem' in outcome) return outcome;
    const { request } = outcome;
    const marks = request.ends === undefined ? {} : { marks: chooseMarks(request.ends, renders.isShared) };
    return unsendableRequest(request) ?? { request: { ...request, ...marks } };
  }
}

/** The cases of all candidates of one prompt, each once. */
const unitedCases = (all: readonly (readonly PlannedCase[])[]): PlannedCase[] => [
  ...new Map(all.flat().map((item) => [item.goldenCase.id, item])).values(),
];

/** The first case goes alone, so that the first call starts soon; the rest follows in batches, the next begun while one is used. */
class TargetRenders {
  private readonly index = new Map<string, number>();
  private readonly batches = new Map<number, Promise<readonly RenderOutcome[]>>();
  private timeouts = 0;
  /** Of all golden cases, also those that this run leaves out. */
  readonly isShared: IsShared;

  constructor(
    private readonly target: Candidate['target'],
    private readonly cases: readonly PlannedCase[],
    private readonly evaluator: Evaluator,
  ) {
    this.isShared = sharedAmong(target.cases, target.document.input.defaults);
    cases.forEach((item, i) => this.index.set(item.goldenCase.id, i));
  }

  async outcome(planned: PlannedCase): Promise<RenderOutcome> {
    const at = lookUp(this.index, planned.goldenCase.id, `The case ${planned.goldenCase.id} in the plan`);
    const batch = at === 0 ? 0 : 1 + Math.floor((at - 1) / BATCH);
    const outcomes = await this.batch(batch);
    void this.batch(batch + 1);
    if (batch > 1) this.batches.delete(batch - 2);
    const outcome = outcomes[batch === 0 ? 0 : (at - 1) % BATCH];
    if (outcome === undefined) throw notFound(`The rendering of the case ${planned.goldenCase.id}`);
    return outcome;
  }

  /** A case whose variables only this run knows. */
  async alone(planned: PlannedCase): Promise<RenderOutcome> {
    const [outcome] = await this.render([planned]);
    if (outcome === undefined) throw notFound(`The rendering of the case ${planned.goldenCase.id}`);
    return outcome;
  }

  private batch(number: number): Promise<readonly RenderOutcome[]> {
    const known = this.batches.get(number);
    if (known) return known;
    const start = number === 0 ? 0 : 1 + (number - 1) * BATCH;
    const cases = this.cases.slice(start, number === 0 ? 1 : start + BATCH);
    const started = cases.length === 0 ? Promise.resolve([]) : this.render(cases);
    this.batches.set(number, started);
    return started;
  }

  /** A batch that had to be killed is rendered case by case, to find the one at fault. */
  private async render(cases: readonly PlannedCase[]): Promise<readonly RenderOutcome[]> {
    try {
      return await this.ask(cases);
    } catch (error) {
      if (!isEvaluationTimeout(error)) return cases.map(() => ({ problem: error instanceof Error ? error.message : String(error) }));
      this.timeouts++;
      if (cases.length === 1 || this.timeouts > MAX_TIMEOUTS) return cases.map(() => ({ problem: error.message }));
    }
    const outcomes: RenderOutcome[] = [];
    for (const item of cases) {
      if (this.timeouts > MAX_TIMEOUTS) outcomes.push({ problem: 'Rendering this template does not terminate.' });
      else outcomes.push(...(await this.render([item])));
    }
    return outcomes;
  }

  private ask(cases: readonly PlannedCase[]): Promise<readonly RenderOutcome[]> {
    const { document, partials } = this.target;
    const data = cases.map(({ goldenCase }) => renderDataOf(goldenCase));
    return this.evaluator.render({ document, partials, data, segments: false });
  }
}
