/** A sample of so many at most, drawn by a hash of each one's id: the same one whatever the order, and each id once. */
import { hash53 } from '../../core/text/text-hash.ts';

export class HashSample<T extends { readonly id: string }> {
  private readonly items = new Map<string, { readonly hash: number; readonly item: T }>();
  /** Hashes above it are not in the sample. */
  private limit = Infinity;
  /** All that there were, in the sample or not; those that came twice count twice. */
  count = 0;

  constructor(private readonly most: number) {}

  /** `make`: only what may be in the sample is made. */
  add(id: string, make: () => T): void {
    this.count++;
    const hash = hash53(id);
    if (hash > this.limit || this.items.has(id)) return;
    this.items.set(id, { hash, item: make() });
    if (this.items.size >= 2 * this.most) this.cut();
  }

  list(): T[] {
    this.cut();
    return [...this.items.values()].map(({ item }) => item);
  }

  private cut(): void {
    const kept = [...this.items].sort(([, a], [, b]) => a.hash - b.hash).slice(0, this.most);
    this.items.clear();
    for (const [id, item] of kept) this.items.set(id, item);
    if (kept.length === this.most) this.limit = kept.at(-1)?.[1].hash ?? Infinity;
  }
}
