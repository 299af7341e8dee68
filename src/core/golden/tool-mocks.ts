/** `tools:` of a golden case: what its tools answer, so that a prompt that calls tools can be tried without them. */
import { isJsonObject, jsonEquals, ownValue, parseJson, type JsonObject, type JsonValue } from '../json/json.ts';
import type { Fields } from '../yaml/yaml-fields.ts';
import type { ToolCall } from '../tool.ts';
import type { Path } from '../yaml/yaml.ts';

export interface ToolMock {
  readonly name: string;
  /** The call must have these arguments, among others; null: any. */
  readonly arguments: JsonObject | null;
  readonly result: JsonValue;
}

/**
 * `{ weather: { sky: blue } }`, or a list where a result depends on the arguments:
 * `[{ name: weather, arguments: { city: Rome }, result: { sky: blue } }]`. The first that fits answers.
 */
export function readToolMocks(fields: Fields, value: JsonValue | undefined, at: Path): ToolMock[] {
  if (value === undefined || value === null) return [];
  if (isJsonObject(value)) return Object.entries(value).map(([name, result]) => ({ name, arguments: null, result }));
  if (!Array.isArray(value)) {
    fields.report(at, '`tools` must be a map of tool names and results, or a list of `{ name, arguments, result }`.');
    return [];
  }
  return value.flatMap((item, i): ToolMock[] => {
    const here = [...at, i];
    if (!isJsonObject(item) || typeof item['name'] !== 'string' || item['result'] === undefined) {
      fields.report(here, 'A tool result must be a map with `name` and `result`, plus `arguments` if the result depends on them.');
      return [];
    }
    fields.unknownKeys(item, ['name', 'arguments', 'result'], here);
    return [{ name: item['name'], arguments: fields.object(item, [...here, 'arguments']), result: item['result'] }];
  });
}

/** What the call gets, as text; null: the case does not say. */
export function mockedResult({ name, arguments: text }: ToolCall, mocks: readonly ToolMock[]): string | null {
  const given = parseJson(text === '' ? '{}' : text);
  const mock = mocks.find((item) => item.name === name && (item.arguments === null || contains(given, item.arguments)));
  if (mock === undefined) return null;
  return typeof mock.result === 'string' ? mock.result : JSON.stringify(mock.result);
}

const contains = (given: JsonValue | undefined, wanted: JsonObject): boolean =>
  isJsonObject(given) &&
  Object.entries(wanted).every(([key, value]) => {
    const own = ownValue(given, key);
    return own !== undefined && jsonEquals(own, value);
  });
