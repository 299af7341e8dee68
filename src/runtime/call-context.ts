/** What the options of a client say about each of its calls. */
import type { Attributes, Interaction, RetrievedChunk } from '../core/feedback/interactions/interaction.ts';
import { recordedPrompt } from '../core/feedback/interactions/record-fields.ts';
import { isJsonObject, type JsonValue } from '../core/json/json.ts';
import type { CaptureOptions } from './goldset-runtime.d.ts';
import { attempt, reportOnce } from './report-once.ts';

export type CallContext = Pick<Interaction, 'action' | 'conversation' | 'prompt' | 'environment' | 'attributes'>;

export function callContext({ action, conversation, prompt, environment, attributes }: CaptureOptions): CallContext {
  const own = attributesOf(typeof attributes === 'function' ? attempt(attributes) : attributes);
  return {
    action: actionOf(action),
    conversation: textOr(conversation),
    prompt: promptOf(prompt),
    environment: textOr(environment),
    ...(own === null ? {} : { attributes: own }),
  };
}

export function actionOf(action: CaptureOptions['action']): { type: string; id: string } | null {
  const given = typeof action === 'function' ? attempt(action) : action;
  const [type, id] = [textOr(given?.type), textOr(given?.id)];
  return type === null || id === null ? null : { type, id };
}

/** Null: there are none. */
function attributesOf(given: unknown): Attributes | null {
  if (typeof given !== 'object' || given === null) return null;
  const kept: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value)))
      kept[name] = value;
    else if (value !== undefined && value !== null)
      reportOnce(`The attribute ${name} was not recorded: attributes must be strings, finite numbers or booleans.`);
  }
  return Object.keys(kept).length === 0 ? null : kept;
}

function promptOf(prompt: CaptureOptions['prompt']): Interaction['prompt'] {
  return recordedPrompt(textOr(prompt?.name), textOr(prompt?.version));
}

export function chunkOf(chunk: JsonValue): RetrievedChunk[] {
  if (typeof chunk === 'string') return [{ id: null, text: chunk, score: null }];
  if (!isJsonObject(chunk)) return [];
  const { id, text, score } = chunk;
  return [{ id: textOr(id), text: textOr(text) ?? '', score: typeof score === 'number' ? score : null }];
}

export const textOr = (value: unknown): string | null =>
  typeof value === 'number' ? String(value) : typeof value === 'string' && value !== '' ? value : null;
