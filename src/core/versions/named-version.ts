/** Which version a record of production means: applications report content hashes, commits, or names of their own. */

interface Named {
  readonly version: string;
  readonly commit: { readonly hash: string };
}

interface Reported {
  readonly version: string | null;
  readonly contentHash: string | null;
}

/** Short hashes have at least so many digits. */
const SHORTEST = /^[0-9a-f]{7,64}$/;

/** The newest that fits; null: none does. */
export function versionNamed<T extends Named>({ version, contentHash }: Reported, versions: readonly T[]): T | null {
  const names = [contentHash, version].flatMap((name) =>
    name === null
      ? []
      : [
          name
            .trim()
            .toLowerCase()
            .replace(/^sha256:/, ''),
        ],
  );
  for (const name of names) {
    if (!SHORTEST.test(name)) continue;
    const found = versions.find((item) => item.version.startsWith(name) || item.commit.hash.startsWith(name));
    if (found !== undefined) return found;
  }
  return null;
}

/** Whether a version by its hash alone is the one. */
export const isVersion = (reported: Reported, version: string): boolean =>
  versionNamed(reported, [{ version, commit: { hash: version } }]) !== null;
