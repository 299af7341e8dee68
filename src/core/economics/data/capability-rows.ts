/** Every row of the capability table, the narrowest family first within a provider. */
import type { CapabilityRow } from './capability-row.ts';
import { ANTHROPIC_CAPABILITIES } from './capabilities-anthropic.ts';
import { GOOGLE_CAPABILITIES } from './capabilities-google.ts';
import { MISTRAL_CAPABILITIES } from './capabilities-mistral.ts';
import { OPENAI_CAPABILITIES } from './capabilities-openai.ts';

export const CAPABILITY_ROWS: readonly CapabilityRow[] = [
  ...OPENAI_CAPABILITIES,
  ...ANTHROPIC_CAPABILITIES,
  ...GOOGLE_CAPABILITIES,
  ...MISTRAL_CAPABILITIES,
];
