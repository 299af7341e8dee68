/** `withCapture`: a client whose calls become interactions. Whatever goes wrong with a record, the call goes on as if there were none. */
import type { BodyFormat } from '../adapters/models/answer-reader.ts';
import type { Operation } from '../core/feedback/interactions/interaction.ts';
import type { JsonObject } from '../core/json/json.ts';
import type { ModelResponse } from '../core/model/model-request.ts';
import { followHelper, madeBy, nameAnswer, type Made } from './answer-names.ts';
import type { CaptureHost } from './capture-host.ts';
import type { CaptureOptions, Captured } from './goldset-runtime.d.ts';
import { observeCall } from './observed-answer.ts';
import { observeOperation } from './record-operation.ts';
import { attempt, reportOnce } from './report-once.ts';
import { listenToRequests } from './sent-requests.ts';
import { signalOf } from './signal.ts';
import { startCall } from './start-call.ts';
import { observedTool } from './tool.ts';

/** Where a client's calls are, and in which form. */
const CALLS: readonly (readonly [path: string, BodyFormat])[] = [
  ['.chat.completions', 'chat'],
  ['.beta.chat.completions', 'chat'],
  ['.responses', 'responses'],
  ['.beta.responses', 'responses'],
  ['.messages', 'messages'],
  ['.beta.messages', 'messages'],
];

/** Calls that answer nothing and cost something. */
const OPERATION_CALLS: Readonly<Record<string, Operation['type']>> = {
  '.embeddings.create': 'embeddings',
  '.images.generate': 'image',
  '.images.edit': 'image',
  '.images.createVariation': 'image',
};

const PATHS = [...CALLS.map(([path]) => path), ...Object.keys(OPERATION_CALLS)];

interface CapturedClient {
  readonly client: object;
  readonly options: CaptureOptions;
  readonly host: CaptureHost;
  /** The last call of this client, for failures of the tools that it asked for. */
  readonly last: { id: string | null };
  /** What the helper that calls has made; null: the application calls. */
  readonly made: Made | null;
}

type Method = (...given: unknown[]) => unknown;

const captured = new WeakMap<object, CapturedClient>();

export function captureClient<Client extends object>(host: CaptureHost, client: Client, options: CaptureOptions = {}): Captured<Client> {
  const inner = captured.get(client);
  const own: CapturedClient =
    inner === undefined
      ? { client, options, host, last: { id: null }, made: null }
      : { client: inner.client, options: { ...inner.options, ...said(options) }, host, last: { id: null }, made: null };
  return wrapped(own) as Captured<Client>;
}

function wrapped(own: CapturedClient): object {
  attempt(() => listenToRequests(own.client));
  const proxy = proxyOf(own.client, '', own, null);
  captured.set(proxy, own);
  return proxy;
}

/** Records an answer for which nothing was sent, and gives the interaction's id; null: the client is not captured. */
export function recordKnown(client: object, format: BodyFormat, body: JsonObject, response: ModelResponse): string | null {
  const own = captured.get(client);
  if (own === undefined) return null;
  return attempt(() => {
    const { call } = startCall(format, own, [body]);
    call.known(response);
    return call.id;
  });
}

export const isCaptured = (client: object): boolean => captured.has(client);

/** Options without those that say nothing. */
const said = (options: CaptureOptions): CaptureOptions =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));

/** The client, or the part of it at the path. `top`: what its parts take for the client; null: this is the client. */
function proxyOf<Part extends object>(part: Part, path: string, own: CapturedClient, top: object | null): Part {
  const format = CALLS.find(([at]) => at === path)?.[1];
  const known = new Map<string, { readonly of: unknown; readonly is: unknown }>();
  const proxy: Part = new Proxy(part, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (name === 'tool' && path === '' && value === undefined) return toolsOf(own);
      if (typeof name !== 'string' || value === null || (typeof value !== 'object' && typeof value !== 'function')) return value;
      const cached = known.get(name);
      if (cached?.of === value) return cached.is;
      const is = mayDiffer(target, name) ? shown(value, name) : value;
      known.set(name, { of: value, is });
      return is;
    },
  });
  const shown = (value: object, name: string): unknown => {
    const below = `${path}.${name}`;
    if (format !== undefined && name === '_client') return top ?? proxy;
    if (typeof value !== 'function')
      return PATHS.some((at) => at === below || at.startsWith(`${below}.`)) ? proxyOf(value, below, own, top ?? proxy) : value;
    if (format !== undefined && name === 'create') return capturing(value as Method, part, format, own);
    const operation = Object.hasOwn(OPERATION_CALLS, below) ? OPERATION_CALLS[below] : undefined;
    if (operation !== undefined) return capturingOperation(value as Method, part, { type: operation, name: below.slice(1) }, own);
    if (name === 'constructor' || Object.hasOwn(part, name)) return value;
    if (path === '' && name === 'withOptions') return (...given: unknown[]) => rewrapped(Reflect.apply(value as Method, part, given), own);
    // A client's fields may be private, so its methods run on itself.
    if (format === undefined || name.startsWith('_')) return (value as Method).bind(format === undefined ? part : proxy);
    return helping(value as Method, part, path, own);
  };
  return proxy;
}

/** A frozen property has to be shown as it is. */
function mayDiffer(target: object, name: string): boolean {
  const descriptor = Object.getOwnPropertyDescriptor(target, name);
  return descriptor === undefined || descriptor.configurable === true || descriptor.writable === true;
}

const rewrapped = (client: unknown, own: CapturedClient): unknown =>
  typeof client === 'object' && client !== null ? wrapped({ ...own, client }) : client;

/** A helper of a part, such as `stream()`, calls `create`, which is ours there: what it gives belongs to the calls that it makes. */
function helping(method: Method, part: object, path: string, own: CapturedClient): Method {
  return (...given) => {
    const made: Made = { id: null, parent: own.made };
    const within: CapturedClient = { ...own, made };
    const result = Reflect.apply(method, proxyOf(part, path, within, wrapped(within)), given);
    return attempt(() => followHelper(result, made)) ?? result;
  };
}

function capturing(create: Method, resource: object, format: BodyFormat, own: CapturedClient): Method {
  return (...given) => {
    const started = attempt(() => startCall(format, own, given));
    if (started === null) return Reflect.apply(create, resource, given);
    const { call, fail, sent } = started;
    own.last.id = call.id;
    madeBy(own.made, call.id);
    let result: unknown;
    try {
      result = Reflect.apply(create, resource, sent);
    } catch (error) {
      fail(error);
      throw error;
    }
    attempt(() => observeCall(result, { client: own.client, call, fail, onAnswer: (answer) => nameAnswer(answer, call.id) }));
    return result;
  };
}

function capturingOperation(method: Method, resource: object, operation: Operation, own: CapturedClient): Method {
  return (...given) => {
    const result = Reflect.apply(method, resource, given);
    attempt(() => observeOperation(operation, own, given, result));
    return result;
  };
}

/** `tool(name, fn)` of a captured client. */
function toolsOf({ host, last, options }: CapturedClient): Captured<object>['tool'] {
  return (name, fn) =>
    observedTool(name, fn, (note) => {
      const { id } = last;
      if (id === null) return reportOnce(`A failure of the tool ${name} was not recorded, because no call of this client came before it.`);
      signalOf(host, id, 'tool-failure', true, {
        kind: 'operational',
        annotator: 'code',
        note,
        ...(options.sink === undefined ? {} : { sink: options.sink }),
      });
    });
}
