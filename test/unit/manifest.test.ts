/** Names in package.json and in the code are the same, and docs name only what exists. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { FINDING_CODES } from '../../src/core/economics/findings/finding.ts';
import { commands, panels, views } from '../../src/extension/window/names.ts';

interface Manifest {
  readonly activationEvents: readonly string[];
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly views: { readonly goldset: readonly { readonly id: string }[] };
    readonly walkthroughs: readonly {
      readonly steps: readonly {
        readonly id: string;
        readonly title: string;
        readonly description: string;
        readonly media: { readonly markdown: string };
        readonly completionEvents: readonly string[];
      }[];
    }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string }[]>>;
  };
  readonly scripts: Readonly<Record<string, string>>;
}
const manifest = JSON.parse(fs.readFileSync('package.json', 'utf8')) as Manifest;

describe('package.json', () => {
  it('contributes exactly the commands of names.ts', () => {
    assert.deepEqual(manifest.contributes.commands.map((item) => item.command).sort(), Object.values(commands).sort());
  });
  it('uses only known commands in menus', () => {
    const known: readonly string[] = Object.values(commands);
    for (const item of Object.values(manifest.contributes.menus).flat()) assert.ok(known.includes(item.command), item.command);
  });
  it('names the view and the panel of names.ts', () => {
    assert.deepEqual(
      manifest.contributes.views.goldset.map((view) => view.id),
      Object.values(views),
    );
    assert.ok(manifest.activationEvents.includes(`onWebviewPanel:${panels.results}`));
  });
  it('has the walkthrough that the README tells, word for word, and its steps are checked off by what happens', () => {
    const readme = fs.readFileSync('README.md', 'utf8').replaceAll(/\s+/g, ' ');
    const [walkthrough] = manifest.contributes.walkthroughs;
    assert.ok(walkthrough && walkthrough.steps.length > 0);
    for (const [i, { title, description, id, completionEvents, media }] of walkthrough.steps.entries()) {
      const [, text, button] = /^([^\n]+)\n\[([^\]\n]+)\]\(command:[^)\n]+\)$/.exec(description) ?? [];
      const told = `${i + 1}. **${title}.** ${text} Button: *${button}*.`;
      assert.ok(readme.includes(told), `The README does not say: ${told}`);
      assert.deepEqual(completionEvents, [`onContext:goldset.tour.${id}`]);
      assert.ok(fs.existsSync(media.markdown), media.markdown);
    }
  });
  it('never activates on all YAML', () => assert.ok(!manifest.activationEvents.includes('onLanguage:yaml')));
});

describe('the documentation', () => {
  it('has a page for every finding, and for nothing else', () => {
    assert.deepEqual(fs.readdirSync('docs/findings').sort(), FINDING_CODES.map((code) => `${code.replace('/', '-')}.md`).sort());
  });
  const pages = [
    'README.md',
    'CHANGELOG.md',
    ...fs
      .readdirSync('docs', { recursive: true })
      .map(String)
      .filter((name) => name.endsWith('.md'))
      .map((name) => `docs/${name.replaceAll('\\', '/')}`),
  ];
  it('names only files that exist', () => {
    for (const page of pages) {
      const text = fs.readFileSync(page, 'utf8');
      const named = [...text.matchAll(/`((?:src|test|docs|scripts|examples|schemas|syntaxes|media|bench)\/[\w./-]*)`/g)].map(
        (match) => match[1] ?? '',
      );
      const linked = [...text.matchAll(/\]\(((?!https?:)[^)#]+)/g)].map((match) => path.join(path.dirname(page), match[1] ?? ''));
      for (const file of [...named, ...linked]) assert.ok(fs.existsSync(file), `${page} names ${file}`);
    }
  });
  it('of scripts names only pages that exist', () => {
    for (const script of fs.readdirSync('scripts').filter((name) => name.endsWith('.mjs'))) {
      const text = fs.readFileSync(`scripts/${script}`, 'utf8');
      const named = [...text.matchAll(/\b(docs\/[\w/-]+\.md)\b/g)].map((match) => match[1] ?? '');
      for (const page of named) assert.ok(fs.existsSync(page), `scripts/${script} names ${page}`);
    }
    assert.match(fs.readFileSync('scripts/power-table.mjs', 'utf8'), /docs\/comparing\.md/);
  });
  it('names only npm scripts that exist', () => {
    for (const page of pages) {
      const named = [...fs.readFileSync(page, 'utf8').matchAll(/npm run ([\w:-]+)/g)].map((match) => match[1] ?? '');
      for (const script of named) assert.ok(manifest.scripts[script] !== undefined, `${page} names npm run ${script}`);
    }
  });
});
