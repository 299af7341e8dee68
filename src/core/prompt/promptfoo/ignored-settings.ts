/** Settings of a promptfoo config that change which calls it sends or what it reports, and that are not followed: each is named at its line. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import type { Path } from '../../yaml.ts';
import type { PlacedFile } from './place.ts';

interface Ignored {
  readonly at: Path;
  /** What it means that it is not followed. */
  readonly means: string;
  readonly hint?: string;
  /** It changes no verdict. */
  readonly isMinor?: true;
}

/** promptfoo reads these in either map. */
const inBoth = (key: string, rest: Omit<Ignored, 'at'>): Ignored[] =>
  ['evaluateOptions', 'commandLineOptions'].map((map) => ({ at: [map, key], ...rest }));

const ALL_TESTS = ': all tests are run.';
const IGNORED: readonly Ignored[] = [
  { at: ['derivedMetrics'], means: ': none of them is computed; they decide no verdict.' },
  ...inBoth('repeat', { means: ': each case is sent once.', hint: 'Set `gate.repeats` in goldset.yaml.' }),
  ...inBoth('maxConcurrency', { means: '.', isMinor: true }),
  ...inBoth('delay', { means: '.', isMinor: true }),
  { at: ['evaluateOptions', 'timeoutMs'], means: '.', isMinor: true },
  { at: ['evaluateOptions', 'maxEvalTimeMs'], means: '.', isMinor: true },
  { at: ['commandLineOptions', 'envPath'], means: ': keys and variables come from the environment or from --env-file.' },
  ...['filterPattern', 'filterFirstN', 'filterSample', 'filterMetadata', 'filterProviders', 'filterPrompts', 'filterTargets'].map(
    (key): Ignored => ({ at: ['commandLineOptions', key], means: ALL_TESTS }),
  ),
];

/** `repeat: 1` and empty values ask for nothing. */
const asksForNothing = (value: JsonValue | undefined): boolean =>
  value === undefined || value === null || value === false || value === 1 || (Array.isArray(value) && value.length === 0);

export function reportIgnored({ diagnostics, yaml }: PlacedFile, root: JsonObject): void {
  for (const { at, means, hint, isMinor } of IGNORED) {
    const value = at.reduce<JsonValue | undefined>((map, key) => (isJsonObject(map) ? map[key] : undefined), root);
    if (asksForNothing(value)) continue;
    const message = `\`${at.join('.')}\` is not read${means}`;
    if (isMinor === true) diagnostics.info('promptfoo/ignored', message, yaml.keyRangeOf(at));
    else diagnostics.warning('promptfoo/ignored', message, yaml.keyRangeOf(at), hint);
  }
}
