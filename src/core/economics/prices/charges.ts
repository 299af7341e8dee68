/**
 * What a call is charged for besides its tokens: web searches, file searches, code that the provider runs, and a fee for each request
 * (Perplexity). How many there were is read here and nowhere else; a kind without a known price makes the cost of its call unknown.
 *
 * - Anthropic, `usage.server_tool_use.web_search_requests` (Messages API, Web search tool).
 * - OpenAI Responses: items of `output` with the types `web_search_call`, `file_search_call`, `code_interpreter_call`.
 * - Perplexity, `usage.num_search_queries` (Sonar API; only deep research is charged by query).
 * - Gemini, `groundingMetadata.webSearchQueries` of a candidate (Grounding with Google Search).
 */
import { quantity } from '../../display/figures.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json/json.ts';

export const CHARGED = ['webSearches', 'fileSearches', 'codeExecutions'] as const;
export type Charged = (typeof CHARGED)[number];

/** How many of each kind a call made; of a kind that is absent, none was reported. */
export type Charges = Readonly<Partial<Record<Charged, number>>>;

/** USD for one of a kind; `requests`: for each call. Absent: not known, and for `requests` nothing. */
export type ChargePrices = Readonly<Partial<Record<Charged | 'requests', number>>>;

/** USD besides the tokens; null: a kind of them has no known price. */
export function chargesUsd(charges: Charges, prices: ChargePrices = {}): number | null {
  let sum = prices.requests ?? 0;
  for (const kind of CHARGED) {
    const [times, price] = [charges[kind] ?? 0, prices[kind]];
    if (times > 0 && price === undefined) return null;
    sum += times * (price ?? 0);
  }
  return sum;
}

export function addCharges(a: Charges, b: Charges): Charges {
  const sums = CHARGED.map((kind) => [kind, (a[kind] ?? 0) + (b[kind] ?? 0)] as const);
  return Object.fromEntries(sums.filter(([, times]) => times > 0));
}

/** As a field of a response, where there is something to charge. */
export function chargesField(charges: Charges): { readonly charges?: Charges } {
  const some = addCharges(charges, {});
  return Object.keys(some).length === 0 ? {} : { charges: some };
}

/** What a usage object reports. */
export function reportedCharges(usage: unknown): Charges {
  if (!isJsonObject(usage)) return {};
  const server = isJsonObject(usage['server_tool_use']) ? usage['server_tool_use'] : {};
  return addCharges(
    { webSearches: times(server, 'web_search_requests'), codeExecutions: times(server, 'code_execution_requests') },
    { webSearches: times(usage, 'num_search_queries') },
  );
}

const ITEMS: Readonly<Record<string, Charged>> = {
  web_search_call: 'webSearches',
  file_search_call: 'fileSearches',
  code_interpreter_call: 'codeExecutions',
};

/** What the `output` of a response of OpenAI's shows. */
export function chargesInItems(output: JsonValue | undefined): Charges {
  const items = Array.isArray(output) ? output.filter(isJsonObject) : [];
  return items.reduce<Charges>((sum, { type }) => {
    const kind = typeof type === 'string' && Object.hasOwn(ITEMS, type) ? ITEMS[type] : undefined;
    return kind === undefined ? sum : addCharges(sum, { [kind]: 1 });
  }, {});
}

/** What a candidate of Gemini's shows: the queries that it sent to Google Search. */
export function chargesOfCandidate({ groundingMetadata: grounding }: JsonObject): Charges {
  const queries = isJsonObject(grounding) ? grounding['webSearchQueries'] : null;
  return Array.isArray(queries) && queries.length > 0 ? { webSearches: queries.length } : {};
}

/** Whether a value from disk is charges. */
export const isCharges = (value: unknown): boolean =>
  isJsonObject(value) &&
  Object.entries(value).every(([kind, count]) => CHARGED.some((known) => known === kind) && typeof count === 'number' && count >= 0);

const NAMES: Readonly<Record<Charged, readonly [one: string, many: string]>> = {
  webSearches: ['web search', 'web searches'],
  fileSearches: ['file search', 'file searches'],
  codeExecutions: ['code execution', 'code executions'],
};

/** `2 web searches, 1 file search`; empty: none. */
export const chargesText = (charges: Charges): string =>
  CHARGED.flatMap((kind) => ((charges[kind] ?? 0) > 0 ? [quantity(charges[kind] ?? 0, ...NAMES[kind])] : [])).join(', ');

/** Fields of a request that let a provider search or run code at a price of its own. */
const CHARGING: readonly (readonly [field: string, pattern: RegExp, kind: Charged])[] = [
  ['web_search_options', /^/, 'webSearches'],
  ['search_parameters', /^/, 'webSearches'],
  ['plugins', /web/, 'webSearches'],
  ['tools', /web_?search|google_?search/i, 'webSearches'],
  ['tools', /file_?search/i, 'fileSearches'],
  ['tools', /code_?(execution|interpreter)/i, 'codeExecutions'],
];

/** The kinds that a request may be charged for, by its parameters and the name of its model. Their number is known only afterwards. */
export function chargesOfRequest(parameters: Readonly<Record<string, unknown>>, model: string): Charged[] {
  const kinds = CHARGING.filter(([field, pattern]) => {
    const value = parameters[field];
    return value !== undefined && value !== null && pattern.test(JSON.stringify(value));
  }).map(([, , kind]) => kind);
  return [...new Set([...kinds, ...(/-search-preview|:online$/.test(model) ? (['webSearches'] as const) : [])])];
}

function times(object: JsonObject, name: string): number {
  const value = Object.hasOwn(object, name) ? object[name] : 0;
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0;
}
