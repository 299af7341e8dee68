/** Where in YAML a cursor stands, for completion and hover: by indentation and brackets, so that half-written text has an answer too. */

export interface YamlPlace {
  /** The keys above the cursor, outermost first; items of lists have none. */
  readonly trail: readonly string[];
  /** The key whose value is being written; null: a key is being written, or an item of a list. */
  readonly valueOf: string | null;
  /** What is written of it so far. */
  readonly typed: string;
  /** The keys that stand beside it in the same map. */
  readonly siblings: readonly string[];
  /** Whether the map is in braces, where a value cannot begin on a new line. */
  readonly isFlow: boolean;
}

/** A line as far as it has been read: nothing, if it is in a comment or a block of text. */
interface Line {
  readonly indent: number;
  readonly dash: number;
  readonly key: string | null;
  readonly rest: string;
}

const KEY =
  /^(?:"((?:[^"\\]|\\.)*)"|'((?:[^']|'')*)'|((?:-(?=\S))?[^\s"'#:{}[\],&*!|>%@`-](?:[^\s:{}[\],]|[ \t](?!#)|:(?=\S))*?))\s*:(?=\s|$)/;

/** @param lines Of the whole block. @param at The cursor's line, whose text after `column` counts for the siblings alone. */
export function yamlPlaceAt(lines: readonly string[], at: number, column: number): YamlPlace | null {
  const before = (lines[at] ?? '').slice(0, column);
  if (isInText(lines, at) || hasComment(before)) return null;
  const own = readLine(before);
  const above = trailOf(lines, at, own);
  if (own.key === null && !/[{[]/.test(own.rest))
    return { trail: above, valueOf: null, typed: own.rest, siblings: siblingsOf(lines, at, own), isFlow: false };
  const flow = flowOf(own.rest);
  if (flow === null) return { trail: above, valueOf: own.key, typed: own.rest, siblings: [], isFlow: false };
  const inside = own.key === null ? above : [...above, own.key];
  return { trail: [...inside, ...flow.keys], valueOf: flow.valueOf, typed: flow.typed, siblings: flow.siblings, isFlow: true };
}

function readLine(text: string): Line {
  const match = /^(\s*)((?:-\s+)*)/.exec(text);
  const dash = match?.[1]?.length ?? 0;
  const indent = dash + (match?.[2]?.length ?? 0);
  const content = text.slice(indent);
  const found = KEY.exec(content);
  if (found === null) return { indent, dash, key: null, rest: content };
  return { indent, dash, key: found[1] ?? found[2] ?? found[3] ?? '', rest: content.slice(found[0].length).trimStart() };
}

const isBlank = (line: string): boolean => /^\s*(#|$)/.test(line);

function trailOf(lines: readonly string[], at: number, own: Line): string[] {
  let { indent } = own;
  const trail: string[] = [];
  // A list may stand at the same indentation as its key.
  let isItem = own.dash < own.indent;
  if (isItem) indent = own.dash;
  for (let i = at - 1; i >= 0 && (indent > 0 || isItem); i--) {
    const text = lines[i] ?? '';
    if (isBlank(text)) continue;
    const line = readLine(text);
    const hasDash = line.dash < line.indent;
    const opens = line.key !== null && /^(?:$|#|[|>&!])/.test(line.rest);
    if (line.indent < indent || (isItem && !hasDash && line.indent === indent)) {
      if (line.key !== null && opens) trail.unshift(line.key);
      isItem = hasDash;
      indent = hasDash ? line.dash : line.indent;
    } else if (line.dash < indent && hasDash) {
      isItem = true;
      indent = line.dash;
    }
  }
  return trail;
}

/** Keys of the lines at the same indentation, up and down, until the map ends. */
function siblingsOf(lines: readonly string[], at: number, own: Line): string[] {
  const found: string[] = [];
  const take = (from: number, step: number): void => {
    for (let i = from; i >= 0 && i < lines.length; i += step) {
      const text = lines[i] ?? '';
      if (isBlank(text)) continue;
      const line = readLine(text);
      if (line.indent < own.indent || (step > 0 && line.dash < line.indent && line.dash < own.indent)) return;
      if (line.indent === own.indent && line.key !== null) found.push(line.key);
      // The item of a list begins here.
      if (step < 0 && line.dash < line.indent && line.indent === own.indent) return;
    }
  };
  if (own.dash === own.indent) take(at - 1, -1);
  take(at + 1, 1);
  return found;
}

interface Flow {
  readonly keys: readonly string[];
  readonly valueOf: string | null;
  readonly typed: string;
  readonly siblings: readonly string[];
}

interface Level {
  readonly isMap: boolean;
  readonly keys: string[];
  key: string | null;
}

/** The brackets that are open at the end of a text; null: none is. */
function flowOf(text: string): Flow | null {
  const levels: Level[] = [];
  let word = '';
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?|[{}[\],]|:(?=\s|$)|[^{}[\],"':]+|./g)) {
    const level = levels.at(-1);
    if (token === '{' || token === '[') {
      levels.push({ isMap: token === '{', keys: [], key: null });
      word = '';
    } else if (token === '}' || token === ']') {
      levels.pop();
      word = '';
    } else if (token === ',') {
      if (level) level.key = null;
      word = '';
    } else if (token === ':' && level?.isMap === true && level.key === null) {
      level.key = word.trim().replace(/^(["'])(.*)\1$/, '$2');
      level.keys.push(level.key);
      word = '';
    } else word += token;
  }
  const level = levels.at(-1);
  if (level === undefined) return null;
  const keys = levels.slice(0, -1).flatMap(({ key }) => key ?? []);
  return { keys, valueOf: level.key, typed: word.trimStart(), siblings: level.keys };
}

/** Whether a line belongs to a block of text, `key: |`. */
function isInText(lines: readonly string[], at: number): boolean {
  let { length: indent } = /^\s*/.exec(lines[at] ?? '')?.[0] ?? '';
  for (let i = at - 1; i >= 0 && indent > 0; i--) {
    const text = lines[i] ?? '';
    if (text.trim() === '') continue;
    const line = readLine(text);
    if (line.dash >= indent) continue;
    if (line.key !== null && /^[|>][-+\d]*\s*(#.*)?$/.test(line.rest)) return true;
    indent = line.dash;
  }
  return false;
}

const hasComment = (before: string): boolean => /(?:^|\s)#/.test(before.replace(/"(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?/g, ''));
