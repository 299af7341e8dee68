/**
 * Langfuse's observations (v2) and scores (v3) to interactions and follow-ups. The shapes are those of its documentation and
 * its own client; no answer of a real server was at hand.
 */
import type { ReadRow } from '../log-format.ts';
import { reportedCost } from '../../../economics/prices/reported-cost.ts';
import type { Usage } from '../../../economics/prices/usage.ts';
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../../../json/json.ts';
import { CORRECTION, type FollowUp, type FollowUpTarget, type Signal } from '../../interactions/interaction.ts';
import type { PersonHash } from '../../redaction/persons.ts';
import { kindOfSignal } from '../../signals/signal-names.ts';
import { newInteraction, recordedPrompt } from '../../interactions/record-fields.ts';
import { responseFactsIn } from '../../interactions/response-facts.ts';
import { answerIn, isKnownAnswer } from '../answer-envelope.ts';
import { answerIdIn, servedAs } from '../answer-identity.ts';
import { recordedEnding } from '../recorded-ending.ts';
import { requestParameters } from '../request-parameters.ts';
import { conversationIn } from '../row-messages.ts';
import { parseAmount, parseTime } from '../row-values.ts';
import { saidAction, SaidFacts, type ApplicationFacts } from '../said-facts.ts';
import { usageOfDetails } from '../usage-details.ts';

export interface LangfusePage {
  readonly rows: readonly JsonValue[];
  /** Null: it is the last page. */
  readonly cursor: string | null;
}

/** Null: it is no page. */
export function langfusePage(text: string): LangfusePage | null {
  const value = parseJson(text);
  if (!isJsonObject(value) || !Array.isArray(value['data'])) return null;
  const { meta } = value;
  return { rows: value['data'], cursor: isJsonObject(meta) ? textIn(meta, 'cursor') : null };
}

/** Generations become interactions; spans, events and tools are none. `hash`: of a user's name. */
export function observationLine(row: JsonValue, hash: PersonHash): ReadRow {
  if (!isJsonObject(row)) return { problem: 'It is not an object.' };
  const type = textIn(row, 'type');
  if (row['isDeleted'] === 1 || row['isDeleted'] === '1' || row['isDeleted'] === true) return { skipped: 'It is deleted in Langfuse.' };
  if (type !== null && type !== 'GENERATION' && type !== 'EMBEDDING')
    return { skipped: `It is an observation of the type "${type.slice(0, 40)}", not a generation.` };
  const id = textIn(row, 'id');
  if (id === null) return { problem: 'It has no id.' };
  const startMs = parseTime(row['startTime']);
  if (startMs === null) return { problem: `The observation "${id.slice(0, 60)}" has no startTime.` };
  const { messages, tools } = inputOf(row['input']);
  const answer = answerIn(row['output']);
  const endMs = parseTime(row['endTime']);
  const firstMs = parseTime(row['completionStartTime']);
  const [latency, ttft] = [parseAmount(row['latency']), parseAmount(row['timeToFirstToken'])];
  const user = textIn(row, 'userId');
  const promptName = textIn(row, 'promptName');
  const promptVersion = row['promptVersion'];
  const parameters = typeof row['modelParameters'] === 'string' ? parseJson(row['modelParameters']) : row['modelParameters'];
  const isError = textIn(row, 'level') === 'ERROR';
  const { output } = answer;
  const ending = recordedEnding(answer.finish);
  const envelope = objectIn(row['output']);
  const response = envelope !== null && isKnownAnswer(envelope) ? responseFactsIn(envelope) : undefined;
  const { said, attributes } = metadataOf(row);
  const person = user ?? said.get('user');
  const interaction = newInteraction({
    id,
    time: new Date(startMs).toISOString(),
    action: saidAction(said),
    conversation: textIn(row, 'sessionId') ?? said.get('conversation'),
    trace: textIn(row, 'traceId'),
    responseId: response === undefined ? null : answerIdIn(envelope),
    user: person === undefined ? null : hash(person),
    prompt: recordedPrompt(
      promptName ?? said.get('promptName') ?? null,
      typeof promptVersion === 'number' ? String(promptVersion) : (textIn(row, 'promptVersion') ?? said.get('promptVersion') ?? null),
    ),
    model: textIn(row, 'model') ?? textIn(row, 'providedModelName'),
    parameters: isJsonObject(parameters) ? requestParameters(parameters) : {},
    messages,
    tools,
    output,
    finish: ending.finish,
    usage: usageOf(row, output !== null && output !== ''),
    served: servedAs(response),
    costUsd: costOf(row) ?? reportedCost(detailsOf(row)),
    response,
    attributes,
    ...(type === 'EMBEDDING' ? { operation: { type: 'embeddings', name: textIn(row, 'name') } } : {}),
    ttftMs: firstMs !== null && firstMs >= startMs ? firstMs - startMs : ttft === null ? null : ttft * 1000,
    latencyMs: endMs !== null && endMs >= startMs ? endMs - startMs : latency === null ? null : latency * 1000,
    error: isError ? { type: 'error', message: textIn(row, 'statusMessage') ?? '' } : ending.error,
    environment: textIn(row, 'environment') ?? said.get('environment'),
    isStream: isStreamOf(parameters),
  });
  return { interaction };
}

