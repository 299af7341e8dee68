/** A golden case of an interaction: what went in as captured, what should have come out as a person said. */
import type { CaseMessage } from '../../golden/case-messages.ts';
import type { GoldenCase } from '../../golden/case.ts';
import { NO_DECLARED_SIGNALS, type DeclaredSignals } from '../../config/declared-signals.ts';
import type { NewCase } from '../../golden/edit/new-case.ts';
import type { ToolMock } from '../../golden/tool-mocks.ts';
import { jsonEquals, type JsonObject, type JsonValue } from '../../json/json.ts';
import { expectationOf, needsJudge, type Criterion } from './case-expectation.ts';
import { briefOf, correctionIn, flagOf } from './interaction-query.ts';
import type { Interaction } from './interaction.ts';
import { passagesOf, withoutPassages } from './passages.ts';

/** Whether what was retrieved is why the answer was wrong. `by`: a person, or the judge with its model. */
export interface CaseCause {
  readonly cause: 'retrieval' | 'prompt';
  readonly basis: 'reviewed' | 'judged';
  readonly by: string | null;
  readonly reason: string | null;
}

/** What a case is made of besides the record. */
export interface CaseMaking {
  /** Why it cannot be sent as it was; null: it can. */
  readonly problem?: string | null;
  /** Absent: the captured variables alone. */
  readonly inputs?: CaseInputs;
  /** How the output is compared; null: as the correction suggests. */
  readonly criterion?: Criterion | null;
  /** Texts that other cases of the set expect. */
  readonly labels?: ReadonlySet<string>;
  /** Null: neither a person nor a judge has said. */
  readonly cause?: CaseCause | null;
  /** Whether a model can judge here. */
  readonly hasJudge?: boolean;
  /** What signals mean. */
  readonly declared?: DeclaredSignals;
}

/** What is sent for a case. */
export interface CaseInputs {
  readonly vars: JsonObject;
  /** A conversation that goes on from the prompt, or is sent in its place. */
  readonly messages?: readonly CaseMessage[];
  readonly tools?: readonly ToolMock[];
}

/** What a case says whose cause is not known; it is unverified then. */
export const NOT_REVIEWED = 'not reviewed';

/** Whether the passages of a call have to be compared with its correction before a case is made of it. */
export const needsCause = (interaction: Interaction): boolean =>
  correctionIn(interaction) !== null && passagesOf(interaction).texts.length > 0;

/** `interaction`: with all that became known of it. `day`: today, for corrections without a time. The output itself is never what is expected. */
export function caseFrom(interaction: Interaction, taken: ReadonlySet<string>, day: string, making: CaseMaking = {}): NewCase {
  const { id, prompt, chunks } = interaction;
  const { inputs = { vars: interaction.variables }, criterion = null, labels = new Set(), hasJudge = true } = making;
  const { declared = NO_DECLARED_SIGNALS } = making;
  const brief = briefOf(interaction, [], declared);
  const correction = correctionIn(interaction);
  const version = prompt?.version ?? prompt?.contentHash ?? null;
  const source: JsonObject = { interaction: id, signal: flagOf(brief), ...(version === null ? {} : { version }) };
  const found = chunks.map(({ id: chunk, text, score }): JsonObject => ({ id: chunk, text, score }));
  const cause = needsCause(interaction) ? (making.cause ?? NOT_REVIEWED) : null;
  const isRetrieval = cause !== null && cause !== NOT_REVIEWED && cause.cause === 'retrieval';
  const asked = isRetrieval ? retrievalInputs(interaction, inputs) : inputs;
  const expectation =
    correction === null ? { expected: null } : isRetrieval ? recalls(correction.text) : expectationOf(correction.text, criterion, labels);
  const problem = (isRetrieval ? questionProblem(asked.vars) : (making.problem ?? null)) ?? judgeProblem(expectation, hasJudge);
  // A rubric in other words does not say it.
  const isKept = correction !== null && !isRetrieval && typeof criterion === 'object' && criterion !== null;
  const { vars, messages, tools = [] } = asked;
  return {
    id: freeId(`prod-${shortName(id)}`, taken),
    description: brief.asked === '' ? null : brief.asked.slice(0, 80),
    vars,
    ...(messages === undefined ? {} : { messages }),
    ...(tools.length === 0 ? {} : { tools }),
    ...expectation,
    ...(isRetrieval ? { kind: 'retrieval' as const } : {}),
    // Not known to be right, or cannot be sent yet: it is run and reported, and gates nothing.
    ...(correction === null || problem !== null || cause === NOT_REVIEWED ? { status: 'unverified' as const } : {}),
    // A list is one value, as it was in production.
    ...(Object.values(vars).some((value) => Array.isArray(value)) ? { expandLists: false as const } : {}),
    metadata: {
      source,
      ...(correction === null ? {} : { verified: { by: correction.by ?? 'unknown', at: (correction.time ?? day).slice(0, 10) } }),
      ...(cause === null ? {} : { cause: causeData(cause) }),
      ...(isKept ? { correction: correction.text } : {}),
      ...(found.length === 0 ? {} : { chunks: found }),
      ...(problem === null ? {} : { problem }),
    },
  };
}

