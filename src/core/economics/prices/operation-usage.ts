/** What an operation that answers nothing used: its input, and of images their tokens. */
import { isJsonObject, type JsonValue } from '../../json/json.ts';
import { normaliseUsage } from './normalise-usage.ts';
import type { Usage } from './usage.ts';

/** OpenAI's embeddings say `prompt_tokens`, its images `input_tokens`. Null: the provider does not say. */
export function operationUsage(usage: JsonValue | undefined): Usage | null {
  if (!isJsonObject(usage)) return null;
  const tokens = (...names: readonly string[]): number | null => {
    const found = names.map((name) => usage[name]).find((value) => typeof value === 'number');
    return typeof found === 'number' ? found : null;
  };
  const input = tokens('prompt_tokens', 'input_tokens');
  const output = tokens('output_tokens', 'completion_tokens');
  return normaliseUsage(
    {
      ...{ input, output: output ?? (input === null ? null : 0), cacheRead: null, cacheWrite: null, cacheWriteLong: null, reasoning: null },
      ...({ cache: 'inside', thinking: 'inside' } as const),
    },
    false,
  );
}
