/** What the playground remembers when it is hidden or the window is loaded again: by prompt, what was typed and what was answered. */
import { isJsonObject } from '../../core/json/json.ts';
import type { TryLane } from '../../protocol/try.ts';
import { readState, writeState } from '../host.ts';
import type { LaneRun } from './lane-run.ts';

export interface TryMemory {
  readonly values: Readonly<Record<string, string>>;
  readonly lanes: readonly TryLane[];
  readonly runs: Readonly<Record<string, LaneRun>>;
  readonly useCache: boolean;
}

/** Prompts that are remembered, the newest. */
const MOST = 20;
/** Characters of the conversations of a prompt; longer ones are only in the history. */
const MAX_TEXT = 400_000;

/** What is remembered of this prompt; null: nothing. */
export function recall(prompt: string): TryMemory | null {
  const known = readState().tries[prompt];
  return isMemory(known) ? known : null;
}

export function remember(prompt: string, memory: TryMemory): void {
  const isShort = JSON.stringify(memory.runs).length <= MAX_TEXT;
  const kept: TryMemory = isShort ? memory : { ...memory, runs: {} };
  const others = Object.entries(readState().tries).filter(([name]) => name !== prompt);
  writeState({ tries: Object.fromEntries([...others.slice(1 - MOST), [prompt, kept]]) });
}

/** Another version of the page may have written it. */
function isMemory(value: unknown): value is TryMemory {
  if (!isJsonObject(value)) return false;
  const { values, lanes, runs } = value;
  const isRun = (run: unknown): boolean =>
    isJsonObject(run) && typeof run['state'] === 'string' && typeof run['text'] === 'string' && Array.isArray(run['turns']);
  return (
    isJsonObject(values) &&
    Object.values(values).every((text) => typeof text === 'string') &&
    Array.isArray(lanes) &&
    lanes.every((lane) => isJsonObject(lane) && typeof lane['id'] === 'string' && typeof lane['model'] === 'string') &&
    isJsonObject(runs) &&
    Object.values(runs).every(isRun)
  );
}
