/** Asks the judge of an assertion: render its prompt with what is judged set apart, ask, read the verdict, once more if it cannot be read. */
import { isHumanError, messageOf, isProviderError } from '../problems/errors.ts';
import { CannotGrade, type AssertionSpec, type Grade, type JudgeNote, type ExternalGrade, isCannotGrade } from '../grade/assertion.ts';
import { filled } from '../grade/fill.ts';
import { isJsonObject, type JsonObject } from '../json/json.ts';
import { unsendableRequest } from '../prompt/sendable.ts';
import type { RenderedRequest } from '../prompt/request.ts';
import type { AnsweredCall } from '../calls/call-model.ts';
import type { ModelCall } from '../calls/model-call.ts';
import type { Hash } from '../text/hash.ts';
import type { Evaluator } from '../evaluation/evaluator.ts';
import { criterionOf, type JudgedCriterion } from './criterion.ts';
import { fenced, fencedTexts } from './fence.ts';
import { judgeKindOf } from './judge-kinds.ts';
import { choiceVars, readChoice } from './kinds/choices.ts';
import { wantedTexts } from '../grade/judged-types.ts';
import { similarityMetric, similarGrade, similarity, vectorOf } from './kinds/similar.ts';
import { instructionOf, verdictTexts, type JudgeKind, type JudgeVerdict, type Subject } from './judge-kind.ts';
import type { Judge, Judges } from './judges-port.ts';
import { readVerdict } from './verdict.ts';
import { builtInOf, choicesOf, evaluatorOf, isChoiceJudge } from '../grade/choice-evaluator.ts';
import { isSimilar } from '../grade/judged-types.ts';

export interface JudgingContext {
  readonly judges: Judges;
  readonly evaluator: Pick<Evaluator, 'render'>;
  readonly hash: Hash;
  /** What belongs to the sample: everything of a question but the model and what it is asked. */
  readonly question: Pick<ModelCall, 'repeat' | 'sample' | 'attempts'>;
  /** Null: the run was stopped. */
  ask(question: ModelCall): Promise<AnsweredCall | null>;
}

/** The run was stopped before the judge had answered. */
export const STOPPED = Symbol('stopped');

/** A second try is another sample of the same question, so that no cache gives the first answer again. */
const SECOND_TRY = 1_000_000;

const NO_OUTPUT_SPEC = { format: null, name: null, schema: null, strict: false } as const;

/** `spec` without `not-`. @throws {HumanError} only for what ends the run. */
export async function judgeAssertion(
  spec: AssertionSpec,
  subject: Subject,
  context: JudgingContext,
): Promise<ExternalGrade | typeof STOPPED> {
  const bill = new JudgementRecord(criterionOf(spec, context.hash));
  try {
    const instruction = instructionOf(spec, subject.vars, context.hash);
    const grade = await gradeBy(filled(spec, subject.vars), instruction, subject, context, bill);
    return grade === STOPPED ? STOPPED : { grade, judge: bill.note(grade.quotes.map((text) => quoted(text, subject.output))) };
  } catch (error) {
    return externalGradeError(error, bill);
  }
}

/** What kept a judge from its verdict, as the assertion's error. @throws {HumanError} only what ends the run. */
export function externalGradeError(error: unknown, bill: JudgementRecord): ExternalGrade | typeof STOPPED {
  if (isHumanError(error) && error.code === 'journal/write') throw error;
  if (isProviderError(error) && error.failure === 'aborted') return STOPPED;
  const hint = isHumanError(error) && error.hint !== undefined ? ` ${error.hint}` : '';
  const reason = isCannotGrade(error) ? error.message : `The judge did not answer: ${messageOf(error)}${hint}`;
  return { error: reason, judge: bill.note([]) };
}

const quoted = (text: string, output: string): { text: string; found: boolean } => ({ text, found: output.includes(text) });

/** What the judgement of one assertion was made with, and what it cost. */
export class JudgementRecord {
  private name = '';
  private version = '';
  private model = '';
  private costUsd: number | null = 0;
  private paidUsd: number | null = 0;

  constructor(private readonly criterion: JudgedCriterion) {}

  by(name: string, version: string, model: string): void {
    this.name ||= name;
    this.version ||= version;
    this.model ||= model;
  }

