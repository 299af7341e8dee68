/** The characters of a string literal. */
import type { JinjaDialect } from './dialect.ts';

const SIMPLE: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** The text between two quotes with its escapes resolved; null: Python refuses an escape. */
export function readString(inner: string, dialect: JinjaDialect): string | null {
  const text = inner.replace(/\r\n?/g, '\n');
  if (!text.includes('\\')) return text;
  if (dialect === 'nunjucks') return text.replace(/\\([^])/g, (_, next: string) => ({ n: '\n', t: '\t', r: '\r' })[next] ?? next);
  let isValid = true;
  const value = text.replace(
    /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{1,3})|([^]))/g,
    (whole, hex?: string, short?: string, long?: string, octal?: string, simple?: string) => {
      const point = hex ?? short ?? long;
      if (point !== undefined) {
        const number = Number.parseInt(point, 16);
        if (number <= 0x10ffff) return String.fromCodePoint(number);
        isValid = false;
        return '';
      }
      if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
      // A name of Unicode's tables (`\N{…}`) is not supported either.
      if ('xuUN'.includes(simple ?? '')) isValid = false;
      return SIMPLE[simple ?? ''] ?? whole;
    },
  );
  return isValid ? value : null;
}
