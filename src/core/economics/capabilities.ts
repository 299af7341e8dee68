/** What a model accepts and offers, by its name: the user's `capabilities:` first, then the row of its id, then of its family. */
import { resolveModelName, type ModelName } from '../model-name.ts';
import { UNKNOWN_CAPABILITIES, type Capabilities, type CapabilityRow } from './data/capability-row.ts';
import { CAPABILITY_ROWS } from './data/capability-rows.ts';
import { familyOf, isAlias, isSameModel } from './prices/price-source.ts';

export interface KnownCapabilities extends Capabilities {
  /** `exact`: the row of this id. `family`: of models with such a name. `override`: the user's file says at least a part. */
  readonly basis: 'exact' | 'family' | 'override';
  /** The id or the pattern that the row is filed under. */
  readonly row: string;
}

/** What the user's price file says about models: by `provider:model`, only the fields that are written there. */
export type CapabilityOverrides = ReadonlyMap<string, Partial<Capabilities>>;

/**
 * The row of a model, or null when nothing is known about it. `model`: a name as tools and clouds write it, or what `resolveModelName` returned.
 * `overrides`: of the user's price file; a field that is written there replaces that of the row. `id`: as goldset.yaml or the prompt names the
 * model, where that differs.
 */
export function capabilitiesOf(
  model: string | ModelName,
  overrides: CapabilityOverrides | null = null,
  id = typeof model === 'string' ? model : '',
): KnownCapabilities | null {
  const name = typeof model === 'string' ? resolveModelName(model) : model;
  if (name === null) return null;
  // The editor's models are called through an API that decides by itself what it passes on.
  const known = name.host === 'vscode' ? null : rowOf(name);
  const own = overrides?.get(id) ?? overrides?.get(`${name.host}:${name.hostModel}`) ?? overrides?.get(`${name.provider}:${name.model}`);
  if (own === undefined) return known;
  return {
    ...(known ?? { ...UNKNOWN_CAPABILITIES, source: 'your price file', date: '1970-01-01', row: name.model }),
    // Who states the services is the file, where it states them.
    ...(own.services === undefined && own.serviceFactors === undefined ? {} : { servicesFrom: null }),
    ...own,
    basis: 'override',
  };
}

function rowOf({ provider, model }: ModelName): KnownCapabilities | null {
  const rows = CAPABILITY_ROWS.filter((row) => row.provider === provider);
  // An alias has the row of what it points to.
  const exact = rows.find((row) => 'id' in row && isSameModel(familyOf(model), row.id));
  if (exact) return known(exact, isAlias(model) ? 'family' : 'exact');
  const family = rows.find((row) => 'family' in row && new RegExp(row.family).test(model));
  return family === undefined ? null : known(family, 'family');
}

function known(found: CapabilityRow, basis: 'exact' | 'family'): KnownCapabilities {
  return { ...found, basis, row: 'id' in found ? found.id : found.family };
}
