/** Cases that go on from earlier answers of their prompt and model: each waits for those that it needs, and is sent with them. */
import { isHumanError } from '../problems/errors.ts';
import { CONVERSATION, neededCases, type EarlierUse } from '../golden/earlier-answers.ts';
import type { GoldenCase } from '../golden/case.ts';
import { hasTemplateTag } from '../golden/literal.ts';
import { CannotGrade, isCannotGrade } from '../grade/assertion.ts';
import { transformedText, transformJob, type CodeRunner } from '../grade/code-assertion.ts';
import type { JsonObject, JsonValue } from '../json/json.ts';
import { renderNunjucks } from '../prompt/promptfoo/nunjucks-text.ts';
import { textOf, type RenderedRequest } from '../prompt/request.ts';
import type { SampleId } from '../results/sample-id.ts';
import type { Candidate, Plan, PlannedCase, PlanItem } from './plan.ts';
import type { RenderQueue } from './render-queue.ts';

/** An answer as it came; `request` is null when it was given before the run was interrupted. */
interface Answer {
  readonly output: string;
  readonly request: RenderedRequest | null;
}

type Known = Answer | { readonly problem: string } | null;

/** The case as it is sent, or why it is not; null: what it waits for was stopped. */
export type FilledCase = { readonly planned: PlannedCase } | { readonly problem: string } | null;

interface Waiting {
  readonly known: Promise<Known>;
  readonly tell: (known: Known) => void;
}

export class EarlierAnswers {
  private readonly needed = new Map<string, Waiting>();
  private readonly cases = new Map<string, PlannedCase>();

  constructor(
    plan: Plan,
    signal: AbortSignal,
    private readonly renders: RenderQueue,
    private readonly code: CodeRunner | null,
  ) {
    for (const { candidate, cases } of plan.candidates) {
      const wanted = new Set(cases.flatMap(({ goldenCase: { earlier } }) => (earlier === undefined ? [] : neededCases(earlier))));
      for (const planned of cases) {
        const { id } = planned.goldenCase;
        if (!wanted.has(id)) continue;
        this.cases.set(`${candidate.id}\u0000${id}`, planned);
        for (let repeat = 0; repeat < plan.repeats; repeat++)
          this.needed.set(keyOf({ candidate: candidate.id, case: id, repeat }), waiting());
      }
    }
    signal.addEventListener('abort', () => this.needed.forEach(({ tell }) => tell(null)), { once: true });
  }

  answered(sample: SampleId, output: string, request: RenderedRequest | null): void {
    this.needed.get(keyOf(sample))?.tell({ output, request });
  }

  /** There will be no answer. */
  leave(sample: SampleId): void {
    this.needed.get(keyOf(sample))?.tell({ problem: `it needs the answer to ${sample.case}, which has none.` });
  }

  /** There may be an answer later, in another run. */
  postpone(sample: SampleId): void {
    this.needed.get(keyOf(sample))?.tell(null);
  }

  /** The case with the earlier answers that it needs, when they are there; a case that needs none as it is. */
  async filled({ candidate, planned, repeat }: PlanItem): Promise<FilledCase> {
    const { goldenCase } = planned;
    const { earlier } = goldenCase;
    if (earlier === undefined || goldenCase.unsupported !== null) return { planned };
    const answers = new Map<string, Answer>();
    for (const id of neededCases(earlier)) {
      const waits = this.needed.get(keyOf({ candidate: candidate.id, case: id, repeat }));
      if (waits === undefined)
        return {
          problem: `This case cannot be sent: it needs the answer to ${id}, which is not part of this run. Run it with that case.`,
        };
      const known = await waits.known;
      if (known === null) return null;
      if ('problem' in known) return { problem: `This case cannot be sent: ${known.problem}` };
      answers.set(id, known);
    }
    try {
      return await this.with(candidate, planned, earlier, answers, repeat);
    } catch (error) {
      if (!isHumanError(error) && !isCannotGrade(error)) throw error;
      return { problem: `This case cannot be sent: ${error.message}` };
    }
  }

