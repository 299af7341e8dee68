/** Ids of interactions: sortable by time, and never mistaken for a provider's. */

const PREFIX = 'gi_';

/** `now`: ms since 1970. */
export function newInteractionId(now: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  let hex = '';
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0');
  return `${PREFIX}${now.toString(36).padStart(9, '0')}${hex}`;
}

export const isInteractionId = (id: string): boolean => /^gi_[0-9a-z]{9}[0-9a-f]{16}$/.test(id);