/** What the application adds to a generation or its trace; its release has a column of its own. */
function metadataOf(row: JsonObject): ApplicationFacts {
  const facts = new SaidFacts();
  facts.addAll(row['metadata']);
  const release = textIn(row, 'release');
  if (release !== null) facts.attribute('release', release);
  return facts;
}

/** Null: it does not say. */
const isStreamOf = (parameters: JsonValue | undefined): boolean | null => {
  const said = isJsonObject(parameters) ? parameters['stream'] : undefined;
  return typeof said === 'boolean' ? said : null;
};

const objectIn = (value: JsonValue | undefined): JsonObject | null => {
  const object = typeof value === 'string' ? parseJson(value) : value;
  return isJsonObject(object) ? object : null;
};

/** A score becomes a signal of its observation, of its trace's last call, or of its session's. */
export function scoreLine(row: JsonValue): ReadRow {
  if (!isJsonObject(row)) return { problem: 'It is not an object.' };
  const id = textIn(row, 'id') ?? '?';
  const name = textIn(row, 'name');
  if (name === null) return { problem: `The score "${id.slice(0, 60)}" has no name.` };
  const time = parseTime(row['timestamp'] ?? row['createdAt'] ?? null);
  if (time === null) return { problem: `The score "${id.slice(0, 60)}" has no timestamp.` };
  const of = targetOf(row);
  if (of === null) return { skipped: 'It is a score of an experiment, or of nothing that it names.' };
  const type = textIn(row, 'dataType');
  const isCorrection = type === 'CORRECTION';
  // Of a word the number is 0, or its rank.
  const isWord = type === 'CATEGORICAL' || type === 'TEXT' || isCorrection;
  const given = (isWord ? (textIn(row, 'stringValue') ?? row['value']) : (row['value'] ?? row['stringValue'])) ?? null;
  if (isCorrection && (typeof given !== 'string' || given === '')) return { skipped: 'It is a correction without a text.' };
  // Null would take back what was said before: a score that cannot be read is not known.
  const value = typeof given === 'object' ? '' : type === 'BOOLEAN' && (given === 0 || given === 1) ? given === 1 : given;
  const at = new Date(time).toISOString();
  const signal: Signal = {
    ...annotatorOf(isCorrection ? CORRECTION : name, row),
    value,
    by: textIn(row, 'authorUserId'),
    time: at,
    note: textIn(row, 'comment'),
  };
  const followUp: FollowUp = { of, time: at, signals: [signal], chunks: [], action: null, triage: null, reason: null };
  return { followUp };
}

