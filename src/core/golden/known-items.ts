/** Cases of a long list as they were read before, by the text of their item: after an edit of one case, only that one is read again. */
import type { JsonValue } from '../json/json.ts';
import type { TextRange } from '../text/text.ts';
import type { GoldenCase } from './case.ts';

/** A case of which nothing had to be said. */
export interface KnownItem {
  readonly goldenCase: GoldenCase;
  /** Where its item stood. */
  readonly start: number;
  /** What its id was derived from; null: it has an id of its own. */
  readonly derivedFrom: JsonValue | null;
}

export class KnownItems {
  private before = new Map<string, KnownItem>();
  private now = new Map<string, KnownItem>();

  find(item: string): KnownItem | undefined {
    return this.before.get(item);
  }

  keep(item: string, known: KnownItem): void {
    // A slice would hold the whole text of its file.
    this.now.set(this.before.has(item) ? item : (JSON.parse(JSON.stringify(item)) as string), known);
  }

  /** What this reading did not meet is forgotten. */
  end(): void {
    this.before = this.now;
    this.now = new Map();
  }
}

/** The case at another place. `id`: what it is called there. */
export function movedCase({ goldenCase, start }: KnownItem, to: number, id: string, lineAt: (offset: number) => number): GoldenCase {
  const by = to - start;
  const moved = (range: TextRange): TextRange => ({ start: range.start + by, end: range.end + by });
  const { source, assertions } = goldenCase;
  const range = moved(source.range);
  return {
    ...goldenCase,
    id,
    assertions: assertions.map((item) => (item.range === undefined ? item : { ...item, range: moved(item.range) })),
    source: {
      ...source,
      line: lineAt(range.start),
      range,
      anchor: moved(source.anchor),
      expectedRange: source.expectedRange === null ? null : moved(source.expectedRange),
    },
  };
}

/** Items of a list in block style, with what stands before them; the first begins at `from`. */
export function listItemRanges(text: string, from: number): TextRange[] {
  const items: TextRange[] = [];
  let start = from;
  // What stands before the first item belongs to it.
  let search = text.startsWith('- ', from) ? from : Math.max(from, text.indexOf('\n- ', from) + 1);
  for (;;) {
    const next = text.indexOf('\n- ', search);
    if (next === -1) return [...items, { start, end: text.length }];
    items.push({ start, end: next + 1 });
    start = next + 1;
    search = start;
  }
}
