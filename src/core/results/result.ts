/** One output of a run, as the journal keeps it and every view shows it. Unknown is null. */
import type { Charges } from '../economics/prices/charges.ts';
import type { Usage } from '../economics/prices/usage.ts';
import type { AssertionResult } from '../grade/assertion.ts';
import type { ToolCall, ToolRound } from '../tool.ts';
import type { CaseVerdict } from '../grade/grade.ts';
import type { CaseKind, CaseStatus } from '../golden/case.ts';
import type { CaseMessage } from '../golden/case-messages.ts';
import type { JsonObject, JsonValue } from '../json/json.ts';
import type { FinishReason } from '../model/model-request.ts';
import type { Service } from '../economics/prices/price.ts';
import type { ParameterChange } from '../model/sent-without.ts';

export interface Attempt {
  /** ms since the run began. */
  readonly startedMs: number;
  readonly durationMs: number;
  readonly status: number | null;
  /** Null: this attempt answered. */
  readonly error: string | null;
}

export interface ResultError {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

export interface Result {
  readonly candidate: string;
  readonly case: string;
  readonly repeat: number;
  readonly description: string | null;
  readonly status: CaseStatus;
  /** `retrieval`: of what a pipeline finds; its status never gates. Absent: of the prompt, or an older journal. */
  readonly kind?: CaseKind;
  readonly critical: boolean;
  /** What the case hangs together with; null: it stands alone. Absent in journals of older versions. */
  readonly group?: string | null;
  readonly vars: JsonObject;
  /** Of the golden case: tags, who verified it, where it came from. Absent when it has none, and in older journals. */
  readonly metadata?: JsonObject;
  /** What the case put around the last user message; absent when nothing. */
  readonly prefix?: string;
  readonly suffix?: string;
  /** The case's own conversation; absent: what the prompt rendered. */
  readonly messages?: readonly CaseMessage[];
  readonly expected: JsonValue | null;
  readonly verdict: CaseVerdict;
  readonly score: number | null;
  readonly output: string | null;
  readonly toolCalls: readonly ToolCall[];
  readonly assertions: readonly AssertionResult[];
  readonly error: ResultError | null;
  readonly attempts: number;
  readonly attemptLog: readonly Attempt[];
  readonly usage: Usage | null;
  /** Why the usage is unknown, as a clause; absent: it is known, or an older journal. */
  readonly usageUnknown?: string;
  readonly costUsd: number | null;
  readonly ttftMs: number | null;
  readonly latencyMs: number | null;
  readonly finish: FinishReason | null;
  readonly source: 'model' | 'cache' | 'scripted' | 'batch';
  /** Key of the request in the response cache; null: none was made. */
  readonly request: string | null;
  /** USD that the judgements of it cost when they were asked for; null: not known. Absent: not judged. */
  readonly judgeCostUsd?: number | null;
  /** USD that this run paid of that. */
  readonly judgePaidUsd?: number | null;
  /** What tools were called and what they answered; absent: none, or none that the case knows. */
  readonly rounds?: readonly ToolRound[];
  /** Why the provider's cache did not have the prefix, in its own words. */
  readonly cacheMiss?: string;
  /** How the provider served it, where that changes the price. */
  readonly service?: Service;
  /** `costUsd` is what the provider reports, not computed from a price list. */
  readonly costReported?: boolean;
  /** Where the provider says that it served it, where that changes the price. */
  readonly region?: string;
  /** What the provider charged for besides tokens; absent: nothing that it reports. */
  readonly charges?: Charges;
  /** ISO 8601, where the price has dates, and of a batch where the provider says it. */
  readonly answeredAt?: string;
  /** The usage is counted by Goldset, since the provider reports none. */
  readonly usageEstimated?: boolean;
  /** What a pipeline found before it answered. */
  readonly context?: readonly string[];
  /** Parameters that were not sent as they are written; absent: none, or an older journal. */
  readonly sentWithout?: readonly ParameterChange[];
}

/** Identity of a sample within its run. */
export const sampleKey = (result: Pick<Result, 'candidate' | 'case' | 'repeat'>): string =>
  `${result.candidate}\u0000${result.case}\u0000${result.repeat}`;
