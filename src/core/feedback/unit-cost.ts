/** What a user action costs: the calls of an action are summed, and calls without one stand for themselves. */
import type { Usage } from '../economics/usage.ts';
import type { Interaction } from './interaction.ts';

/** What of a call the cost of its action is made of. */
export interface CallFacts {
  /** ms since 1970. */
  readonly at: number;
  /** `type` of the action; what says none counts as `conversation` or `call`. */
  readonly action: string;
  /** Calls with the same one belong together. */
  readonly unit: string;
  /** `name@version` of the prompt; null: not known. */
  readonly version: string | null;
  readonly model: string | null;
  readonly usage: Usage | null;
  /** USD; null: not known. */
  readonly costUsd: number | null;
}

/** An action, else the conversation, else the call itself (DESIGN §2). */
export function callFacts({ id, time, action, conversation, prompt, model, usage, costUsd }: Interaction): CallFacts {
  const [type, unit] =
    action !== null ? [action.type, `a:${action.id}`] : conversation !== null ? ['conversation', `c:${conversation}`] : ['call', `i:${id}`];
  const version = prompt === null ? null : `${prompt.name}@${prompt.version ?? prompt.contentHash ?? '?'}`;
  return { at: Date.parse(time), action: type, unit, version, model, usage, costUsd };
}

/** One user action, all of its calls. */
export interface UnitCost {
  /** ms since 1970, of its first call. */
  readonly at: number;
  readonly calls: number;
  /** USD; null: the cost of a call is not known. */
  readonly usd: number | null;
  /** Of its last call. */
  readonly version: string | null;
  /** By model, so that a change of the mix can be told from a change of the calls. */
  readonly byModel: ReadonlyMap<string, ModelPart>;
}

export interface ModelPart {
  readonly calls: number;
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  readonly usd: number;
}

interface OpenUnit {
  at: number;
  calls: number;
  usd: number | null;
  version: string | null;
  readonly byModel: Map<string, { -readonly [K in keyof ModelPart]: ModelPart[K] }>;
}

/** Sums calls to actions, in whatever order they come. */
export class UnitCosts {
  private readonly actions = new Map<string, Map<string, OpenUnit>>();

  add({ at, action, unit, version, model, usage, costUsd }: CallFacts): void {
    const units = this.actions.get(action) ?? new Map<string, OpenUnit>();
    this.actions.set(action, units);
    const open: OpenUnit = units.get(unit) ?? { at, calls: 0, usd: 0, version, byModel: new Map() };
    units.set(unit, open);
    open.calls++;
    if (at >= open.at) open.version = version ?? open.version;
    open.at = Math.min(open.at, at);
    open.usd = open.usd === null || costUsd === null ? null : open.usd + costUsd;
    const name = model ?? 'unknown';
    const part = open.byModel.get(name) ?? { calls: 0, input: 0, cached: 0, output: 0, usd: 0 };
    open.byModel.set(name, part);
    part.calls++;
    part.input += usage?.input ?? 0;
    part.cached += usage?.cacheRead ?? 0;
    part.output += usage?.output ?? 0;
    part.usd += costUsd ?? 0;
  }

  /** By action type, each in the order of time. */
  list(): Map<string, UnitCost[]> {
    return new Map([...this.actions].map(([action, units]) => [action, [...units.values()].sort((a, b) => a.at - b.at)]));
  }
}
