/** Requests as paths in one tree, so that what any of them share with earlier ones is found without comparing each with each. */
import type { TextCounter } from '../tokens/token-counter.ts';

/** A piece of a request that a cache keeps whole or not at all: a line, or a block. */
export interface PrefixChunk {
  readonly text: string;
  /** Tokens, counted when they are needed. */
  readonly tokens: () => number;
}

/** Begins a piece that is shared whole or not at all: an image, of which addresses may begin alike. */
export const WHOLE = '\u0002';

export class PrefixNode {
  readonly children = new Map<string, PrefixNode>();
  /** Texts of the children in order: neighbours begin alike for longest. */
  readonly texts: string[] = [];
  /** Requests that begin like this. */
  calls = 0;

  /** `tokens`: from the start of the request to the end of this piece. */
  constructor(readonly tokens: number) {}
}

export interface TreePath {
  readonly nodes: readonly PrefixNode[];
  /** How many of them an earlier request had made. */
  readonly known: number;
  /** Tokens from the start that it has in common with an earlier request, into the first piece that differs. */
  readonly shared: number;
}

export class PrefixTree {
  private readonly root = new PrefixNode(0);

  /** `counter`: for how far two pieces begin alike; null: a piece is shared whole or not at all. */
  constructor(private readonly counter: TextCounter | null) {}

  add(chunks: readonly PrefixChunk[]): TreePath {
    const nodes: PrefixNode[] = [];
    let node = this.root;
    let known = 0;
    let shared: number | null = null;
    for (const { text, tokens } of chunks) {
      let next = node.children.get(text);
      if (next === undefined) {
        shared ??= node.tokens + this.begun(node, text);
        next = new PrefixNode(node.tokens + tokens());
        if (this.counter !== null) node.texts.splice(placeOf(node.texts, text), 0, text);
        node.children.set(text, next);
      } else known++;
      next.calls++;
      nodes.push(next);
      node = next;
    }
    return { nodes, known, shared: shared ?? node.tokens };
  }

  /** Tokens that the piece of a request begins with as that of any other request does. */
  beyond(path: TreePath, chunks: readonly PrefixChunk[]): number {
    const alone = path.nodes.findIndex(({ calls }) => calls < 2);
    if (alone === -1) return path.nodes.at(-1)?.tokens ?? 0;
    const before = alone === 0 ? this.root : (path.nodes[alone - 1] ?? this.root);
    return before.tokens + this.begun(before, chunks[alone]?.text ?? '');
  }

  private begun({ texts }: PrefixNode, text: string): number {
    const { counter } = this;
    if (counter === null) return 0;
    const at = placeOf(texts, text);
    const neighbours = [texts[at - 1], texts[at], texts[at + 1]].filter((other) => other !== undefined && other !== text);
    return Math.max(0, ...neighbours.map((other) => tokensAlike(text, other ?? '', counter)));
  }
}

/** Where a text stands, or belongs, among others in order. */
function placeOf(texts: readonly string[], text: string): number {
  let [low, high] = [0, texts.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((texts[middle] ?? '') < text) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Tokens that two texts begin with alike. */
export function tokensAlike(a: string, b: string, counter: TextCounter): number {
  if (a[0] !== b[0] || a[0] === WHOLE) return 0;
  const [x, y] = [counter.encode(a), counter.encode(b)];
  let shared = 0;
  while (shared < x.length && shared < y.length && x[shared] === y[shared]) shared++;
  return counter.weigh(x, shared);
}