/** The question alone: a right answer beside the wrong passages would be a case that no prompt can pass. */
const retrievalInputs = (interaction: Interaction, { vars }: CaseInputs): CaseInputs => ({
  vars: withoutPassages(vars, passagesOf({ chunks: interaction.chunks, variables: vars })),
});

/** What a pipeline finds must support the correction. */
const recalls = (correction: string): Pick<NewCase, 'expected' | 'assertions'> => ({
  expected: null,
  assertions: [{ type: 'context-recall', value: correction }],
});

const questionProblem = (vars: JsonObject): string | null =>
  Object.keys(vars).length > 0
    ? null
    : 'The question is not a variable of the record: fill in `vars` of the case with what the pipeline is to get.';

const judgeProblem = (expectation: Pick<NewCase, 'assertions'>, hasJudge: boolean): string | null =>
  hasJudge || !needsJudge(expectation)
    ? null
    : 'No judge model is set, so nothing grades this case yet: add `judge: { model: … }` to goldset.yaml, then remove `status` and this line.';

const causeData = (cause: CaseCause | typeof NOT_REVIEWED): JsonValue =>
  cause === NOT_REVIEWED
    ? NOT_REVIEWED
    : {
        cause: cause.cause,
        basis: cause.basis,
        ...(cause.by === null ? {} : { by: cause.by }),
        ...(cause.reason === null ? {} : { reason: cause.reason }),
      };

const shortName = (id: string): string =>
  id
    .replace(/[^\w-]+/g, '-')
    .slice(0, 12)
    .replace(/^-+|-+$/g, '') || 'case';

/** Why a case cannot be sent as it is; null: it can. `inputs`: variables that the prompt reads. */
export function problemOfCase(
  { variables, messages }: Pick<Interaction, 'variables' | 'messages'>,
  inputs: readonly string[],
): string | null {
  const given = Object.keys(variables);
  const missing = inputs.filter((name) => !given.includes(name));
  if (missing.length === 0 || inputs.length === 0) return null;
  if (given.length > 0) return `It was captured without ${missing.join(', ')}, which the prompt uses.`;
  return messages.length > 0
    ? 'Only its messages were captured, not its variables: fill in `vars` of the case by hand, and record calls with the library to capture variables.'
    : 'No variables were captured: fill in `vars` of the case by hand, and record calls with the library to capture variables.';
}

/** The case that has the same variables and messages; null: there is none. */
export function caseLike(
  vars: JsonObject,
  cases: readonly Pick<GoldenCase, 'id' | 'vars' | 'messages'>[],
  messages?: readonly CaseMessage[],
): string | null {
  if (Object.keys(vars).length === 0 && messages === undefined) return null;
  const asData = (item: readonly CaseMessage[] | undefined): JsonValue => (item === undefined ? null : (item as unknown as JsonValue));
  return cases.find((item) => jsonEquals(item.vars, vars) && jsonEquals(asData(item.messages), asData(messages)))?.id ?? null;
}

function freeId(wanted: string, taken: ReadonlySet<string>): string {
  let id = wanted;
  for (let i = 2; taken.has(id); i++) id = `${wanted}-${i}`;
  return id;
}
