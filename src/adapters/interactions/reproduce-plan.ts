/** One call of production, sent again as it was captured and with today's prompt, as one run: the same for the editor and the command line. */
import { caseWithoutFile } from '../../core/golden/case-without-file.ts';
import { capturedCall, type CapturedCall } from '../../core/feedback/interactions/captured-call.ts';
import { isCapturedModel } from '../../core/feedback/interactions/captured-request.ts';
import type { Interaction } from '../../core/feedback/interactions/interaction.ts';
import { titleOf } from '../../core/feedback/interactions/interaction-title.ts';
import { findModel, type ResolvedModel } from '../../core/config/resolve-model.ts';
import type { GoldsetConfig } from '../../core/config/goldset-yaml.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { costUsd } from '../../core/economics/prices/price.ts';
import type { Evaluator } from '../../core/evaluation/evaluator.ts';
import type { GoldenCase } from '../../core/golden/case.ts';
import type { ModelClient } from '../../core/model/model-client.ts';
import type { Parameters, PromptDocument } from '../../core/prompt/document.ts';
import type { RunTarget } from '../../core/prompt/run-target.ts';
import { UNKNOWN_CALL_COST, type CallCost } from '../../core/run/call-cost.ts';
import { overParameters } from '../../core/run/over-parameters.ts';
import type { Candidate, Plan } from '../../core/run/plan.ts';
import { sha256 } from '../hash.ts';
import { inputsFor, inputsOf, type RootedPrompt } from './plan-cases.ts';
import { recordedModel, type RecordedVersion } from './recorded-version.ts';

export const AS_CAPTURED = 'as captured';
export const TODAY = 'today’s prompt';

export interface ReproduceJob {
  /** With all that became known of it. */
  readonly interaction: Interaction;
  /** Its prompt in the working tree; null: none here is called so. */
  readonly loaded: RootedPrompt | null;
  /** The prompt as it was when it answered; null: not known. */
  readonly recorded: RecordedVersion | null;
  readonly config: GoldsetConfig;
  readonly evaluator: Pick<Evaluator, 'render'>;
  /** `loaded`: whose file a path in the id is relative to; null: the root. @throws {ConfigurationError} */
  openModel(model: ResolvedModel, loaded: RootedPrompt | null): Promise<ModelClient>;
  /** The prompt as its function, if one builds it, returns it for these variables. @throws {HumanError} */
  settle(target: RunTarget, variables: Interaction['variables']): Promise<RunTarget>;
}

export interface ReproducedSide {
  readonly name: typeof AS_CAPTURED | typeof TODAY;
  /** Null: it cannot be sent. */
  readonly candidate: Candidate | null;
  readonly goldenCase: GoldenCase | null;
  /** Why it cannot be sent, as a sentence; null: it can. */
  readonly problem: string | null;
  /** What is not as it was, each a sentence. */
  readonly notes: readonly string[];
}

export interface Reproduction {
  /** Sides that cannot be sent are not in it. */
  readonly plan: Plan;
  readonly sides: readonly [ReproducedSide, ReproducedSide];
}

/** @throws {ConfigurationError} when neither side can be sent, or a model cannot be opened. */
export async function reproducePlan(job: ReproduceJob): Promise<Reproduction> {
  const call = capturedCall(job.interaction);
  const sides = [await asCaptured(job, call), await today(job, call)] as const;
  const candidates = sides.flatMap(({ candidate, goldenCase }) =>
    candidate === null || goldenCase === null ? [] : [{ candidate, cases: [{ goldenCase, assertions: [] }] }],
  );
  if (candidates.length === 0)
    throw new ConfigurationError(
      'interaction/not-reproducible',
      `The call ${job.interaction.id} cannot be sent again. ${sides.map(({ problem }) => problem ?? '').join(' ')}`,
      'Record calls with their messages: docs/runtime.md.',
    );
  return { plan: { candidates, repeats: 1, comparisons: [], shard: null }, sides };
}

/** Its messages word for word. Where they were not captured, the version that answered is rendered with the captured variables. */
async function asCaptured(job: ReproduceJob, call: CapturedCall): Promise<ReproducedSide> {
  const { interaction, loaded, recorded, config } = job;
  const shown = loaded?.target.document.path ?? interaction.prompt?.name ?? 'captured call';
  const unsendable = (problem: string): ReproducedSide => ({ name: AS_CAPTURED, candidate: null, goldenCase: null, problem, notes: [] });
  const isVerbatim = call.problem === null;
  if (call.problem !== null && (interaction.messages.length > 0 || recorded === null))
    return unsendable(
      interaction.messages.length > 0 ? call.problem : `${call.problem} No version of its prompt here is the one that the record names.`,
    );
  const target =
    isVerbatim || recorded === null
      ? targetOf(capturedDocument(shown, call), recorded?.target.ref ?? null)
      : await job.settle(recorded.target, interaction.variables);
  const own = (recorded?.target ?? loaded?.target)?.document.model ?? null;
  const model = recordedModel(interaction, { path: shown, model: own }, config);
  if (model === null) return unsendable('Neither the record nor its prompt names a model.');
  const client = await job.openModel(model, loaded);
  const { model: captured } = interaction;
  const goldenCase = caseOf(interaction, shown, {
    ...(isVerbatim ? { vars: {}, messages: call.turns } : { vars: interaction.variables }),
    tools: call.results,
  });
  const parameters = overParameters(target.document.parameters, call.parameters);
  const made = candidate(AS_CAPTURED, interaction, ungraded(target, goldenCase), client, parameters);
  return {
    name: AS_CAPTURED,
    candidate: { ...made, callCost: costAgain(interaction, client) },
    goldenCase,
    problem: null,
    notes: [
      ...(isVerbatim ? [] : [`Its messages were not captured: ${recorded?.name ?? ''} is rendered with the captured variables.`]),
      ...(captured === null || isCapturedModel(captured, client.id)
        ? []
        : [`The record names the model ${captured} without a provider that is known here, so ${client.id} is sent the request.`]),
      ...call.notes,
    ],
  };
}

