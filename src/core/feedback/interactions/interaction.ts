/** One production call with everything that is known about it. A line of `.goldset/interactions/DAY.jsonl`; schemas/interaction.schema.json. */
import type { Served } from '../../economics/prices/price.ts';
import type { Usage } from '../../economics/prices/usage.ts';
import type { JsonObject, JsonValue } from '../../json/json.ts';

export const INTERACTION_SCHEMA = 'goldset.interaction/1';

export interface Interaction {
  readonly id: string;
  /** ISO 8601, when the call began. */
  readonly time: string;
  /** What the user did; null: the application does not say. */
  readonly action: { readonly type: string; readonly id: string } | null;
  readonly conversation: string | null;
  /** What the application did in one go, such as OpenTelemetry's trace id: calls of one have the same. */
  readonly trace: string | null;
  /** The provider's own name for the answer. */
  readonly responseId: string | null;
  /** A hash, never a name. */
  readonly user: string | null;
  /** `name`: as the application calls it, or the file's path below the root. `contentHash`: the version of DESIGN §2, where it is known. */
  readonly prompt: { readonly name: string; readonly version: string | null; readonly contentHash: string | null } | null;
  readonly variables: JsonObject;
  readonly model: string | null;
  readonly parameters: JsonObject;
  /** As they were sent, in the provider's form; what came over OpenTelemetry in the form of OpenAI's chat. */
  readonly messages: readonly JsonValue[];
  readonly tools: readonly JsonValue[];
  readonly chunks: readonly RetrievedChunk[];
  /** Null: it was not captured, or there is none. */
  readonly output: string | null;
  readonly finish: string | null;
  readonly usage: Usage | null;
  /** How it was served and what was charged besides tokens, where that changes its price; absent: as usual, or not said. */
  readonly served?: Served;
  /** USD; null: not known. */
  readonly costUsd: number | null;
  /** The price at capture, by which `costUsd` was computed; absent: `costUsd` is not ours, or it is computed from today's prices when read. */
  readonly price?: { readonly asOf: string | null; readonly source: string };
  /** What the answer says of who answered; absent: nothing. */
  readonly response?: ResponseFacts;
  /** Requests that were sent for it, with those that failed; absent: not known. */
  readonly attempts?: number;
  /** What it was, if not an answer of a model: what else an action costs. Absent: a model call with messages. */
  readonly operation?: Operation;
  /** What the application says about the call besides these fields: tenant, region, release. Those of persons are hashes. */
  readonly attributes?: Attributes;
  readonly ttftMs: number | null;
  readonly latencyMs: number | null;
  readonly error: { readonly type: string; readonly message: string } | null;
  readonly environment: string | null;
  readonly signals: readonly Signal[];
  readonly triage: Triage | null;
}

export type Attributes = Readonly<Record<string, string | number | boolean>>;

export interface ResponseFacts {
  /** The model that answered, as the provider names it; null: it does not. */
  readonly model: string | null;
  readonly systemFingerprint: string | null;
  readonly serviceTier: string | null;
}

export const OPERATIONS = ['embeddings', 'rerank', 'image', 'other'] as const;
export interface Operation {
  readonly type: (typeof OPERATIONS)[number];
  /** As the application names it, such as `search`; null: it does not. */
  readonly name: string | null;
}

export const TRIAGES = ['open', 'case', 'dismissed'] as const;
/** The triage state: open, made into a golden case, or dismissed. */
export type Triage = (typeof TRIAGES)[number];

export interface RetrievedChunk {
  readonly id: string | null;
  readonly text: string;
  readonly score: number | null;
}

/** What is known about an interaction: said by a person, shown by what they did, or seen by the application. */
export interface Signal {
  readonly kind: SignalKind;
  readonly name: string;
  readonly value: number | string | boolean | null;
  readonly annotator: Annotator;
  /** Who or what said it, as the application calls them; null: not known. */
  readonly by: string | null;
  /** ISO 8601. */
  readonly time: string | null;
  readonly note: string | null;
  /** Of a model's verdict: who judged by what; absent: it is not one. */
  readonly judge?: SignalJudge;
}

/** What a stored interaction was judged with, as labels and calibrations name it. */
export interface SignalJudge {
  readonly path: string;
  readonly version: string;
  readonly model: string;
  /** `text`: what is graded, in the author's words. */
  readonly criterion: { readonly type: string; readonly hash: string; readonly text: string };
  /** 0 to 1; null: not known. */
  readonly score: number | null;
}

/** The name of a signal whose value is a judge's verdict, `pass` or `fail`. It flags nothing: people decide what a judge only suspects. */
export const JUDGED = 'judged';

export const SIGNAL_KINDS = ['explicit', 'implicit', 'operational'] as const;
export type SignalKind = (typeof SIGNAL_KINDS)[number];
export const ANNOTATORS = ['human', 'model', 'code'] as const;
export type Annotator = (typeof ANNOTATORS)[number];

/** The name of a signal whose value is what the output should have been, in a person's words. */
export const CORRECTION = 'correction';

/**
 * What became known about an interaction after it was written: a later line, in the file of the day in which it became known.
 * It is of the interaction that `interaction` names, else of the answer with that `response` id, else of the last one of `trace`,
 * else of the last one of `conversation`.
 */
export interface FollowUp {
  readonly of: FollowUpTarget;
  /** ISO 8601. */
  readonly time: string;
  readonly signals: readonly Signal[];
  /** What retrieval had found for it. */
  readonly chunks: readonly RetrievedChunk[];
  /** Of every call of `of.trace` that says none itself. */
  readonly action: Interaction['action'];
  readonly triage: Triage | null;
  /** Why it was dismissed, or which golden case it became. */
  readonly reason: string | null;
  /** Who decided it; absent: not known. */
  readonly by?: string;
}

export interface FollowUpTarget {
  readonly interaction: string | null;
  readonly response: string | null;
  readonly trace: string | null;
  readonly conversation: string | null;
}

export const FOLLOW_UP_SCHEMA = 'goldset.follow-up/1';

/** A line of a day's file. */
export type StoredLine = { readonly interaction: Interaction } | { readonly followUp: FollowUp };
