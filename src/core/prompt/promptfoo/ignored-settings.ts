/** Settings of a promptfoo config that change which calls it sends or what it reports, and that are not followed: each is named at its line. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json/json.ts';
import type { TextRange } from '../../text/text.ts';
import type { Path } from '../../yaml/yaml.ts';
import type { PlacedFile } from './place.ts';

interface Ignored {
  readonly at: Path;
  /** What it means that it is not followed. */
  readonly means: string;
  /** It changes no verdict. */
  readonly isMinor?: true;
}

/** promptfoo reads these in either map. */
const inBoth = (key: string, rest: Omit<Ignored, 'at'>): Ignored[] =>
  ['evaluateOptions', 'commandLineOptions'].map((map) => ({ at: [map, key], ...rest }));

const ALL_TESTS = ': all tests are run.';
const IGNORED: readonly Ignored[] = [
  { at: ['derivedMetrics'], means: ': none of them is computed; they decide no verdict.' },
  ...inBoth('delay', { means: '.', isMinor: true }),
  { at: ['evaluateOptions', 'timeoutMs'], means: '.', isMinor: true },
  { at: ['evaluateOptions', 'maxEvalTimeMs'], means: '.', isMinor: true },
  { at: ['commandLineOptions', 'envPath'], means: ': keys and variables come from the environment or from --env-file.' },
  ...['filterPattern', 'filterFirstN', 'filterSample', 'filterMetadata', 'filterProviders', 'filterPrompts', 'filterTargets'].map(
    (key): Ignored => ({ at: ['commandLineOptions', key], means: ALL_TESTS }),
  ),
];

/** More is a slip. */
const MOST = 1000;

/** How often the config sends each case; null: it does not say. */
export function repeatsOfConfig(file: PlacedFile, root: JsonObject): number | null {
  const found = countOf(file, root, 'repeat');
  if (found !== null && found.value > 1)
    file.diagnostics.info(
      'promptfoo/repeat',
      `Each case is sent ${found.value} times, unless \`gate.repeats\` or the user say another number.`,
      found.range,
    );
  return found?.value ?? null;
}

/** How many requests the config sends at once at most; null: it does not say. */
export const concurrencyOfConfig = (file: PlacedFile, root: JsonObject): number | null =>
  countOf(file, root, 'maxConcurrency')?.value ?? null;

/** A number of either map. promptfoo reads `commandLineOptions` first. */
function countOf({ diagnostics, yaml }: PlacedFile, root: JsonObject, key: string): { value: number; range: TextRange } | null {
  for (const map of ['commandLineOptions', 'evaluateOptions']) {
    const options = root[map];
    const value = isJsonObject(options) ? (options[key] ?? null) : null;
    if (value === null) continue;
    const range = yaml.keyRangeOf([map, key]);
    if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MOST) return { value, range };
    diagnostics.warning('promptfoo/ignored', `\`${map}.${key}\` is not read: it must be a whole number from 1 to ${MOST}.`, range);
  }
  return null;
}

/** `repeat: 1` and empty values ask for nothing. */
const asksForNothing = (value: JsonValue | undefined): boolean =>
  value === undefined || value === null || value === false || value === 1 || (Array.isArray(value) && value.length === 0);

export function reportIgnored({ diagnostics, yaml }: PlacedFile, root: JsonObject): void {
  for (const { at, means, isMinor } of IGNORED) {
    const value = at.reduce<JsonValue | undefined>((map, key) => (isJsonObject(map) ? map[key] : undefined), root);
    if (asksForNothing(value)) continue;
    const message = `\`${at.join('.')}\` is not read${means}`;
    if (isMinor === true) diagnostics.info('promptfoo/ignored', message, yaml.keyRangeOf(at));
    else diagnostics.warning('promptfoo/ignored', message, yaml.keyRangeOf(at));
  }
}
