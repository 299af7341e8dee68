import { failed, passed, type AssertionKind } from '../assertion.ts';

const ELEMENTS = new Set(
  `a abbr address area article aside audio b base bdi bdo blockquote body br button canvas caption cite code col colgroup data datalist dd del
  details dfn dialog div dl dt em embed fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe img input
  ins kbd label legend li link main map mark menu meta meter nav noscript object ol optgroup option output p picture pre progress q rp rt ruby
  s samp script search section select slot small source span strong style sub summary sup svg table tbody td template textarea tfoot th thead
  time title tr track u ul var video wbr`.split(/\s+/),
);
const VOID = new Set('area base br col embed hr img input link meta source track wbr'.split(' '));
const TAG = /<!--[\s\S]*?-->|<!doctype[^>]*>|<(\/?)([a-z][a-z\d-]*)((?:"[^"]*"|'[^']*'|[^'">])*)>/gi;

const isElement = (name: string): boolean => ELEMENTS.has(name) || name.includes('-');

/** The names of the elements, and whether text stands outside of all of them. */
function outline(text: string): { readonly names: readonly string[]; readonly hasLooseText: boolean } {
  const names: string[] = [];
  const open: string[] = [];
  let loose = '';
  let at = 0;
  for (const found of text.matchAll(TAG)) {
    if (open.length === 0) loose += text.slice(at, found.index);
    at = found.index + found[0].length;
    const [, slash = '', written = '', attributes = ''] = found;
    const name = written.toLowerCase();
    if (name === '') continue;
    if (slash === '/') {
      const last = open.lastIndexOf(name);
      if (last !== -1) open.length = last;
      continue;
    }
    names.push(name);
    if (!VOID.has(name) && !attributes.endsWith('/')) open.push(name);
  }
  if (open.length === 0) loose += text.slice(at);
  return { names, hasLooseText: loose.trim() !== '' };
}

/** The output is HTML and nothing else: elements that HTML has, and no text outside of them. */
export const isHtml: AssertionKind = {
  check: () => null,
  grade(_spec, { output }) {
    const { names, hasLooseText } = outline(output);
    if (!names.some(isElement)) return failed('Expected HTML, found no element of it.');
    return hasLooseText ? failed('Expected only HTML, found text outside of its elements.') : passed('HTML.');
  },
};

/** Signs of HTML, with what each counts; 2 are enough (promptfoo). */
const SIGNS: readonly (readonly [RegExp, number])[] = [
  [/<[a-z][a-z\d-]*(?:\s[^>]*)?>/i, 1],
  [/<\/[a-z][a-z\d-]*\s*>/i, 1],
  [/<[a-z][a-z\d-]*(?:\s[^>]*)?\/>/i, 1],
  [/&(?:[a-z]+|#\d+|#x[\da-f]+);/i, 1],
  [/<!doctype\s+html/i, 2],
  [/<!--[\s\S]*?-->/, 1],
  [/\s[a-z-]+=\s*["'][^"']*["']/i, 1],
  [/<(?:html|head|body|div|span|p|a|img|h[1-6]|ul|ol|li|table|tr|td|th|form|input|button|script|style|link|meta|br|hr)\b/i, 2],
];

/** The output contains HTML. */
export const containsHtml: AssertionKind = {
  check: () => null,
  grade(_spec, { output }) {
    const signs = SIGNS.reduce((sum, [pattern, weight]) => sum + (pattern.test(output) ? weight : 0), 0);
    return signs >= 2 ? passed('The output contains HTML.') : failed('Expected HTML in the output, found none.');
  },
};
