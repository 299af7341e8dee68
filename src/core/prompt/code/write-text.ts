/** Text as it is written inside a string literal. */
import type { CodeLiteral } from './source-file.ts';

/** The source of a text in a literal. `braces`: how often a brace is doubled because a format call reads the text. */
export function writeText(
  text: string,
  { writing, quote, doublesBraces }: CodeLiteral,
  { eol, braces }: { readonly eol: string; readonly braces: number },
): string {
  const doubled = text.replace(/[{}]/g, (brace) => brace.repeat(braces * (doublesBraces ? 2 : 1)));
  switch (writing) {
    case 'verbatim':
      return doubled.replaceAll('\n', eol);
    case 'template':
      return escaped(doubled, /[\\`]|\$(?=\{)/g).replaceAll('\n', eol);
    case 'triple':
      return escaped(doubled, new RegExp(`\\\\|${quote.charAt(0)}(?=${quote.charAt(0)}|$)`, 'g')).replaceAll('\n', eol);
    case 'quoted':
      return escaped(doubled, new RegExp(`[\\\\${quote}\\n\\u2028\\u2029]`, 'g'));
  }
}

/** A carriage return and other control characters would be changed or lost. */
function escaped(text: string, special: RegExp): string {
  const marked = text.replace(
    special,
    (character) => NAMED[character] ?? (/[\u2028\u2029]/.test(character) ? unicode(character) : `\\${character}`),
  );
  return Array.from(marked, (character) => {
    const code = character.charCodeAt(0);
    const isLost = (code < 32 && character !== '\n' && character !== '\t') || code === 127;
    return isLost ? (NAMED[character] ?? `\\x${code.toString(16).padStart(2, '0')}`) : character;
  }).join('');
}

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r' };

const unicode = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
