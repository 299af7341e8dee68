/**
 * The user's own prices, `prices:` in goldset.yaml:
 *
 *   asOf: 2026-11-01
 *   models:
 *     openai:gpt-6-luna: { input: 0.08, cacheRead: 0.008, cacheWrite: 0.1, output: 0.4, batch: 0.5,
 *                          contextWindow: 400000, caching: { minimumTokens: 1024, blockTokens: 128, ttlSeconds: 300 } }
 *
 * and what models accept (capability-overrides.ts).
 */
import { Diagnostics, type Diagnostic } from '../../diagnostics.ts';
import type { JsonObject } from '../../json.ts';
import { Fields } from '../../yaml-fields.ts';
import { parseModelId } from '../../model-id.ts';
import { readYaml, type Path } from '../../yaml.ts';
import type { CapabilityOverrides } from '../capabilities.ts';
import type { CachingRule } from '../data/caching-rules.ts';
import { readCapabilityOverrides } from './capability-overrides.ts';
import { NO_SERVICES, type PriceTable } from './price.ts';

export interface PriceOverride {
  readonly price: PriceTable;
  readonly contextWindow: number | null;
  readonly caching: CachingRule | null;
}

const KEYS = ['input', 'cacheRead', 'cacheWrite', 'cacheWriteLong', 'output', 'batch', 'flex', 'priority', 'contextWindow', 'caching'];

export interface PriceOverrides {
  readonly overrides: ReadonlyMap<string, PriceOverride>;
  readonly capabilities: CapabilityOverrides;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * By `provider:model`. What is no price is a diagnostic and left out; everything that would not be used is an error, because a limit would be
 * checked against other prices than the file says.
 */
export function readPriceOverrides(path: string, text: string): PriceOverrides {
  const diagnostics = new Diagnostics(path);
  const overrides = new Map<string, PriceOverride>();
  const yaml = readYaml(text, diagnostics);
  if (yaml === null) return { overrides, capabilities: new Map(), diagnostics: diagnostics.list };
  const fields = new Fields(yaml, diagnostics, 'prices');
  const root = fields.root(path);
  refuseUnknown(fields, root, ['asOf', 'models', 'capabilities']);
  const asOf = fields.string(root, ['asOf']);
  if (asOf === null || !/^\d{4}-\d{2}-\d{2}$/.test(asOf)) fields.report(['asOf'], 'Prices need a date, such as `asOf: 2026-11-01`.');
  const origin = { asOf: asOf ?? '1970-01-01', source: path };
  const capabilities = readCapabilityOverrides(fields, root, origin);
  const given = fields.object(root, ['models']);
  if (given === null && (root['capabilities'] === undefined || root['models'] !== undefined))
    fields.report(['models'], 'Prices need `models`, with a row for each model.');
  const models = given ?? {};
  for (const name of Object.keys(models)) {
    const at = ['models', name];
    const row = fields.object(models, at);
    if (row === null) continue;
    refuseUnknown(fields, row, KEYS, at);
    const read = readRow(fields, row, at, origin);
    if (read === null) fields.report(at, `The price of \`${name}\` needs \`input\` and \`output\`, in US dollars per million tokens.`);
    else if (parseModelId(name) === null)
      fields.report(at, `\`${name}\` does not name a provider.`, 'Write provider:model, such as openai:gpt-6-luna.');
    else if (overrides.has(idOf(name))) fields.report(at, `The file has two prices of \`${idOf(name)}\`.`, 'Remove one of them.');
    else overrides.set(idOf(name), read);
  }
  return { overrides, capabilities, diagnostics: diagnostics.list };
}

/** A key that nothing reads, and a value that is not there (`null`, `.nan`, `.inf`), are prices that would not be used. */
function refuseUnknown(fields: Fields, object: JsonObject, known: readonly string[], at: Path = []): void {
  for (const [key, value] of Object.entries(object)) {
    if (!known.includes(key)) fields.report([...at, key], `Unknown key \`${key}\`.`, `Known keys: ${known.join(', ')}.`);
    else if (value === null && key !== 'models') fields.report([...at, key], `\`${key}\` has no value.`);
  }
}

function idOf(name: string): string {
  const parsed = parseModelId(name);
  return parsed === null ? name : `${parsed.provider}:${parsed.model}`;
}

function readRow(fields: Fields, row: JsonObject, at: Path, origin: { asOf: string; source: string }): PriceOverride | null {
  const number = (key: string): number | null => fields.number(row, [...at, key], 0);
  const [input, output] = [number('input'), number('output')];
  if (input === null || output === null) return null;
  const caching = fields.object(row, [...at, 'caching']);
  refuseUnknown(fields, caching ?? {}, ['minimumTokens', 'blockTokens', 'ttlSeconds'], [...at, 'caching']);
  const rule = (key: string): number | null => (caching === null ? null : fields.number(caching, [...at, 'caching', key], 1));
  return {
    price: {
      info: { ...origin, basis: 'override', basedOn: null },
      rates: {
        input,
        cacheRead: number('cacheRead'),
        cacheWriteShort: number('cacheWrite'),
        cacheWriteLong: number('cacheWriteLong'),
        output,
      },
      tiers: [],
      service: { ...NO_SERVICES, batch: number('batch'), flex: number('flex'), priority: number('priority') },
    },
    contextWindow: number('contextWindow'),
    caching:
      caching === null
        ? null
        : {
            minimum: rule('minimumTokens') ?? 1024,
            block: rule('blockTokens') ?? 1,
            ttlSeconds: rule('ttlSeconds') ?? 300,
            kind: 'automatic',
            ...origin,
          },
  };
}
