/** What a user action costs: its calls are summed as they come, and it is over when none has come for a day. */
import type { Usage } from '../../economics/usage.ts';
import { groupBy } from '../../group-by.ts';
import type { FollowUp, Interaction } from '../interaction.ts';

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
}

export function callFacts({ id, time, action, conversation, trace, prompt, model, usage, costUsd }: Interaction): CallFacts {
  const version = prompt === null ? null : `${prompt.name}@${prompt.version ?? prompt.contentHash?.slice(0, 12) ?? '?'}`;
  return { id, at: Date.parse(time), action, conversation, trace, version, model, usage, costUsd };
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

/** Calls that certainly belong together: those of one named action, else of one trace, else of one conversation. */
interface Piece {
  readonly action: { readonly type: string; readonly id: string } | null;
  readonly conversation: string | null;
  readonly trace: string | null;
  readonly id: string;
  at: number;
  last: number;
  calls: number;
  usd: number | null;
  version: string | null;
  byModel: [string, number, number, number, number, number][];
}

/** ms without a call after which an action is over: what comes later is another one. */
const OVER = 24 * 3_600_000;

/** Actions that may get more calls. What is over is given away, so that memory holds about a day of them. */
export class OpenUnits {
  private readonly pieces = new Map<string, Piece>();
  /** Actions that a span named which ended after the calls. */
  private readonly named = new Map<string, NonNullable<Interaction['action']>>();

  add(call: CallFacts): void {
    const { id, at, action, conversation, trace, version, model, usage, costUsd } = call;
    const key = keyOf(call);
    let piece = this.pieces.get(key);
    if (piece === undefined) {
      piece = { action, conversation, trace, id, at, last: at, calls: 0, usd: 0, version, byModel: [] };
      this.pieces.set(key, piece);
    }
    piece.calls++;
    if (at >= piece.last) piece.version = version ?? piece.version;
    piece.at = Math.min(piece.at, at);
    piece.last = Math.max(piece.last, at);
    piece.usd = piece.usd === null || costUsd === null ? null : piece.usd + costUsd;
    const name = model ?? 'unknown';
    let part = piece.byModel.find(([of]) => of === name);
    if (part === undefined) {
      part = [name, 0, 0, 0, 0, 0];
      piece.byModel.push(part);
    }
    part[1]++;
    part[2] += usage?.input ?? 0;
    part[3] += usage?.cacheRead ?? 0;
    part[4] += usage?.output ?? 0;
    part[5] += costUsd ?? 0;
  }

  /** The action of a trace, when that became known after its calls. */
  name({ of: { trace }, action }: FollowUp): void {
    if (trace !== null && action !== null && this.pieces.has(`t:${trace}`)) this.named.set(trace, action);
  }

  /** Actions without a call since `OVER` before this time; they are forgotten here. Infinity: all. */
  takeOver(now: number): UnitCost[] {
    return [...this.grouped().values()].flatMap((pieces) => {
      const unit = this.unitOf(pieces);
      if (Math.max(...pieces.map(({ last }) => last)) >= now - OVER) return [];
      for (const piece of pieces) {
        this.pieces.delete(keyOf(piece));
        if (piece.trace !== null) this.named.delete(piece.trace);
      }
      return [unit];
    });
  }

  /** All that are open, as they are now. */
  list(): UnitCost[] {
    return [...this.grouped().values()].map((pieces) => this.unitOf(pieces));
  }

  save(): OpenUnitsState {
    return { pieces: [...this.pieces.values()], named: [...this.named] };
  }

  static from({ pieces, named }: OpenUnitsState): OpenUnits {
    const open = new OpenUnits();
    for (const piece of pieces) open.pieces.set(keyOf(piece), { ...piece });
    for (const [trace, action] of named) open.named.set(trace, action);
    return open;
  }

  private grouped(): Map<string, Piece[]> {
    return groupBy(this.pieces.values(), (piece) => {
      const { type, id } = this.actionOf(piece);
      return `${type}\n${id}`;
    });
  }

  private actionOf({ action, trace, conversation, id }: Piece): { readonly type: string; readonly id: string } {
    const named = action ?? (trace === null ? undefined : this.named.get(trace));
    if (named) return named;
    if (conversation !== null) return { type: 'conversation', id: conversation };
    return trace === null ? { type: 'call', id } : { type: 'trace', id: trace };
  }

  private unitOf(pieces: readonly Piece[]): UnitCost {
    const byModel = new Map<string, ModelPart>();
    for (const { byModel: parts } of pieces)
      for (const [name, calls, input, cached, output, usd] of parts) addPart(byModel, name, { calls, input, cached, output, usd });
    const latest = pieces.reduce((a, b) => (b.last >= a.last ? b : a));
    return {
      action: this.actionOf(latest).type,
      at: Math.min(...pieces.map(({ at }) => at)),
      calls: pieces.reduce((sum, { calls }) => sum + calls, 0),
      usd: pieces.reduce((sum: number | null, { usd }) => (sum === null || usd === null ? null : sum + usd), 0),
      version: latest.version,
      byModel,
    };
  }
}

/** As JSON keeps it. */
export interface OpenUnitsState {
  readonly pieces: readonly Piece[];
  readonly named: readonly (readonly [string, NonNullable<Interaction['action']>])[];
}

const keyOf = ({ action, trace, conversation, id }: Pick<Piece, 'action' | 'trace' | 'conversation' | 'id'>): string =>
  action !== null
    ? `a:${action.type}\n${action.id}`
    : trace !== null
      ? `t:${trace}`
      : conversation !== null
        ? `c:${conversation}`
        : `i:${id}`;

export function addPart(parts: Map<string, ModelPart>, name: string, { calls, input, cached, output, usd }: ModelPart): void {
  const known = parts.get(name);
  parts.set(
    name,
    known === undefined
      ? { calls, input, cached, output, usd }
      : {
          calls: known.calls + calls,
          input: known.input + input,
          cached: known.cached + cached,
          output: known.output + output,
          usd: known.usd + usd,
        },
  );
}
