/** How many requests a second a server takes that says so only by 429. */

/** After a 429 so much of the rate is kept. */
const KEPT = 0.85;
/** s after which the rate is back where the 429 came. */
const BACK_AFTER = 5;
/** So that the curve begins at KEPT. */
const GROWTH = (1 - KEPT) / BACK_AFTER ** 3;
/** Requests per second; a server that takes less than this is not worth more thought. */
const LEAST = 0.1;
/** What the first 429 leaves at least: one refused request says little about the rate. */
const FIRST_LEAST = 1;
/** ms over which it is counted what the server took. */
const WINDOW = 4000;

/**
 * The curve of CUBIC (RFC 9438, section 4), over a rate instead of a window: quickly back towards the rate where the last
 * 429 came, slowly around it, then ever faster, in case the server takes more by now.
 */
export class Pace {
  private ceiling: number | null = null;
  private cutAt = -Infinity;
  private readonly taken: number[] = [];

  /** Requests per second; null: no 429 so far, so there is no pace to keep. */
  rate(now: number): number | null {
    if (this.ceiling === null) return null;
    const seconds = (now - this.cutAt) / 1000;
    return Math.max(LEAST, this.ceiling * (1 + GROWTH * (seconds - BACK_AFTER) ** 3));
  }

  /** A request left. */
  sent(now: number): void {
    this.taken.push(now);
    while ((this.taken[0] ?? now) < now - WINDOW) this.taken.shift();
  }

  /** It did not leave after all. */
  withdrawn(sentAt: number): void {
    const at = this.taken.lastIndexOf(sentAt);
    if (at !== -1) this.taken.splice(at, 1);
  }

  /** A request that left at `sentAt` came back with 429. */
  refused(sentAt: number, now: number): void {
    this.withdrawn(sentAt);
    const took = this.takenPerSecond(now);
    // What was under way when the rate was cut says nothing new, but that the server took less than it seemed.
    if (sentAt < this.cutAt) {
      if (this.ceiling !== null) this.ceiling = Math.max(Math.min(this.ceiling, FIRST_LEAST), Math.min(this.ceiling, took / KEPT));
      return;
    }
    const current = this.rate(now);
    const ceiling = current === null ? Math.max(FIRST_LEAST, took) : Math.min(current, Math.max(took, current * KEPT));
    this.ceiling = Math.max(LEAST, ceiling);
    this.cutAt = now;
  }

  private takenPerSecond(now: number): number {
    const first = this.taken[0] ?? now;
    return this.taken.length / Math.max(1, Math.min(WINDOW, now - first) / 1000);
  }
}
