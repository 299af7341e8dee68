/**
 * What a text of code refers to: specifiers of JavaScript and TypeScript, modules of Python, words of a command. It finds too much rather
 * than too little: every quoted text of JavaScript counts as a specifier, so that no comment, regular expression or escape hides an import
 * from it. A reference that is computed is not found.
 */

/** Characters of a specifier, a module name or a word. */
const LONGEST = 1000;
const QUOTES = ['"', "'", '`'];

/** Every quoted text, unescaped: an import, `import()`, `require` or `export … from` names its module in one. */
export function quotedTexts(text: string): string[] {
  const found = new Set<string>();
  for (let at = 0; at < text.length; at++) {
    const quote = text[at] ?? '';
    // Each quote may open a text, also one that seems to close another: what stands before it may be a comment or a pattern.
    if (QUOTES.includes(quote)) addQuoted(text, at + 1, quote, found);
  }
  return [...found];
}

function addQuoted(text: string, start: number, quote: string, found: Set<string>): void {
  const limit = Math.min(text.length, start + LONGEST);
  for (let end = start; end < limit; end++) {
    if (text[end] === '\\') end++;
    else if (text[end] === quote) {
      const raw = text.slice(start, end);
      found.add(raw);
      if (raw.includes('\\')) found.add(unescaped(raw));
      return;
    }
  }
}

const SIMPLE: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  '\n': '',
  '\r\n': '',
  '\u2028': '',
  '\u2029': '',
};

/** A string literal of JavaScript without its quotes → its value. */
const unescaped = (raw: string): string =>
  raw.replace(
    /\\(?:x([\da-f]{2})|u([\da-f]{4})|u\{([\da-f]{1,6})\}|([0-7]{1,3})|(\r\n|[\s\S]))/gi,
    (_, hex?: string, unit?: string, point?: string, octal?: string, other: string = '') => {
      const code = hex ?? unit ?? point;
      if (code !== undefined) return Number.parseInt(code, 16) <= 0x10ffff ? String.fromCodePoint(Number.parseInt(code, 16)) : '';
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
      return SIMPLE[other] ?? other;
    },
  );

export interface PythonModule {
  /** Dots before the name: 0 is absolute, 1 is the file's own package. */
  readonly level: number;
  /** Its parts; empty: the package itself. */
  readonly parts: readonly string[];
}

/** Modules that Python code imports: `import a.b`, `from . import c`, `import_module("d")`, `__import__("e")`. */
export function pythonModules(text: string): PythonModule[] {
  // A line that goes on behind a backslash, or inside brackets, is one line here.
  const joined = text.replace(/\\\r?\n/g, ' ').replace(/\(([^()]{0,4000})\)/g, (all) => all.replace(/#[^\n]*/g, '').replace(/\s+/g, ' '));
  const modules: PythonModule[] = [];
  const add = (name: string): void => {
    const [, dots = '', rest = ''] = /^(\.*)(.*)$/.exec(name.trim().replace(/\s*\.\s*/g, '.')) ?? [];
    const parts = rest === '' ? [] : rest.split('.');
    if (parts.every((part) => /^[\p{L}_][\p{L}\p{N}_]*$/u.test(part)) && dots.length + parts.length > 0)
      modules.push({ level: dots.length, parts });
  };
  for (const [, list = ''] of joined.matchAll(/\bimport\s+([^\n;#'")]+)/g)) for (const item of list.split(',')) add(withoutAlias(item));
  for (const [, from = '', list = ''] of joined.matchAll(/\bfrom\s*(\.*[^\n;#'"]*?)\s*\bimport\b\s*([^\n;#'"]*)/g)) {
    add(from);
    // What is imported from a package may be a module of it.
    for (const item of list.replace(/[()]/g, '').split(',')) {
      const name = withoutAlias(item);
      if (name !== '' && name !== '*') add(`${from.trim()}${/^[.\s]*$/.test(from) ? '' : '.'}${name}`);
    }
  }
  for (const quoted of quotedTexts(joined)) if (/^\.*[\w.]+$/.test(quoted)) add(quoted);
  return modules;
}

const withoutAlias = (item: string): string =>
  item
    .trim()
    .split(/\s+as\s+/)[0]
    ?.trim()
    .replace(/^\((?=\w)/, '') ?? '';

/** Words of a command line or a shell script that may name files. */
export const shellWords = (text: string): string[] => [
  ...new Set([...text.split(/[\s'"`;|&<>()$={},]+/), ...text.split(/\s+/)].filter((word) => word !== '' && word.length <= LONGEST)),
];
