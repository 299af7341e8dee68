/** A server that repeats the key that it was sent must not bring it into a journal, a report or a page. */
/** Shorter ones are words that servers of one's own take as a key, and that an answer may use. Characters. */
const SHORTEST = 16;
const HIDDEN = '[key]';

export function hideKey(text: string, key: string | null): string {
  return key === null || key.length < SHORTEST ? text : text.replaceAll(key, HIDDEN);
}

/** In every text of something that came as JSON, whatever escapes it was written with. */
export function hideKeyIn<T extends object>(value: T, key: string | null): T {
  const text = JSON.stringify(value);
  const hidden = hideKey(text, key === null ? null : JSON.stringify(key).slice(1, -1));
  return hidden === text ? value : (JSON.parse(hidden) as T);
}

/** Text as it streams: what may be the beginning of the key waits for what comes next. */
export class KeyFilter {
  private rest = '';

  constructor(
    private readonly key: string | null,
    private readonly onText: (text: string) => void,
  ) {}

  add(text: string): void {
    const { key } = this;
    if (key === null || key.length < SHORTEST) return this.onText(text);
    const all = hideKey(this.rest + text, key);
    const waits = beginningAtEnd(all, key);
    this.rest = all.slice(all.length - waits);
    if (all.length > waits) this.onText(all.slice(0, all.length - waits));
  }

  end(): void {
    if (this.rest !== '') this.onText(this.rest);
    this.rest = '';
  }
}

/** How many characters at the end of the text the key begins with. */
function beginningAtEnd(text: string, key: string): number {
  for (let length = Math.min(text.length, key.length - 1); length > 0; length--) if (text.endsWith(key.slice(0, length))) return length;
  return 0;
}
