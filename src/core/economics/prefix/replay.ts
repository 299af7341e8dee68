/**
 * What each call reads from a provider's prompt cache and writes to it when the golden cases are sent in order: call k reads the
 * longest prefix that one of the calls before it left there. By the rule of the provider, for the marks that the request really has.
 */
import type { CachingRule } from '../data/caching-rules.ts';
import type { SentCache } from '../model-facts.ts';
import type { RenderedRequest } from '../../prompt/request.ts';
import type { TextCounter } from '../tokens/token-counter.ts';
import type { ToolsAtStart } from '../tokens/tools-at-start.ts';
import { blocksOf, cacheLines } from './cache-blocks.ts';
import { chooseMarks, isAnswer, prefixEnds, type IsShared } from './prefix-ends.ts';
import { PrefixTree, type PrefixNode, type TreePath } from './prefix-tree.ts';

/** Tokens of one call. */
export interface CacheUse {
  readonly read: number;
  readonly written: number;
}

/** A prefix of one request that others have too. */
export interface PrefixLevel {
  /** From the start. */
  readonly tokens: number;
  /** Share of the golden cases that have it. */
  readonly share: number;
}

export interface Replay {
  /** In the order of the golden cases. */
  readonly calls: readonly CacheUse[];
  /** Of each call: the prefixes that it can find in the cache at all, shortest first. */
  readonly levels: readonly (readonly PrefixLevel[])[];
  /** Of each call where nothing is in the cache. */
  readonly cold: readonly CacheUse[];
  /** Of each call that is sent again as it was. */
  readonly again: readonly CacheUse[];
}

/** How a provider caches what this configuration sends. */
export interface CachingMode {
  readonly rule: CachingRule;
  /** `lines`: each prefix, in blocks. `marks`: where the request or the provider sets a mark. */
  readonly by: 'lines' | 'marks';
  /** The request has marks. */
  readonly marks: boolean;
  /** The provider charges for what it writes. */
  readonly charges: boolean;
}

/** Null: nothing is read or written: no rule is known, or a mark would be needed and is not sent. */
export function cachingMode(rule: CachingRule | null, cache: SentCache | undefined, charges: boolean): CachingMode | null {
  if (rule === null) return null;
  if (rule.kind !== 'marked') return { rule, by: 'lines', marks: false, charges };
  const marks = cache?.marks === true;
  return marks || rule.implicit === true ? { rule, by: 'marks', marks, charges } : null;
}

export interface Replayed {
  readonly requests: readonly RenderedRequest[];
  readonly isShared: IsShared;
  /** Input tokens of each request, of the model. */
  readonly inputs: readonly number[];
  readonly trees: LineTrees;
  /** How the model reads the tools that the requests begin with. */
  readonly tools: ToolsAtStart;
}

/** Tokens of the model, of the first `tokens` of request `i`; never more than it has. */
const readOf =
  ({ requests, inputs, tools }: Replayed) =>
  (tokens: number, i: number): number =>
    Math.min(tools.tokensRead(tokens, requests[i]?.tools ?? []), inputs[i] ?? 0);

interface LinePaths {
  readonly paths: readonly TreePath[];
  /** Of each request: tokens that it begins with as at least one other does. */
  readonly beyond: readonly number[];
}

/** What requests share, in the tokens of one model: the same for every model that is counted alike. */
export class LineTrees {
  private readonly known = new WeakMap<readonly RenderedRequest[], LinePaths>();

  constructor(readonly counter: TextCounter) {}

  of(requests: readonly RenderedRequest[]): LinePaths {
    const { counter } = this;
    const known = this.known.get(requests);
    if (known !== undefined) return known;
    const tree = new PrefixTree(counter);
    const streams = requests.map((request) => cacheLines(request, counter));
    const paths = streams.map((stream) => tree.add(stream));
    const made = { paths, beyond: paths.map((path, i) => tree.beyond(path, streams[i] ?? [])) };
    this.known.set(requests, made);
    return made;
  }
}

export function replay(mode: CachingMode, given: Replayed): Replay {
  return mode.by === 'lines' ? replayLines(mode, given) : replayMarks(mode, given);
}

const NONE: CacheUse = { read: 0, written: 0 };

