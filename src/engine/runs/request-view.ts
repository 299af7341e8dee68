/** The request of a result, rendered from the prompt that its journal holds, with the prefix that other cases share marked. */
import { ANTHROPIC_VERSION } from '../../adapters/models/anthropic/messages-body.ts';
import { editorMessages, isEditorModel } from '../../adapters/models/editor/editor-messages.ts';
import { curlCommand } from '../../adapters/models/curl.ts';
import { endpointOf, mayGo, shareableVariable, wireOf, type Endpoint } from '../../adapters/models/endpoint.ts';
import type { KeySource } from '../../adapters/models/keys.ts';
import type { GoldsetConfig } from '../../core/config/goldset-yaml.ts';
import { SIGNING_VARIABLES } from '../../core/config/own-origins.ts';
import { HumanError } from '../../core/problems/errors.ts';
import { chatBody } from '../../adapters/models/openai/chat-body.ts';
import type { JsonObject } from '../../core/json/json.ts';
import { cacheKeyOf } from '../../core/calls/cache-keys.ts';
import type { RenderData, RenderedRequest } from '../../core/prompt/request.ts';
import type { CandidateHead } from '../../core/results/candidate-head.ts';
import type { Evaluator } from '../../core/evaluation/evaluator.ts';
import type { PromptRecord } from '../../core/results/journal.ts';
import type { Result } from '../../core/results/result.ts';
import type { ShownRequest } from '../../protocol/detail.ts';
import { markedMessages, MAX_SHOWN, NO_PREFIX, prefixEndOf } from '../results-view/marked-messages.ts';

export interface RequestSource {
  readonly record: PromptRecord;
  readonly head: CandidateHead;
  readonly result: Result;
  /** Results of other cases of the same candidate: what their requests share is the prefix. */
  readonly others: readonly Result[];
}

/** @throws {HumanError} when the template cannot be rendered. */
export async function renderedRequests({ record, result, others }: RequestSource, evaluator: Evaluator): Promise<RenderedRequest[]> {
  const { document, partials } = record;
  const data = [result, ...others].map(({ vars, prefix, suffix, messages }): RenderData => ({
    input: vars,
    prefix: prefix ?? '',
    suffix: suffix ?? '',
    ...(messages === undefined ? {} : { turns: messages }),
  }));
  const outcomes = await evaluator.render({ document, partials, data, segments: true });
  const [own] = outcomes;
  if (own === undefined || 'problem' in own) throw new HumanError('template/render', own?.problem ?? 'The prompt was not rendered.');
  return outcomes.flatMap((outcome) => ('problem' in outcome ? [] : [outcome.request]));
}

export function showRequest([own, ...others]: readonly RenderedRequest[], head: CandidateHead, config: GoldsetConfig): ShownRequest {
  if (own === undefined) return { problem: 'The prompt was not rendered.' };
  const ends = prefixEndOf(own, others);
  const messages = markedMessages(own, ends ?? NO_PREFIX, (role) => sentAs(role, head.model));
  const parameters = Object.keys(head.parameters).length === 0 ? '' : JSON.stringify(head.parameters, null, 2);
  return {
    messages,
    tools: own.tools.length === 0 ? '' : JSON.stringify(own.tools, null, 2).slice(0, MAX_SHOWN),
    parameters,
    prefixKnown: ends !== null,
    noCurl: servedAt(head.model, config) === null ? 'Only requests to a server can be copied as a command.' : null,
  };
}

export interface PreviewedRequest {
  readonly model: string | null;
  /** How it is sent. */
  readonly to: string;
  readonly body: JsonObject;
}

/** A request as its model would be sent it; without a model, as OpenAI's Chat Completions write it. */
export function previewed(model: string | null, request: RenderedRequest, version: string, config: GoldsetConfig): PreviewedRequest {
  if (model !== null && isEditorModel(model)) {
    const { tools } = request;
    const body = { messages: editorMessages(request.messages), ...(tools.length === 0 ? {} : { tools }) };
    return { model, to: 'through the editor', body: body as unknown as JsonObject };
  }
  const endpoint = model === null ? null : servedAt(model, config);
  if (endpoint === null) return { model, to: 'POST /chat/completions', body: chatBody('MODEL', request) };
  const keyed = endpoint.official?.name === 'openai' && config.promptCache.keys;
  const asked = { ...request, repeat: 0, ...(keyed ? { cacheKey: cacheKeyOf(version, 0) } : {}) };
  const wire = wireOf(endpoint);
  return { model, to: `POST ${wire.path(asked)}`, body: wire.body(asked) };
}

/** @throws {HumanError} when the model has no such endpoint. */
export function curlOf(
  request: RenderedRequest,
  head: Pick<CandidateHead, 'model' | 'parameters'>,
  config: GoldsetConfig,
  keys: Pick<KeySource, 'isAllowed'>,
): string {
  const endpoint = servedAt(head.model, config);
  if (endpoint === null)
    throw new HumanError('curl/no-endpoint', `${head.model} has no endpoint.`, 'A scripted model answers without a server.');
  // A terminal shows one JSON, not events, which Bedrock sends as binary frames.
  const wire = wireOf({ ...endpoint, streams: false });
  const asked = { ...request, parameters: head.parameters, repeat: 0 };
  return curlCommand({
    url: `${endpoint.baseUrl}${wire.path(asked)}`,
    body: wire.body(asked),
    keyHeader: endpoint.dialect.keyHeader,
    keyVariable: endpoint.format === 'converse' && endpoint.signIn !== null ? null : shareableVariable(endpoint, keys),
    headers: endpoint.format === 'messages' ? { 'anthropic-version': ANTHROPIC_VERSION } : {},
    region: maySign(endpoint, keys) ? endpoint.region : null,
  });
}

/** Bedrock's signature names the session of the AWS credentials, so they go where they may. What a token command prints signs too. */
const maySign = ({ baseUrl, format }: Endpoint, keys: Pick<KeySource, 'isAllowed'>): boolean =>
  format === 'converse' && SIGNING_VARIABLES.every((variable) => mayGo({ variable, origin: new URL(baseUrl).origin }, keys));

/** The editor's language models have no system role: its text goes first, as the user's, and says what it is. */
function sentAs(role: string, model: string): string {
  if (role === 'model') return 'assistant';
  return role === 'system' && isEditorModel(model) ? 'user (marked as system instructions)' : role;
}

/** Null: a scripted model, or a provider that goldset.yaml does not have here. */
const servedAt = (id: string, config: GoldsetConfig): Endpoint | null => (id.startsWith('scripted:') ? null : endpointOf(id, config));
