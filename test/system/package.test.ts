/** What `npm run package` and `npm pack` make: the VSIX's content, and the npm package installed without a network and used. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { assertValid, ended, type RunJson } from './command-line.ts';
import { zipNames } from './zip-names.ts';

const { version, contributes } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  version: string;
  contributes: Record<'jsonValidation', { url: string }[]> & Record<'languages' | 'grammars', object[]>;
};
const TARBALL = `goldset-${version}.tgz`;

/** What no bundle requires: the worker thread, and what a process of a code assertion reads. */
const BY_PATH = ['worker.js', 'sucrase.js'];

/** What the worker thread reads for the command line alone: the editor imports no files of logs. */
const NOT_IN_EDITOR = ['parquet.js'];
/** Pages for people who change Goldset: the repository has them. */
const OF_MAINTAINERS = /^(?:testing\.md|architecture\.md|release\.md|decisions\b.*)$/;

/** The bundles that begin with `entries` and read each other, as paths in dist/. */
function closure(dist: string, entries: readonly string[]): string[] {
  const found = new Set(entries);
  for (const file of found) {
    const text = readFileSync(path.join(dist, file), 'utf8');
    for (const [, next = ''] of text.matchAll(/\b(?:require|import)\("\.\/([\w-]+\.js)"\)/g)) found.add(next);
  }
  return [...found].sort();
}

