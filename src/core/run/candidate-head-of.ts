/** What identifies a candidate of a plan in its results. */
import type { JsonValue } from '../json/json.ts';
import type { CandidateHead } from '../results/candidate-head.ts';
import type { Candidate } from './plan.ts';

export const headOf = ({ id, name, target, client, parameters }: Candidate): CandidateHead => ({
  id,
  ...(name === undefined ? {} : { name }),
  prompt: { path: target.document.path, name: target.document.name, version: target.version, ref: target.ref },
  golden: target.golden,
  ...(target.casesFrom === undefined ? {} : { casesFrom: target.casesFrom }),
  model: client.id,
  parameters: parameters as Record<string, JsonValue>,
  price: client.pricing?.info ?? null,
  rates: client.pricing === null ? null : { rates: client.pricing.table.rates, tiers: client.pricing.table.tiers },
  budget: target.document.settings.budget,
});
