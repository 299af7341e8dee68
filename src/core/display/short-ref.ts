/** A version's or commit's hash as people read it: eight characters, everywhere. Branches and tags are shown whole. */
export const shortRef = (ref: string): string => (/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(ref) ? ref.slice(0, 8) : ref);
