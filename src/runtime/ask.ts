/**
 * `prompt.ask`: one rendered prompt, sent by the application's client as a run sends it. It knows what it rendered, so the key of the
 * response cache is made from the request itself, and the answer is read once, in the form in which it is kept.
 */
import { answersAt, endpointOf, fitOf, wireOf, type Endpoint } from '../adapters/models/endpoint.ts';
import { readPriceFile } from '../adapters/models/price-file.ts';
import { hideKeyIn } from '../adapters/models/hide-key.ts';
import type { AnswerReader } from '../adapters/models/wire.ts';
import type { BodyFormat } from '../adapters/models/answer-reader.ts';
import type { Workspace } from '../adapters/workspace/root.ts';
import type { JsonObject } from '../core/json/json.ts';
import type { RenderedRequest } from '../core/prompt/request.ts';
import { keyedParameters } from '../core/calls/call-model.ts';
import { requestKey } from '../core/calls/request-key.ts';
import type { ModelRequest, ModelResponse } from '../core/model/model-request.ts';
import { AnswerCache } from './answer-cache.ts';
import type { Answer, AskOptions, CaptureOptions, LoadedPrompt } from './goldset-runtime.d.ts';
import { LoadPromptError } from './load-prompt-error.ts';
import { sha256 } from '../adapters/hash.ts';

export interface PromptCall {
  readonly prompt: LoadedPrompt;
  readonly variables: JsonObject;
  readonly request: RenderedRequest;
  readonly workspace: Workspace;
  readonly capture: AskCapture;
}

/** The part of the library that records calls: what it knows of them is there once. */
export interface AskCapture {
  readonly withCapture: (client: object, options: CaptureOptions) => object;
  readonly interactionOf: (answer: object) => string | null;
  readonly isCaptured: (client: object) => boolean;
  readonly nameAnswer: (answer: object, id: string | null) => void;
  readonly recordKnown: (client: object, format: BodyFormat, body: JsonObject, response: ModelResponse) => string | null;
}

/** What of the clients is used. */
interface Client {
  readonly baseURL?: unknown;
  readonly apiKey?: unknown;
  readonly authToken?: unknown;
  readonly chat?: { readonly completions: Resource };
  readonly responses?: Resource;
  readonly messages?: Resource;
}

interface Resource {
  create(body: JsonObject, options: { readonly signal?: AbortSignal }): Promise<object>;
}

/** @throws {LoadPromptError} see `LoadedPrompt.ask`; errors of the client as they are. */
export async function askPrompt(
  { prompt, variables, request, workspace, capture }: PromptCall,
  given: object,
  options: AskOptions,
): Promise<Answer> {
  const client = (capture.isCaptured(given) ? capture.withCapture(given, { prompt, variables }) : given) as Client;
  const named = (answer: Answer, interaction: string | null): Answer => {
    capture.nameAnswer(answer, interaction);
    return answer;
  };
  const endpoint = endpointFor(prompt, client, workspace);
  const { messages, tools, output, parameters } = request;
  const asked: ModelRequest = { messages, tools, output, parameters, repeat: 0 };
  const wire = wireOf(endpoint);
  const body = { ...wire.body(asked), ...wire.stream };
  const format = formatOf(wire.path(asked));
  const apiKey = [client.apiKey, client.authToken].find((key) => typeof key === 'string') ?? null;
  const cache = new AnswerCache(workspace.root, endpoint.keyVariable === null ? null : (apiKey ?? ''), options);
  const key = requestKey(
    answersAt(endpoint),
    { ...asked, parameters: keyedParameters({ fit: fitOf(endpoint) }, parameters, tools) },
    sha256,
  );
  const known = cache.find(key);
  if (known !== null) {
    if (known.output !== '') options.onText?.(known.output);
    return named(answerOf(known, 'cache'), capture.recordKnown(client, format, body, known));
  }
  if (options.cache === 'frozen')
    throw new LoadPromptError(
      'cache/miss',
      `The response cache has no answer to this request of ${prompt.name} and is frozen, so nothing is sent.`,
      'Send it once with cache: "use" or with goldset run.',
    );
  const began = performance.now();
  const { onText, signal } = options;
  const reader = wire.reader(asked, () => performance.now() - began, onText === undefined ? {} : { onText });
  const answer = await resourceOf(client, format, prompt).create(body, signal === undefined ? {} : { signal });
  await readAll(answer, reader);
  // After an abort the clients end the stream without an error.
  if (!reader.isWhole) signal?.throwIfAborted();
  const response = hideKeyIn(reader.finish(), apiKey);
  cache.keep(key, response);
  return named(answerOf(response, 'model'), capture.interactionOf(answer));
}

/** Where a run would send it, except that the client says the address. */
function endpointFor({ model, name }: LoadedPrompt, { baseURL, messages }: Client, { root, config }: Workspace): Endpoint {
  const endpoint = endpointOf(model, config, readPriceFile(root, config).capabilities);
  if (endpoint === null || typeof baseURL !== 'string')
    throw new LoadPromptError(
      'ask/client',
      endpoint === null ? `${name} has the model ${model}, which is not on a server.` : `This client cannot send ${name}.`,
      endpoint === null ? 'Configure its provider in goldset.yaml.' : 'Pass a client from openai or @anthropic-ai/sdk.',
    );
  // No client of Gemini's own API is called here.
  if (endpoint.format === 'generate-content' || (endpoint.format === 'messages') !== (messages !== undefined))
    throw otherClient(name, model);
  // A question that compares with the one before needs a client that is kept.
  return { ...endpoint, baseUrl: baseURL.replace(/\/+$/, ''), cache: { ...endpoint.cache, diagnostics: false } };
}

const otherClient = (name: string, model: string): LoadPromptError =>
  new LoadPromptError(
    'ask/client',
    `${name} has the model ${model}, which this client can’t call.`,
    'Pass a client from @anthropic-ai/sdk for Claude or from openai for other models, or load the prompt with { model }.',
  );

const formatOf = (path: string): BodyFormat => (path === '/responses' ? 'responses' : path === '/chat/completions' ? 'chat' : 'messages');

function resourceOf({ chat, responses, messages }: Client, format: BodyFormat, { name, model }: LoadedPrompt): Resource {
  const resource = format === 'chat' ? chat?.completions : format === 'responses' ? responses : messages;
  if (resource === undefined) throw otherClient(name, model);
  return resource;
}

async function readAll(answer: object, reader: AnswerReader): Promise<void> {
  if (!(Symbol.asyncIterator in answer)) return reader.addWhole(answer as JsonObject, 200);
  for await (const event of answer as AsyncIterable<JsonObject>) reader.add(event);
}

const answerOf = ({ output, toolCalls, finish, usage, ttftMs, latencyMs }: ModelResponse, source: Answer['source']): Answer => ({
  text: output,
  toolCalls,
  finish,
  usage,
  ttftMs,
  latencyMs,
  source,
});
