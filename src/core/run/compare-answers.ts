/** `select-best` and `pairwise`: the answers of all candidates to one case, compared by a judge in both orders. */
import { CannotGrade, type AssertionSpec, type ExternalGrade } from '../grade/assertion.ts';
import { stemOf } from '../grade/assertion-types.ts';
import { filled } from '../grade/fill.ts';
import { lookUp } from '../collections/look-up.ts';
import type { Plan } from './plan.ts';
import type { SampleId } from '../results/sample-id.ts';
import { criterionOf } from '../judge/criterion.ts';
import { fenced } from '../judge/fence.ts';
import { askForVerdict, JudgementRecord, externalGradeError, STOPPED, type JudgingContext } from '../judge/judge.ts';
import { instructionOf, verdictText, readableJson, type Subject } from '../judge/judge-kind.ts';
import { COMPARING } from '../grade/judged-types.ts';

/** What of a sample is compared. */
interface Answer {
  readonly candidate: string;
  readonly output: string;
}

/** Waits until every candidate has answered a case, or will not. */
export class AnswersToCompare {
  /** By group: candidates of which nothing is known yet. */
  private readonly open = new Map<string, Set<string>>();
  private readonly postponed = new Set<string>();
  private readonly answers = new Map<string, Answer[]>();
  private readonly waiting = new Map<string, (() => void)[]>();
  private readonly judged = new Map<string, Promise<Decision | typeof STOPPED>>();
  private readonly order: readonly string[];
  private readonly paths: ReadonlyMap<string, string>;

  constructor(plan: Plan, signal: AbortSignal) {
    this.order = plan.candidates.map(({ candidate }) => candidate.id);
    this.paths = new Map(plan.candidates.map(({ candidate }) => [candidate.id, candidate.target.document.path]));
    for (const { candidate, cases } of plan.candidates) {
      for (const { goldenCase, assertions } of cases) {
        if (!assertions.some(compares)) continue;
        for (let repeat = 0; repeat < plan.repeats; repeat++) {
          const group = this.groupOf({ candidate: candidate.id, case: goldenCase.id, repeat });
          this.open.set(group, (this.open.get(group) ?? new Set()).add(candidate.id));
        }
      }
    }
    signal.addEventListener('abort', () => this.close(), { once: true });
  }

  answered(sample: SampleId, output: string): void {
    const group = this.groupOf(sample);
    if (this.open.get(group)?.has(sample.candidate) !== true) return;
    const { candidate } = sample;
    this.answers.set(group, [...(this.answers.get(group) ?? []), { candidate, output }]);
    this.leave(sample);
  }

  /** There may be an answer of this candidate later: until then the case is not compared. */
  postpone(sample: SampleId): void {
    this.postponed.add(this.groupOf(sample));
    this.leave(sample);
  }

  /** There will be no answer of this candidate. */
  leave(sample: SampleId): void {
    const group = this.groupOf(sample);
    const open = this.open.get(group);
    open?.delete(sample.candidate);
    if (open?.size === 0) this.wake(group);
  }

  /** Grades one candidate's answer; the comparison itself is made once for all that want it. */
  async grade(given: AssertionSpec, sample: SampleId, subject: Subject, context: JudgingContext): Promise<ExternalGrade | typeof STOPPED> {
    const group = this.groupOf(sample);
    if ((this.open.get(group)?.size ?? 0) > 0) {
      await new Promise<void>((resolve) => this.waiting.set(group, [...(this.waiting.get(group) ?? []), resolve]));
    }
    if ((this.open.get(group)?.size ?? 0) > 0 || this.postponed.has(group)) return STOPPED;
    const spec = filled(given, subject.vars);
    const bill = new JudgementRecord(criterionOf(given, context.hash));
    try {
      const answers = this.sorted(group);
      // As in promptfoo: nothing was compared, so nothing has passed.
      if (answers.length < 2) return { error: ONE_ANSWER };
      const rivals = spec.type === 'pairwise' ? this.pair(answers, sample.candidate) : answers;
      const id = JSON.stringify([spec.type, spec.value, rivals.map(({ candidate }) => candidate)]);
      const decision = await this.decisionOf(`${group}\u0000${id}`, () =>
        decide({ ...spec, value: instructionOf(given, subject.vars, context.hash) }, rivals, subject, context, bill),
      );
      if (decision === STOPPED) return STOPPED;
      const judge = { ...bill.note([]), orders: { id: context.hash(id).slice(0, 16), consistent: decision.consistent } };
      // Unknown is never read as good, nor as bad: `not-` would make a pass of it.
      if ('tie' in decision) return { error: decision.tie, judge };
      return { grade: gradeOf(decision, sample.candidate, spec.type), judge };
    } catch (error) {
      return externalGradeError(error, bill);
    }
  }

