/** A small reader of XML: whether a text is well-formed, and which elements it has. It resolves no entities and reads no DTD. */

export interface MarkupElement {
  readonly name: string;
  readonly children: readonly MarkupElement[];
}

/** An element with the offset behind it, or why no element is at this place. */
export type ReadMarkup = { readonly element: MarkupElement; readonly end: number } | { readonly problem: string };

const NAME = /[\p{L}_:][\p{L}\p{N}_:.-]*/uy;
const ATTRIBUTE = /\s+([\p{L}_:][\p{L}\p{N}_:.-]*)\s*=\s*(?:"[^"<]*"|'[^'<]*')/uy;
/** Comments, instructions and character data: none of them is an element. */
const OTHER = /<!--(?:(?!--)[\s\S])*-->|<\?[\s\S]*?\?>|<!\[CDATA\[[\s\S]*?\]\]>/y;
const DOCTYPE = /<!DOCTYPE\s[^[>]*>/iy;
const SPACE = /\s*/y;
const MOST_DEPTH = 200;

/** The whole text as one document. */
export function readXml(text: string): ReadMarkup {
  let at = skipped(text, text.startsWith('\uFEFF') ? 1 : 0, true);
  const root = readElement(text, at);
  if ('problem' in root) return root;
  at = skipped(text, root.end, false);
  return at === text.length ? root : { problem: 'there is text behind the root element' };
}

function skipped(text: string, from: number, withDoctype: boolean): number {
  let at = from;
  for (;;) {
    const next = matchEnd(SPACE, text, at) ?? at;
    const end = matchEnd(OTHER, text, next) ?? (withDoctype ? matchEnd(DOCTYPE, text, next) : null);
    if (end === null || text.startsWith('<![CDATA[', next)) return next;
    at = end;
  }
}

function matchEnd(pattern: RegExp, text: string, at: number): number | null {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : null;
}

/** The element that begins at an offset. */
export function readElement(text: string, from: number, depth = 0): ReadMarkup {
  if (depth > MOST_DEPTH) return { problem: `elements are nested deeper than ${MOST_DEPTH}` };
  const nameEnd = text[from] === '<' ? matchEnd(NAME, text, from + 1) : null;
  if (nameEnd === null) return { problem: `there is no element at offset ${from}` };
  const name = text.slice(from + 1, nameEnd);
  const names = new Set<string>();
  let at = nameEnd;
  for (let end = matchEnd(ATTRIBUTE, text, at); end !== null; end = matchEnd(ATTRIBUTE, text, at)) {
    const attribute = text.slice(at, end).trim().split(/[\s=]/)[0] ?? '';
    if (names.has(attribute)) return { problem: `<${name}> has the attribute ${attribute} twice` };
    names.add(attribute);
    at = end;
  }
  at = matchEnd(SPACE, text, at) ?? at;
  if (text.startsWith('/>', at)) return { element: { name, children: [] }, end: at + 2 };
  if (text[at] !== '>') return { problem: `the tag <${name}> is not written correctly` };
  return readContent(text, at + 1, name, depth);
}

function readContent(text: string, from: number, name: string, depth: number): ReadMarkup {
  const children: MarkupElement[] = [];
  for (let at = from; ;) {
    const tag = text.indexOf('<', at);
    const content = text.slice(at, tag === -1 ? text.length : tag);
    if (/&(?!(?:[\p{L}_][\p{L}\p{N}_.-]*|#\d+|#x[\da-f]+);)/iu.test(content)) return { problem: `an & in <${name}> begins no entity` };
    if (tag === -1) return { problem: `<${name}> is not closed` };
    const other = matchEnd(OTHER, text, tag);
    if (other !== null) {
      at = other;
      continue;
    }
    if (text.startsWith('</', tag)) {
      const end = new RegExp(`</${name.replace(/[.$]/g, '\\$&')}\\s*>`, 'y');
      const close = matchEnd(end, text, tag);
      return close === null ? { problem: `<${name}> is closed by another tag` } : { element: { name, children }, end: close };
    }
    const child = readElement(text, tag, depth + 1);
    if ('problem' in child) return child;
    children.push(child.element);
    at = child.end;
  }
}

/** Whether there is a way of element names from the root: `a.b`. */
export function hasElements(root: MarkupElement, way: string): boolean {
  const [first, ...others] = way.split('.');
  if (first !== root.name) return false;
  let level: readonly MarkupElement[] = [root];
  for (const name of others) {
    level = level.flatMap(({ children }) => children.filter((child) => child.name === name));
    if (level.length === 0) return false;
  }
  return true;
}
