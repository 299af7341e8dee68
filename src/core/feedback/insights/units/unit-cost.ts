/** What a user action costs: its calls are summed as they come, and it is over when none has come for a day. */
import type { Usage } from '../../../economics/prices/usage.ts';
import { groupBy } from '../../../collections/group-by.ts';
import type { Attributes, FollowUp, Interaction } from '../../interactions/interaction.ts';
import type { VersionNames } from '../../interactions/version-name.ts';

/** What of a call the cost of its action is made of. */
export interface CallFacts {
  readonly id: string;
  /** ms since 1970. */
  readonly at: number;
  readonly action: Interaction['action'];
  readonly conversation: string | null;
  readonly trace: string | null;
  /** `name@version` of the prompt; null: not known. */
  readonly version: string | null;
  readonly model: string | null;
  readonly usage: Usage | null;
  /** USD; null: not known. */
  readonly costUsd: number | null;
  readonly attributes?: Attributes | undefined;
}

/** `costUsd`: where it is to be another than the interaction says. */
export function callFacts(
  { id, time, action, conversation, trace, prompt, model, usage, costUsd: own, attributes }: Interaction,
  versions: VersionNames,
  costUsd: number | null = own,
): CallFacts {
  const version = prompt === null ? null : versions.of(prompt);
  return { id, at: Date.parse(time), action, conversation, trace, version, model, usage, costUsd, attributes };
}

/** One user action, all of its calls. */
export interface UnitCost {
  /** What kind of action; `conversation`, `trace` or `call` where the application names none (DESIGN §2). */
  readonly action: string;
  /** ms since 1970, of its first call. */
  readonly at: number;
  readonly calls: number;
  /** USD; null: the cost of a call is not known. */
  readonly usd: number | null;
  /** Of its last call. */
  readonly version: string | null;
  /** By model, so that a change of the mix can be told from a change of the calls; a model may stand here twice. */
  readonly parts: readonly ModelPart[];
  /** What its calls say; absent: nothing. */
  readonly attributes?: Attributes | undefined;
}

export interface ModelPart {
  readonly model: string;
  readonly calls: number;
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  /** Thinking, part of `output`. */
  readonly reasoning: number;
  readonly usd: number;
}

/** Calls that certainly belong together: those of one named action, else of one trace, else of one conversation. A day has many. */
interface Piece {
  readonly key: string;
  readonly conversation: string | null;
  at: number;
  last: number;
  calls: number;
  usd: number | null;
  version: string | null;
  readonly parts: Mutable<ModelPart>[];
  attributes: Attributes | undefined;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** ms without a call after which an action is over: what comes later is another one. */
const OVER = 24 * 3_600_000;

/** Actions that may get more calls. What is over is given away, so that memory holds about a day of them. */
export class OpenUnits {
  private readonly pieces = new Map<string, Piece>();
  /** Calls of one model come together: its name is there once for all of them. */
  private lastModel = '';
  /** Actions that a span named which ended after the calls, by trace. */
  private readonly named = new Map<string, NonNullable<Interaction['action']>>();

  add(call: CallFacts): void {
    const { at, version, model, usage, costUsd } = call;
    const key = keyOf(call);
    let piece = this.pieces.get(key);
    if (piece === undefined) {
      const conversation = call.action === null ? call.conversation : null;
      piece = { key, conversation, at, last: at, calls: 0, usd: 0, version, parts: [], attributes: undefined };
      this.pieces.set(key, piece);
    }
    piece.attributes = attributesOfBoth(piece.attributes, call.attributes);
    piece.calls++;
    if (at >= piece.last) piece.version = version ?? piece.version;
    piece.at = Math.min(piece.at, at);
    piece.last = Math.max(piece.last, at);
    piece.usd = piece.usd === null || costUsd === null ? null : piece.usd + costUsd;
    const name = model === this.lastModel ? this.lastModel : (model ?? 'unknown');
    this.lastModel = name;
    let part = piece.parts.find((item) => item.model === name);
    if (part === undefined) {
      part = { model: name, calls: 0, input: 0, cached: 0, output: 0, reasoning: 0, usd: 0 };
      piece.parts.push(part);
    }
    part.calls++;
    part.input += usage?.input ?? 0;
    part.cached += usage?.cacheRead ?? 0;
    part.output += usage?.output ?? 0;
    part.reasoning += usage?.reasoning ?? 0;
    part.usd += costUsd ?? 0;
  }

  /** The action of a trace, when that became known after its calls. */
  name({ of: { trace }, action }: FollowUp): void {
    if (trace !== null && action !== null && this.pieces.has(`t:${trace}`)) this.named.set(trace, action);
  }

  /** Actions without a call since `OVER` before this time; each is forgotten when it is given. Infinity: all. */
  takeOver(now: number): Generator<UnitCost> {
    return this.takeOf((at) => at < now - OVER);
  }