  add({ costUsd, reused }: AnsweredCall): void {
    this.costUsd = this.costUsd === null || costUsd === null ? null : this.costUsd + costUsd;
    if (!reused) this.paidUsd = this.paidUsd === null || costUsd === null ? null : this.paidUsd + costUsd;
  }

  note(quotes: JudgeNote['quotes']): JudgeNote {
    const { name, version, model, criterion, costUsd, paidUsd } = this;
    return { prompt: name, version, model, criterion, costUsd, paidUsd, quotes, calibrated: false };
  }
}

async function gradeBy(
  spec: AssertionSpec,
  instruction: string,
  subject: Subject,
  context: JudgingContext,
  bill: JudgementRecord,
): Promise<JudgeVerdict | typeof STOPPED> {
  if (isSimilar(spec.type)) return withoutQuotes(await gradeSimilar(spec, subject.output, wantedTexts(spec), context, bill));
  if (spec.type === 'answer-relevance') return gradeRelevance(spec, subject, context, bill);
  if (isChoiceJudge(spec.type)) return withoutQuotes(await gradeChoice(spec, subject, context, bill));
  const kind = judgeKindOf(spec.type);
  if (kind === null) throw new CannotGrade(`No judge grades \`${spec.type}\`.`);
  const judge = await context.judges.judge(kind.prompt, spec);
  const { trusted, judged } = kind.vars(spec, subject, instruction);
  const verdict = await askForVerdict(judge, judgeVars(trusted, judged, context.hash), context, bill, kind.contradiction);
  return verdict === STOPPED ? STOPPED : kind.read(verdict, spec);
}

const withoutQuotes = (grade: Grade | typeof STOPPED): JudgeVerdict | typeof STOPPED =>
  grade === STOPPED ? STOPPED : { ...grade, quotes: [] };

/** Everything that is judged, and all that somebody else may have written, set apart. */
export const judgeVars = (trusted: JsonObject, judged: Readonly<Record<string, string>>, hash: Hash): JsonObject => ({
  ...trusted,
  ...Object.fromEntries(Object.entries(judged).map(([name, text]) => [name, text === '' ? '' : fenced(text, hash)])),
});

/** The judge's JSON. `contradiction`: why it says two things at once. @throws {CannotGrade} when it could not be read twice, or contradicted itself. */
export async function askForVerdict(
  judge: Judge,
  vars: JsonObject,
  context: JudgingContext,
  bill: JudgementRecord,
  contradiction?: JudgeKind['contradiction'],
): Promise<JsonObject | typeof STOPPED> {
  const { schema } = judge.document.output;
  if (schema === null) throw new CannotGrade(`The judge ${judge.name} needs an output schema: \`output: { format: json, schema: … }\`.`);
  const texts = fencedTexts(vars);
  const read = (output: string): { value: JsonObject } | { problem: string } => {
    const verdict = readVerdict(output, schema, texts);
    if ('problem' in verdict) return verdict;
    const problem = contradiction?.(verdict.verdict, mostScore(schema)) ?? null;
    return problem === null ? { value: verdict.verdict } : { problem };
  };
  return askTwice(judge, vars, context, bill, read);
}

/** The highest score that a judge's schema allows; null: it does not say. */
function mostScore({ properties }: JsonObject): number | null {
  const score = isJsonObject(properties) ? properties['score'] : null;
  const most = isJsonObject(score) ? score['maximum'] : null;
  return typeof most === 'number' && most > 0 ? most : null;
}

async function askTwice<T>(
  judge: Judge,
  vars: JsonObject,
  context: JudgingContext,
  bill: JudgementRecord,
  read: (output: string) => { readonly value: T } | { readonly problem: string },
): Promise<T | typeof STOPPED> {
  const { client, parameters, version, name } = judge;
  bill.by(name, version, client.id);
  const request = await rendered(judge, vars, context);
  let problem = '';
  for (const tries of [0, SECOND_TRY]) {
    const repeat = context.question.repeat + tries;
    const answered = await context.ask({ ...context.question, client, parameters, version, request, repeat, isOutput: false });
    if (answered === null) return STOPPED;
    bill.add(answered);
    const result = read(answered.response.output);
    if ('value' in result) return result.value;
    ({ problem } = result);
  }
  throw new CannotGrade(`The judge ${name} returned no readable verdict in two attempts: ${problem}.`);
}