describe('packages', function () {
  this.timeout(600_000);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'goldset-package-'));
  const application = path.join(folder, 'application');
  const installed = path.join(application, 'node_modules', 'goldset');
  // As in a terminal: not as a child of `npm test`, without keys, and with an empty cache.
  const environment = {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_|_API_KEY$|^OPENAI/i.test(name))),
    npm_config_cache: path.join(folder, 'cache'),
    npm_config_update_notifier: 'false',
    npm_config_offline: 'true',
  };
  const run = (cwd: string, command: string, ...args: string[]): Promise<{ code: number | null; out: string; err: string }> => {
    const child = spawn(command, args, { cwd, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    return ended(child);
  };
  const succeed = async (...call: Parameters<typeof run>): Promise<string> => {
    const { code, out, err } = await run(...call);
    assert.equal(code, 0, `${out}${err}`);
    return out;
  };

  /** `npm pack` in a copy of the root, after one that was cut off: package.json at each point, and the tarball. */
  const packAtRoot = async (): Promise<{ cutOff: string; putBack: string; packed: string; tarball: Buffer }> => {
    const root = path.join(folder, 'root');
    for (const name of readdirSync('.').filter((entry) => !/^(\.|(bench|examples|node_modules|out|test)$)/.test(entry)))
      cpSync(name, path.join(root, name), {
        recursive: true,
        preserveTimestamps: true,
        filter: (file) => file !== path.join('dist', 'npm'),
      });
    symlinkSync(path.resolve('node_modules'), path.join(root, 'node_modules'), 'dir');
    const after = async (command: string, ...args: string[]): Promise<string> => {
      await succeed(root, command, ...args);
      return readFileSync(path.join(root, 'package.json'), 'utf8');
    };
    const cutOff = await after(process.execPath, 'scripts/npm-pack.mjs', 'before');
    const putBack = await after(process.execPath, 'scripts/npm-pack.mjs', 'after');
    const packed = await after('npm', 'pack');
    return { cutOff, putBack, packed, tarball: readFileSync(path.join(root, TARBALL)) };
  };
  const makeAndInstall = async (): Promise<void> => {
    await succeed('.', process.execPath, 'scripts/package.mjs');
    await succeed('dist/npm', 'npm', 'pack', '--pack-destination', folder);
    mkdirSync(application);
    writeFileSync(path.join(application, 'package.json'), '{}');
    await succeed(application, 'npm', 'install', '--no-audit', '--no-fund', path.join(folder, TARBALL));
  };
  let atRoot: Awaited<ReturnType<typeof packAtRoot>>;
  before(async () => {
    [atRoot] = await Promise.all([packAtRoot(), makeAndInstall()]);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('a VSIX of at most 4 MB holds what the extension reads, and nothing else', () => {
    const file = `out/goldset-${version}.vsix`;
    assert.ok(statSync(file).size <= 4 * 1024 * 1024, `${statSync(file).size} bytes`);
    const names = zipNames(readFileSync(file)).flatMap((name) => (name.startsWith('extension/') ? name.slice('extension/'.length) : []));
    const within = (start: string): string[] => names.filter((name) => name.startsWith(start)).map((name) => name.slice(start.length));
    const bundles = closure('dist', ['extension.js', ...BY_PATH]).filter((name) => !NOT_IN_EDITOR.includes(name));
    const webviews = readdirSync('dist/webview').map((name) => `webview/${name}`);
    assert.deepEqual(within('dist/').sort(), [...bundles, ...webviews, 'THIRD-PARTY-NOTICES.txt'].sort());
    assert.deepEqual(within('judges/').sort(), readdirSync('judges').sort());
    const pages = readdirSync('docs', { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.endsWith('.md') && !OF_MAINTAINERS.test(name),
    );
    assert.deepEqual(within('docs/').sort(), pages.map((name) => name.replaceAll('\\', '/')).sort());
    const sample = ['triage/triage', 'replies/reply'].flatMap((name) =>
      ['prompt', 'golden.yaml', 'scripted.yaml'].map((end) => `${name}.${end}`),
    );
    assert.deepEqual(within('examples/').sort(), ['goldset.yaml', ...sample].sort());
    // Those that completion and hover read (src/extension/language/yaml-schemas.ts); the schema of golden sets is also JSON's own.
    const schemas = ['front-matter', 'golden', 'goldset-yaml', 'prompt-yml', 'scripted'].map((name) => `${name}.schema.json`);
    assert.deepEqual(within('schemas/').sort(), schemas);
    assert.ok(contributes.jsonValidation.every(({ url }) => schemas.includes(url.replace('./schemas/', ''))));
    const syntaxes = [...JSON.stringify([contributes.languages, contributes.grammars]).matchAll(/\.\/syntaxes\/([^"]+)/g)];
    assert.deepEqual(within('syntaxes/').sort(), syntaxes.map((match) => match[1]).sort());
    const known = [
      'dist',
      'docs',
      'examples',
      'judges',
      'media',
      'schemas',
      'syntaxes',
      'package.json',
      'readme.md',
      'changelog.md',
      'LICENSE.txt',
    ];
    assert.deepEqual([...new Set(names.map((name) => name.split('/')[0]))].sort(), known.sort());
  });

  it('npm pack at the root makes the same package, and leaves package.json as it was, which a pack that was cut off does not lose', () => {
    const ours = readFileSync('package.json', 'utf8');
    assert.notEqual(atRoot.cutOff, ours);
    assert.equal(atRoot.putBack, ours);
    assert.equal(atRoot.packed, ours);
    assert.ok(atRoot.tarball.equals(readFileSync(path.join(folder, TARBALL))));
  });

  it('the npm package installs itself and nothing beside', () => {
    assert.deepEqual(readdirSync(path.join(application, 'node_modules')).sort(), ['.bin', '.package-lock.json', 'goldset']);
    const manifest = JSON.parse(readFileSync(path.join(installed, 'package.json'), 'utf8')) as Record<string, unknown>;
    assert.deepEqual(manifest['engines'], { node: '>=20.19' });
    assert.deepEqual(manifest['peerDependenciesMeta'], { '@anthropic-ai/sdk': { optional: true }, openai: { optional: true } });
    for (const name of ['dependencies', 'devDependencies', 'scripts', 'private', 'main', 'contributes'])
      assert.ok(!(name in manifest), name);
    for (const name of ['README.md', 'LICENSE', 'CHANGELOG.md', 'schemas/run.schema.json'])
      assert.ok(statSync(path.join(installed, name)).isFile());
    const bundles = readdirSync(path.join(installed, 'dist')).filter((name) => name.endsWith('.js'));
    assert.deepEqual(bundles.sort(), closure(path.join(installed, 'dist'), ['cli.js', ...BY_PATH]));
  });

  it('holds what its entries need, and no other file', () => {
    const files = (folder: string): string[] =>
      readdirSync(path.join(installed, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.relative(installed, path.join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
    const runtime = [
      'goldset-runtime-otlp.d.ts',
      'goldset-runtime.d.ts',
      'index.cjs',
      'index.mjs',
      'otlp.cjs',
      'otlp.mjs',
      'prompts.cjs',
      'sinks.cjs',
    ];
    assert.deepEqual(
      files('dist/runtime').sort(),
      runtime.map((name) => `dist/runtime/${name}`),
    );
    const size = files('.').reduce((sum, file) => sum + statSync(path.join(installed, file)).size, 0);
    assert.ok(size < 12.8e6 && files('.').length < 80, `${files('.').length} files, ${size} bytes`);
  });

  it('npx goldset run grades an example with its scripted model, judges, and writes a page', async () => {
    cpSync('examples/triage', path.join(application, 'triage'), { recursive: true });
    cpSync('examples/goldset.yaml', path.join(application, 'goldset.yaml'));
    assert.equal((await succeed(application, process.execPath, path.join(installed, 'dist/cli.js'), '--version')).trim(), version);
    const { code, out, err } = await run(application, 'npx', 'goldset', 'run', 'triage', '--json', '--report', 'html=report.html');
    assert.equal(code, 1, err);
    const report = JSON.parse(out) as RunJson;
    assertValid('run', report);
    // The README's numbers.
    assert.deepEqual([report.results.length, report.candidates[0]?.passed], [65, 57]);
    assert.ok(readFileSync(path.join(application, 'report.html'), 'utf8').includes(readFileSync('dist/webview/report.js', 'utf8').trim()));
    const judged = path.join(folder, 'judged');
    mkdirSync(judged);
    const files = {
      'goldset.yaml': 'judge: { model: "scripted:./judge.scripted.yaml" }\n',
      'a.prompt': '---\nmodel: scripted:./m.scripted.yaml\nconfig: { maxOutputTokens: 20 }\n---\n{{x}}\n',
      'a.golden.yaml': '- { id: a, vars: { x: hello }, assert: [{ type: llm-rubric, value: Is it polite? }] }\n',
      'm.scripted.yaml': 'default: { reply: Good day. }\n',
      'judge.scripted.yaml': 'default: { json: { reason: It greets., quotes: [Good day.], score: 1, verdict: pass } }\n',
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(judged, name), text);
    const verdict = await succeed(judged, process.execPath, path.join(installed, 'dist/cli.js'), 'run', '--json');
    assert.equal((JSON.parse(verdict) as RunJson).results[0]?.assertions[0]?.reason, 'It greets.');
  });

  it('goldset/runtime is imported, required and type-checked', async () => {
    const body = "loadPrompt('a').then((prompt) => console.log(prompt.render({ x: 'hello' }).chat.messages[0].content.trim()));\n";
    const options = {
      strict: true,
      module: 'NodeNext',
      target: 'ES2022',
      lib: ['ES2022'],
      types: [],
      noEmit: true,
      skipDefaultLibCheck: true,
    };
    const typed = "import { loadPrompt, type LoadedPrompt } from 'goldset/runtime';\nconst prompt: LoadedPrompt = await loadPrompt('a');\n";
    const files = {
      'goldset.yaml': '',
      'a.prompt': '---\nmodel: local:m\n---\n{{x}}',
      'app.mjs': `import { loadPrompt } from 'goldset/runtime';\n${body}`,
      'app.cjs': `const { loadPrompt } = require('goldset/runtime');\n${body}`,
      'app.mts': `${typed}export const text: string = prompt.version;\n`,
      'wrong.mts': `${typed}export const text: number = prompt.version;\n`,
      'tsconfig.json': JSON.stringify({ compilerOptions: options, files: ['app.mts', 'wrong.mts'] }),
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(application, name), text);
    const [imported, required, checked] = await Promise.all([
      succeed(application, process.execPath, 'app.mjs'),
      succeed(application, process.execPath, 'app.cjs'),
      run(application, process.execPath, path.resolve('node_modules/typescript/bin/tsc')),
    ]);
    assert.deepEqual([imported.trim(), required.trim()], ['hello', 'hello']);
    const errors = checked.out.split('\n').filter((line) => line.includes('error TS'));
    assert.deepEqual(errors, ["wrong.mts(3,14): error TS2322: Type 'string' is not assignable to type 'number'."]);
  });
});
