/** The scripted model itself, apart from how it is reached: state of its failures and its prompt cache, and what it says next. */
import type { Usage } from '../../../core/economics/prices/usage.ts';
import type { ScriptedMatch, ScriptedRequest } from './match.ts';
import { PromptCache } from './prompt-cache.ts';
import type { Answer, Failure, Script } from './script.ts';

/** The port to the thread where patterns and the tokenizer run. */
export interface ScriptMatcher {
  matchScript(script: Script, request: ScriptedRequest): Promise<ScriptedMatch>;
}

export type ScriptedTurn =
  | { readonly kind: 'fail'; readonly failure: Failure }
  | {
      readonly kind: 'answer';
      readonly answer: Answer;
      readonly text: string;
      readonly usage: Usage;
      readonly ttftMs: number;
      /** ms for the whole text after the first token. */
      readonly streamMs: number;
    };

const NOTHING: ScriptedRequest = {
  model: '',
  messages: [],
  tools: [],
  output: { format: null, name: null, schema: null, strict: false },
  parameters: {},
};

export class ScriptedModel {
  private readonly cache: PromptCache;
  /** Failures so far, by rule and request. */
  private readonly failures = new Map<string, number>();
  /** How often a request was answered, for those who do not say which repeat they want. */
  private readonly asked = new Map<string, number>();

  constructor(
    readonly script: Script,
    private readonly matcher: ScriptMatcher,
    private readonly now: () => number,
  ) {
    this.cache = new PromptCache(script.cache);
  }

  /** Makes the matcher ready, so that the first answer takes no longer than the others. */
  async warmUp(): Promise<void> {
    await this.matcher.matchScript({ ...this.script, rules: [] }, NOTHING);
  }

  async next(request: ScriptedRequest, repeat: number | null): Promise<ScriptedTurn> {
    const arrived = this.now();
    const match = await this.matcher.matchScript(this.script, request);
    const answer: Answer = this.script.rules[match.rule] ?? this.script.fallback;
    const key = `${match.rule}\u0000${JSON.stringify([request.messages, request.parameters])}`;
    if (answer.fail !== null && this.countFailure(`${key}\u0000${repeat ?? ''}`, answer.fail))
      return { kind: 'fail', failure: answer.fail };
    return this.answer(request, match, answer, repeat ?? this.countAsked(key, answer), arrived);
  }

  private answer(request: ScriptedRequest, match: ScriptedMatch, answer: Answer, repeat: number, arrived: number): ScriptedTurn {
    const { seed, maxOutputTokens } = request.parameters;
    const picked = Math.abs(Math.trunc((seed ?? 0) + repeat)) % answer.replies.length;
    const text = answer.replies[picked] ?? '';
    const tokens = match.outputTokens[picked] ?? 0;
    const { speed } = this.script;
    const ttftMs = answer.ttftMs ?? speed.ttftMs;
    const cut = maxOutputTokens !== undefined && tokens > maxOutputTokens;
    const output = cut ? maxOutputTokens : tokens;
    return {
      kind: 'answer',
      answer: cut ? { ...answer, finish: 'length' } : answer,
      text: cut ? text.slice(0, Math.floor((text.length * output) / tokens)) : text,
      usage: {
        input: match.promptTokens.length,
        cacheRead: this.cache.use(match.promptTokens, arrived, ttftMs),
        cacheWriteShort: 0,
        cacheWriteLong: 0,
        output,
        reasoning: 0,
      },
      ttftMs,
      streamMs: (output / speed.tokensPerSecond) * 1000,
    };
  }

  private countFailure(key: string, failure: Failure): boolean {
    const count = this.failures.get(key) ?? 0;
    if (count >= failure.times) return false;
    this.failures.set(key, count + 1);
    return true;
  }

  private countAsked(key: string, answer: Answer): number {
    if (answer.replies.length < 2) return 0;
    const count = this.asked.get(key) ?? 0;
    this.asked.set(key, count + 1);
    return count;
  }
}

/** A text in pieces, each with its share of the time: at most one piece per 15 ms, so that timers keep up. */
export function streamChunks(text: string, streamMs: number): { text: string; delayMs: number }[] {
  const count = Math.max(1, Math.min(Math.floor(streamMs / 15), 200, text.length));
  const size = Math.ceil(text.length / count);
  return Array.from({ length: count }, (_, i) => ({ text: text.slice(i * size, (i + 1) * size), delayMs: streamMs / count }));
}
