/** The house rules that a machine can hold: who may import whom, no folder called utils, no file over 400 lines. Type imports count. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** `layers`: which other layers it may import, `packages`: which libraries. */
const LAYERS: Readonly<Record<string, { layers: readonly string[]; packages: readonly string[] }>> = {
  core: {
    layers: [],
    packages: [
      'yaml',
      'handlebars',
      'csv-parse',
      '@cfworker/json-schema',
      'fastest-levenshtein',
      '@pydantic/genai-prices',
      'gpt-tokenizer',
      'canonicalize',
      'picomatch',
      're2js',
      'diff',
      '@lezer/javascript',
      '@lezer/python',
    ],
  },
  protocol: { layers: ['core'], packages: [] },
  webview: { layers: ['core', 'protocol'], packages: ['preact', 'markdown-it'] },
  adapters: {
    layers: ['core'],
    packages: [
      'openai',
      '@clickhouse/client-web',
      '@anthropic-ai/sdk',
      '@smithy/signature-v4',
      '@smithy/eventstream-codec',
      'eventsource-parser',
      'fzstd',
      'hyparquet',
      'hyparquet-compressors',
      'pg',
      'csv-parse',
      'picomatch',
      'node:',
      'http',
      'https',
      'http-proxy-agent',
      'https-proxy-agent',
      'proxy-from-env',
    ],
  },
  workers: { layers: ['core', 'adapters'], packages: ['node:'] },
  cli: { layers: ['core', 'adapters'], packages: ['node:', 'picomatch', 'fastest-levenshtein'] },
  runtime: { layers: ['core', 'adapters'], packages: [] },
  engine: { layers: ['core', 'adapters', 'protocol'], packages: ['node:'] },
  extension: { layers: ['core', 'adapters', 'protocol', 'engine'], packages: ['node:', 'vscode'] },
};

/** The floors of each layer from the top down: a folder imports only from floors below its own. `.`: files directly in the layer. */
const FLOORS: Readonly<Record<string, readonly string[]>> = {
  core: [
    'setup',
    'report feedback try',
    'run',
    'judge batch',
    'evaluation versions',
    'compare calls',
    'results',
    'model',
    'economics',
    'config',
    'prompt',
    'golden',
    'grade',
    'topics',
    'statistics',
    'yaml files',
    'problems',
    'text .',
    'json collections display trust',
  ],
  adapters: [
    'clickhouse review setup',
    'evaluation import',
    'analysis batch capture judging retention',
    'interactions run',
    'tries',
    'git models',
    'trust',
    'storage process',
    'http parquet workspace',
    '.',
  ],
  engine: ['.', 'try', 'golden interactions judges models', 'labelling runs', 'results-view versions workspaces'],
  extension: [
    '.',
    'insights review',
    'interactions batches capture editor golden judges language tests try versions welcome',
    'results',
    'runs',
    'models',
    'economics',
    'window pages',
    'keys',
  ],
  webview: ['results interactions insights golden-table report review review-file try', 'labelling', 'controls output', '.'],
};

const sources = (): string[] =>
  fs
    .readdirSync('src', { recursive: true })
    .map(String)
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.d.ts'));

const textOf = (file: string): string => fs.readFileSync(path.join('src', file), 'utf8');

/** Every specifier counts: values, `import type`, `import('x').T`, re-exports, dynamic imports. */
const importsOf = (text: string): string[] => ts.preProcessFile(text, true, true).importedFiles.map((file) => file.fileName);

/** The layer of a file, and the number of its floor in it; 0 is the top. */
function placeOf(file: string): { layer: string; folder: string; floor: number } {
  const [layer = '', folder = '', ...rest] = file.split('/');
  const name = rest.length > 0 ? folder : '.';
  return { layer, folder: name, floor: (FLOORS[layer] ?? []).findIndex((names) => names.split(' ').includes(name)) };
}

/** What a file imports that it may not. */
function crossings(file: string, text: string): string[] {
  const from = placeOf(file);
  const rule = LAYERS[from.layer];
  if (!rule) return [`${file}: unknown layer ${from.layer}`];
  const hasFloors = FLOORS[from.layer] !== undefined;
  if (hasFloors && from.floor === -1) return [`${file}: the folder ${from.folder} has no floor in ${from.layer}`];
  return importsOf(text).flatMap((specifier) => {
    if (!specifier.startsWith('.')) {
      const allowed = rule.packages.some((name) =>
        name.endsWith(':') ? specifier.startsWith(name) : specifier === name || specifier.startsWith(`${name}/`),
      );
      return allowed ? [] : [`${file} imports ${specifier}`];
    }
    const to = placeOf(path.posix.join(path.posix.dirname(file), specifier));
    const fine =
      to.layer === from.layer ? !hasFloors || to.folder === from.folder || to.floor > from.floor : rule.layers.includes(to.layer);
    return fine ? [] : [`${file} imports ${specifier}`];
  });
}

