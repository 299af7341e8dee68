/** Lines of `.goldset/interactions/DAY.jsonl`, from whoever wrote them: what has a meaning is taken, what has none is left out, a line that is none says why. */
import { isCharges, type Charges } from '../../economics/prices/charges.ts';
import { serviceOf } from '../../economics/prices/price.ts';
import { normaliseUsage } from '../../economics/prices/normalise-usage.ts';
import { NO_USAGE, type Usage } from '../../economics/prices/usage.ts';
import { FILE_KINDS, versionProblem } from '../../files/file-version.ts';
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../../json/json.ts';
import { newInteraction } from './record-fields.ts';
import { needsSignalValue } from '../signals/signal-meaning.ts';
import {
  ANNOTATORS,
  FOLLOW_UP_SCHEMA,
  INTERACTION_SCHEMA,
  OPERATIONS,
  SIGNAL_KINDS,
  TRIAGES,
  type FollowUp,
  type Interaction,
  type RetrievedChunk,
  type Signal,
  type StoredLine,
} from './interaction.ts';

/** The line of the file, without its end. */
export const storedLineText = (line: StoredLine): string =>
  'interaction' in line ? withSchema(INTERACTION_SCHEMA, line.interaction) : withSchema(FOLLOW_UP_SCHEMA, line.followUp);

/** The schema's name first, so that a reader of the start of a line knows what it is. An object with it would be a copy for each line. */
const withSchema = (schema: string, record: Interaction | FollowUp): string => `{"schema":"${schema}",${JSON.stringify(record).slice(1)}`;

/** Lenient where nothing is lost by it. `problem`: why the line is invalid. */
export function readStoredLine(text: string): StoredLine | { readonly problem: string } {
  const value = parseJson(text);
  if (!isJsonObject(value)) return { problem: 'It is not a JSON object.' };
  const isFollowUp = value['of'] !== undefined;
  const problem = versionProblem(value['schema'], isFollowUp ? FILE_KINDS.followUp : FILE_KINDS.interaction);
  if (problem !== null) return { problem };
  return isFollowUp ? followUpIn(value) : interactionIn(value);
}

/** Only an id and a time are needed. */
export function readInteraction(text: string): { readonly interaction: Interaction } | { readonly problem: string } {
  const read = readStoredLine(text);
  return 'followUp' in read ? { problem: 'It is a follow-up to an interaction, not an interaction.' } : read;
}

function followUpIn(value: JsonObject): { readonly followUp: FollowUp } | { readonly problem: string } {
  const of = objectIn(value, 'of') ?? {};
  const target = {
    interaction: textIn(of, 'interaction'),
    response: textIn(of, 'response'),
    trace: textIn(of, 'trace'),
    conversation: textIn(of, 'conversation'),
  };
  if (Object.values(target).every((name) => name === null))
    return { problem: '`of` names no interaction, response, trace or conversation.' };
  const time = timeIn(value);
  if (time === null) return { problem: NO_TIME };
  const by = textIn(value, 'by');
  const followUp: FollowUp = {
    of: target,
    time,
    signals: listIn(value, 'signals').flatMap(signalOf),
    chunks: listIn(value, 'chunks').flatMap(chunkOf),
    action: actionIn(value),
    triage: TRIAGES.find((item) => item === value['triage']) ?? null,
    reason: textIn(value, 'reason'),
    ...(by === null ? {} : { by }),
  };
  return { followUp };
}

const NO_TIME = 'It has no `time` in ISO 8601.';

