/**
 * Why an action costs more: its cost is calls × share of a model × tokens of a call × price of a token, over models and
 * kinds of tokens, and the logarithmic mean Divisia index divides the ratio into one factor for each, whose product is
 * the whole (Ang 2004, "Decomposition analysis for policymaking in energy", LMDI-I).
 */
import type { UnitSums } from './unit-cells.ts';
import type { ModelPart } from './unit-cost.ts';

export const FACTORS = ['calls per action', 'model mix', 'tokens per call', 'thinking per call', 'cache share', 'price'] as const;
export type Factor = (typeof FACTORS)[number];

export interface Cause {
  readonly factor: Factor;
  /** What it alone multiplies the cost by. */
  readonly ratio: number;
}

/** Means of one side, by model and kind of token. */
interface Side {
  readonly callsPerAction: number;
  readonly kinds: ReadonlyMap<string, SideKind>;
}

interface SideKind {
  /** Of the calls, those to the model. */
  readonly share: number;
  /** Of a call, without thinking. */
  readonly tokens: number;
  /** Of a call; 1 of a kind that is not thinking, as `tokens` is of thinking. */
  readonly thinking: number;
  /** Part of the price that is left after the cache: 1 without any. */
  readonly afterCache: number;
  /** USD of a token that is billed whole. */
  readonly price: number;
}

/** Where a model answered on one side alone its other side is as good as nothing, but not nothing: logarithms need that. */
const TINY = 1e-9;
/** What a token costs of a fresh one of the input. */
export interface PriceShape {
  readonly cached: number;
  readonly output: number;
}
export type ShapeOf = (model: string) => PriceShape;

/** Where the price is not known: OpenAI, Anthropic and Gemini mostly ask 0.1 for a cached token, and 4 to 8 for one of the output. */
export const USUAL_SHAPE: PriceShape = { cached: 0.1, output: 5 };

/** The largest factor first. Empty: of a side no cost is known. With the right shapes `price` is 1 unless a price changed. */
export function costCauses(before: UnitSums, after: UnitSums, shapeOf: ShapeOf = () => USUAL_SHAPE): Cause[] {
  const [a, b] = [sideOf(before, shapeOf), sideOf(after, shapeOf)];
  if (a === null || b === null) return [];
  const logs = new Map<Factor, number>(FACTORS.map((factor) => [factor, 0]));
  const names = [...new Set([...a.kinds.keys(), ...b.kinds.keys()])];
  const total = (side: Side, other: Side): number => names.reduce((sum, name) => sum + product(termsOf(side, name, other)), 0);
  const whole = logarithmicMean(total(b, a), total(a, b));
  for (const name of names) {
    const [x, y] = [termsOf(a, name, b), termsOf(b, name, a)];
    const weight = logarithmicMean(product(y), product(x)) / whole;
    FACTORS.forEach((factor, i) => logs.set(factor, (logs.get(factor) ?? 0) + weight * Math.log((y[i] ?? TINY) / (x[i] ?? TINY))));
  }
  return [...logs]
    .map(([factor, log]) => ({ factor, ratio: Math.exp(log) }))
    .sort((x, y) => Math.abs(Math.log(y.ratio)) - Math.abs(Math.log(x.ratio)));
}

const sideOf = ({ n, calls, byModel }: UnitSums, shapeOf: ShapeOf): Side | null =>
  n === 0
    ? null
    : { callsPerAction: calls / n, kinds: new Map([...byModel].flatMap(([name, part]) => kindsOf(name, part, calls, shapeOf(name)))) };

/** Input, answer and thinking are apart: a change of one is not to look like a change of another or of the price. */
function kindsOf(
  name: string,
  { calls, input, cached, output, reasoning, usd }: ModelPart,
  allCalls: number,
  shape: PriceShape,
): [string, SideKind][] {
  const share = calls / allCalls;
  const billedInput = input - cached * (1 - shape.cached);
  const weights = billedInput + output * shape.output;
  const price = Math.max(weights === 0 ? usd / calls : usd / weights, TINY);
  const perCall = (tokens: number): number => Math.max(tokens / calls, TINY);
  return [
    [`${name} input`, { share, tokens: perCall(input), thinking: 1, afterCache: input === 0 ? 1 : billedInput / input, price }],
    [`${name} answer`, { share, tokens: perCall(output - reasoning), thinking: 1, afterCache: 1, price: price * shape.output }],
    [`${name} thinking`, { share, tokens: 1, thinking: perCall(reasoning), afterCache: 1, price: price * shape.output }],
  ];
}

/**
 * One number for each factor; their product is the model's part of the cost of an action. Of a model that answered on the
 * other side alone, only the share has changed.
 */
function termsOf(side: Side, name: string, other: Side): readonly number[] {
  const own = side.kinds.get(name);
  const { share, tokens, thinking, afterCache, price } = own ?? { ...(other.kinds.get(name) ?? NOTHING), share: TINY };
  return [side.callsPerAction, share, tokens, thinking, afterCache, price];
}

const NOTHING: SideKind = { share: TINY, tokens: 1, thinking: 1, afterCache: 1, price: 1 };

const product = (terms: readonly number[]): number => terms.reduce((a, b) => a * b, 1);

const logarithmicMean = (x: number, y: number): number => (Math.abs(x - y) < 1e-15 * Math.max(x, y) ? x : (x - y) / Math.log(x / y));
