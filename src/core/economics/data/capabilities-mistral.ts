/** Mistral's models: so far only what their services cost. */
import { UNKNOWN_CAPABILITIES, type CapabilityRow } from './capability-row.ts';

export const MISTRAL_CAPABILITIES: readonly CapabilityRow[] = [
  {
    provider: 'mistral',
    family: '^',
    ...UNKNOWN_CAPABILITIES,
    serviceFactors: { batch: 0.5 },
    source: 'Mistral: Batch (third-party page)',
    date: '2026-11-23',
  },
];
