/** Selects interactions to show. */
import { isJsonObject, type JsonObject } from '../../json/json.ts';
import { TRIAGES, type Triage } from './interaction.ts';

export interface InteractionFilter {
  /** `all`: those too that nothing flags. */
  readonly triage: Triage | 'all';
  /** What a signal is counted as, such as `thumbs-down`. */
  readonly signal: string | null;
  readonly prompt: string | null;
  readonly version: string | null;
  readonly model: string | null;
  /** A type or an id. */
  readonly action: string | null;
  /** USD; what is not known is less. */
  readonly minUsd: number | null;
  /** In what was said, given or retrieved; capitals do not count. */
  readonly text: string;
  /** Days, such as 2026-11-01, both included. */
  readonly from: string | null;
  readonly to: string | null;
  /** Absent: any. */
  readonly environment?: string;
  readonly conversation?: string;
  /** One of these; absent: any. */
  readonly ids?: readonly string[];
  /** Attributes that the application says, such as `tenant`, and their values as text; absent: any. All must hold. */
  readonly attributes?: Readonly<Record<string, string>>;
}

export const INBOX: InteractionFilter = {
  triage: 'open',
  signal: null,
  prompt: null,
  version: null,
  model: null,
  action: null,
  minUsd: null,
  text: '',
  from: null,
  to: null,
};

export const isInRange = (day: string, { from, to }: InteractionFilter): boolean =>
  (from === null || day >= from) && (to === null || day <= to);

/** Whether a line may hold a text, before it is read: a wrong yes is possible, a wrong no is not, however the line was escaped. */
export function rawTextTest(text: string): (line: string) => boolean {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return () => true;
  const words = wanted.match(/[a-z0-9 ]+/g) ?? [];
  const longest = words.reduce((best, word) => (word.length > best.length ? word : best), '');
  return (line) => line.toLowerCase().includes(longest);
}

/** Interactions that a page may name at once. */
const MOST_IDS = 1000;

/** What arrives from a page, whatever its shape, as a filter. */
export function filterOf(given: unknown): InteractionFilter {
  const value: JsonObject = isJsonObject(given) ? given : {};
  const text = (name: string): string | null => {
    const found = value[name];
    return typeof found === 'string' && found !== '' ? found.slice(0, 1000) : null;
  };
  const day = (name: string): string | null => (/^\d{4}-\d{2}-\d{2}$/.test(text(name) ?? '') ? text(name) : null);
  const { minUsd, attributes, ids } = value;
  const named = Array.isArray(ids) ? ids.filter((id): id is string => typeof id === 'string' && id !== '').slice(0, MOST_IDS) : [];
  const wanted = Object.entries(isJsonObject(attributes) ? attributes : {}).filter(([, item]) => typeof item === 'string');
  return {
    triage: [...TRIAGES, 'all' as const].find((name) => name === value['triage']) ?? 'open',
    signal: text('signal'),
    prompt: text('prompt'),
    version: text('version'),
    model: text('model'),
    action: text('action'),
    minUsd: typeof minUsd === 'number' && minUsd > 0 ? minUsd : null,
    text: text('text') ?? '',
    from: day('from'),
    to: day('to'),
    ...(text('environment') === null ? {} : { environment: text('environment') ?? '' }),
    ...(text('conversation') === null ? {} : { conversation: text('conversation') ?? '' }),
    ...(named.length === 0 ? {} : { ids: named }),
    ...(wanted.length === 0 ? {} : { attributes: Object.fromEntries(wanted) as Record<string, string> }),
  };
}