function interactionIn(value: JsonObject): { readonly interaction: Interaction } | { readonly problem: string } {
  const id = textIn(value, 'id');
  if (id === null) return { problem: 'It has no `id`.' };
  const time = timeIn(value);
  if (time === null) return { problem: NO_TIME };
  const error = objectIn(value, 'error');
  const interaction = newInteraction({
    id,
    time,
    action: actionIn(value),
    conversation: textIn(value, 'conversation'),
    trace: textIn(value, 'trace'),
    responseId: textIn(value, 'responseId'),
    user: textIn(value, 'user'),
    prompt: promptIn(value),
    variables: objectIn(value, 'variables') ?? {},
    model: textIn(value, 'model'),
    parameters: objectIn(value, 'parameters') ?? {},
    messages: listIn(value, 'messages'),
    tools: listIn(value, 'tools'),
    chunks: listIn(value, 'chunks').flatMap(chunkOf),
    output: typeof value['output'] === 'string' ? value['output'] : null,
    finish: textIn(value, 'finish'),
    usage: usageIn(value),
    ...servedIn(value),
    costUsd: amountIn(value, 'costUsd'),
    ...moreFacts(value),
    ttftMs: amountIn(value, 'ttftMs'),
    latencyMs: amountIn(value, 'latencyMs'),
    error: error === null ? null : { type: textIn(error, 'type') ?? 'error', message: textIn(error, 'message') ?? '' },
    environment: textIn(value, 'environment'),
    signals: listIn(value, 'signals').flatMap(signalOf),
    triage: TRIAGES.find((item) => item === value['triage']) ?? null,
  });
  return { interaction };
}

/** What only some records have: nothing where it is absent, or cannot be read. */
function moreFacts(value: JsonObject): Pick<Interaction, 'price' | 'response' | 'attempts' | 'operation' | 'attributes'> {
  const [price, response, operation] = [objectIn(value, 'price'), objectIn(value, 'response'), objectIn(value, 'operation')];
  const source = price === null ? null : textIn(price, 'source');
  const type = OPERATIONS.find((item) => item === operation?.['type']);
  const attempts = amountIn(value, 'attempts');
  const attributes = Object.entries(objectIn(value, 'attributes') ?? {}).filter(isAttribute);
  return {
    ...(price === null || source === null ? {} : { price: { asOf: textIn(price, 'asOf'), source } }),
    ...(response === null
      ? {}
      : {
          response: {
            model: textIn(response, 'model'),
            systemFingerprint: textIn(response, 'systemFingerprint'),
            serviceTier: textIn(response, 'serviceTier'),
          },
        }),
    ...(attempts === null || !Number.isInteger(attempts) ? {} : { attempts }),
    ...(operation === null || type === undefined ? {} : { operation: { type, name: textIn(operation, 'name') } }),
    ...(attributes.length === 0 ? {} : { attributes: Object.fromEntries(attributes) }),
  };
}

const isAttribute = (entry: [string, JsonValue]): entry is [string, string | number | boolean] =>
  ['string', 'number', 'boolean'].includes(typeof entry[1]);

function actionIn(value: JsonObject): Interaction['action'] {
  const action = objectIn(value, 'action');
  const [type, id] = action === null ? [null, null] : [textIn(action, 'type'), textIn(action, 'id')];
  return type === null || id === null ? null : { type, id };
}

function promptIn(value: JsonObject): Interaction['prompt'] {
  const prompt = objectIn(value, 'prompt');
  const name = prompt === null ? null : textIn(prompt, 'name');
  return prompt === null || name === null ? null : { name, version: textIn(prompt, 'version'), contentHash: textIn(prompt, 'contentHash') };
}

function chunkOf(value: JsonValue): RetrievedChunk[] {
  if (typeof value === 'string') return [{ id: null, text: value, score: null }];
  if (!isJsonObject(value)) return [];
  const { score } = value;
  return [{ id: textIn(value, 'id'), text: textIn(value, 'text') ?? '', score: typeof score === 'number' ? score : null }];
}