/** What an application sends by the API is its users' word only where the name says so. */
function annotatorOf(name: string, row: JsonObject): Pick<Signal, 'kind' | 'name' | 'annotator'> {
  const source = textIn(row, 'source');
  if (name === CORRECTION || source === 'ANNOTATION') return { kind: 'explicit', name, annotator: 'human' };
  if (source === 'EVAL') return { kind: 'operational', name, annotator: 'model' };
  const kind = kindOfSignal(name) ?? (/feedback|thumb|rating|csat|like/i.test(name) ? 'explicit' : 'operational');
  return { kind, name, annotator: kind === 'operational' ? 'code' : 'human' };
}

/** Null: it is of an experiment, or of nothing that is named. */
function targetOf(row: JsonObject): FollowUpTarget | null {
  const subject = isJsonObject(row['subject']) ? row['subject'] : null;
  const kind = subject === null ? null : textIn(subject, 'kind');
  const id = subject === null ? null : textIn(subject, 'id');
  const none: FollowUpTarget = { interaction: null, response: null, trace: null, conversation: null };
  if (kind === 'observation' && id !== null) return { ...none, interaction: id };
  if (kind === 'trace' && id !== null) return { ...none, trace: id };
  if (kind === 'session' && id !== null) return { ...none, conversation: id };
  if (kind !== null) return null;
  const target = { ...none, interaction: textIn(row, 'observationId') };
  if (target.interaction === null) target.trace = textIn(row, 'traceId');
  if (target.interaction === null && target.trace === null) target.conversation = textIn(row, 'sessionId');
  return target.interaction === null && target.trace === null && target.conversation === null ? null : target;
}

function inputOf(given: JsonValue | undefined): { messages: JsonValue[]; tools: JsonValue[] } {
  const value = typeof given === 'string' ? parseJson(given) : given;
  const tools = isJsonObject(value) && Array.isArray(value['tools']) ? value['tools'] : [];
  const { messages, variables } = conversationIn(given, null, undefined);
  const asText =
    messages.length === 0 && Object.keys(variables).length > 0 ? [{ role: 'user', content: JSON.stringify(variables) }] : messages;
  return { messages: asText, tools };
}

const detailsOf = (row: JsonObject): JsonValue | undefined =>
  typeof row['usageDetails'] === 'string' ? parseJson(row['usageDetails']) : row['usageDetails'];

function usageOf(row: JsonObject, hasAnswer: boolean): Usage | null {
  const details = detailsOf(row);
  if (isJsonObject(details) && Object.keys(details).length > 0) return usageOfDetails(details, hasAnswer);
  // Before there were details.
  const given = typeof row['usage'] === 'string' ? parseJson(row['usage']) : row['usage'];
  if (isJsonObject(given) && isTokens(given['unit'])) return usageOfDetails(countsOf(given), hasAnswer);
  return usageOfDetails(countsOf(row), hasAnswer);
}

const isTokens = (unit: JsonValue | undefined): boolean => unit === undefined || unit === null || unit === 'TOKENS';

/** Its own names of before, which stand among others. */
function countsOf(row: JsonObject): JsonObject {
  const named = (...names: readonly string[]): JsonValue | undefined =>
    names.map((name) => row[name]).find((value) => value !== undefined && value !== null);
  const counts = {
    input: named('inputUsage', 'promptTokens', 'input'),
    output: named('outputUsage', 'completionTokens', 'output'),
    total: named('totalUsage', 'totalTokens', 'total'),
  };
  return Object.fromEntries(Object.entries(counts).filter((entry): entry is [string, number | string] => parseAmount(entry[1]) !== null));
}

/** USD. It writes 0 where it knows no price. */
function costOf(row: JsonObject): number | null {
  const details = typeof row['costDetails'] === 'string' ? parseJson(row['costDetails']) : row['costDetails'];
  const known = isJsonObject(details) ? parseAmount(details['total']) : null;
  const total = known ?? parseAmount(row['totalCost']);
  return total === 0 && !(isJsonObject(details) && Object.keys(details).length > 0) ? null : total;
}

const textIn = (object: JsonObject, name: string): string | null => {
  const text = object[name];
  return typeof text === 'string' && text !== '' ? text : null;
};