describe('the layers of src', () => {
  it('each file imports only layers and floors below its own, and the libraries of its layer', () => {
    assert.deepEqual(
      sources().flatMap((file) => crossings(file, textOf(file))),
      [],
    );
  });

  it('the rules refuse VS Code in core, even as a type, a climb out of the layer, and a climb within it', () => {
    const refused = [
      ['core/x.ts', "import type { Uri } from 'vscode';"],
      ['core/x.ts', "let a: import('vscode').Uri;"],
      ['core/run/x.ts', "import { y } from '../../extension/window/names.ts';"],
      ['core/x.ts', "import fs from 'node:fs';"],
      ['core/golden/x.ts', "import type { Plan } from '../run/plan.ts';"],
      ['core/tool.ts', "import { y } from './grade/grade.ts';"],
      ['core/text/x.ts', "import { y } from '../problems/errors.ts';"],
      ['core/unlisted/x.ts', ''],
      ['webview/x.ts', "import * as vscode from 'vscode';"],
    ] as const;
    for (const [file, text] of refused) assert.equal(crossings(file, text).length, 1, `${file}: ${text}`);
    assert.deepEqual(crossings('core/run/x.ts', "import { parse } from 'yaml'; import type { Case } from '../golden/case.ts';"), []);
  });

  it('every folder of a layer with floors is on one floor', () => {
    for (const [layer, floors] of Object.entries(FLOORS)) {
      const listed = floors.flatMap((names) => names.split(' ')).sort();
      const present = new Set(
        sources()
          .filter((file) => file.startsWith(`${layer}/`))
          .map((file) => placeOf(file).folder),
      );
      assert.deepEqual(listed, [...present].sort(), layer);
    }
  });

  it('docs/architecture.md shows the floors of every layer', () => {
    const page = textOf('../docs/architecture.md').split('\n');
    for (const [layer, floors] of Object.entries(FLOORS)) {
      const shown = floors.map((names) => names.split(' ').join(', ')).join(' → ');
      assert.ok(
        page.some((line) => line.replace(/ +/, ' ') === `${layer} ${shown}`),
        `${layer} ${shown}`,
      );
    }
  });

  it('the files have no import cycle', () => {
    const graph = new Map(
      sources().map((file) => [
        file,
        importsOf(textOf(file))
          .filter((specifier) => specifier.startsWith('.') && /\.tsx?$/.test(specifier))
          .map((specifier) => path.posix.join(path.posix.dirname(file), specifier)),
      ]),
    );
    const done = new Set<string>();
    const visit = (file: string, trail: readonly string[]): void => {
      assert.ok(!trail.includes(file), `cycle: ${[...trail, file].join(' → ')}`);
      if (done.has(file)) return;
      for (const next of graph.get(file) ?? []) visit(next, [...trail, file]);
      done.add(file);
    };
    for (const file of graph.keys()) visit(file, []);
  });

  it("the editor's own bundle has no parser of source files: a keystroke never waits for one", () => {
    const reached = new Set<string>();
    const visit = (file: string): void => {
      if (reached.has(file)) return;
      reached.add(file);
      // Types are not in the bundle, and the engine is a bundle of its own.
      const values = textOf(file).matchAll(/^(?:import|export)\s(?!type\b)[^;]*?from '(\.[^']+)';/gm);
      for (const [, specifier = ''] of values) visit(path.posix.join(path.posix.dirname(file), specifier));
    };
    visit('extension/extension.ts');
    assert.ok(reached.has('extension/editor/code-lenses.ts'));
    assert.deepEqual(
      [...reached].filter((file) => file.endsWith('/read-code.ts') || textOf(file).includes('@lezer/')),
      [],
    );
  });

  it('the median file has at most 80 lines, no file has more than 400, and no folder is called utils or common', () => {
    const lengths = sources()
      .map((file) => textOf(file).trimEnd().split('\n').length)
      .sort((a, b) => a - b);
    const median = lengths[Math.floor(lengths.length / 2)] ?? 0;
    assert.ok(median <= 80, `median ${median}`);
    assert.ok((lengths.at(-1) ?? 0) <= 400, `longest ${lengths.at(-1)}`);
    for (const file of sources()) assert.doesNotMatch(file, /(^|\/)(utils?|helpers?|common|misc)(\/|\.)/);
  });

  it('the sources have no any, no empty catch and no ignored type error', () => {
    for (const file of sources()) {
      const text = textOf(file);
      assert.doesNotMatch(text, /:\s+any\s*[,;)=\]]|<any>|\bas any\b|@ts-ignore|catch\s*(\([^)]*\))?\s*\{\s*\}/, file);
    }
  });
});
