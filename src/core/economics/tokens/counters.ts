/** The counters of all models, with what they have counted. Vocabularies that are not o200k_base are loaded before a model needs them. */
import { SCRIPT_RATES, type MeasuredVocabulary, type ScriptRates } from '../data/script-rates.ts';
import type { TokenizerFact } from '../data/tokenizers.ts';
import { SCRIPTS } from './scripts.ts';
import { ScriptCounter, ScriptTable, ScriptWeights } from './script-counter.ts';
import { TokenCounter, type TextCounter } from './token-counter.ts';
import { loadVocabulary } from './vocabularies.ts';
import type { VocabularyName } from './vocabulary.ts';

export class Counters {
  private readonly exact = new Map<VocabularyName, TokenCounter>([['o200k_base', new TokenCounter()]]);
  private readonly table = new ScriptTable(this.plain);
  private readonly measured = new Map<MeasuredVocabulary, ScriptWeights>();

  /** Counts in o200k_base. */
  get plain(): TokenCounter {
    return this.exact.get('o200k_base') ?? new TokenCounter();
  }

  /** Loads what these models are counted with. */
  async load(tokenizers: readonly TokenizerFact[]): Promise<void> {
    for (const { vocabulary } of tokenizers) {
      if (vocabulary !== undefined && !this.exact.has(vocabulary))
        this.exact.set(vocabulary, new TokenCounter(await loadVocabulary(vocabulary)));
    }
  }

  /**
   * The counter of a model, as exact as its vocabulary is known.
   * @throws {Error} when its vocabulary was not loaded.
   */
  of(tokenizer: TokenizerFact): TextCounter {
    const { exact, vocabulary = 'o200k_base' } = tokenizer;
    if (!exact) return this.estimating(tokenizer);
    const counter = this.exact.get(vocabulary);
    if (counter === undefined) throw new Error(`The vocabulary ${vocabulary} was not loaded before tokens were counted with it.`);
    return counter;
  }

  /** The tokenizer with the band that holds for texts like these. */
  withBand(tokenizer: TokenizerFact, texts: Iterable<string>): TokenizerFact {
    if (tokenizer.exact || tokenizer.rates === undefined || tokenizer.correction !== undefined) return tokenizer;
    return { ...tokenizer, band: this.estimating(tokenizer).bandOf(texts) || tokenizer.band };
  }

  private estimating({ rates, factor, band, correction = 1 }: TokenizerFact): ScriptCounter {
    return new ScriptCounter(
      rates === undefined ? new ScriptWeights(this.table, same(factor / correction, band)) : this.weightsOf(rates),
      correction,
    );
  }

  private weightsOf(rates: MeasuredVocabulary): ScriptWeights {
    const weights = this.measured.get(rates) ?? new ScriptWeights(this.table, SCRIPT_RATES[rates]);
    this.measured.set(rates, weights);
    return weights;
  }
}

const same = (factor: number, band: number): ScriptRates => ({ rates: SCRIPTS.map(() => factor), spreads: SCRIPTS.map(() => band) });
