import type { ToolCall } from '../../../core/grade/assertion.ts';

interface ToolCallDelta {
  readonly index?: number;
  readonly id?: string;
  readonly function?: { readonly name?: string; readonly arguments?: string };
}

/** Puts tool calls together from the pieces of a stream. */
export class ToolCallCollector {
  private readonly calls = new Map<number, { id: string | null; name: string; arguments: string }>();

  add(delta: ToolCallDelta): void {
    const index = delta.index ?? 0;
    const call = this.calls.get(index) ?? { id: null, name: '', arguments: '' };
    call.id ??= delta.id ?? null;
    call.name += delta.function?.name ?? '';
    call.arguments += delta.function?.arguments ?? '';
    this.calls.set(index, call);
  }

  list(): ToolCall[] {
    return [...this.calls.entries()].sort(([a], [b]) => a - b).map(([, call]) => call);
  }
}
