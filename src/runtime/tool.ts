/** `client.tool(name, fn)`: the same function, whose failures become a signal of the call that asked for the tool. */
import { messageOf } from '../core/problems/errors.ts';
import { isJsonObject, parseJson, type JsonValue } from '../core/json/json.ts';
import { excerpt } from '../core/text/text.ts';
import { attempt } from './report-once.ts';

type Tool = (this: unknown, ...given: never[]) => unknown;

/** `failed`: hears of each failure what is known of it. */
export function observedTool<Fn extends Tool>(name: string, fn: Fn, failed: (note: string) => void): Fn {
  const tell = (what: string): unknown => attempt(() => failed(excerpt(`${name}: ${what}`, 200)));
  const check = (result: unknown): void => {
    const reason = attempt(() => failureIn(result));
    if (reason !== null) tell(reason);
  };
  const observed = function (this: unknown, ...given: never[]): unknown {
    let result: unknown;
    try {
      result = Reflect.apply(fn, this, given);
    } catch (error) {
      tell(messageOf(error));
      throw error;
    }
    if (!(result instanceof Promise)) {
      check(result);
      return result;
    }
    return result.then(
      (value: unknown) => {
        check(value);
        return value;
      },
      (error: unknown) => {
        tell(messageOf(error));
        throw error;
      },
    );
  };
  Object.defineProperty(observed, 'name', { value: fn.name, configurable: true });
  return observed as unknown as Fn;
}

/** What a tool's result says went wrong; null: nothing that is certain. */
export function failureIn(result: unknown): string | null {
  if (result instanceof Error) return messageOf(result);
  const value = typeof result === 'string' && /^\s*\{/.test(result) ? parseJson(result) : (result as JsonValue | undefined);
  if (!isJsonObject(value)) return null;
  const { error, isError, is_error: isErrorToo, ok, success, status } = value;
  const said = typeof error === 'string' ? error : isJsonObject(error) ? textIn(error) : null;
  if ((error !== undefined && error !== null && error !== false && error !== '') || isError === true || isErrorToo === true)
    return said ?? textIn(value) ?? 'it reported an error';
  if (ok === false || success === false || status === 'error' || status === 'failed') return textIn(value) ?? 'it reported a failure';
  return null;
}

const textIn = ({ message, reason, detail }: { readonly [name: string]: JsonValue }): string | null =>
  [message, reason, detail].find((item): item is string => typeof item === 'string' && item !== '') ?? null;
