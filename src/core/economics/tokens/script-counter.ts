/** Estimates the tokens of a vocabulary that is not shipped: each token of o200k_base counts as many as its script has in that vocabulary. */
import type { ScriptRates } from '../data/script-rates.ts';
import { inLine, isEnglishWord, lineKind, SCRIPTS, scriptOf, type LineKind, type TokenScript } from './scripts.ts';
import type { TextCounter, TokenCounter } from './token-counter.ts';

/** More than the tokens of o200k_base. */
const TOKENS = 201_000;
const UNSEEN = 255;
/** What an entry of the table holds beside the place of its script. */
const ENDS_LINE = 128;
const IS_ENGLISH = 64;
const PLACE = 63;
const PLACES = new Map(SCRIPTS.map((script, place) => [script, place]));
const placeOf = (script: TokenScript): number => PLACES.get(script) ?? 0;
const [WORDS, PUNCTUATION] = [placeOf('words'), placeOf('punctuation')];
const [WESTERN, OTHER, VIETNAMESE] = [placeOf('western accents'), placeOf('other Latin accents'), placeOf('Vietnamese')];

/** Rates by script, for each kind of line. */
export type LineRates = Readonly<Record<LineKind, Float64Array>>;

/** `rates` are in the order of SCRIPTS. */
export const lineRates = (rates: readonly number[]): LineRates => {
  const of = (kind: LineKind): Float64Array => Float64Array.from(SCRIPTS, (script) => rates[placeOf(inLine(script, kind))] ?? 1);
  return { plain: of('plain'), western: of('western'), other: of('other'), Vietnamese: of('Vietnamese') };
};

/** The scripts of the tokens of o200k_base, as far as they have occurred. */
export class ScriptTable {
  private readonly found = new Uint8Array(TOKENS).fill(UNSEEN);
  /** Tokens of the line by script, and the frequent English words among them. */
  private readonly line = new Int32Array(SCRIPTS.length);
  private english = 0;

  constructor(readonly counter: TokenCounter) {}

  /** The sum of the rates of the first `end` of these tokens. Negative ids, the frames of messages, count as one in every vocabulary. */
  weigh(tokens: ArrayLike<number>, rates: LineRates, end = tokens.length): number {
    let sum = 0;
    for (let i = 0; i < end; i++) {
      const token = tokens[i] ?? 0;
      const entry = token < 0 ? 0 : this.entryOf(token);
      if (token < 0) sum++;
      else this.line[entry & PLACE] = (this.line[entry & PLACE] ?? 0) + 1;
      if ((entry & IS_ENGLISH) !== 0) this.english++;
      if ((entry & ENDS_LINE) !== 0 || i === end - 1) sum += this.endLine(rates);
    }
    return sum;
  }

  private endLine(rates: LineRates): number {
    const { line, english } = this;
    const at = (place: number): number => line[place] ?? 0;
    const kind = lineKind({
      words: at(WORDS),
      punctuation: at(PUNCTUATION),
      westernAccents: at(WESTERN),
      otherAccents: at(OTHER),
      vietnamese: at(VIETNAMESE),
      english,
    });
    const own = rates[kind];
    let sum = 0;
    for (let place = 0; place < line.length; place++) sum += at(place) * (own[place] ?? 1);
    line.fill(0);
    this.english = 0;
    return sum;
  }

  private entryOf(token: number): number {
    const known = this.found[token] ?? UNSEEN;
    if (known !== UNSEEN) return known;
    const text = this.counter.vocabulary.textOf(token);
    const entry = placeOf(scriptOf(text)) | (isEnglishWord(text) ? IS_ENGLISH : 0) | (text.includes('\n') ? ENDS_LINE : 0);
    this.found[token] = entry;
    return entry;
  }
}

/** The rates of one vocabulary, with what its lines weigh: a line is weighed once for as long as its tokens are kept. */
export class ScriptWeights {
  readonly rates: LineRates;
  readonly squares: LineRates;
  private readonly known = new WeakMap<Int32Array, number>();

  constructor(
    readonly table: ScriptTable,
    { rates, spreads }: ScriptRates,
  ) {
    this.rates = lineRates(rates);
    this.squares = lineRates(rates.map((rate, place) => rate * (spreads[place] ?? 0) ** 2));
  }

  /** `line`: as the counter of the table keeps it. */
  ofLine(line: Int32Array): number {
    const known = this.known.get(line);
    if (known !== undefined) return known;
    const weight = this.table.weigh(line, this.rates);
    this.known.set(line, weight);
    return weight;
  }
}

export class ScriptCounter implements TextCounter {
  private readonly table: ScriptTable;

  /** `correction`: reported tokens ÷ this estimate, where it was learnt; otherwise 1. */
  constructor(
    private readonly weights: ScriptWeights,
    private readonly correction: number,
  ) {
    this.table = weights.table;
  }

  count(text: string): number {
    let sum = 0;
    for (const line of this.table.counter.pieces(text)) sum += this.weights.ofLine(line);
    return sum * this.correction;
  }

  encode(text: string): Int32Array {
    return this.table.counter.encode(text);
  }

  weigh(tokens: ArrayLike<number>, end?: number): number {
    return this.table.weigh(tokens, this.weights.rates, end) * this.correction;
  }

  /** Share by which the count of these texts together may differ from the model's own: by the scripts that they have; 0 for no text. */
  bandOf(texts: Iterable<string>): number {
    let all = 0;
    let spread = 0;
    for (const text of texts) {
      for (const tokens of this.table.counter.pieces(text)) {
        all += this.weights.ofLine(tokens);
        spread += this.table.weigh(tokens, this.weights.squares);
      }
    }
    return all === 0 ? 0 : Math.sqrt(spread / all);
  }
}
