/** Ids of interactions: sortable by time, and never mistaken for a provider's. */

const PREFIX = 'gi_';

/** `now`: ms since 1970. */
export function newInteractionId(now: number): string {
  // Of a UUID's digits the last sixteen: all chance but for two bits. It draws from a pool, where few bytes of chance alone cost a call.
  const uuid = crypto.randomUUID();
  return `${PREFIX}${now.toString(36).padStart(9, '0')}${uuid.slice(19, 23)}${uuid.slice(24)}`;
}

export const isInteractionId = (id: string): boolean => /^gi_[0-9a-z]{9}[0-9a-f]{16}$/.test(id);