/** OpenAI before gpt-5.6, DeepSeek, xAI, Gemini: the longest prefix of whole blocks that an earlier request had. */
function replayLines({ rule, charges }: CachingMode, given: Replayed): Replay {
  const { requests, inputs, trees } = given;
  const readBy = readOf(given);
  const { paths, beyond } = trees.of(requests);
  const kept = (tokens: number, i: number): number => wholeBlocks(readBy(tokens, i), rule);
  const levels = paths.map((path, i) => {
    const nodes = levelsOf(path.nodes, requests.length, (tokens) => kept(tokens, i));
    return withLevel(nodes, { tokens: kept(beyond[i] ?? 0, i), share: 2 / requests.length });
  });
  // What others can read is what a call has to write.
  const use = (read: number, i: number): CacheUse => ({
    read,
    written: charges ? Math.max(0, (levels[i]?.at(-1)?.tokens ?? 0) - read) : 0,
  });
  return {
    calls: paths.map(({ shared }, i) => use(i === 0 ? 0 : kept(shared, i), i)),
    levels,
    cold: inputs.map((_, i) => use(0, i)),
    again: inputs.map((input) => ({ read: wholeBlocks(input, rule), written: 0 })),
  };
}

/** Tokens of whole blocks; 0 for a prefix that is too short. */
const wholeBlocks = (tokens: number, { minimum, block }: CachingRule): number =>
  Math.round(tokens) < minimum ? 0 : Math.floor(Math.round(tokens) / block) * block;

/** Claude, gpt-5.6 and later: a prefix is written where it is marked, and found again only where an earlier request wrote it. */
function replayMarks(mode: CachingMode, given: Replayed): Replay {
  const { requests, isShared, trees } = given;
  const readBy = readOf(given);
  const { rule, marks } = mode;
  const tree = new PrefixTree(null);
  const written = new Set<PrefixNode>();
  const streams = requests.map((request) => {
    const chosen = chooseMarks(request.ends ?? prefixEnds(request), isShared).filter(
      ({ message }) => rule.implicit !== true || !isAnswer(request.messages[message]),
    );
    // OpenAI has no mark for tools.
    const isMarked = marks && (chosen.length > 0 || rule.implicit !== true);
    return blocksOf(request, isMarked ? chosen : null, trees.counter);
  });
  const long = (tokens: number): number => (Math.round(tokens) < rule.minimum ? 0 : Math.round(tokens));
  const ends: number[] = [];
  const paths: (readonly PrefixNode[])[] = [];
  const calls = streams.map((blocks, i): CacheUse => {
    const { nodes } = tree.add(blocks);
    paths.push(nodes);
    const at = (block: number): number => long(readBy(nodes[block]?.tokens ?? 0, i));
    const marked = blocks.flatMap(({ isMarked }, block) => (isMarked ? [block] : []));
    if (rule.implicit === true && blocks.length > 0) marked.push(blocks.length - 1);
    const found = marked.map((mark) => newestWritten(nodes, mark, rule, written)).filter((block) => block >= 0);
    const read = found.length === 0 ? 0 : at(Math.max(...found));
    for (const mark of marked) {
      const node = nodes[mark];
      if (node !== undefined && at(mark) > 0) written.add(node);
    }
    ends.push(Math.max(0, ...marked.map(at)));
    return { read, written: Math.max(0, (ends[i] ?? 0) - read) };
  });
  return {
    calls,
    levels: paths.map((nodes, i) =>
      levelsOf(
        nodes.filter((node) => written.has(node)),
        requests.length,
        (tokens) => long(readBy(tokens, i)),
      ),
    ),
    cold: ends.map((end) => ({ read: 0, written: end })),
    again: ends.map((end) => ({ read: end, written: 0 })),
  };
}

/** The last block at or before a mark that an earlier request had written, within as many blocks as the provider looks back; -1: no block. */
function newestWritten(
  nodes: readonly PrefixNode[],
  mark: number,
  { lookBack = Infinity }: CachingRule,
  written: ReadonlySet<PrefixNode>,
): number {
  for (let at = mark; at >= 0 && mark - at < lookBack; at--) {
    const node = nodes[at];
    if (node !== undefined && written.has(node)) return at;
  }
  return -1;
}

/** Where the number of requests that begin like this falls, and only what is long enough. */
function levelsOf(nodes: readonly PrefixNode[], all: number, tokensOf: (tokens: number) => number): PrefixLevel[] {
  let levels: PrefixLevel[] = [];
  nodes.forEach((node, i) => {
    if (node.calls < 2 || nodes[i + 1]?.calls === node.calls) return;
    levels = withLevel(levels, { tokens: tokensOf(node.tokens), share: node.calls / all });
  });
  return levels;
}

const withLevel = (levels: readonly PrefixLevel[], level: PrefixLevel): PrefixLevel[] =>
  level.tokens > (levels.at(-1)?.tokens ?? 0) ? [...levels, level] : [...levels];

/** The mean of what calls use. */
export function meanUse(uses: readonly CacheUse[]): CacheUse {
  if (uses.length === 0) return NONE;
  const sum = uses.reduce((all, { read, written }) => ({ read: all.read + read, written: all.written + written }), NONE);
  return { read: sum.read / uses.length, written: sum.written / uses.length };
}
