/** A test of a promptfoo config with `defaultTest` and the data of its scenario merged in, as promptfoo merges them. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json/json.ts';
import type { TextRange } from '../../text/text.ts';
import type { Path } from '../../yaml/yaml.ts';
import { keyOfPlaced, rangeOfPlaced, type Placed, type PlacedFile } from './place.ts';
import type { TestEntry } from './tests.ts';

/** A map with its place. */
export interface PlacedMap {
  readonly value: JsonObject;
  readonly placed: Placed;
}

/** One assertion, and where it stands. */
export interface PlacedAssertion {
  readonly value: JsonValue;
  readonly placed: Placed;
}

export interface MergedTest {
  readonly vars: JsonObject;
  readonly options: JsonObject;
  readonly metadata: JsonObject;
  readonly assertions: readonly PlacedAssertion[];
  /** All other keys. */
  readonly rest: JsonObject;
  /** Those that it is merged from, the test first. */
  readonly layers: readonly PlacedMap[];
}

const MERGED = ['vars', 'options', 'metadata', 'assert'];

export function mergedTest(entry: TestEntry, defaults: PlacedMap | null): MergedTest {
  const layers: PlacedMap[] = [entry, ...(entry.scenario === undefined ? [] : [entry.scenario]), ...(defaults === null ? [] : [defaults])];
  const fromLast = layers.toReversed();
  const map = (key: string): JsonObject =>
    Object.assign({}, ...fromLast.map(({ value }) => (isJsonObject(value[key]) ? value[key] : {}))) as JsonObject;
  const options = map('options');
  const withDefaults = options['disableDefaultAsserts'] !== true;
  const assertions = fromLast
    .filter((layer) => layer !== defaults || withDefaults)
    .flatMap(({ value, placed }): PlacedAssertion[] =>
      (Array.isArray(value['assert']) ? value['assert'] : []).map((item, i) => ({
        value: item,
        placed: { file: placed.file, at: [...placed.at, 'assert', i] },
      })),
    );
  const rest: JsonObject = Object.assign(
    {},
    ...fromLast.map(({ value }) =>
      Object.fromEntries(Object.entries(value).filter(([key, item]) => !MERGED.includes(key) && item !== null)),
    ),
  ) as JsonObject;
  return { vars: map('vars'), options, metadata: map('metadata'), assertions, rest, layers };
}

/** The layer that a value of the merged test comes from. */
function layerOf(layers: readonly PlacedMap[], keys: Path): PlacedMap | undefined {
  const has = ({ value }: PlacedMap, path: Path): boolean => {
    let at: JsonValue | undefined = value;
    for (const key of path) at = isJsonObject(at) && Object.hasOwn(at, String(key)) ? at[String(key)] : undefined;
    return at !== undefined;
  };
  return layers.find((layer) => has(layer, keys.slice(0, 2))) ?? layers.find((layer) => has(layer, keys.slice(0, 1))) ?? layers[0];
}

/** Where parts of a merged test stand. Each range is known by its object, so that what is said of it finds its file again. */
export class MergedPlaces {
  private readonly files = new WeakMap<TextRange, PlacedFile>();

  constructor(private readonly test: Pick<MergedTest, 'layers' | 'assertions'>) {}

  fileOf(range: TextRange | null): PlacedFile | null {
    return range === null ? null : (this.files.get(range) ?? null);
  }

  valueOf(keys: Path): TextRange {
    const found = this.placed(keys);
    return found === null ? { start: 0, end: 0 } : this.kept(rangeOfPlaced(...found), found[0].file);
  }

  keyOf(keys: Path): TextRange {
    const found = this.placed(keys);
    return found === null ? { start: 0, end: 0 } : this.kept(keyOfPlaced(...found), found[0].file);
  }

  private placed(keys: Path): [Placed, Path] | null {
    const [first, index, ...below] = keys;
    const { assertions, layers } = this.test;
    const assertion = first === 'assert' && typeof index === 'number' ? assertions[index] : undefined;
    if (assertion !== undefined) return [assertion.placed, below];
    const layer = layerOf(layers, keys);
    return layer === undefined ? null : [layer.placed, keys];
  }

  private kept(range: TextRange, file: PlacedFile): TextRange {
    const own = { ...range };
    this.files.set(own, file);
    return own;
  }
}
