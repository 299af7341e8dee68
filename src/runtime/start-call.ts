/** What is known of a call before it is sent. The request is copied: what the application does with it later does not change the record. */
import type { BodyFormat } from '../adapters/models/answer-reader.ts';
import { personHash } from '../adapters/capture/user-hash.ts';
import { OFFICIAL_PROVIDERS } from '../adapters/models/keys.ts';
import type { RetrievedChunk } from '../core/feedback/interactions/interaction.ts';
import { copyJson } from '../core/json-copy.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import { callError, isAbort, sdkErrorsOf, type SdkCallTarget } from './call-errors.ts';
import { clientKeys, withoutClientKeys } from './client-keys.ts';
import type { CaptureOptions } from './goldset-runtime.d.ts';
import { newInteractionId } from './interaction-id.ts';
import { RecordedCall } from './recorded-call.ts';
import { requestFacts } from './request-facts.ts';
import { captureQueue } from './sink-of.ts';
import { attempt, reportOnce } from './report-once.ts';

export interface StartedCall {
  readonly call: RecordedCall;
  readonly fail: (error: unknown) => void;
  /** The arguments as they go to the client. */
  readonly sent: readonly unknown[];
}

export function startCall(format: BodyFormat, client: object, options: CaptureOptions, given: readonly unknown[]): StartedCall {
  const { baseURL, apiKey, authToken } = client as { baseURL?: unknown; apiKey?: unknown; authToken?: unknown };
  const key = apiKey ?? authToken;
  const [body, requestOptions] = given;
  const copy = copyJson({ body, variables: options.variables ?? {}, chunks: options.chunks ?? [] });
  if (copy.lost > 0)
    reportOnce('Part of a request can’t be written as JSON (a cycle, or a toJSON that throws) and was left out of its record.');
  const { body: sent, variables, chunks } = copy.value as JsonObject;
  const facts = requestFacts(format, isJsonObject(sent) ? sent : {});
  const baseUrl = typeof baseURL === 'string' ? baseURL : '';
  const model = facts.model === null ? null : `${options.provider ?? providerOf(baseUrl)}:${facts.model}`;
  const target: SdkCallTarget = {
    id: model ?? 'the model',
    baseUrl,
    apiKey: typeof key === 'string' ? key : null,
    sdk: sdkErrorsOf(client),
  };
  const now = Date.now();
  const user = textOr(options.user) ?? facts.user;
  const queue = captureQueue(options.sink);
  const call = new RecordedCall(
    format,
    {
      id: newInteractionId(now),
      time: new Date(now).toISOString(),
      action: actionOf(options.action),
      conversation: textOr(options.conversation),
      user: user === null ? null : personHash(user),
      prompt: promptOf(options.prompt),
      variables: isJsonObject(variables) ? variables : {},
      model,
      parameters: facts.parameters,
      messages: facts.messages,
      tools: facts.tools,
      chunks: Array.isArray(chunks) ? chunks.flatMap(chunkOf) : [],
      environment: textOr(options.environment),
    },
    (error) => callError(error, target),
    (interaction) =>
      queue.add(
        { interaction: withoutClientKeys(interaction, clientKeys(client, requestOptions)) },
        copy.size + (interaction.output?.length ?? 0) + 600,
      ),
  );
  attempt(() => options.onId?.(call.id));
  const signal = (requestOptions as { signal?: unknown } | undefined)?.signal;
  return {
    call,
    fail: (error) => attempt(() => (isAbort(error, target.sdk, signal) ? call.abandon() : call.fail(error))),
    sent: options.includeUsage === true && format === 'chat' ? withUsage(given) : given,
  };
}

/** A chat completion's stream says what it used only when it is asked to. */
function withUsage([body, ...rest]: readonly unknown[]): readonly unknown[] {
  const { stream, stream_options: given } = (body ?? {}) as { stream?: unknown; stream_options?: object | null };
  return stream === true ? [{ ...(body as object), stream_options: { include_usage: true, ...given } }, ...rest] : [body, ...rest];
}

const providers = new Map<string, string>();

/** A provider's own address has its name; another server that of its host, and this machine is `localhost`. */
function providerOf(baseUrl: string): string {
  const known = providers.get(baseUrl) ?? providerAt(baseUrl);
  if (providers.size < 100) providers.set(baseUrl, known);
  return known;
}

function providerAt(baseUrl: string): string {
  if (!URL.canParse(baseUrl)) return 'unknown';
  const { origin, hostname } = new URL(baseUrl);
  const official = OFFICIAL_PROVIDERS.find((item) => item.origin === origin);
  if (official !== undefined) return official.name;
  return /^(127\.|\[::1\]$)/.test(hostname) ? 'localhost' : hostname;
}

function actionOf(action: CaptureOptions['action']): { type: string; id: string } | null {
  const given = typeof action === 'function' ? attempt(action) : action;
  const [type, id] = [textOr(given?.type), textOr(given?.id)];
  return type === null || id === null ? null : { type, id };
}

function promptOf(prompt: CaptureOptions['prompt']): { name: string; version: string | null; contentHash: string | null } | null {
  const [name, version] = [textOr(prompt?.name), textOr(prompt?.version)];
  return name === null ? null : { name, version, contentHash: version !== null && /^[0-9a-f]{64}$/.test(version) ? version : null };
}

function chunkOf(chunk: unknown): RetrievedChunk[] {
  if (typeof chunk === 'string') return [{ id: null, text: chunk, score: null }];
  if (!isJsonObject(chunk)) return [];
  const { id, text, score } = chunk;
  return [{ id: textOr(id), text: textOr(text) ?? '', score: typeof score === 'number' ? score : null }];
}

const textOr = (value: unknown): string | null =>
  typeof value === 'number' ? String(value) : typeof value === 'string' && value !== '' ? value : null;
