/**
 * A copy of anything as JSON, as `JSON.stringify` would write it: later changes of the original do not reach it. Whatever the value
 * does (a `toJSON` or getter that throws, a cycle, a BigInt), nothing is thrown. Texts are shared, so that it costs by their number.
 */
import type { JsonObject, JsonValue } from './json.ts';

export interface JsonCopy {
  readonly value: JsonValue;
  /** Characters, roughly. */
  readonly size: number;
  /** Places that had no JSON; `UNREADABLE` stands there. */
  readonly lost: number;
}

export const UNREADABLE = '[unreadable]';

const MAX_DEPTH = 64;
const MAX_NODES = 200_000;

export function copyJson(value: unknown): JsonCopy {
  const copier = new Copier();
  const copy = copier.copy(value, '');
  return { value: copy === undefined ? null : copy, size: copier.size, lost: copier.lost };
}

class Copier {
  size = 0;
  lost = 0;
  private nodes = 0;
  private readonly above: object[] = [];

  /** Undefined: JSON leaves it out. */
  copy(value: unknown, key: string): JsonValue | undefined {
    switch (typeof value) {
      case 'string':
        this.size += value.length + 2;
        return value;
      case 'number':
        this.size += 8;
        return Number.isFinite(value) ? value : null;
      case 'boolean':
        this.size += 5;
        return value;
      case 'bigint':
        this.size += 20;
        return value.toString();
      case 'object':
        return value === null ? null : this.object(value, key);
      default:
        return undefined;
    }
  }

  private object(value: object, key: string): JsonValue | undefined {
    if (++this.nodes > MAX_NODES || this.above.length >= MAX_DEPTH || this.above.includes(value)) return this.unreadable();
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    this.above.push(value);
    try {
      const { toJSON } = value as { toJSON?: unknown };
      if (typeof toJSON === 'function') {
        const shown: unknown = Reflect.apply(toJSON, value, [key]);
        return shown === value ? this.unreadable() : this.copy(shown, key);
      }
      return Array.isArray(value) ? this.array(value) : this.properties(value as Record<string, unknown>);
    } catch (error) {
      // Code of whoever made the value.
      return this.unreadable(error);
    } finally {
      this.above.pop();
    }
  }

  private array(values: readonly unknown[]): JsonValue[] {
    const copy: JsonValue[] = [];
    for (let i = 0; i < values.length; i++) copy.push(this.copy(values[i], String(i)) ?? null);
    return copy;
  }

  private properties(value: Record<string, unknown>): JsonObject {
    const copy: JsonObject = {};
    for (const key of Object.keys(value)) {
      if (key === '__proto__') continue;
      const item = this.copy(value[key], key);
      if (item === undefined) continue;
      this.size += key.length + 4;
      copy[key] = item;
    }
    return copy;
  }

  private unreadable(_error?: unknown): string {
    this.lost++;
    return UNREADABLE;
  }
}
