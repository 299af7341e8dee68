/** What an answer says of who answered, in every provider's form, whole or as the events of a stream. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json/json.ts';
import type { ResponseFacts } from './interaction.ts';

const NOTHING: ResponseFacts = { model: null, systemFingerprint: null, serviceTier: null };

/** Undefined: it says nothing. */
export function responseFactsIn(answer: JsonValue | undefined): ResponseFacts | undefined {
  if (!isJsonObject(answer)) return undefined;
  // Events of OpenAI's Responses API and of Anthropic carry the answer so far.
  const inner =
    [answer['response'], answer['message']].find((value) => isJsonObject(value) && value['role'] !== undefined) ?? answer['response'];
  // LangChain's results and messages say it in an object of their own.
  const beside = ['llm_output', 'llmOutput', 'response_metadata'].map((name) => answer[name]);
  const found = [answer, ...[inner, ...beside].filter(isJsonObject)].map(factsOf);
  const all = found.reduce((known, more) => mergedFacts(known, more), NOTHING);
  return all.model === null && all.systemFingerprint === null && all.serviceTier === null ? undefined : all;
}

/** What is known first stays, where the later one says nothing of it. */
export function mergedFacts(before: ResponseFacts | undefined, after: ResponseFacts | undefined): ResponseFacts {
  const [a, b] = [before ?? NOTHING, after ?? NOTHING];
  return {
    model: b.model ?? a.model,
    systemFingerprint: b.systemFingerprint ?? a.systemFingerprint,
    serviceTier: b.serviceTier ?? a.serviceTier,
  };
}

function factsOf(answer: JsonObject): ResponseFacts {
  const usage = isJsonObject(answer['usage']) ? answer['usage'] : {};
  return {
    // Gemini's, and LangChain's name of it.
    model: textOf(answer['model']) ?? textOf(answer['modelVersion']) ?? textOf(answer['model_name']),
    systemFingerprint: textOf(answer['system_fingerprint']),
    serviceTier: textOf(answer['service_tier']) ?? textOf(usage['service_tier']) ?? textOf(usage['serviceTier']),
  };
}

const textOf = (value: JsonValue | undefined): string | null => (typeof value === 'string' && value !== '' ? value : null);
