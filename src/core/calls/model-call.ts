/** One question to a model in a run. */
import type { JsonObject } from '../json/json.ts';
import type { Parameters } from '../prompt/document.ts';
import type { RenderedRequest } from '../prompt/request.ts';
import type { ModelClient } from '../model/model-client.ts';
import type { Attempt } from '../results/result.ts';
import type { SampleId } from '../results/sample-id.ts';

export interface ModelCall {
  readonly client: ModelClient;
  readonly parameters: Parameters;
  /** Of the prompt, for the provider's cache. */
  readonly version: string;
  readonly request: Pick<RenderedRequest, 'messages' | 'tools' | 'output' | 'marks'>;
  /** Of the case, for whoever answers from them; absent: none. */
  readonly variables?: JsonObject;
  readonly repeat: number;
  /** What it is asked for. */
  readonly sample: SampleId;
  /** Attempts are added here. */
  readonly attempts: Attempt[];
  /** Whether its text is the sample's output, to be shown as it arrives. */
  readonly isOutput: boolean;
}

/** The variables, where the client takes them. */
export const variablesFor = ({ takesVariables }: ModelClient, variables: JsonObject | undefined): { readonly variables?: JsonObject } =>
  takesVariables === true && variables !== undefined ? { variables } : {};