  /** The first candidate is what the others are compared with. */
  private pair(answers: readonly Answer[], candidate: string): Answer[] {
    const first = answers[0];
    const own = answers.find((answer) => answer.candidate === candidate);
    const other = own === first ? answers[1] : own;
    return first === undefined || other === undefined ? [] : [first, other];
  }

  private decisionOf(key: string, decide: () => Promise<Decision | typeof STOPPED>): Promise<Decision | typeof STOPPED> {
    const known = this.judged.get(key) ?? decide();
    this.judged.set(key, known);
    return known;
  }

  private sorted(group: string): Answer[] {
    return [...(this.answers.get(group) ?? [])].sort((a, b) => this.order.indexOf(a.candidate) - this.order.indexOf(b.candidate));
  }

  private groupOf({ candidate, case: id, repeat }: SampleId): string {
    return `${lookUp(this.paths, candidate, `The candidate ${candidate} in the plan`)}\u0000${id}\u0000${repeat}`;
  }

  private wake(group: string): void {
    for (const resolve of this.waiting.get(group) ?? []) resolve();
    this.waiting.delete(group);
  }

  private close(): void {
    for (const group of [...this.waiting.keys()]) this.wake(group);
  }
}

const ONE_ANSWER =
  'There is only one answer, so there is nothing to compare. Run several candidates: --matrix, --model more than once, or --baseline.';

const DECIDE = 'State in the criterion what decides between such answers, or use a judge that can tell them apart.';

const compares = ({ type, assert = [] }: AssertionSpec): boolean => COMPARING.includes(stemOf(type)) || assert.some(compares);

/** A tie: the orders have different winners, or there is none; why, and what to do. */
type Decision = { readonly consistent: boolean } & ({ readonly winner: string; readonly reason: string } | { readonly tie: string });

/** In both orders: a judge that prefers a place has no opinion. */
async function decide(
  spec: AssertionSpec,
  answers: readonly Answer[],
  subject: Subject,
  context: JudgingContext,
  bill: JudgementRecord,
): Promise<Decision | typeof STOPPED> {
  const judge = await context.judges.judge('select-best', spec);
  const winners: (string | null)[] = [];
  let reason = '';
  for (const order of [answers, [...answers].reverse()]) {
    const outputs = order.map(({ output }, i) => ({ number: i + 1, text: fenced(output, context.hash) }));
    const input = subject.input === '' ? '' : fenced(subject.input, context.hash);
    const verdict = await askForVerdict(judge, { criterion: readableJson(spec.value), input, outputs }, context, bill);
    if (verdict === STOPPED) return STOPPED;
    const best = verdict['best'];
    if (typeof best !== 'number' || best > order.length)
      throw new CannotGrade(`The judge ${judge.name} chose an answer that does not exist.`);
    winners.push(order[best - 1]?.candidate ?? null);
    reason ||= verdictText(verdict, 'reason');
  }
  const [first = null, second = null] = winners;
  if (first !== second) return { consistent: false, tie: `A tie: the judge chose another answer when the order was reversed. ${DECIDE}` };
  return first === null
    ? { consistent: true, tie: `A tie: no answer is better than the others. ${reason} ${DECIDE}` }
    : { consistent: true, winner: first, reason };
}

function gradeOf(
  { winner, reason }: Extract<Decision, { winner: string }>,
  candidate: string,
  type: string,
): { pass: boolean; score: number; reason: string } {
  const pass = winner === candidate;
  const what = type === 'pairwise' ? 'Better of two answers' : 'Best answer';
  return { pass, score: pass ? 1 : 0, reason: `${pass ? what : 'Another answer is better'}: ${reason}` };
}
