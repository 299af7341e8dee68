/** What the site is made of: pages, menu, search, and the links that a repository writes as paths in backticks. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * The menu: what a newcomer reads first stands first.
 * @type {readonly (readonly [text: string, names: readonly string[]])[]}
 */
const GROUPS = [
  ['Start', ['install', 'coming-from', 'promptfoo', 'formats', 'code-prompts', 'syntaxes', 'models', 'sign-in']],
  ['Run and compare', ['runs', 'results', 'judges', 'comparing', 'ci']],
  ['Production', ['feedback', 'runtime', 'capture', 'import', 'interactions']],
  ['Reference', ['words', 'security']],
  ['Contribute', ['architecture', 'testing', 'release']],
];

/** The heading of a page. @param {string} file */
const titleOf = (file) => /^# (.+)$/m.exec(readFileSync(file, 'utf8'))?.[1] ?? path.basename(file, '.md');

/** @param {string} docs the folder of the pages */
export function menuOf(docs) {
  const listed = new Set(GROUPS.flatMap(([, names]) => names));
  const rest = readdirSync(docs).flatMap((name) => (name.endsWith('.md') && !listed.has(name.slice(0, -3)) ? [name.slice(0, -3)] : []));
  /** @type {typeof GROUPS} */
  const groups = rest.length === 0 ? GROUPS : [...GROUPS, ['More', rest]];
  const pages = groups.map(([text, names]) => ({
    text,
    items: names.flatMap((name) => {
      const file = path.join(docs, `${name}.md`);
      return existsSync(file) ? [{ text: titleOf(file), link: addressOf(name) }] : [];
    }),
  }));
  const folders = /** @type {const} */ ([
    ['Findings', 'findings'],
    ['Decisions', 'decisions'],
  ]).map(([text, folder]) => ({
    text,
    collapsed: true,
    items: readdirSync(path.join(docs, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => ({ text: titleOf(path.join(docs, folder, name)), link: `/${folder}/${name.slice(0, -3)}` })),
  }));
  return [...pages, ...folders];
}

/** The address of a page: the first page of the menu is the start of the site. @param {string} name */
const addressOf = (name) => (name === 'install' ? '/' : `/${name}`);

/**
 * Changes tokens of each page: what is named in backticks, `docs/models.md`, becomes a link to that page, whose target the generator checks;
 * a link to a file of the repository that is no page leads to it on GitHub. One that leads to nothing stays as it is, and fails the build.
 * @param {Markdown} markdown
 * @param {string} docs
 */
export function linkAll(markdown, docs) {
  // The generator reads pages as templates of Vue; what is in code is text.
  const before = markdown.renderer.rules.code_inline;
  markdown.renderer.rules.code_inline = (...args) => (before?.(...args) ?? '').replace('<code', '<code v-pre');
  markdown.core.ruler.push('goldset-links', ({ tokens, Token: Made }) => {
    for (const inline of tokens) {
      if (inline.children === null) continue;
      inline.children = inline.children.flatMap((token) => {
        if (token.type === 'link_open') toRepository(token, docs);
        const [, page] = (token.type === 'code_inline' && /^docs\/([\w/-]+)\.md$/.exec(token.content)) || [];
        if (page === undefined) return [token];
        const open = new Made('link_open', 'a', 1);
        open.attrSet('href', addressOf(page));
        return [open, token, new Made('link_close', 'a', -1)];
      });
    }
  });
}

/** @param {Token} token @param {string} docs */
function toRepository(token, docs) {
  const href = token.attrGet('href');
  if (href?.startsWith('../') === true && existsSync(path.join(docs, href)))
    token.attrSet('href', `https://github.com/goldset/goldset/blob/main/${path.posix.join('docs', href)}`);
}

/** @typedef {{ type: string, content: string, children: Token[] | null, attrGet: (name: string) => string | null, attrSet: (name: string, value: string) => void }} Token */
/** @typedef {(...args: unknown[]) => string} Rule */
/** @typedef {{ tokens: Token[], Token: new (type: string, tag: string, nesting: number) => Token }} State */
/** @typedef {{ renderer: { rules: Record<string, Rule | undefined> }, core: { ruler: { push: (name: string, rule: (state: State) => void) => void } } }} Markdown */
