/** How many requests a second a server takes that says so only by 429. */

/** Share of the rate that is kept after a 429. */
const KEPT = 0.9;
/** s after which the rate is back where the 429 came, at least; and requests that pass until then, at least. */
const BACK_AFTER = { seconds: 8, requests: 40 };
/** Requests per second; a server that takes less than this is not worth more thought. */
const LEAST = 0.1;
/** What the first 429 leaves at least: one refused request says little about the rate. */
const FIRST_LEAST = 2;
/** s in which the rate doubles while nothing is known but that a burst was too much. */
const DOUBLES_IN = 1;
/** Answers between two refusals that tell how much the server takes. */
const TELLING = 8;
/** ms over which it is counted what the server took of late. */
const LATELY = 1500;
/** Cuts in a row that did not help: the refusals are not about the rate. */
const IN_VAIN = 3;

type Course =
  /** No 429 so far. */
  | { readonly kind: 'free' }
  /** From `from` requests a second on, doubling: as TCP's slow start, after a burst that was too much. */
  | { readonly kind: 'doubling'; readonly from: number; readonly since: number }
  /** The curve of CUBIC (RFC 9438, section 4), over a rate instead of a window, back to the ceiling; then it doubles, in case there is more. */
  | { readonly kind: 'around'; readonly ceiling: number; readonly since: number };

/**
 * A refusal says that the server had nothing left to give. So what it took between two refusals is its rate, whatever burst
 * it allows (a token bucket is empty at both ends).
 */
export class RequestPacer {
  private course: Course = { kind: 'free' };
  /** Of the last refusal that counted, ms. */
  private emptyAt = 0;
  private takenSince = 0;
  private refusedSince = 0;
  private sharesRefused: number[] = [];
  private readonly taken: number[] = [];
  private readonly answers: number[] = [];

  /** Requests per second; null: no 429 so far, so there is no pace to keep. */
  rate(now: number): number | null {
    const { course } = this;
    if (course.kind === 'free') return null;
    const seconds = (now - course.since) / 1000;
    if (course.kind === 'doubling') return course.from * 2 ** (seconds / DOUBLES_IN);
    const back = Math.max(BACK_AFTER.seconds, BACK_AFTER.requests / course.ceiling);
    if (seconds > back) return course.ceiling * 2 ** ((seconds - back) / back);
    return Math.max(LEAST, course.ceiling * (1 + (1 - KEPT) * (seconds / back - 1) ** 3));
  }

  /** A request left. */
  sent(now: number): void {
    this.takenSince++;
    this.taken.push(now);
    while ((this.taken[0] ?? now) < now - LATELY) this.taken.shift();
  }

  /** A request was answered. */
  answered(now: number): void {
    this.answers.push(now);
    while ((this.answers[0] ?? now) < now - LATELY) this.answers.shift();
  }

  /** It did not leave after all. */
  withdrawn(sentAt: number): void {
    const at = this.taken.lastIndexOf(sentAt);
    if (at !== -1) this.taken.splice(at, 1);
    if (sentAt >= this.emptyAt) this.takenSince--;
  }

  /** A request that left at `sentAt` came back with 429. */
  refused(sentAt: number, now: number): void {
    this.withdrawn(sentAt);
    const { course } = this;
    if (course.kind === 'free') return this.begin({ kind: 'doubling', from: Math.max(FIRST_LEAST, this.answers.length / 2), since: now });
    // What was under way when the course changed says nothing new.
    if (sentAt < course.since) return;
    this.refusedSince++;
    const current = this.rate(now) ?? FIRST_LEAST;
    const seconds = (now - this.emptyAt) / 1000;
    const between = this.takenSince / Math.max(seconds, 0.001);
    if (course.kind === 'doubling') {
      if (this.takenSince < TELLING) {
        // Too early to tell: half of it, twice at most, and on.
        if (this.refusedSince <= 2) this.course = { kind: 'doubling', from: Math.max(LEAST, current / 2), since: now };
        return;
      }
      // While it doubled, more was possible than was asked for.
      const ceiling = Math.max(LEAST, Math.min(current, Math.max(between, this.taken.length / (LATELY / 1000))));
      return this.begin({ kind: 'around', ceiling, since: now });
    }
    if (this.takenSince < TELLING) {
      // Once: a few refusals in a row are one piece of news.
      if (this.refusedSince === 1)
        this.course = { kind: 'around', ceiling: Math.max(LEAST, Math.min(course.ceiling, current)), since: now };
      return;
    }
    const share = this.refusedSince / (this.takenSince + this.refusedSince);
    this.sharesRefused = [...this.sharesRefused, share].slice(-IN_VAIN);
    if (this.isInVain()) return this.begin({ kind: 'doubling', from: current, since: now });
    // A pause after a refusal is lost where the server saves up nothing, so what it took lately counts too.
    const lately = this.taken.length / (LATELY / 1000);
    this.begin({ kind: 'around', ceiling: Math.max(LEAST, Math.min(Math.max(between, lately * 0.95), current)), since: now });
  }

  private begin(course: Course): void {
    this.course = course;
    this.emptyAt = course.kind === 'free' ? this.emptyAt : course.since;
    this.takenSince = 0;
    this.refusedSince = 0;
    if (course.kind === 'doubling') this.sharesRefused = [];
  }

  /** A server that refuses at random is no slower for being asked less. */
  private isInVain(): boolean {
    const [first = 0] = this.sharesRefused;
    return this.sharesRefused.length === IN_VAIN && first > 0.05 && (this.sharesRefused.at(-1) ?? 0) >= first * 0.8;
  }
}
