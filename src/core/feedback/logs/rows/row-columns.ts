/** One row of a foreign log, read by what its columns mean. */
import type { FoundCount } from '../../../economics/prices/normalise-usage.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../json/json.ts';
import { jsonIn } from '../json-in-text.ts';
import { parseAmount } from '../row-values.ts';
import { valueAt, type ImportMapping, type Target } from './mapping.ts';

export class RowColumns {
  constructor(
    private readonly row: JsonObject,
    private readonly mapping: ImportMapping,
  ) {}

  /** Undefined: the row does not say. */
  value(target: Target): JsonValue | undefined {
    const field = this.mapping.fields[target];
    const value = field === undefined ? undefined : valueAt(this.row, field.from);
    return value === undefined || value === null || value === '' ? this.mapping.constants[target] : value;
  }

  text(target: Target): string | null {
    const value = this.value(target);
    if (value === undefined || value === null) return null;
    return typeof value === 'string' ? value : JSON.stringify(value);
  }

  amount(target: Target): number | null {
    return parseAmount(this.value(target));
  }

  /** NaN: the row has something there that is not a count. */
  count(target: Target): FoundCount {
    const value = this.value(target);
    return value === undefined ? null : (parseAmount(value) ?? NaN);
  }

  scaled(target: Target, factors: Readonly<Record<string, number>>): number | null {
    const amount = this.amount(target);
    const unit = this.mapping.fields[target]?.unit;
    const scaled = amount === null ? null : amount * (typeof unit === 'string' ? (factors[unit] ?? 1) : 1);
    return scaled;
  }

  flag(target: Target): boolean | null {
    return saidFlag(this.value(target));
  }

  /** The object in the provider's form that a column is, or is a part of, below the row itself; null: the column is not part of one. */
  envelope(target: Target, is: (value: JsonObject) => boolean): JsonObject | null {
    const steps = this.mapping.fields[target]?.from.split('.') ?? [];
    for (let length = steps.length; length > 0; length--) {
      const given = valueAt(this.row, steps.slice(0, length).join('.'));
      const value = typeof given === 'string' ? jsonIn(given) : given;
      if (isJsonObject(value) && is(value)) return value;
    }
    return null;
  }
}

const FLAGS: ReadonlyMap<JsonValue, boolean> = new Map<JsonValue, boolean>([
  ...[true, 1, '1', 'true', 'True', 'TRUE'].map((value) => [value, true] as const),
  ...[false, 0, '0', 'false', 'False', 'FALSE'].map((value) => [value, false] as const),
]);

/** Null: it says neither. */
export const saidFlag = (value: JsonValue | undefined): boolean | null => FLAGS.get(value ?? null) ?? null;
