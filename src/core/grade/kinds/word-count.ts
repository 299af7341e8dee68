import { isJsonObject, type JsonValue } from '../../json/json.ts';
import { failed, passed, type AssertionKind } from '../assertion.ts';
import { quantity } from '../../display/figures.ts';

interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** A number of words, or `{ min, max }`. Words are separated by white space. */
export const wordCount: AssertionKind = {
  check: ({ value }) => (boundsOf(value) === null ? '`word-count` needs a number, or `{ min, max }`.' : null),
  grade({ value }, { output }) {
    const words = output.trim().split(/\s+/).filter(Boolean).length;
    const bounds = boundsOf(value) ?? { min: 0, max: Infinity };
    const wanted =
      bounds.min === bounds.max
        ? `${bounds.min}`
        : bounds.max === Infinity
          ? `at least ${bounds.min}`
          : bounds.min === 0
            ? `at most ${bounds.max}`
            : `${bounds.min} to ${bounds.max}`;
    return words >= bounds.min && words <= bounds.max
      ? passed(`${quantity(words, 'word')}.`)
      : failed(`Expected ${wanted} words, found ${words}.`);
  },
};

function boundsOf(value: JsonValue | undefined): Bounds | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return { min: number, max: number };
  if (!isJsonObject(value)) return null;
  const { min, max } = value;
  if ((min !== undefined && typeof min !== 'number') || (max !== undefined && typeof max !== 'number')) return null;
  return min === undefined && max === undefined ? null : { min: min ?? 0, max: max ?? Infinity };
}
