/** Seeded pseudo-random numbers: the same seed gives the same verdict on every machine. */

/** xoshiro128** (Blackman, Vigna, 2018), its state filled by splitmix32. */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private d: number;

  constructor(seed: number) {
    let state = seed >>> 0;
    const fill = (): number => {
      state = (state + 0x9e3779b9) >>> 0;
      let z = state;
      z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
      z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
      return (z ^ (z >>> 15)) >>> 0;
    };
    this.a = fill();
    this.b = fill();
    this.c = fill();
    this.d = fill();
  }

  /** In [0, 1). */
  next(): number {
    const result = Math.imul(rotated(Math.imul(this.b, 5), 7), 9) >>> 0;
    const t = this.b << 9;
    this.c ^= this.a;
    this.d ^= this.b;
    this.b ^= this.c;
    this.a ^= this.d;
    this.c ^= t;
    this.d = rotated(this.d, 11);
    return result / 2 ** 32;
  }
}

const rotated = (x: number, by: number): number => (x << by) | (x >>> (32 - by));
