/** A prompt's version as people read it. */
import type { Interaction } from './interaction.ts';

/** What the application says, else the content's hash; a hash is cut to 12 digits. Null: neither is known. */
export function versionName({ version, contentHash }: NonNullable<Interaction['prompt']>): string | null {
  const name = version ?? contentHash;
  return name !== null && /^[0-9a-f]{64}$/.test(name) ? name.slice(0, 12) : name;
}

/** Names of prompts with their versions. Calls of one version come together: its name is there once for all of them. */
export class VersionNames {
  private last: NonNullable<Interaction['prompt']> & { readonly text: string } = { name: '', version: null, contentHash: null, text: '@?' };

  /** `name@version`. */
  of({ name, version, contentHash }: NonNullable<Interaction['prompt']>): string {
    const { last } = this;
    if (name === last.name && version === last.version && contentHash === last.contentHash) return last.text;
    this.last = { name, version, contentHash, text: `${name}@${versionName({ name, version, contentHash }) ?? '?'}` };
    return this.last.text;
  }
}
