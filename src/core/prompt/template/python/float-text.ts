/** Floats as Python prints them: `repr`, and the exact rounding behind `.2f`, `e` and `g`. */

/** `repr(x)`. */
export function floatRepr(x: number): string {
  const special = specialFloat(x);
  if (special !== null) return special;
  const { sign, digits, exponent } = shortestDigits(x);
  if (exponent < -4 || exponent >= 16) return sign + scientific(digits, exponent, 'e');
  const text = positional(digits, exponent);
  return sign + (text.includes('.') ? text : `${text}.0`);
}

/** `nan`, `inf`, `-inf`; null for every other number. */
export function specialFloat(x: number): string | null {
  if (Number.isNaN(x)) return 'nan';
  if (x === Infinity) return 'inf';
  return x === -Infinity ? '-inf' : null;
}

/** The shortest decimal that reads back as `x`: its digits, and the power of ten of the first. */
export function shortestDigits(x: number): { sign: string; digits: string; exponent: number } {
  const [mantissa = '0', power = '0'] = Math.abs(x).toExponential().split('e');
  return { sign: x < 0 || Object.is(x, -0) ? '-' : '', digits: mantissa.replace('.', ''), exponent: Number(power) };
}

export function scientific(digits: string, exponent: number, letter: string): string {
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
  const power = String(Math.abs(exponent)).padStart(2, '0');
  return `${digits[0] ?? '0'}${fraction}${letter}${exponent < 0 ? '-' : '+'}${power}`;
}

export function positional(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const rest = digits.slice(exponent + 1);
  return rest === '' ? whole : `${whole}.${rest}`;
}

/** `|x| × 10^power` exactly, as a fraction. */
function scaledFraction(x: number, power: number): { top: bigint; bottom: bigint } {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, Math.abs(x));
  const raw = bits.getBigUint64(0);
  const biased = Number(raw >> 52n);
  const fraction = raw & 0xfffffffffffffn;
  const mantissa = biased === 0 ? fraction : fraction | 0x10000000000000n;
  const exponent = (biased === 0 ? 1 : biased) - 1075;
  const top = mantissa * (exponent > 0 ? 1n << BigInt(exponent) : 1n) * (power > 0 ? 10n ** BigInt(power) : 1n);
  const bottom = (exponent < 0 ? 1n << BigInt(-exponent) : 1n) * (power < 0 ? 10n ** BigInt(-power) : 1n);
  return { top, bottom };
}

/** `|x| × 10^power`, rounded half to even from the exact binary value. */
export function scaledToInteger(x: number, power: number): bigint {
  const { top, bottom } = scaledFraction(x, power);
  const whole = top / bottom;
  const twice = (top % bottom) * 2n;
  return twice > bottom || (twice === bottom && whole % 2n === 1n) ? whole + 1n : whole;
}

/** `abs(x)` with exactly `places` digits behind the point. */
export function fixed(x: number, places: number): string {
  const digits = scaledToInteger(x, places)
    .toString()
    .padStart(places + 1, '0');
  return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/** `abs(x)` rounded to `count` digits: the digits, and the power of ten of the first. */
export function rounded(x: number, count: number): { digits: string; exponent: number } {
  if (x === 0) return { digits: '0'.repeat(count), exponent: 0 };
  const shortest = shortestDigits(x).exponent;
  // `1e-7` is a little less than that.
  const { top, bottom } = scaledFraction(x, -shortest);
  const exponent = top < bottom ? shortest - 1 : shortest;
  const digits = scaledToInteger(x, count - 1 - exponent).toString();
  return digits.length > count ? { digits: digits.slice(0, count), exponent: exponent + 1 } : { digits, exponent };
}

/** `round(x, places)` of Python. */
export function roundFloat(x: number, places: number): number {
  if (!Number.isFinite(x) || places > 330) return x;
  if (places < -330) return 0;
  const magnitude = Number(`${scaledToInteger(x, places)}e${-places}`);
  return x < 0 || Object.is(x, -0) ? -magnitude : magnitude;
}
