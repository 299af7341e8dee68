import type { ToolCall } from '../../../core/tool.ts';
import { isJsonObject, type JsonObject } from '../../../core/json.ts';

/** Puts tool calls together from the pieces of a stream. */
export class ToolCallCollector {
  private readonly calls = new Map<number, { id: string | null; name: string; arguments: string }>();

  /** `{ index, id?, function?: { name?, arguments? } }`, as in a chunk of a chat completion. */
  add(delta: JsonObject): void {
    const index = typeof delta['index'] === 'number' ? delta['index'] : 0;
    const call = this.calls.get(index) ?? { id: null, name: '', arguments: '' };
    const named = isJsonObject(delta['function']) ? delta['function'] : {};
    if (typeof delta['id'] === 'string') call.id ??= delta['id'];
    if (typeof named['name'] === 'string') call.name += named['name'];
    if (typeof named['arguments'] === 'string') call.arguments += named['arguments'];
    this.calls.set(index, call);
  }

  list(): ToolCall[] {
    return [...this.calls.entries()].sort(([a], [b]) => a - b).map(([, call]) => call);
  }
}