  /** Actions whose calls are all of such times; each is forgotten when it is given. */
  *takeOf(isOver: (at: number) => boolean): Generator<UnitCost> {
    for (const pieces of this.actions()) {
      if (!pieces.every(({ last }) => isOver(last))) continue;
      const unit = this.unitOf(pieces);
      for (const { key } of pieces) {
        this.pieces.delete(key);
        this.named.delete(key.slice(2));
      }
      yield unit;
    }
  }

  /** All that are open, as they are now. */
  *list(): Generator<UnitCost> {
    for (const pieces of this.actions()) yield this.unitOf(pieces);
  }

  save(): OpenUnitsState {
    return {
      pieces: Array.from(this.pieces.values(), ({ key, conversation, at, last, calls, usd, version, parts, attributes }) => [
        key,
        conversation,
        at,
        last,
        calls,
        usd,
        version,
        parts,
        attributes ?? null,
      ]),
      named: [...this.named],
    };
  }

  /** The state is taken over. */
  static from({ pieces, named }: OpenUnitsState): OpenUnits {
    const open = new OpenUnits();
    for (const [key, conversation, at, last, calls, usd, version, parts, attributes] of pieces)
      open.pieces.set(key, {
        key,
        conversation,
        at,
        last,
        calls,
        usd,
        version,
        parts: parts as Mutable<ModelPart>[],
        attributes: attributes ?? undefined,
      });
    for (const [trace, action] of named) open.named.set(trace, action);
    return open;
  }

  /** The pieces of each action. Most have one, which its key names; only traces and conversations may have to be put together. */
  private *actions(): Generator<readonly Piece[]> {
    const unnamed: Piece[] = [];
    for (const piece of this.pieces.values()) if (!isNamed(piece)) unnamed.push(piece);
    const loose = groupBy(unnamed, (piece) => this.actionOf(piece));
    for (const piece of this.pieces.values()) {
      if (isNamed(piece)) {
        yield loose.size === 0 ? [piece] : [piece, ...(loose.get(this.actionOf(piece)) ?? [])];
        continue;
      }
      const action = this.actionOf(piece);
      const together = loose.get(action);
      if (together === undefined || this.pieces.has(`a:${action}`)) continue;
      loose.delete(action);
      yield together;
    }
  }

  /** As `nameOf` makes it. */
  private actionOf(piece: Piece): string {
    const name = piece.key.slice(2);
    if (isNamed(piece)) return name;
    const isTrace = piece.key.startsWith('t:');
    const named = isTrace ? this.named.get(name) : undefined;
    if (named) return nameOf(named);
    if (piece.conversation !== null) return nameOf({ type: 'conversation', id: piece.conversation });
    return nameOf({ type: isTrace ? 'trace' : 'call', id: name });
  }

  private unitOf(pieces: readonly Piece[]): UnitCost {
    const [only] = pieces;
    const latest = pieces.reduce((a, b) => (b.last >= a.last ? b : a));
    const action = this.actionOf(latest);
    return {
      action: action.slice(0, action.indexOf('\n')),
      at: Math.min(...pieces.map(({ at }) => at)),
      calls: pieces.reduce((sum, { calls }) => sum + calls, 0),
      usd: pieces.reduce((sum: number | null, { usd }) => (sum === null || usd === null ? null : sum + usd), 0),
      version: latest.version,
      attributes: pieces.reduce((all: Attributes | undefined, { attributes }) => attributesOfBoth(all, attributes), undefined),
      parts: pieces.length === 1 && only !== undefined ? only.parts : pieces.flatMap(({ parts }) => parts),
    };
  }
}

/** The attributes of several calls of one action: each as the first that says it. */
const attributesOfBoth = (a: Attributes | undefined, b: Attributes | undefined): Attributes | undefined =>
  a === undefined ? b : b === undefined ? a : { ...b, ...a };

/** As JSON keeps it: the fields of `Piece` in their order, for there may be many. */
export interface OpenUnitsState {
  readonly pieces: readonly (readonly [
    key: string,
    conversation: string | null,
    at: number,
    last: number,
    calls: number,
    usd: number | null,
    version: string | null,
    parts: readonly ModelPart[],
    attributes?: Attributes | null,
  ])[];
  readonly named: readonly (readonly [string, NonNullable<Interaction['action']>])[];
}

/** A type is one line; an id is whatever follows. */
const nameOf = ({ type, id }: NonNullable<Interaction['action']>): string => `${type.replaceAll('\n', ' ')}\n${id}`;

const keyOf = ({ action, trace, conversation, id }: CallFacts): string =>
  action !== null ? `a:${nameOf(action)}` : trace !== null ? `t:${trace}` : conversation !== null ? `c:${conversation}` : `i:${id}`;

/** The application says which action it is of. */
const isNamed = ({ key }: Piece): boolean => key.startsWith('a:');
