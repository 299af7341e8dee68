/** A prompt's version as people read it. */
import type { Interaction } from './interaction.ts';

/** What the application says, else the content's hash; a hash is cut to 12 digits. Null: neither is known. */
export function versionName({ version, contentHash }: NonNullable<Interaction['prompt']>): string | null {
  const name = version ?? contentHash;
  return name !== null && /^[0-9a-f]{64}$/.test(name) ? name.slice(0, 12) : name;
}

/** `name@version`. */
export const promptAndVersion = (prompt: NonNullable<Interaction['prompt']>): string => `${prompt.name}@${versionName(prompt) ?? '?'}`;
