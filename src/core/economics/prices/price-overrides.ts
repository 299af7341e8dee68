/**
 * The user's own prices, `prices:` in goldset.yaml:
 *
 *   asOf: 2026-11-01
 *   models:
 *     openai:gpt-6-luna: { input: 0.08, cacheRead: 0.008, cacheWrite: 0.1, output: 0.4, batch: 0.5,
 *                          contextWindow: 400000, caching: { minimumTokens: 1024, blockTokens: 128, ttlSeconds: 300 },
 *                          tiers: [{ above: 272000, input: 0.16, output: 0.6 }] }
 *     our:model:
 *       - { until: 2026-12-31, input: 1, output: 4 }
 *       - { from: 2027-01-01, input: 2, output: 8 }
 *       - { from: 2027-01-01, hours: "01:00-04:00", input: 4, output: 16 }
 *
 * and what models accept (capability-overrides.ts).
 */
import { Diagnostics, type Diagnostic } from '../../problems/diagnostics.ts';
import { isJsonObject, type JsonObject } from '../../json/json.ts';
import { Fields } from '../../yaml/yaml-fields.ts';
import { parseModelId } from '../../model-id.ts';
import { readYaml, type Path } from '../../yaml/yaml.ts';
import type { CapabilityOverrides } from '../capabilities.ts';
import type { CachingRule } from '../data/caching-rules.ts';
import { readCapabilityOverrides } from './capability-overrides.ts';
import type { PriceInfo, PriceTable, ServiceFactors } from './price-table.ts';
import { readOverrideRow, refuseUnknown, type OverrideRow } from './price-override-row.ts';

export interface PriceOverride {
  readonly price: PriceTable;
  readonly contextWindow: number | null;
  readonly caching: CachingRule | null;
}

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
    const rows = readRows(fields, models, at);
    if (rows === null) continue;
    const read = overrideOf(rows, origin);
    if (read === null) fields.report(at, `The price of \`${name}\` needs \`input\` and \`output\`, in US dollars per million tokens.`);
    else if (parseModelId(name) === null)
      fields.report(at, `\`${name}\` does not name a provider.`, 'Write provider:model, such as openai:gpt-6-luna.');
    else if (overrides.has(idOf(name))) fields.report(at, `The file has two prices of \`${idOf(name)}\`.`, 'Remove one of them.');
    else overrides.set(idOf(name), read);
  }
  return { overrides, capabilities, diagnostics: diagnostics.list };
}

function idOf(name: string): string {
  const parsed = parseModelId(name);
  return parsed === null ? name : `${parsed.provider}:${parsed.model}`;
}

/** One row, or several with days and hours. Null: it is neither; an empty list: a row has no price. */
function readRows(fields: Fields, models: JsonObject, at: Path): readonly OverrideRow[] | null {
  const given = models[String(at.at(-1))];
  if (!Array.isArray(given)) {
    const row = fields.object(models, at);
    if (row === null) return null;
    return [readOverrideRow(fields, row, at) ?? []].flat();
  }
  const rows = given.map((row, i) => {
    if (!isJsonObject(row)) fields.report([...at, i], 'A row must be a map of keys and values.');
    return isJsonObject(row) ? readOverrideRow(fields, row, [...at, i]) : null;
  });
  const read = rows.filter((row) => row !== null);
  return read.length < rows.length ? [] : read;
}

/** Null: there is no price. What is of the model and not of a day may be in any row. */
function overrideOf(rows: readonly OverrideRow[], origin: { readonly asOf: string; readonly source: string }): PriceOverride | null {
  const [first] = rows;
  if (first === undefined) return null;
  const info: PriceInfo = { ...origin, basis: 'override', basedOn: null };
  const service = (name: keyof ServiceFactors): number | null => rows.find((row) => row.service[name] !== null)?.service[name] ?? null;
  const dated = rows.map(({ from, until, hours, rates, tiers }) => ({ from, until, hours, rates, tiers }));
  const isPlain = rows.length === 1 && first.from === null && first.until === null && first.hours === null;
  const caching = rows.find((row) => row.caching !== null)?.caching ?? null;
  return {
    price: {
      info,
      rates: first.rates,
      tiers: first.tiers,
      service: { batch: service('batch'), flex: service('flex'), priority: service('priority') },
      ...(isPlain ? {} : { dated }),
    },
    contextWindow: rows.find((row) => row.contextWindow !== null)?.contextWindow ?? null,
    caching: caching === null ? null : { ...caching, kind: 'automatic', ...origin },
  };
}
