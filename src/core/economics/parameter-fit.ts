/** Which of a request's parameters its model rejects or ignores, and what can be sent instead: for findings, and for what is sent. */
import { isJsonObject, type JsonValue } from '../json/json.ts';
import type { Parameters } from '../prompt/document.ts';
import { EFFORTS, SAMPLING, type ApiName, type Effort, type ParameterRule } from './data/capability-row.ts';
import type { KnownCapabilities } from './capabilities.ts';

/** A parameter that is not sent as it is written. */
export interface ParameterMisfit {
  /** As the prompt writes it. */
  readonly parameter: string;
  readonly effect: 'rejected' | 'ignored';
  /** What is sent instead of a rejected value; null: it is left out. */
  readonly instead: JsonValue;
  /** Why, as the end of a sentence: `the model rejects it`. */
  readonly reason: string;
  /** The value is what the model does anyway, so leaving it out changes nothing. */
  readonly isDefault?: true;
}

export interface SentTo {
  /** The format of the request; null: not known. */
  readonly api: ApiName | null;
  readonly hasTools: boolean;
}

/** Other spellings of the parameters that the table has, as formats and providers write them. */
const NAMES: Readonly<Record<string, string>> = {
  top_p: 'topP',
  top_k: 'topK',
  frequency_penalty: 'frequencyPenalty',
  presence_penalty: 'presencePenalty',
  top_logprobs: 'logprobs',
  topLogprobs: 'logprobs',
  responseLogprobs: 'logprobs',
  logit_bias: 'logitBias',
  stop_sequences: 'stop',
  stopSequences: 'stop',
  reasoning_effort: 'reasoningEffort',
};

/** Parameters that the Responses API does not have: a request with one of them goes to Chat Completions. */
export const CHAT_ONLY = [
  ...['seed', 'stop', 'frequency_penalty', 'presence_penalty', 'frequencyPenalty', 'presencePenalty', 'logit_bias', 'logprobs', 'n'],
  ...['prediction', 'modalities'],
] as const;

const isChatOnly = (name: string): boolean => (CHAT_ONLY as readonly string[]).includes(name);

/** Every parameter that the model rejects or ignores, in the order in which they are written. Nothing known: none. */
export function parameterMisfits(parameters: Parameters, model: KnownCapabilities | null, to: SentTo): ParameterMisfit[] {
  if (model === null) return [];
  const effort = effortOf(parameters) ?? model.defaultEffort;
  return Object.entries(parameters).flatMap(([parameter, value]): ParameterMisfit[] => {
    if (value === undefined || value === null) return [];
    const misfit = misfitOf(NAMES[parameter] ?? parameter, value as JsonValue, model, effort) ?? routeMisfit(parameter, model, effort, to);
    return misfit === null ? [] : [{ parameter, ...misfit }];
  });
}

type Misfit = Omit<ParameterMisfit, 'parameter'>;

const leftOut = (reason: string): Misfit => ({ effect: 'rejected', instead: null, reason });

function misfitOf(name: string, value: JsonValue, model: KnownCapabilities, effort: Effort | null): Misfit | null {
  if (model.parameters?.[name]?.support === 'rejected') return leftOut('the model rejects it');
  if (name === 'reasoningEffort') return effortMisfit(value, model);
  if (name === 'reasoning' && isJsonObject(value) && value['effort'] !== undefined)
    return nested('effort', value, effortMisfit(value['effort'], model));
  if (name === 'output_config' && isJsonObject(value) && value['effort'] !== undefined)
    return nested('effort', value, effortMisfit(value['effort'], model));
  if (name === 'thinking') return thinkingMisfit(value, model);
  if (name === 'maxOutputTokens') return limitMisfit(value, model.outputLimit);
  const rule = ruleOf(name, model);
  return rule === null ? null : ruleMisfit(rule, value, effort);
}

/** The field of an object that does not fit, inside the object. */
function nested(field: string, value: Readonly<Record<string, JsonValue>>, misfit: Misfit | null): Misfit | null {
  if (misfit === null || misfit.effect === 'ignored') return misfit;
  const { [field]: _field, ...rest } = value;
  if (misfit.instead !== null) return { ...misfit, instead: { ...rest, [field]: misfit.instead } };
  return { ...misfit, instead: Object.keys(rest).length === 0 ? null : rest };
}

/** The rule of a parameter; null: nothing is known. */
export function ruleOf(name: string, model: KnownCapabilities): ParameterRule | null {
  const own = Object.hasOwn(model.parameters ?? {}, name) ? model.parameters?.[name] : undefined;
  if (own !== undefined) return own;
  if (name === 'stop') return model.stop;
  if (name === 'seed') return model.seed;
  const sampling = SAMPLING.find((item) => item === name);
  return sampling === undefined ? null : model.sampling[sampling];
}