async function rendered({ document, partials }: Judge, vars: JsonObject, { evaluator }: JudgingContext): Promise<RenderedRequest> {
  const [outcome] = await evaluator.render({ document, partials, data: [{ input: vars }], segments: false });
  if (outcome === undefined || 'problem' in outcome) throw new CannotGrade(`The judge’s prompt: ${outcome?.problem ?? 'not rendered'}`);
  const unsendable = unsendableRequest(outcome.request);
  if (unsendable !== null) throw new CannotGrade(`The judge’s prompt: ${unsendable.problem}`);
  return outcome.request;
}

async function gradeChoice(
  spec: AssertionSpec,
  subject: Subject,
  context: JudgingContext,
  bill: JudgementRecord,
): Promise<Grade | typeof STOPPED> {
  const builtIn = builtInOf(spec);
  const evaluator = evaluatorOf(spec);
  if (builtIn === null && evaluator === null) throw new CannotGrade('This evaluator has no prompt.');
  const judge =
    builtIn === null && evaluator !== null ? await context.judges.inline(evaluator, spec) : await context.judges.judge(builtIn ?? '', spec);
  const vars = judgeVars({}, choiceVars(subject), context.hash);
  const choices = choicesOf(spec);
  return askTwice(judge, vars, context, bill, (output) => {
    const grade = readChoice(output, choices);
    return 'problem' in grade ? grade : { value: grade };
  });
}

async function gradeSimilar(
  spec: AssertionSpec,
  output: string,
  wanted: readonly string[],
  context: JudgingContext,
  bill: JudgementRecord,
): Promise<Grade | typeof STOPPED> {
  const vectors = await embeddings([output, ...wanted], spec, context, bill);
  if (vectors === STOPPED) return STOPPED;
  const [own = [], ...others] = vectors;
  return similarGrade(
    others.map((other) => similarity(similarityMetric(spec.type), own, other)),
    spec,
    wanted,
  );
}

/** promptfoo: the mean similarity of what was asked to the questions that the answer answers; evasive answers are worth nothing. */
async function gradeRelevance(
  spec: AssertionSpec,
  subject: Subject,
  context: JudgingContext,
  bill: JudgementRecord,
): Promise<JudgeVerdict | typeof STOPPED> {
  const judge = await context.judges.judge('answer-relevance', spec);
  const verdict = await askForVerdict(judge, judgeVars({}, { output: subject.output }, context.hash), context, bill);
  if (verdict === STOPPED) return STOPPED;
  const { threshold = 1 } = spec;
  if (verdict['noncommittal'] === true) return { pass: threshold <= 0, score: 0, reason: 'The answer is evasive.', quotes: [] };
  const questions = verdictTexts(verdict, 'questions');
  const vectors = await embeddings([subject.input, ...questions], { type: spec.type }, context, bill);
  if (vectors === STOPPED) return STOPPED;
  const [asked = [], ...others] = vectors;
  const scores = others.map((other) => similarity('cosine', asked, other));
  const score = Math.min(1, Math.max(0, scores.reduce((sum, value) => sum + value, 0) / scores.length));
  const reason = `Question and answer have a similarity of ${score.toFixed(2)}; ${threshold} is required.`;
  return {
    pass: score >= threshold,
    score,
    reason: score >= threshold ? reason : `${reason} It answers: ${questions[0] ?? ''}`,
    quotes: [],
  };
}

async function embeddings(
  texts: readonly string[],
  spec: AssertionSpec,
  context: JudgingContext,
  bill: JudgementRecord,
): Promise<number[][] | typeof STOPPED> {
  const client = await context.judges.embedder(spec);
  bill.by('embeddings', '', client.id);
  const vectors: number[][] = [];
  for (const text of texts) {
    const request = { messages: [{ role: 'user', content: [{ text }] }], tools: [], output: NO_OUTPUT_SPEC };
    // The same text has the same vector, whichever sample asks.
    const answered = await context.ask({ ...context.question, client, parameters: {}, version: '', request, repeat: 0, isOutput: false });
    if (answered === null) return STOPPED;
    bill.add(answered);
    const vector = vectorOf(answered.response.output);
    if (vector === null) throw new CannotGrade(`${client.id} returned no embedding.`);
    vectors.push(vector);
  }
  return vectors;
}
