/** The settings of VitePress. A link that leads to no page fails the build. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { linkAll, menuOf } from '../site.mjs';

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '../../..');
const docs = path.join(root, 'docs');
const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));

export default {
  title: 'Goldset',
  description: 'Tests of prompts against golden cases, in VS Code and in CI.',
  srcDir: docs,
  outDir: path.join(root, 'out/docs'),
  cacheDir: path.join(root, 'out/docs-cache'),
  base: process.env.GOLDSET_DOCS_BASE ?? '/',
  cleanUrls: true,
  lastUpdated: false,
  ignoreDeadLinks: false,
  rewrites: { 'install.md': 'index.md' },
  themeConfig: {
    search: { provider: 'local' },
    sidebar: menuOf(docs),
    nav: [{ text: `Version ${version}`, link: 'https://github.com/goldset/goldset/blob/main/CHANGELOG.md' }],
    socialLinks: [{ icon: 'github', link: 'https://github.com/goldset/goldset' }],
    outline: { level: [2, 3] },
  },
  markdown: { config: (markdown) => linkAll(markdown, docs) },
};