  private async with(
    candidate: Candidate,
    planned: PlannedCase,
    earlier: EarlierUse,
    answers: ReadonlyMap<string, Answer>,
    repeat: number,
  ): Promise<FilledCase> {
    const { goldenCase } = planned;
    const given: Record<string, JsonValue> = {};
    for (const [name, id] of Object.entries(earlier.stored)) {
      const before = this.cases.get(`${candidate.id}\u0000${id}`);
      given[name] = await this.stored(before?.goldenCase, answers.get(id)?.output ?? '');
    }
    if (earlier.conversation !== undefined) {
      const turns: JsonObject[] = [];
      for (const id of earlier.conversation) {
        const answer = answers.get(id);
        const before = this.cases.get(`${candidate.id}\u0000${id}`);
        if (answer === undefined || before === undefined) continue;
        const request = answer.request ?? (await this.requestOf({ candidate, planned: before, repeat }));
        if (request === null) return null;
        if ('problem' in request) return request;
        turns.push(turnOf(request, answer.output));
      }
      given[CONVERSATION] = turns;
    }
    return withVariables(planned, goldenCase, given);
  }

  /** What the code of the earlier case makes of its answer. */
  private async stored(before: GoldenCase | undefined, whole: string): Promise<string> {
    let output = whole;
    for (const transform of before?.stores?.transforms ?? []) {
      if (this.code === null) throw new CannotGrade('A `transform` is code, which runs only in a trusted workspace.');
      output = transformedText(await this.code.run(transformJob(transform, output, before?.vars ?? {}, '')));
    }
    return output;
  }

  /** The request of a case that was answered before the run was interrupted. */
  private async requestOf(item: PlanItem): Promise<RenderedRequest | { readonly problem: string } | null> {
    const filled = await this.filled(item);
    if (filled === null || 'problem' in filled) return filled;
    const outcome = await this.renders.outcome(item.candidate, filled.planned);
    return 'problem' in outcome ? { problem: outcome.problem } : outcome.request;
  }
}

/** As promptfoo has it: what was asked last, and the answer as it came. */
function turnOf({ messages }: RenderedRequest, output: string): JsonObject {
  const last = messages.at(-1);
  const input = last === undefined ? '' : textOf(last);
  const isChat = messages.length > 1 || last?.role !== 'user';
  const prompt = isChat
    ? messages.map((message) => ({ role: message.role === 'model' ? 'assistant' : message.role, content: textOf(message) }))
    : input;
  return { prompt, input, output };
}

/** The variables over those of the case; texts that name one of them are rendered. What a model answered is never a template. */
function withVariables(planned: PlannedCase, goldenCase: GoldenCase, given: JsonObject): FilledCase {
  const names = Object.keys(given).filter((name) => name !== CONVERSATION);
  const vars: Record<string, JsonValue> = { ...goldenCase.vars, ...given };
  for (const [name, value] of Object.entries(goldenCase.vars)) {
    if (typeof value !== 'string' || !hasTemplateTag(value) || !names.some((each) => new RegExp(`\\b${each}\\b`).test(value))) continue;
    const rendered = renderNunjucks(value, vars, null);
    if ('problem' in rendered) return { problem: `The variable \`${name}\`: ${rendered.problem}` };
    vars[name] = rendered.text;
  }
  const { earlier: _done, ...rest } = goldenCase;
  const literals = [...(goldenCase.literals ?? []), ...Object.keys(given).map((name) => ['vars', name])];
  return { planned: { ...planned, goldenCase: { ...rest, vars, literals, isFilled: true } } };
}

const keyOf = ({ candidate, case: id, repeat }: SampleId): string => JSON.stringify([candidate, id, repeat]);

function waiting(): Waiting {
  let tell: (known: Known) => void = () => undefined;
  const known = new Promise<Known>((resolve) => (tell = resolve));
  return { known, tell };
}
