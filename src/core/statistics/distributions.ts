/** Quantiles and tails of the normal, Student's t and the binomial distribution. */
import { incompleteBeta, logGamma } from './beta.ts';

/** The p-quantile of the standard normal distribution: Wichura's algorithm AS 241 (PPND16), about 16 digits. */
export function normalQuantile(p: number): number {
  if (p <= 0) return -Infinity;
  if (p >= 1) return Infinity;
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(CENTRE.over, r)) / polynomial(CENTRE.under, r);
  }
  const r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
  const { shift, over, under } = r <= 5 ? MIDDLE : TAIL;
  const value = polynomial(over, r - shift) / polynomial(under, r - shift);
  return q < 0 ? -value : value;
}

/** From the constant term up. */
const polynomial = (coefficients: readonly number[], x: number): number =>
  coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);

const CENTRE = {
  over: [
    3.3871328727963666, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087, 33430.57558358813,
    2509.0809287301227,
  ],
  under: [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271, 28729.085735721943,
    5226.495278852854,
  ],
};
const MIDDLE = {
  shift: 1.6,
  over: [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506,
    0.022723844989269184, 7.7454501427834139e-4,
  ],
  under: [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457, 5.4759380849953449e-4,
    1.0507500716444169e-9,
  ],
};
const TAIL = {
  shift: 5,
  over: [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124, 0.0012426609473880784,
    2.7115555687434876e-5, 2.0103343992922881e-7,
  ],
  under: [
    1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 7.868691311456133e-4, 1.8463183175100547e-5, 1.4215117583164459e-7,
    2.0442631033899397e-15,
  ],
};

/** P(T > t) of Student's t with a number of degrees of freedom: exact where it is small. */
export function studentTail(t: number, degrees: number): number {
  const tail = incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5) / 2;
  return t > 0 ? tail : 1 - tail;
}

/** P(T ≤ t) of Student's t with a number of degrees of freedom. */
export const studentCdf = (t: number, degrees: number): number => studentTail(-t, degrees);

/** P(Z > z) of the standard normal distribution: Marsaglia's series (2004) near 0, the continued fraction of Mills' ratio in the tail. */
export function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z);
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z > 5) {
    let fraction = z;
    for (let k = 40; k > 0; k--) fraction = z + k / fraction;
    return density / fraction;
  }
  let term = z;
  let sum = z;
  for (let k = 3; term > sum * 1e-17; k += 2) {
    term *= (z * z) / k;
    sum += term;
  }
  return 0.5 - density * sum;
}

/** The p-quantile of Student's t, by bisection of its distribution function. */
export function studentQuantile(p: number, degrees: number): number {
  if (p === 0.5) return 0;
  if (p < 0.5) return -studentQuantile(1 - p, degrees);
  let low = 0;
  let high = 1;
  while (studentCdf(high, degrees) < p) high *= 2;
  for (let i = 0; i < 200 && high - low > 1e-14 * high; i++) {
    const middle = (low + high) / 2;
    if (studentCdf(middle, degrees) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(X = k) of n tosses of a fair coin. */
export const fairCoin = (k: number, n: number): number => Math.exp(logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1) - n * Math.LN2);

/** P(X ≥ k) of n tosses of a fair coin. */
export const fairCoinTail = (k: number, n: number): number => (k <= 0 ? 1 : k > n ? 0 : incompleteBeta(0.5, k, n - k + 1));
