/**
 * Patterns of paths, such as `prompts/*.md`, as people know them from shells: `*`, `**`, `?`, `[a-z]`, `{a,b}`, `{1..9}`, `@(a|b)`, `?(a)`,
 * `*(a)`, `+(a)` and `!(a)`. Patterns and names of files may both come with a repository, and a regular expression that is made of
 * `*a*a*a*a*b` needs years for a long name. Here each part of a pattern says where it may end, for all places at once where it may begin, so
 * the work grows with the length of the pattern times that of the path.
 */

export interface PatternOptions {
  /** Whether `*`, `**` and `?` match names that begin with a dot. */
  readonly dot: boolean;
}

type Places = ReadonlySet<number>;
/** From places in a path to places in it. */
type Part = (path: string, from: Places) => Places;

/** Characters of a pattern; a longer one matches itself alone. */
const MOST_CHARACTERS = 4096;
/** Texts of `{1..9}`. */
const MOST_IN_RANGE = 1000;
/** Groups that repeat or negate, inside each other: each level multiplies the work. Deeper ones are text. */
const MOST_REPEATS = 2;

/** Whether a path with `/` between its parts matches. */
export function pathPattern(pattern: string, { dot }: PatternOptions): (path: string) => boolean {
  const isNegated = pattern.startsWith('!') && !pattern.startsWith('!(');
  const plain = (isNegated ? pattern.slice(1) : pattern).replace(/^(?:\.\/)+/, '');
  if (plain.length > MOST_CHARACTERS) return (path) => path === pattern;
  const part = new PatternReader(plain, dot).sequence('', 0);
  return (path) => path === pattern || part(path, new Set([0])).has(path.length) !== isNegated;
}

/** Whether a path matches one of the patterns. */
export function pathPatterns(patterns: readonly string[], options: PatternOptions): (path: string) => boolean {
  const all = patterns.map((pattern) => pathPattern(pattern, options));
  return (path) => all.some((matches) => matches(path));
}

class PatternReader {
  private at = 0;

  constructor(
    private readonly pattern: string,
    private readonly dot: boolean,
  ) {}

  /** Up to one of the characters `ends`, or to the end of the pattern. `repeats`: groups that repeat around it. */
  sequence(ends: string, repeats: number): Part {
    const parts: Part[] = [];
    let text = '';
    const endText = (): void => {
      if (text !== '') parts.push(literal(text));
      text = '';
    };
    while (this.at < this.pattern.length && !ends.includes(this.next)) {
      const part = this.special(repeats);
      if (typeof part === 'string') text += part;
      else {
        endText();
        parts.push(part);
      }
    }
    endText();
    return (path, from) => parts.reduce<Places>((places, part) => (places.size === 0 ? places : part(path, places)), from);
  }

  private get next(): string {
    return this.pattern[this.at] ?? '';
  }

  /** The next part, or the text that stands for itself. */
  private special(repeats: number): Part | string {
    const sign = this.next;
    if (sign === '\\' && this.at + 1 < this.pattern.length) {
      this.at += 2;
      return this.pattern[this.at - 1] ?? '';
    }
    if ('@?*+!('.includes(sign)) {
      const group = this.group(repeats);
      if (group !== null) return group;
    }
    if (sign === '/' && this.pattern.slice(this.at) === '/**') {
      this.at += 3;
      return folderAndBelow(this.dot);
    }
    if (sign === '*') return this.star();
    if (sign === '[' || sign === '{') {
      const part = sign === '[' ? this.oneOf() : this.braces(repeats);
      if (part !== null) return part;
    }
    this.at++;
    return sign === '?' ? oneCharacter(() => true, this.dot) : sign;
  }

  private star(): Part {
    const start = this.at;
    while (this.next === '*') this.at++;
    const isFolders = this.at - start >= 2 && isBorder(this.pattern[start - 1], '/{,(|') && isBorder(this.next, '/},)|');
    if (!isFolders) return anyInName(this.dot);
    if (this.next !== '/') return anyBelow(this.dot);
    this.at++;
    return anyFolders(this.dot);
  }

  /** `[a-z]`; null: it has no end. */
  private oneOf(): Part | null {
    const isNegated = '!^'.includes(this.pattern[this.at + 1] ?? ' ');
    const start = this.at + (isNegated ? 2 : 1);
    const end = this.pattern.indexOf(']', start + 1);
    if (end < 0) return null;
    const ranges: (readonly [string, string])[] = [];
    const signs = Array.from(this.pattern.slice(start, end).replace(/\\(.)/gsu, '$1'));
    for (let i = 0; i < signs.length; i++) {
      const [first = '', dash, last] = signs.slice(i, i + 3);
      if (dash === '-' && last !== undefined) i += 2;
      ranges.push([first, dash === '-' && last !== undefined ? last : first]);
    }
    this.at = end + 1;
    return oneCharacter((sign) => ranges.some(([first, last]) => first <= sign && sign <= last) !== isNegated, this.dot);
  }

  /** `{a,b}` or `{1..9}`; null: it is text. */
  private braces(repeats: number): Part | null {
    const end = closing(this.pattern, this.at);
    if (end === null) return null;
    const inner = this.pattern.slice(this.at + 1, end.at);
    const range = end.hasComma ? null : rangeOf(inner);
    if (!end.hasComma && range === null) return null;
    if (range !== null) {
      this.at = end.at + 1;
      return anyOf(range.map(literal));
    }
    return this.alternatives(',}', repeats);
  }