/** What its file says; what it does not say is as captured: an application may set the model, parameters and tools in code. */
async function today(job: ReproduceJob, call: CapturedCall): Promise<ReproducedSide> {
  const { interaction, loaded, recorded, config, evaluator } = job;
  const unsendable = (problem: string): ReproducedSide => ({ name: TODAY, candidate: null, goldenCase: null, problem, notes: [] });
  if (loaded === null)
    return unsendable(
      interaction.prompt === null ? 'The record does not name its prompt.' : `No prompt here is called ${interaction.prompt.name}.`,
    );
  const withTools = (target: RunTarget): RunTarget => ({ ...target, document: completed(target.document, call) });
  const own = withTools(loaded.target);
  const inputs = await inputsFor(
    interaction,
    { ...loaded, target: own },
    { isChosen: false, evaluator, recorded: recorded === null ? null : withTools(recorded.target) },
  );
  const missing = inputsOf(loaded).filter((name) => !Object.hasOwn(inputs.vars, name));
  if (inputs.problem !== null)
    return unsendable(
      missing.length === 0
        ? inputs.problem
        : `The record does not say what ${missing.join(', ')} ${missing.length === 1 ? 'was' : 'were'}${recorded === null && call.turns.length > 0 ? ', and no version here is the one that answered' : ''}.`,
    );
  const target = await job.settle(own, inputs.vars);
  const { document } = target;
  const model = document.model === null ? recordedModel(interaction, document, config) : findModel({ given: null, document, config });
  if (model === null) return unsendable('Neither the prompt nor the record names a model.');
  const client = await job.openModel(model, loaded);
  const goldenCase = caseOf(interaction, document.path, {
    vars: inputs.vars,
    ...(inputs.messages === undefined ? {} : { messages: inputs.messages }),
    tools: inputs.tools ?? [],
  });
  const parameters = overParameters(call.parameters, document.parameters);
  return {
    name: TODAY,
    candidate: candidate(TODAY, interaction, ungraded(target, goldenCase), client, parameters),
    goldenCase,
    problem: null,
    notes: inputs.recovered.length === 0 ? [] : [`Read from its messages: ${inputs.recovered.join(', ')}.`],
  };
}

const completed = (document: PromptDocument, { tools, output }: CapturedCall): PromptDocument => ({
  ...document,
  tools: document.tools.length > 0 ? document.tools : tools,
  output: document.output.format === null && document.output.schema === null ? output : document.output,
});

/** A prompt without a text of its own: the messages of the case are sent in its place. */
const capturedDocument = (path: string, { tools, output }: CapturedCall): PromptDocument => ({
  path,
  ...{ format: 'text', name: path, variant: null, isPartial: false, description: null, model: null, parameters: {} },
  template: { kind: 'messages', messages: [] },
  input: { defaults: {}, schema: null, declared: [] },
  tools,
  output,
  embedded: { cases: [], assertions: [] },
  settings: { golden: null, budget: null },
  metadata: {},
});

/** `ref`: never null, for it is not the prompt of the working tree. */
const targetOf = (document: PromptDocument, ref: string | null): RunTarget => ({
  document,
  ...{ listVariables: [], partials: [], cases: [] },
  version: sha256(JSON.stringify([document.path, document.tools, document.output])),
  ref: ref ?? 'captured',
  golden: '',
});

/** The tokens of that time at the price of today. */
function costAgain({ usage }: Interaction, { pricing }: ModelClient): CallCost {
  const usd = usage === null || pricing === null ? null : costUsd(pricing.table, usage);
  return { ...UNKNOWN_CALL_COST, likely: usd, low: usd, high: usd };
}

/** One case, which nothing judges. */
const ungraded = (target: RunTarget, goldenCase: GoldenCase): RunTarget => ({
  ...target,
  document: { ...target.document, embedded: { cases: [], assertions: [] } },
  cases: [goldenCase],
  golden: sha256(goldenCase.id),
});

const candidate = (name: string, { id }: Interaction, target: RunTarget, client: ModelClient, parameters: Parameters): Candidate => ({
  id: sha256(`${name} ${id}`).slice(0, 12),
  ...{ name, target, client, parameters },
});

/** What an application sent stands for itself: nothing in it names a file of this workspace. */
function caseOf(interaction: Interaction, shown: string, sent: Pick<GoldenCase, 'vars' | 'messages' | 'tools'>): GoldenCase {
  return caseWithoutFile(shown, {
    id: `interaction ${interaction.id}`,
    description: titleOf(interaction).slice(0, 80) || null,
    ...sent,
    status: 'unverified',
    literals: [['vars']],
  });
}
