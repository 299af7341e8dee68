/** What a span says of the answer itself: who gave it, how it was served, how often it was requested, whether it came in pieces. */
import { isCharges, type Charges } from '../../../economics/prices/charges.ts';
import { serviceOf } from '../../../economics/prices/price.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../json/json.ts';
import { OPERATIONS, type Interaction, type ResponseFacts } from '../../interactions/interaction.ts';
import { mergedFacts, responseFactsIn } from '../../interactions/response-facts.ts';
import { structured } from '../json-in-text.ts';
import { amountIn, attributeText, firstOf, objectIn } from './attributes.ts';
import { NAMES } from './names.ts';
import type { OtlpAttributes } from './telemetry.ts';

/** The provider's answer as JSON, where an instrumentation keeps it; null: it does not. */
export function rawAnswer(attributes: OtlpAttributes): JsonObject | null {
  const value = structured(attributes.get('output.value'));
  if (!isJsonObject(value)) return null;
  // LangChain's: a list of lists of generations, each with the message that came.
  const generations = value['generations'];
  const first = Array.isArray(generations) && Array.isArray(generations[0]) ? generations[0][0] : undefined;
  const message = isJsonObject(first) && isJsonObject(first['message']) ? first['message'] : undefined;
  const inner = message !== undefined && isJsonObject(message['kwargs']) ? message['kwargs'] : undefined;
  if (inner === undefined)
    return value['choices'] !== undefined || value['content'] !== undefined || value['output'] !== undefined ? value : null;
  const known = isJsonObject(inner['response_metadata']) ? inner['response_metadata'] : {};
  return { ...known, id: inner['id'] ?? null };
}

/** The provider's own name for the answer. */
export const idIn = (answer: JsonObject | null): string | null => {
  const id = answer?.['id'];
  return typeof id === 'string' && id !== '' && !id.startsWith('run-') && !id.startsWith('lc_') ? id : null;
};

export function responseIn(attributes: OtlpAttributes, answer: JsonObject | null): ResponseFacts | undefined {
  const said: ResponseFacts = {
    model: attributeText(attributes, NAMES.responseModel) ?? namedByAnswer(attributes),
    systemFingerprint: attributeText(attributes, NAMES.systemFingerprint),
    serviceTier: attributeText(attributes, NAMES.serviceTier) ?? vercelTier(attributes),
  };
  const all = mergedFacts(answer === null ? undefined : responseFactsIn(answer), said);
  return all.model === null && all.systemFingerprint === null && all.serviceTier === null ? undefined : all;
}

/** OpenInference names the model that answered, beside the parameters of the request with the one that was asked for. */
function namedByAnswer(attributes: OtlpAttributes): string | null {
  const asked = objectIn(attributes, ['llm.invocation_parameters'])?.['model'];
  const named = attributeText(attributes, ['llm.model_name']);
  return typeof asked === 'string' && named !== asked ? named : null;
}

/** Of the AI SDK, which has it below the name of the provider. */
function vercelTier(attributes: OtlpAttributes): string | null {
  const tiers = Object.values(objectIn(attributes, ['ai.response.providerMetadata']) ?? {}).map((value) =>
    isJsonObject(value) ? value['serviceTier'] : undefined,
  );
  return tiers.find((tier) => typeof tier === 'string') ?? null;
}

export function servedIn(attributes: OtlpAttributes, response: ResponseFacts | undefined): Interaction['served'] {
  const own = objectIn(attributes, NAMES.ownServed);
  const { region, charges, service } = own ?? {};
  const served = {
    ...serviceOf(own === null ? response?.serviceTier : service),
    ...(typeof region === 'string' ? { region } : {}),
    ...(isCharges(charges) ? { charges: charges as Charges } : {}),
  };
  return Object.keys(served).length === 0 ? undefined : served;
}

export function priceIn(attributes: OtlpAttributes): Interaction['price'] {
  const { asOf, source } = objectIn(attributes, NAMES.ownPrice) ?? {};
  return typeof source === 'string' ? { asOf: typeof asOf === 'string' ? asOf : null, source } : undefined;
}

export function attemptsIn(attributes: OtlpAttributes): number | undefined {
  const attempts = amountIn(attributes, NAMES.attempts);
  const retries = amountIn(attributes, NAMES.retries);
  const found = attempts ?? (retries === null ? null : retries + 1);
  return found !== null && Number.isInteger(found) && found > 0 ? found : undefined;
}

export function operationIn(attributes: OtlpAttributes): Interaction['operation'] {
  const type = OPERATIONS.find((item) => item === attributeText(attributes, NAMES.ownOperation));
  return type === undefined ? undefined : { type, name: attributeText(attributes, NAMES.ownOperationName) };
}

/** Null: not said. */
export function isStreamIn(attributes: OtlpAttributes): boolean | null {
  const said = booleanOf(firstOf(attributes, NAMES.isStream));
  if (said !== null) return said;
  const vercel = attributeText(attributes, NAMES.vercelOperation);
  if (vercel !== null) return vercel.endsWith('.doStream');
  return booleanOf(objectIn(attributes, ['llm.invocation_parameters'])?.['stream']);
}

const booleanOf = (value: JsonValue | undefined): boolean | null =>
  typeof value === 'boolean' ? value : value === 'true' ? true : value === 'false' ? false : null;