function ruleMisfit(rule: ParameterRule, value: JsonValue, effort: Effort | null): Misfit | null {
  if (Array.isArray(value) && value.length === 0) return null;
  const { support, acceptedWith, except = [] } = rule;
  // Its own default is never needed, and a field that the model rejects may be rejected whatever it holds.
  if (support === 'rejected' && typeof value === 'number' && except.includes(value) && !isAccepted(rule, effort))
    return { ...leftOut('it is the model’s own default'), isDefault: true };
  if (isAccepted(rule, effort)) return outsideOf(rule, value);
  if (support === 'ignored') return { effect: 'ignored', instead: value, reason: 'the model ignores it' };
  const only = acceptedWith?.filter((item) => item !== effort) ?? [];
  return leftOut(only.length === 0 ? 'the model rejects it' : `the model rejects it unless reasoningEffort is ${only.join(' or ')}`);
}

const isAccepted = ({ support, acceptedWith }: ParameterRule, effort: Effort | null): boolean =>
  support === 'accepted' || (effort !== null && acceptedWith?.includes(effort) === true);

function outsideOf({ min, max }: ParameterRule, value: JsonValue): Misfit | null {
  if (typeof value !== 'number') return null;
  if (max !== undefined && value > max) return { effect: 'rejected', instead: max, reason: `the model accepts at most ${max}` };
  if (min !== undefined && value < min) return { effect: 'rejected', instead: min, reason: `the model accepts at least ${min}` };
  return null;
}

function limitMisfit(value: JsonValue, limit: number | null): Misfit | null {
  return typeof value === 'number' && limit !== null && value > limit
    ? { effect: 'rejected', instead: limit, reason: `the model answers with at most ${limit} tokens` }
    : null;
}

/** An effort that does not exist becomes the nearest that does; of two, the lower. */
function effortMisfit(value: JsonValue, { efforts }: KnownCapabilities): Misfit | null {
  if (efforts === null || efforts.some((item) => item === value)) return null;
  if (efforts.length === 0) return leftOut('the model has no effort to set');
  const rank = EFFORTS.findIndex((item) => item === value);
  if (rank < 0) return leftOut(`the model has no such effort; it has ${efforts.join(', ')}`);
  const distance = (effort: Effort): number => Math.abs(EFFORTS.indexOf(effort) - rank);
  const [nearest = null] = [...efforts].sort((a, b) => distance(a) - distance(b));
  return { effect: 'rejected', instead: nearest, reason: `the model has no such effort; it has ${efforts.join(', ')}` };
}

/** Anthropic's `thinking`: a budget, or switched off. */
function thinkingMisfit(value: JsonValue, { thinking }: KnownCapabilities): Misfit | null {
  if (!isJsonObject(value) || thinking === null) return null;
  const { type, budget_tokens: budget } = value;
  if (type === 'disabled' && thinking.mode === 'always') return leftOut('the model always thinks');
  if (type !== 'disabled' && thinking.mode === 'never') return leftOut('the model does not think');
  if (budget === undefined || thinking.budget !== null) return null;
  return { effect: 'rejected', instead: { type: 'adaptive' }, reason: 'the model rejects a budget; set reasoningEffort' };
}

/** What only Chat Completions has must not move a request with tools to where the model rejects them. */
function routeMisfit(parameter: string, model: KnownCapabilities, effort: Effort | null, { api, hasTools }: SentTo): Misfit | null {
  const { chat, responses } = model.tools;
  if (api !== 'responses' || !hasTools || !isChatOnly(parameter) || chat === undefined || responses === undefined) return null;
  return isAccepted(chat, effort) ? null : leftOut('only Chat Completions has it, where the model rejects tools');
}

/** The effort that a request sets, in any spelling; null: it sets none that exists. */
export function effortOf(parameters: Parameters): Effort | null {
  const { reasoningEffort, reasoning_effort: snake, reasoning, output_config: config } = parameters;
  const inner = [reasoning, config].map((item) => (isJsonObject(item) ? item['effort'] : undefined));
  const given = [reasoningEffort, snake, ...inner].find((item) => item !== undefined);
  return EFFORTS.find((item) => item === given) ?? null;
}

/** The parameters with every misfit repaired. */
export function withoutMisfits(parameters: Parameters, misfits: readonly ParameterMisfit[]): Parameters {
  const rejected = misfits.filter(({ effect }) => effect === 'rejected');
  if (rejected.length === 0) return parameters;
  const repaired = new Map(rejected.map(({ parameter, instead }) => [parameter, instead]));
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, value]) => {
      const instead = repaired.get(name);
      return instead === undefined ? [[name, value]] : instead === null ? [] : [[name, instead]];
    }),
  );
}
