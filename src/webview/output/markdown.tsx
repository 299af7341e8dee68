/**
 * Markdown of a model as elements of ours: made from tokens, never from HTML. Links and images are shown as text, so
 * that nothing can be followed, loaded or run.
 */
import MarkdownIt from 'markdown-it';
import { h, type ComponentChild, type VNode } from 'preact';
import { visibleControls } from '../../core/display/visible-controls.ts';

/** What is read of a token of markdown-it. */
interface Token {
  readonly type: string;
  readonly tag: string;
  readonly nesting: number;
  readonly content: string;
  readonly children: readonly Token[] | null;
  attrGet(name: string): string | number | null;
}

/** Characters that are read as Markdown; the rest follows as text. */
const MAX_MARKDOWN = 20_000;

/** Elements within each other: thousands of asterisks must not become as many. */
const MAX_DEPTH = 24;

const parser = new MarkdownIt('default', { html: false, linkify: false, typographer: false, maxNesting: 20 });

/** Elements that tokens may become. */
const ELEMENTS = new Set([
  'p',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'ul',
  'ol',
  'li',
  'blockquote',
  'strong',
  'em',
  's',
  'table',
  'thead',
  'tbody',
  'tr',
  'th',
  'td',
]);

export function Markdown({ text }: { readonly text: string }) {
  return (
    <div class="markdown">
      {childrenOf(parser.parse(text.slice(0, MAX_MARKDOWN), {}))}
      {text.length > MAX_MARKDOWN && <pre>{text.slice(MAX_MARKDOWN)}</pre>}
    </div>
  );
}

/** A flat list of tokens with openings and closings → a tree. */
function childrenOf(tokens: readonly Token[]): ComponentChild[] {
  const root: ComponentChild[] = [];
  const open: { tag: string; children: ComponentChild[] }[] = [];
  /** Elements deeper than that are left out, and their text stays. */
  let flat = 0;
  const add = (child: ComponentChild): void => void (open.at(-1)?.children ?? root).push(child);
  for (const token of tokens) {
    if (token.nesting === 1) {
      if (open.length < MAX_DEPTH) open.push({ tag: tagOf(token), children: [] });
      else flat++;
    } else if (token.nesting === -1 && flat > 0) flat--;
    else if (token.nesting === -1) {
      const done = open.pop();
      if (done) add(h(done.tag, null, done.children));
    } else add(leafOf(token));
  }
  for (let rest = open.pop(); rest !== undefined; rest = open.pop()) add(h(rest.tag, null, rest.children));
  return root;
}

/** Headings of an output are no headings of the page. */
function tagOf({ tag, type }: Token): string {
  if (type === 'link_open') return 'span';
  if (/^h[1-6]$/.test(tag)) return 'strong';
  return ELEMENTS.has(tag) ? tag : 'span';
}

/** An entity such as `&#x202e;` is the character itself by now. */
function leafOf(token: Token): ComponentChild {
  const content = visibleControls(token.content);
  switch (token.type) {
    case 'inline':
      return inline(token.children ?? []);
    case 'text':
    case 'html_inline':
    case 'html_block':
      return content;
    case 'softbreak':
      return '\n';
    case 'hardbreak':
      return h('br', null);
    case 'hr':
      return h('hr', null);
    case 'code_inline':
      return h('code', null, content);
    case 'code_block':
    case 'fence':
      return h('pre', null, content);
    case 'image':
      return h('span', { class: 'link' }, `[image: ${content}] (${visibleControls(String(token.attrGet('src') ?? ''))})`);
    default:
      return content;
  }
}

/** Inline tokens; each link ends with its address. */
function inline(tokens: readonly Token[]): VNode {
  const parts: ComponentChild[] = [];
  let from = 0;
  tokens.forEach((token, i) => {
    if (token.type !== 'link_close') return;
    const start = tokens.findLastIndex((item, at) => at < i && item.type === 'link_open');
    if (start < from) return;
    parts.push(...childrenOf(tokens.slice(from, start)));
    const address = tokens[start]?.attrGet('href') ?? '';
    parts.push(h('span', { class: 'link' }, [...childrenOf(tokens.slice(start + 1, i)), ` (${address})`]));
    from = i + 1;
  });
  parts.push(...childrenOf(tokens.slice(from)));
  return h('span', null, parts);
}
