/** What is known of a call before it is sent. The request is copied: what the application does with it later does not change the record. */
import type { BodyFormat } from '../adapters/models/answer-reader.ts';
import { providerOfHost } from '../core/economics/provider-hosts.ts';
import type { Interaction } from '../core/feedback/interactions/interaction.ts';
import { copyJson } from '../core/json/json-copy.ts';
import { isJsonObject, type JsonObject } from '../core/json/json.ts';
import { callContext, chunkOf, textOr } from './call-context.ts';
import { callError, isAbort, sdkErrorsOf, type SdkCallTarget } from './call-errors.ts';
import type { CaptureHost } from './capture-host.ts';
import { clientKeys, withoutClientKeys } from './client-keys.ts';
import type { CaptureOptions } from './goldset-runtime.d.ts';
import { newInteractionId } from './interaction-id.ts';
import { ownRedaction } from './own-redaction.ts';
import { RecordedCall } from './recorded-call.ts';
import { attempt, reportOnce } from './report-once.ts';
import { requestFacts } from './request-facts.ts';

export interface StartedCall {
  readonly call: RecordedCall;
  readonly fail: (error: unknown) => void;
  /** The arguments as they go to the client. */
  readonly sent: readonly unknown[];
}

/** Of a client whose calls are recorded. */
export interface CallSetting {
  readonly client: object;
  readonly options: CaptureOptions;
  readonly host: CaptureHost;
}

export function startCall(format: BodyFormat, setting: CallSetting, given: readonly unknown[]): StartedCall {
  const { client, options, host } = setting;
  const [body, requestOptions] = given;
  const copy = copyJson({ body, variables: options.variables ?? {}, chunks: options.chunks ?? [] });
  if (copy.lost > 0)
    reportOnce('Part of a request can’t be written as JSON (a cycle, or a toJSON that throws) and was left out of its record.');
  const { body: sent, variables, chunks } = copy.value as JsonObject;
  const facts = requestFacts(format, isJsonObject(sent) ? sent : {});
  const target = targetOf(client, options, facts.model);
  const now = Date.now();
  const user = textOr(options.user) ?? facts.user;
  const write = recordWriter(setting, requestOptions, copy.size);
  const call = new RecordedCall(
    format,
    {
      id: newInteractionId(now),
      time: new Date(now).toISOString(),
      ...callContext(options),
      user: user === null ? null : host.hashUser(user),
      variables: isJsonObject(variables) ? variables : {},
      model: target.model,
      parameters: facts.parameters,
      messages: facts.messages,
      tools: facts.tools,
      chunks: Array.isArray(chunks) ? chunks.flatMap(chunkOf) : [],
    },
    (error) => callError(error, target),
    write,
  );
  attempt(() => options.onId?.(call.id));
  const signal = (requestOptions as { signal?: unknown } | undefined)?.signal;
  return {
    call,
    fail: (error) => attempt(() => (isAbort(error, target.sdk, signal) ? call.abandon() : call.fail(error))),
    sent: options.includeUsage === true && format === 'chat' ? withUsage(given) : given,
  };
}

/** Where a record goes when its call ends. `size`: characters of its request. */
export function recordWriter({ client, options, host }: CallSetting, requestOptions: unknown, size: number): (record: Interaction) => void {
  const queue = host.captureQueue(options.sink);
  const own = ownRedaction(options.redact, host);
  const rate = rateOf(options);
  return (record) => {
    const whole = size + (record.output?.length ?? 0) + 600;
    const interaction = withoutClientKeys(record, clientKeys(client, requestOptions));
    host.held.take(interaction, rate, whole, (kept) => queue.add({ interaction: kept }, whole, own));
  };
}

/** What cannot be a rate records every call. */
function rateOf({ sampleRate, action }: CaptureOptions): number {
  const rate = sampleRate ?? (typeof action === 'object' ? (action as { sampleRate?: unknown }).sampleRate : undefined) ?? 1;
  if (typeof rate === 'number' && rate >= 0 && rate <= 1) return rate;
  reportOnce('sampleRate must be a number from 0 to 1. Every call is recorded.');
  return 1;
}

/** The model as records name it, and where it is called. */
export function targetOf(
  client: object,
  { provider }: CaptureOptions,
  model: string | null,
): SdkCallTarget & { readonly model: string | null } {
  const { baseURL, apiKey, authToken } = client as { baseURL?: unknown; apiKey?: unknown; authToken?: unknown };
  const key = apiKey ?? authToken;
  const baseUrl = typeof baseURL === 'string' ? baseURL : '';
  const named = model === null ? null : `${provider ?? providerOf(baseUrl)}:${model}`;
  return { id: named ?? 'the model', model: named, baseUrl, apiKey: typeof key === 'string' ? key : null, sdk: sdkErrorsOf(client) };
}

/** A chat completion's stream says what it used only when it is asked to. */
function withUsage([body, ...rest]: readonly unknown[]): readonly unknown[] {
  const { stream, stream_options: given } = (body ?? {}) as { stream?: unknown; stream_options?: object | null };
  return stream === true ? [{ ...(body as object), stream_options: { include_usage: true, ...given } }, ...rest] : [body, ...rest];
}

const providers = new Map<string, string>();

/** A provider's own host has its name; another server that of its host, and this machine is `localhost`. */
function providerOf(baseUrl: string): string {
  const known = providers.get(baseUrl) ?? providerAt(baseUrl);
  if (providers.size < 100) providers.set(baseUrl, known);
  return known;
}

function providerAt(baseUrl: string): string {
  if (!URL.canParse(baseUrl)) return 'unknown';
  const { hostname } = new URL(baseUrl);
  const known = providerOfHost(hostname);
  if (known !== null) return known;
  return /^(127\.|\[::1\]$)/.test(hostname) ? 'localhost' : hostname;
}
