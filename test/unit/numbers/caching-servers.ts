/**
 * The prompt caches of providers as their pages describe them, without any code of the product (read in November 2026):
 *
 *   OpenAI, Prompt caching: prefixes of 1,024 tokens or more, in steps of 128; from gpt-5.6 on at breakpoints, one of them set by OpenAI at
 *   the end of the newest message, up to three others written, found again at any earlier breakpoint.
 *   Anthropic, Prompt caching: written only at `cache_control`, at most four; found at a breakpoint or at one of the 19 blocks before it where
 *   an earlier request had one; minimum by model; 5 minutes or an hour, renewed by each read.
 */
import { encode } from 'gpt-tokenizer/encoding/o200k_base';

export interface ReportedTokens {
  readonly input: number;
  readonly read: number;
  readonly written: number;
}

type Body = Readonly<Record<string, unknown>>;
interface SentBlock {
  readonly text: string;
  readonly isMarked: boolean;
  /** Seconds. */
  readonly lifetime: number;
}

const NO_SPECIAL = { disallowedSpecial: new Set<string>() };
const known = new Map<string, readonly number[]>();
function tokensOf(text: string): readonly number[] {
  const tokens = known.get(text) ?? encode(text, NO_SPECIAL);
  known.set(text, tokens);
  return tokens;
}
const record = (value: unknown): Body => value as Body;
const list = (value: unknown): readonly Body[] => (value ?? []) as readonly Body[];
/** Three tokens frame a message (cookbook, How to count tokens). */
const FRAME = [-1, -2, -3];

const partsOf = (content: unknown): readonly Body[] => (typeof content === 'string' ? [{ type: 'text', text: content }] : list(content));
const textOfPart = (part: Body): string =>
  typeof part['text'] === 'string'
    ? part['text']
    : JSON.stringify({ ...part, prompt_cache_breakpoint: undefined, cache_control: undefined });

/** A request of Chat Completions before gpt-5.6. `now`: seconds. */
export class OpenaiCache {
  private readonly seen: { readonly tokens: readonly number[]; until: number }[] = [];

  constructor(private readonly lifetime = 300) {}

  answer(body: Body, now: number): ReportedTokens {
    const tokens = [
      ...list(body['tools']).flatMap((tool) => tokensOf(JSON.stringify(record(tool['function'])))),
      ...(body['response_format'] === undefined
        ? []
        : tokensOf(JSON.stringify(record(record(body['response_format'])['json_schema'])['schema']))),
      ...list(body['messages']).flatMap(({ role, content }) => [
        ...FRAME,
        ...tokensOf(String(role)),
        ...partsOf(content).flatMap((part) => tokensOf(textOfPart(part))),
      ]),
      ...FRAME,
    ];
    let longest = 0;
    for (const entry of this.seen) {
      if (entry.until < now) continue;
      let same = 0;
      while (same < tokens.length && tokens[same] === entry.tokens[same]) same++;
      if (same >= 1024) entry.until = now + this.lifetime;
      longest = Math.max(longest, same);
    }
    this.seen.push({ tokens, until: now + this.lifetime });
    return { input: tokens.length, read: longest < 1024 ? 0 : Math.floor(longest / 128) * 128, written: 0 };
  }
}

/** Entries at the ends of blocks, by everything that stands before them. */
abstract class BlockCache {
  protected readonly entries = new Map<string, { until: number; lifetime: number }>();

  protected use(blocks: readonly SentBlock[], rule: { minimum: number; lookBack: number }, now: number): ReportedTokens {
    const ends: { key: string; tokens: number }[] = [];
    let key = '';
    let tokens = 0;
    for (const { text } of blocks) {
      key += `${text.length}:${text}`;
      tokens += tokensOf(text).length;
      ends.push({ key, tokens });
    }
    const marks = blocks.flatMap(({ isMarked }, i) => (isMarked && (ends[i]?.tokens ?? 0) >= rule.minimum ? [i] : []));
    let read = 0;
    for (const mark of marks) {
      for (let at = mark; at >= 0 && at > mark - rule.lookBack; at--) {
        const entry = this.entries.get(ends[at]?.key ?? '');
        if (entry === undefined || entry.until < now) continue;
        entry.until = now + entry.lifetime;
        read = Math.max(read, ends[at]?.tokens ?? 0);
        break;
      }
    }
    for (const mark of marks) {
      const lifetime = blocks[mark]?.lifetime ?? 300;
      this.entries.set(ends[mark]?.key ?? '', { until: now + lifetime, lifetime });
    }
    const last = Math.max(0, ...marks.map((mark) => ends[mark]?.tokens ?? 0));
    return { input: tokens, read, written: Math.max(0, last - read) };
  }
}

/** A request of the Messages API. `input` counts all input, as a sum of the three fields that Anthropic reports. */
export class AnthropicCache extends BlockCache {
  constructor(private readonly minimum: number) {
    super();
  }

  answer(body: Body, now: number): ReportedTokens {
    const marked = (part: Body): Pick<SentBlock, 'isMarked' | 'lifetime'> => ({
      isMarked: part['cache_control'] !== undefined,
      lifetime: record(part['cache_control'] ?? {})['ttl'] === '1h' ? 3600 : 300,
    });
    const blocks: SentBlock[] = [
      ...list(body['tools']).map((tool) => ({ text: JSON.stringify({ ...tool, cache_control: undefined }), ...marked(tool) })),
      ...partsOf(body['system']).map((part) => ({ text: textOfPart(part), ...marked(part) })),
      ...list(body['messages']).flatMap(({ role, content }) =>
        partsOf(content).map((part, i) => ({ text: (i === 0 ? `\n\n${String(role)}: ` : '') + textOfPart(part), ...marked(part) })),
      ),
    ];
    if (blocks.filter(({ isMarked }) => isMarked).length > 4) throw new Error('A maximum of 4 blocks with cache_control may be provided.');
    if (blocks.some(({ text }) => text.trim() === '')) throw new Error('text content blocks must contain non-whitespace text');
    return this.use(blocks, { minimum: this.minimum, lookBack: 20 }, now);
  }
}

/** A request of Chat Completions from gpt-5.6 on. */
export class BreakpointCache extends BlockCache {
  answer(body: Body, now: number): ReportedTokens {
    const isExplicit = record(body['prompt_cache_options'] ?? {})['mode'] === 'explicit';
    const messages = list(body['messages']);
    const blocks = [
      ...list(body['tools']).map((tool) => ({ text: JSON.stringify(record(tool['function'])), isMarked: false, lifetime: 1800 })),
      ...messages.flatMap(({ role, content }, m) => {
        const parts = partsOf(content);
        return parts.map((part, i) => ({
          text: (i === 0 ? `\n\n${String(role)}: ` : '') + textOfPart(part),
          isMarked: part['prompt_cache_breakpoint'] !== undefined || (!isExplicit && m === messages.length - 1 && i === parts.length - 1),
          lifetime: 1800,
        }));
      }),
    ];
    return this.use(blocks, { minimum: 1024, lookBack: Infinity }, now);
  }
}
