/** The counters of all models, with what they have counted. A vocabulary is loaded before the first model needs it, and no other one. */
import { SCRIPT_RATES, type MeasuredVocabulary, type ScriptRates } from '../data/script-rates.ts';
import type { TokenizerFact } from '../data/tokenizers.ts';
import { SCRIPTS } from './scripts.ts';
import { ScriptCounter, ScriptTable, ScriptWeights } from './script-counter.ts';
import { TokenCounter, type TextCounter } from './token-counter.ts';
import { loadVocabulary } from './vocabularies.ts';
import type { VocabularyName } from './vocabulary.ts';

export class Counters {
  private readonly exact = new Map<VocabularyName, TokenCounter>();
  private scripts: ScriptTable | null = null;
  private readonly measured = new Map<MeasuredVocabulary, ScriptWeights>();

  /** Counts in o200k_base. @throws {Error} when it was not loaded. */
  get plain(): TokenCounter {
    return this.loaded('o200k_base');
  }

  /** Loads what these models are counted with; without a model, what its text is counted with alone. */
  async load(tokenizers: readonly TokenizerFact[]): Promise<void> {
    for (const name of tokenizers.length === 0 ? [PLAIN] : tokenizers.map(vocabularyFor))
      if (!this.exact.has(name)) this.exact.set(name, new TokenCounter(await loadVocabulary(name)));
  }

  /**
   * The counter of a model, as exact as its vocabulary is known.
   * @throws {Error} when its vocabulary was not loaded.
   */
  of(tokenizer: TokenizerFact): TextCounter {
    return tokenizer.exact ? this.loaded(vocabularyFor(tokenizer)) : this.estimating(tokenizer);
  }

  private loaded(name: VocabularyName): TokenCounter {
    const counter = this.exact.get(name);
    if (counter === undefined) throw new Error(`The vocabulary ${name} was not loaded before tokens were counted with it.`);
    return counter;
  }

  private get table(): ScriptTable {
    this.scripts ??= new ScriptTable(this.plain);
    return this.scripts;
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

const PLAIN: VocabularyName = 'o200k_base';

/** Vocabularies that are not shipped are estimated from the tokens of o200k_base. */
const vocabularyFor = ({ exact, vocabulary = PLAIN }: TokenizerFact): VocabularyName => (exact ? vocabulary : PLAIN);

const same = (factor: number, band: number): ScriptRates => ({ rates: SCRIPTS.map(() => factor), spreads: SCRIPTS.map(() => band) });
