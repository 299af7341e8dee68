/** Reading single fields of hostile YAML: the right type, or a problem with its place. */
import type { Diagnostics } from '../problems/diagnostics.ts';
import { nearestWord } from '../problems/did-you-mean.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json/json.ts';
import type { Path, YamlSource } from './yaml.ts';

export class Fields {
  constructor(
    readonly source: YamlSource,
    readonly diagnostics: Diagnostics,
    private readonly area: string,
  ) {}

  /** All keys of the document; not an object: a problem and no keys. */
  root(what: string): JsonObject {
    const { value } = this.source;
    if (isJsonObject(value)) return value;
    if (value !== null) this.report([], `${what} must be a map of keys and values.`);
    return {};
  }

  string(object: JsonObject, path: Path): string | null {
    const value = this.at(object, path);
    if (value === undefined || value === null) return null;
    if (typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    this.report(path, `\`${nameOf(path)}\` must be text.`);
    return null;
  }

  number(object: JsonObject, path: Path, atLeast = -Infinity): number | null {
    const value = this.at(object, path);
    if (value === undefined || value === null) return null;
    if (typeof value === 'number' && value >= atLeast) return value;
    this.report(path, `\`${nameOf(path)}\` must be a number${atLeast === -Infinity ? '' : ` of at least ${atLeast}`}.`);
    return null;
  }

  /**
   * A flag. What is neither true nor false is a warning, and `unclear` is used. `yes`, `no`, `on`, `off`, `1` and `0` are read as
   * readers of YAML 1.1 and of CSV read them.
   */
  flag(object: JsonObject, path: Path, unclear: boolean, meanwhile: string): boolean | null {
    const value = this.at(object, path);
    if (value === undefined || value === null) return null;
    const word = typeof value === 'object' ? '' : String(value).trim().toLowerCase();
    if (TRUE_WORDS.includes(word)) return true;
    if (FALSE_WORDS.includes(word)) return false;
    const name = nameOf(path);
    this.diagnostics.warning(
      `${this.area}/not-a-flag`,
      `\`${name}\` must be true or false, not ${JSON.stringify(value)}; ${meanwhile}`,
      this.source.rangeOf(path),
      `Write \`${name}: true\` or \`${name}: false\`.`,
    );
    return unclear;
  }

  object(object: JsonObject, path: Path): JsonObject | null {
    const value = this.at(object, path);
    if (value === undefined || value === null) return null;
    if (isJsonObject(value)) return value;
    this.report(path, `\`${nameOf(path)}\` must be a map of keys and values.`);
    return null;
  }

  list(object: JsonObject, path: Path): JsonValue[] {
    const value = this.at(object, path);
    if (value === undefined || value === null) return [];
    if (Array.isArray(value)) return value;
    this.report(path, `\`${nameOf(path)}\` must be a list.`);
    return [];
  }

  oneOf<T extends string>(object: JsonObject, path: Path, allowed: readonly T[]): T | null {
    const value = this.string(object, path);
    if (value === null) return null;
    const found = allowed.find((item) => item === value);
    if (found === undefined) this.report(path, `\`${nameOf(path)}\` must be ${allowed.join(', ')}, not "${value}".`);
    return found ?? null;
  }

  /** Warns of keys that nothing reads, with the nearest known one. */
  unknownKeys(object: JsonObject, known: readonly string[], path: Path = []): void {
    for (const key of Object.keys(object)) {
      if (known.includes(key)) continue;
      const near = nearestWord(key, known);
      this.diagnostics.warning(
        `${this.area}/unknown-key`,
        `Unknown key \`${key}\`.`,
        this.source.keyRangeOf([...path, key]),
        near === null ? undefined : `Did you mean \`${near}\`?`,
      );
    }
  }

  report(path: Path, message: string, hint?: string): void {
    this.diagnostics.error(`${this.area}/invalid-value`, message, this.source.rangeOf(path), hint);
  }

  private at(object: JsonObject, path: Path): JsonValue | undefined {
    const key = path.at(-1);
    return key !== undefined && Object.hasOwn(object, String(key)) ? object[String(key)] : undefined;
  }
}

const TRUE_WORDS = ['true', 'yes', 'on', '1'];
const FALSE_WORDS = ['false', 'no', 'off', '0', ''];

/** Which item of a list it is, the place says. */
const nameOf = (path: Path): string => path.filter((step) => typeof step === 'string').join('.');
