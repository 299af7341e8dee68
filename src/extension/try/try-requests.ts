/** What the page of the playground sends, whatever its shape, as the engine takes it. */
import { isJsonObject } from '../../core/json/json.ts';
import type { TryFollowUp, TryHost, TryLane, TryRequest, TryTurn } from '../../protocol/try.ts';

const ROLES: readonly TryTurn['role'][] = ['system', 'user', 'assistant', 'tool'];
const FORMS: readonly CopyForm[] = ['curl', 'typescript', 'python'];
/** Turns of a conversation. */
const MOST_TURNS = 1000;

type CopyForm = Parameters<TryHost['copyAs']>[0]['form'];

export const givenText = (value: unknown): string => (typeof value === 'string' ? value : '');

export const wholeNumberOf = (value: unknown): number => (typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : 0);

export const copyFormOf = (value: unknown): CopyForm => FORMS.find((form) => form === value) ?? 'curl';

/** Texts by field. */
export function valuesOf(value: unknown): Record<string, string> {
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(Object.entries(value).flatMap(([name, text]) => (typeof text === 'string' ? [[name, text]] : [])));
}

export function requestOf({ values, lanes, useCache }: Readonly<Record<keyof TryRequest, unknown>>): TryRequest {
  const given: readonly unknown[] = Array.isArray(lanes) ? lanes : [];
  return { values: valuesOf(values), lanes: given.flatMap(laneOf), useCache: useCache === true };
}

function laneOf(value: unknown): TryLane[] {
  if (!isJsonObject(value)) return [];
  const { id, model, effort } = value;
  return typeof id === 'string' && typeof model === 'string' ? [{ id, model, effort: typeof effort === 'string' ? effort : null }] : [];
}

export function followUpOf({ lane, history, text }: Readonly<Record<keyof TryFollowUp, unknown>>): TryFollowUp {
  const given: readonly unknown[] = Array.isArray(history) ? history.slice(0, MOST_TURNS) : [];
  return { lane: givenText(lane), history: given.flatMap(turnOf), text: givenText(text) };
}

function turnOf(value: unknown): TryTurn[] {
  if (!isJsonObject(value)) return [];
  const role = ROLES.find((name) => name === value['role']);
  return role === undefined ? [] : [{ role, text: givenText(value['text']) }];
}
