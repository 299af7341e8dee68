/**
 * Which interaction an answer belongs to. Objects that a client gave are known by themselves; those that an SDK made of them, such as a parsed
 * completion, by the helper that made them; everything else, such as a copy, by the provider's id, as long as only one interaction has it.
 */

/** The interactions of one call of a helper, such as `stream()` or `runTools()`: the last one counts. */
export interface Made {
  id: string | null;
  /** The helper that called this one; null: the application did. */
  readonly parent: Made | null;
}

/** Ids of providers that are remembered. */
const MOST = 10_000;
/** What gives the result of a helper when it is ready. */
const RESULTS = /^(?:final|done$|runUntilDone$|withResponse$)/;

const byAnswer = new WeakMap<object, string | Made>();
/** By the provider's id; null: several interactions have it. */
const byResponse = new Map<string, string | null>();

export function nameAnswer(answer: unknown, id: string | null): void {
  if (id !== null && typeof answer === 'object' && answer !== null) byAnswer.set(answer, id);
}

export function nameResponse(responseId: string, id: string): void {
  const known = byResponse.get(responseId);
  byResponse.set(responseId, known === undefined || known === id ? id : null);
  for (const oldest of byResponse.keys()) {
    if (byResponse.size <= MOST) break;
    byResponse.delete(oldest);
  }
}

export function idOfAnswer(answer: object): string | null {
  const known = byAnswer.get(answer);
  if (known !== undefined) return typeof known === 'string' ? known : known.id;
  const ids = responseIdsIn(answer).flatMap((id) => byResponse.get(id) ?? []);
  return ids.at(0) ?? null;
}

/** Of an answer, or of a stream that has received one: threads of Anthropic's SDK make streams of their own. */
function responseIdsIn(answer: object): string[] {
  const { id, currentMessage, receivedMessages } = answer as { id?: unknown; currentMessage?: unknown; receivedMessages?: unknown };
  const received: unknown = Array.isArray(receivedMessages) ? receivedMessages.at(-1) : null;
  const ofStream = [currentMessage, received].map((message) => (message as { id?: unknown } | null | undefined)?.id);
  return [id, ...ofStream].filter((each) => typeof each === 'string');
}

export function madeBy(made: Made | null, id: string): void {
  for (let at = made; at !== null; at = at.parent) at.id = id;
}

/** What a helper gave, as it is; what comes of it belongs to its interactions. */
export function followHelper(result: unknown, made: Made): unknown {
  if (typeof result !== 'object' || result === null) return result;
  // A promise of an SDK parses when it is waited for, and is listened to already.
  if ('responsePromise' in result) return result;
  if (result instanceof Promise) return named(result, made);
  byAnswer.set(result, made);
  for (const name of resultNames(result)) {
    const method: unknown = Reflect.get(result, name);
    if (typeof method !== 'function') continue;
    const value = (...given: unknown[]): unknown => {
      const answer: unknown = Reflect.apply(method, result, given);
      return answer instanceof Promise ? named(answer, made) : answer;
    };
    Object.defineProperty(result, name, { value, configurable: true, writable: true, enumerable: false });
  }
  return result;
}

/** The same answer or error, at the next turn of the promises. */
const named = (result: Promise<unknown>, made: Made): Promise<unknown> =>
  result.then((answer) => {
    if (typeof answer === 'object' && answer !== null && !byAnswer.has(answer)) nameAnswer(answer, made.id);
    return answer;
  });

function resultNames(result: object): string[] {
  const names = new Set<string>();
  for (let at: object | null = result; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at) as object | null)
    for (const name of Object.getOwnPropertyNames(at)) if (RESULTS.test(name)) names.add(name);
  return [...names];
}