function signalOf(given: JsonValue): Signal[] {
  if (!isJsonObject(given)) return [];
  const name = textIn(given, 'name');
  const kind = SIGNAL_KINDS.find((item) => item === given['kind']);
  if (name === null || kind === undefined) return [];
  const value = Object.hasOwn(given, 'value') ? given['value'] : undefined;
  // Null takes an earlier value back. A signal of one side is there; what cannot be read otherwise is kept as not known.
  const plain = value === undefined && !needsSignalValue(name) ? true : value === undefined || typeof value === 'object' ? UNREAD : value;
  const annotator = ANNOTATORS.find((item) => item === given['annotator']) ?? (kind === 'operational' ? 'code' : 'human');
  return [
    {
      kind,
      name,
      value: value === null ? null : plain,
      annotator,
      by: textIn(given, 'by'),
      time: textIn(given, 'time'),
      note: textIn(given, 'note'),
      ...judgeIn(given),
    },
  ];
}

/** Nothing where it is absent, or cannot be read. */
function judgeIn(given: JsonObject): Pick<Signal, 'judge'> {
  const judge = objectIn(given, 'judge');
  const criterion = judge === null ? null : objectIn(judge, 'criterion');
  if (judge === null || criterion === null) return {};
  const [path, version, model] = [textIn(judge, 'path'), textIn(judge, 'version'), textIn(judge, 'model')];
  const [type, hash] = [textIn(criterion, 'type'), textIn(criterion, 'hash')];
  if (path === null || version === null || model === null || type === null || hash === null) return {};
  const score = amountIn(judge, 'score');
  return {
    judge: {
      ...{ path, version, model },
      criterion: { type, hash, text: textIn(criterion, 'text') ?? '' },
      score: score === null || score > 1 ? null : score,
    },
  };
}

const UNREAD = '';

/** What changes the price of a call; nothing where it is absent, or cannot be read. */
function servedIn(value: JsonObject): Pick<Interaction, 'served'> {
  const served = objectIn(value, 'served');
  if (served === null) return {};
  const [region, charges] = [textIn(served, 'region'), served['charges']];
  return {
    served: {
      ...serviceOf(served['service']),
      ...(region === null ? {} : { region }),
      ...(isCharges(charges) ? { charges: charges as Charges } : {}),
    },
  };
}

/** `input` and `output` are needed; the parts of them may be missing. What a cache answered without a call used nothing. */
function usageIn(value: JsonObject): Usage | null {
  const usage = objectIn(value, 'usage');
  if (usage === null) return null;
  const part = (name: keyof Usage): number | null => amountIn(usage, name);
  const [input, output, long] = [part('input'), part('output'), part('cacheWriteLong') ?? 0];
  if (input === 0 && output === 0 && value['costUsd'] === 0) return NO_USAGE;
  return normaliseUsage(
    {
      input,
      output,
      cacheRead: part('cacheRead'),
      cacheWrite: (part('cacheWriteShort') ?? 0) + long,
      cacheWriteLong: long,
      reasoning: part('reasoning'),
      cache: 'inside',
      thinking: 'inside',
    },
    typeof value['output'] === 'string' && value['output'] !== '',
  );
}

/** In UTC, for days are those of UTC; years have four digits. */
const timeIn = (value: JsonObject): string | null => {
  const text = textIn(value, 'time') ?? '';
  const at = Date.parse(text);
  // As we write it ourselves.
  if (at >= 0 && text.length === 24 && text.endsWith('Z')) return text;
  return at >= 0 && at < 253_402_300_800_000 ? new Date(at).toISOString() : null;
};
const textIn = (value: JsonObject, name: string): string | null => {
  const text = value[name];
  return typeof text === 'string' && text !== '' ? text : null;
};
const amountIn = (value: JsonObject, name: string): number | null => {
  const amount = value[name];
  return typeof amount === 'number' && Number.isFinite(amount) && amount >= 0 ? amount : null;
};
const objectIn = (value: JsonObject, name: string): JsonObject | null => {
  const object = value[name];
  return isJsonObject(object) ? object : null;
};
const listIn = (value: JsonObject, name: string): readonly JsonValue[] => {
  const list = value[name];
  return Array.isArray(list) ? list : [];
};
