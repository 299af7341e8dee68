/** Values of YAML and JSON that are not what their author wrote: `007` is the number 7, and large integers are rounded. */
import type { JsonValue } from '../json/json.ts';
import type { Fields } from './yaml-fields.ts';
import type { Path } from './yaml.ts';

/** So many are shown one by one; the rest is a number. */
const SHOWN = 10;

export class WrittenValues {
  private more = 0;
  private shown = 0;

  constructor(
    private readonly fields: Fields,
    private readonly code: string,
  ) {}

  /** Warns of each such value below a path. `isText`: the values are shown as text, so that `1.10` is not `1.1`. */
  check(value: JsonValue | undefined, path: Path, isText: boolean): void {
    if (Array.isArray(value)) value.forEach((item, i) => this.check(item, [...path, i], isText));
    else if (typeof value === 'object' && value !== null) {
      for (const [key, item] of Object.entries(value)) this.check(item, [...path, key], isText);
    } else if (typeof value !== 'string' && value !== undefined) this.scalar(value, path, isText);
  }

  /** Values that were warned of, or counted. */
  get count(): number {
    return this.shown;
  }

  /** Says how many more there are than were shown. */
  finish(): void {
    if (this.more > 0)
      this.fields.diagnostics.warning(
        this.code,
        `${this.more} more values of this file are read as something else than what is written.`,
        null,
        'Put them in quotes.',
      );
  }

  private scalar(value: number | boolean | null, path: Path, isText: boolean): void {
    const written = this.fields.source.writtenAt(path);
    if (written === null) return;
    const readAs = difference(written, value, isText);
    if (readAs === null) return;
    if (++this.shown > SHOWN) this.more++;
    else this.fields.diagnostics.warning(this.code, readAs, this.fields.source.rangeOf(path), `Put it in quotes: "${written}".`);
  }
}

/** What a plain scalar is read as, as a sentence; null: as it is written. */
function difference(written: string, value: number | boolean | null, isText: boolean): string | null {
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value))
    return `\`${written}\` is beyond 2^53, where integers are rounded, so it is read as ${value}.`;
  if (value === null)
    return /^[-+]?\.(?:nan|inf)$/i.test(written) || /^N(?:ull|ULL)$/.test(written)
      ? `\`${written}\` is not a JSON value, so it is read as null and shown as nothing.`
      : null;
  if (!isText || String(value) === written) return null;
  return `\`${written}\` is read as ${typeof value === 'number' ? 'the number ' : ''}${value}, so it is shown as ${value}.`;
}
