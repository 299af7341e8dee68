/** What a function of the user's program returned for the variables of a case: a request, as data. */
import canonicalize from 'canonicalize';
import type { JsonObject } from '../../json/json.ts';
import type { ToolDefinition } from '../../tool.ts';
import { wellFormedCopy } from '../../text/well-formed.ts';
import type { OutputSpec, Parameters } from '../document.ts';
import type { Message } from '../request.ts';

export interface BuiltRequest {
  readonly messages: readonly Message[];
  readonly tools: readonly ToolDefinition[];
  /** As returned; null: it names no model. */
  readonly model: string | null;
  readonly parameters: Parameters;
  /** Null: it says nothing about the form of the answer. */
  readonly output: OutputSpec | null;
}

export type BuiltAnswer = BuiltRequest | BuildProblem;

/** Why there is no request for a case. */
export interface BuildProblem {
  readonly problem: string;
  readonly code: string;
  readonly hint?: string;
}

/** By `variablesKey`. */
export type BuiltAnswers = ReadonlyMap<string, BuiltAnswer>;

/** Equal for the same variables, whatever their order. */
export const variablesKey = (variables: JsonObject): string => canonicalize(wellFormedCopy(variables)) ?? '';