  /** `@(a|b)` and its kin; null: it is no group. */
  private group(repeats: number): Part | null {
    const sign = this.next;
    const open = sign === '(' ? this.at : this.at + 1;
    if (this.pattern[open] !== '(' || closing(this.pattern, open) === null) return null;
    const isRepeated = '*+!'.includes(sign);
    if (isRepeated && repeats >= MOST_REPEATS) return null;
    this.at = open;
    const part = this.alternatives('|)', repeats + (isRepeated ? 1 : 0));
    if (sign === '!') return nothingOf(part);
    if (sign === '*' || sign === '+') return repeated(part, sign === '*');
    return sign === '?' ? anyOf([part, (_, from) => from]) : part;
  }

  /** From the opening sign to the closing one, which is the last of `ends`; the first stands between them. */
  private alternatives(ends: string, repeats: number): Part {
    const parts: Part[] = [];
    do {
      this.at++;
      parts.push(this.sequence(ends, repeats));
    } while (this.next === ends[0]);
    this.at++;
    return anyOf(parts);
  }
}

const isBorder = (sign: string | undefined, borders: string): boolean => sign === undefined || sign === '' || borders.includes(sign);

/** Where the brace or parenthesis at `start` ends; null: nowhere. */
function closing(pattern: string, start: number): { readonly at: number; readonly hasComma: boolean } | null {
  const [open = '', close] = pattern[start] === '{' ? '{}' : '()';
  let depth = 0;
  let hasComma = false;
  for (let at = start; at < pattern.length; at++) {
    const sign = pattern[at] ?? '';
    if (sign === '\\') at++;
    else if (sign === open) depth++;
    else if (sign === close && --depth === 0) return { at, hasComma };
    else if (sign === ',' && depth === 1) hasComma = true;
  }
  return null;
}

/** The texts of `1..9` or `a..f`; null: it is no range. */
function rangeOf(text: string): string[] | null {
  const [, first = '', last = ''] = /^(-?\d{1,9}|[A-Za-z])\.\.(-?\d{1,9}|[A-Za-z])$/.exec(text) ?? [];
  const isNumber = /\d$/.test(first);
  if (first === '' || isNumber !== /\d$/.test(last)) return null;
  const [from, to] = isNumber ? [Number(first), Number(last)] : [first.charCodeAt(0), last.charCodeAt(0)];
  const count = Math.abs(to - from) + 1;
  if (count > MOST_IN_RANGE) return null;
  return Array.from({ length: count }, (_, i) => Math.min(from, to) + i).map((code) =>
    isNumber ? String(code) : String.fromCharCode(code),
  );
}

const isNameStart = (path: string, at: number): boolean => at === 0 || path[at - 1] === '/';
/** Whether a wildcard may begin here: a name has at least one character, and one with a dot is matched only where that is wanted. */
const mayBegin = (path: string, at: number, dot: boolean): boolean =>
  !isNameStart(path, at) || (at < path.length && (dot || path[at] !== '.'));

const literal =
  (text: string): Part =>
  (path, from) =>
    new Set([...from].filter((at) => path.startsWith(text, at)).map((at) => at + text.length));

const oneCharacter =
  (isOne: (sign: string) => boolean, dot: boolean): Part =>
  (path, from) => {
    const found = new Set<number>();
    for (const at of from) {
      const sign = String.fromCodePoint(path.codePointAt(at) ?? 0x2f);
      if (at < path.length && sign !== '/' && mayBegin(path, at, dot) && isOne(sign)) found.add(at + sign.length);
    }
    return found;
  };

/** What was found from one place is not walked again from another. */
const anyInName =
  (dot: boolean): Part =>
  (path, from) => {
    const found = new Set<number>();
    for (const start of from) {
      if (!mayBegin(path, start, dot)) continue;
      for (let at = start; !found.has(at) && at <= path.length; at++) {
        found.add(at);
        if (path[at] === '/') break;
      }
    }
    return found;
  };

/** Everything below: any number of whole names, and the beginning of one. */
const anyBelow =
  (dot: boolean): Part =>
  (path, from) => {
    const found = new Set<number>();
    for (const start of from)
      for (let at = start; !found.has(at) && at <= path.length; at++) {
        found.add(at);
        if (!dot && isNameStart(path, at) && path[at] === '.') break;
      }
    return found;
  };

/** Any number of folders, each with its slash. */
const anyFolders =
  (dot: boolean): Part =>
  (path, from) => {
    const found = new Set<number>();
    for (const start of from) {
      if (!isNameStart(path, start)) continue;
      for (let at = start; !found.has(at);) {
        found.add(at);
        const slash = !dot && path[at] === '.' ? -1 : path.indexOf('/', at);
        if (slash < 0) break;
        at = slash + 1;
      }
    }
    return found;
  };

/** The end of `a/**`: the folder itself, or what is below it. */
const folderAndBelow = (dot: boolean): Part => {
  const below = anyBelow(dot);
  return (path, from) => new Set([...[...from].filter((at) => at === path.length), ...below(path, literal('/')(path, from))]);
};

const anyOf =
  (parts: readonly Part[]): Part =>
  (path, from) =>
    new Set(parts.flatMap((part) => [...part(path, from)]));

const repeated =
  (part: Part, orNever: boolean): Part =>
  (path, from) => {
    const found = new Set(orNever ? from : []);
    let fresh: Places = from;
    while (fresh.size > 0) {
      fresh = new Set([...part(path, fresh)].filter((at) => !found.has(at)));
      for (const at of fresh) found.add(at);
    }
    return found;
  };

/** The rest of a name up to any place where the part does not end. */
const nothingOf =
  (part: Part): Part =>
  (path, from) => {
    const found = new Set<number>();
    for (const start of from) {
      const refused = part(path, new Set([start]));
      for (let at = start; at <= path.length; at++) {
        if (!refused.has(at)) found.add(at);
        if (path[at] === '/') break;
      }
    }
    return found;
  };
