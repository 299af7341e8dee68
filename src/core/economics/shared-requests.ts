/** What the requests of a prompt have in common: the same for every model, and in the tokens of each tokenizer once. */
import type { GoldenCase } from '../golden/case.ts';
import type { PromptDocument } from '../prompt/document.ts';
import type { RenderedRequest } from '../prompt/request.ts';
import type { TokenizerFact } from './data/tokenizers.ts';
import { compareVersions, renderVersion, type Invalidation, type PreviousPrompt } from './prefix/invalidation.ts';
import { sharedAmong, type IsShared } from './prefix/prefix-ends.ts';
import { countPrefix, differencesOf, type PrefixAnalysis, type RequestDifferences } from './prefix/prefix.ts';
import { inProduction, onOneDay, type ProductionRequests } from './prefix/production.ts';
import { LineTrees } from './prefix/replay.ts';
import { countingFiles } from './tokens/file-counter.ts';
import type { RenderedCase } from './rendered-cases.ts';
import type { Counters } from './tokens/counters.ts';
import type { TextCounter } from './tokens/token-counter.ts';

/** What is the same for every model. */
export interface SharedRequests {
  readonly requests: readonly RenderedRequest[];
  readonly production: ProductionRequests;
  readonly isShared: IsShared;
}

/** In tokens of one counter. */
export interface SharedTokens {
  readonly counter: TextCounter;
  readonly trees: LineTrees;
  readonly sharing: PrefixAnalysis;
  readonly invalidation: Invalidation | null;
}

/** `cases`: those of the golden set. `previous`: null: there is nothing to compare with. */
export interface SharedEvidence {
  readonly document: PromptDocument;
  readonly cases: readonly GoldenCase[];
  readonly previous: PreviousPrompt | null;
  readonly rendered: readonly RenderedCase[];
}

/** Models that are counted alike have one prefix and one tree, so that nothing is counted twice for them. */
export class SharedAnalysis {
  readonly same: SharedRequests;
  private readonly known = new Map<string, SharedTokens>();
  private readonly ofOneDay: RequestDifferences;
  private readonly before: ReturnType<typeof renderVersion>;
  private readonly hasFiles: boolean;

  constructor(
    private readonly evidence: SharedEvidence,
    private readonly counters: Counters,
  ) {
    const { document, cases, previous, rendered } = evidence;
    const requests = rendered.map(({ request }) => request);
    this.same = { requests, production: inProduction(requests), isShared: sharedAmong(cases, document.input.defaults) };
    this.ofOneDay = differencesOf(onOneDay(requests).requests);
    this.before = renderVersion(previous, rendered);
    this.hasFiles = requests.some(({ messages }) => messages.some(({ content }) => content.some((part) => 'media' in part)));
  }

  /** In the tokens of a model, as its usage has corrected them; null: in tokens of o200k_base. `model`: what decides what its files are. */
  by(tokenizer: TokenizerFact | null, model: string | null = null): SharedTokens {
    const ofFiles = this.hasFiles ? model : null;
    const key = `${ofFiles ?? ''}\u0000${keyOf(tokenizer)}`;
    const found = this.known.get(key) ?? this.countedWith(this.counterOf(tokenizer, ofFiles));
    this.known.set(key, found);
    return found;
  }

  private counterOf(tokenizer: TokenizerFact | null, model: string | null): TextCounter {
    const counter = tokenizer === null ? this.counters.plain : this.counters.of(tokenizer);
    return model === null ? counter : countingFiles(counter, model);
  }

  private countedWith(counter: TextCounter): SharedTokens {
    const { document, rendered } = this.evidence;
    return {
      counter,
      trees: new LineTrees(counter),
      // Text of which it is not known what varies has no prefix that can be promised.
      sharing: document.unread ? { stableTokens: 0, breaks: [] } : countPrefix(this.ofOneDay, counter),
      invalidation: compareVersions(this.before, rendered, counter, document.model?.id ?? null),
    };
  }
}

/** What decides how a text is counted; bands and sources do not. */
function keyOf(tokenizer: TokenizerFact | null): string {
  if (tokenizer === null || tokenizer.exact) return tokenizer?.vocabulary ?? 'o200k_base';
  const { rates, factor, correction } = tokenizer;
  return JSON.stringify([rates ?? null, factor, correction ?? 1]);
}
