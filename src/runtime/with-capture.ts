/** `withCapture`: a client whose calls become interactions. Whatever goes wrong with a record, the call goes on as if there were none. */
import type { BodyFormat } from '../adapters/models/answer-reader.ts';
import type { JsonObject } from '../core/json.ts';
import type { ModelResponse } from '../core/model/model-request.ts';
import type { CaptureOptions } from './goldset-runtime.d.ts';
import { observeCall } from './observed-answer.ts';
import { startCall } from './start-call.ts';
import { attempt } from './report-once.ts';

/** Where a client's calls are, and in which form. */
const CALLS: readonly (readonly [path: string, BodyFormat])[] = [
  ['.chat.completions', 'chat'],
  ['.beta.chat.completions', 'chat'],
  ['.responses', 'responses'],
  ['.messages', 'messages'],
  ['.beta.messages', 'messages'],
];

interface Captured {
  readonly client: object;
  readonly options: CaptureOptions;
}

type Method = (...given: unknown[]) => unknown;

const captured = new WeakMap<object, Captured>();
const interactions = new WeakMap<object, string>();

export function withCapture<Client extends object>(client: Client, options: CaptureOptions = {}): Client {
  const inner = captured.get(client);
  const own: Captured =
    inner === undefined ? { client, options } : { client: inner.client, options: { ...inner.options, ...said(options) } };
  const wrapped = proxyOf(own.client as Client, '', own, null);
  captured.set(wrapped, own);
  return wrapped;
}

export const interactionOf = (answer: object): string | null => interactions.get(answer) ?? null;

/** Links `answer` to its interaction; null: none was recorded. */
export function nameInteraction(answer: object, id: string | null): void {
  if (id !== null) interactions.set(answer, id);
}

/** Records an answer for which nothing was sent, and gives the interaction's id; null: the client is not captured. */
export function recordKnown(client: object, format: BodyFormat, body: JsonObject, response: ModelResponse): string | null {
  const own = captured.get(client);
  if (own === undefined) return null;
  return attempt(() => {
    const { call } = startCall(format, own.client, own.options, [body]);
    call.known(response);
    return call.id;
  });
}

export const isCaptured = (client: object): boolean => captured.has(client);

const said = (options: CaptureOptions): CaptureOptions =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));

/** The client, or the part of it at the path. `top`: what its parts take for the client; null: this is the client. */
function proxyOf<Part extends object>(part: Part, path: string, own: Captured, top: object | null): Part {
  const format = CALLS.find(([at]) => at === path)?.[1];
  const known = new Map<string, { readonly of: unknown; readonly is: unknown }>();
  const proxy: Part = new Proxy(part, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
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
      return CALLS.some(([at]) => at === below || at.startsWith(`${below}.`)) ? proxyOf(value, below, own, top ?? proxy) : value;
    if (format !== undefined && name === 'create') return capturing(value as Method, part, format, own);
    if (name === 'constructor' || Object.hasOwn(part, name)) return value;
    if (path === '' && name === 'withOptions') return (...given: unknown[]) => rewrapped(Reflect.apply(value as Method, part, given), own);
    // A client's fields may be private, so its methods run on itself; helpers of a part call `create`, which is to be ours.
    return (value as Method).bind(format === undefined ? part : proxy);
  };
  return proxy;
}

/** A frozen property has to be shown as it is. */
function mayDiffer(target: object, name: string): boolean {
  const descriptor = Object.getOwnPropertyDescriptor(target, name);
  return descriptor === undefined || descriptor.configurable === true || descriptor.writable === true;
}

const rewrapped = (client: unknown, { options }: Captured): unknown =>
  typeof client === 'object' && client !== null ? withCapture(client, options) : client;

function capturing(create: Method, resource: object, format: BodyFormat, { client, options }: Captured): Method {
  return (...given) => {
    const started = attempt(() => startCall(format, client, options, given));
    if (started === null) return Reflect.apply(create, resource, given);
    const { call, fail, sent } = started;
    let result: unknown;
    try {
      result = Reflect.apply(create, resource, sent);
    } catch (error) {
      fail(error);
      throw error;
    }
    attempt(() => observeCall(result, { call, fail, onAnswer: (answer) => interactions.set(answer, call.id) }));
    return result;
  };
}
