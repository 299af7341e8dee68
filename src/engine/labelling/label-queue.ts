/** The order in which a person labels: it says neither which candidate an output is of nor what was said of it. */
import { sha256 } from '../../adapters/hash.ts';

/** What could be labelled. */
export interface Queued {
  /** Of this output alone. */
  readonly key: string;
  readonly isSeen: boolean;
  readonly isLabelled: boolean;
}

/** First what is neither seen nor labelled; then what was seen; then what this person has labelled. Among equals by a hash. */
export function labelOrder<T extends Queued>(items: readonly T[], salt: string): T[] {
  const rank = ({ isSeen, isLabelled }: Queued): number => (isLabelled ? 2 : isSeen ? 1 : 0);
  return items
    .map((item) => ({ item, hash: sha256(`${salt} ${item.key}`) }))
    .sort((a, b) => rank(a.item) - rank(b.item) || (a.hash < b.hash ? -1 : 1))
    .map(({ item }) => item);
}
