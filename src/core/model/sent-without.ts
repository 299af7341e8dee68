/** What of a prompt's parameters was not sent as it is written, since the model rejects it. Nothing is left out without being said. */
import { isJsonObject, type JsonObject, type JsonValue } from '../json/json.ts';
import type { Parameters } from '../prompt/document.ts';
import type { KnownCapabilities } from '../economics/capabilities.ts';
import { parameterMisfits, withoutMisfits, type SentTo } from '../economics/parameter-fit.ts';

export interface ParameterChange {
  /** As the prompt writes it. */
  readonly parameter: string;
  /** What was sent in its place; null: nothing. */
  readonly sent: JsonValue;
  /** Why, as the end of a sentence. */
  readonly reason: string;
  /** `table`: known before the request. `answer`: the provider refused a request for it. */
  readonly basis: 'table' | 'answer';
}

export interface FittedParameters {
  readonly parameters: Parameters;
  readonly changes: readonly ParameterChange[];
}

/**
 * Parameters as the model accepts them, and what that changed. `refused`: names that the provider has refused in this run.
 * A default that is left out changes nothing, so it is not among the changes.
 */
export function fitParameters(
  given: Parameters,
  model: KnownCapabilities | null,
  to: SentTo,
  refused: ReadonlySet<string> = new Set(),
): FittedParameters {
  const known = parameterMisfits(given, model, to);
  const fitted = withoutMisfits(given, known);
  const answered = Object.keys(fitted).filter((name) => refused.has(name));
  return {
    parameters: answered.length === 0 ? fitted : Object.fromEntries(Object.entries(fitted).filter(([name]) => !refused.has(name))),
    changes: [
      ...known
        .filter(({ effect, isDefault }) => effect === 'rejected' && isDefault !== true)
        .map(({ parameter, instead, reason }): ParameterChange => ({ parameter, sent: instead, reason, basis: 'table' })),
      ...answered.map((parameter): ParameterChange => ({ parameter, sent: null, reason: 'the model rejects it', basis: 'answer' })),
    ],
  };
}

/** `sent without temperature: the model rejects it`, `sent with reasoningEffort low: …`. */
export function changeText({ parameter, sent, reason }: ParameterChange): string {
  if (sent === null) return `sent without ${parameter}: ${reason}`;
  return `sent with ${parameter} ${typeof sent === 'object' ? JSON.stringify(sent) : String(sent)}: ${reason}`;
}

/** What to write into the price file, so that a parameter that a provider refused is known before the next run. */
export const overrideHint = (model: string, { parameter }: ParameterChange): string =>
  `To remember it, add to the file of \`prices:\`: capabilities: { ${model}: { parameters: { ${parameter}: rejected } } }`;

/** Whether what was read back is a change. */
export const isParameterChange = (value: JsonValue): value is JsonObject =>
  isJsonObject(value) &&
  ['parameter', 'reason'].every((name) => typeof value[name] === 'string') &&
  value['sent'] !== undefined &&
  (value['basis'] === 'table' || value['basis'] === 'answer');

/** Each change once. */
export function distinctChanges(all: readonly (readonly ParameterChange[] | undefined)[]): ParameterChange[] {
  const byText = new Map(all.flatMap((changes) => changes ?? []).map((change) => [changeText(change), change]));
  return [...byText.values()];
}
