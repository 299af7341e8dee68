/** The house rules that a machine can hold: who may import whom, no cycles, no drawer, no file over the wall. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** `here`: files of the project, `packages`: what else. */
const LAYERS: Readonly<Record<string, { here: readonly string[]; packages: readonly string[] }>> = {
  core: {
    here: [],
    packages: [
      'yaml',
      'handlebars',
      'csv-parse',
      '@cfworker/json-schema',
      'fastest-levenshtein',
      '@pydantic/genai-prices',
      'gpt-tokenizer',
      'canonicalize',
      're2js',
      'diff',
    ],
  },
  protocol: { here: ['core'], packages: [] },
  webview: { here: ['core', 'protocol'], packages: ['preact', 'markdown-it'] },
  adapters: {
    here: ['core'],
    packages: [
      'openai',
      '@anthropic-ai/sdk',
      'eventsource-parser',
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
  workers: { here: ['core', 'adapters'], packages: ['node:'] },
  cli: { here: ['core', 'adapters'], packages: ['node:', 'picomatch', 'fastest-levenshtein'] },
  runtime: { here: ['core', 'adapters'], packages: [] },
  extension: { here: ['core', 'adapters', 'protocol', 'workers'], packages: ['node:', 'vscode'] },
};

const sources = (): string[] =>
  fs
    .readdirSync('src', { recursive: true })
    .map(String)
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.d.ts'));

/** Every specifier counts: values, `import type`, `import('x').T`, re-exports, dynamic imports. */
const importsOf = (text: string): string[] => ts.preProcessFile(text, true, true).importedFiles.map((file) => file.fileName);

function crossings(file: string, text: string): string[] {
  const layer = file.split('/')[0] ?? '';
  const rule = LAYERS[layer];
  if (!rule) return [`${file}: unknown folder ${layer}`];
  return importsOf(text).flatMap((specifier) => {
    if (specifier.startsWith('.')) {
      const target = path.posix.join(path.posix.dirname(file), specifier).split('/')[0] ?? '';
      return target === layer || rule.here.includes(target) ? [] : [`${file} imports ${specifier}`];
    }
    const allowed = rule.packages.some((name) =>
      name.endsWith(':') ? specifier.startsWith(name) : specifier === name || specifier.startsWith(`${name}/`),
    );
    return allowed ? [] : [`${file} imports ${specifier}`];
  });
}

describe('the house', () => {
  for (const file of sources()) {
    it(`${file} stays in its layer and under the wall`, () => {
      const text = fs.readFileSync(path.join('src', file), 'utf8');
      assert.deepEqual(crossings(file, text), []);
      assert.ok(text.split('\n').length <= 400, `${file} has more than 400 lines`);
      assert.doesNotMatch(file, /(^|\/)(utils?|helpers?|common|misc)(\/|\.)/);
    });
  }

  it('fails when core imports vscode, even as a type, or climbs out', () => {
    assert.equal(crossings('core/x.ts', "import type { Uri } from 'vscode';").length, 1);
    assert.equal(crossings('core/x.ts', "let a: import('vscode').Uri;").length, 1);
    assert.equal(crossings('core/run/x.ts', "import { y } from '../../extension/names.ts';").length, 1);
    assert.equal(crossings('core/x.ts', "import fs from 'node:fs';").length, 1);
    assert.equal(crossings('webview/x.ts', "import * as vscode from 'vscode';").length, 1);
    assert.equal(crossings('core/x.ts', "import { parse } from 'yaml';").length, 0);
  });

  it('has no import cycle', () => {
    const graph = new Map(
      sources().map((file) => [
        file,
        importsOf(fs.readFileSync(path.join('src', file), 'utf8'))
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

  it('keeps the median file at 120 lines or less', () => {
    const lengths = sources()
      .map((file) => fs.readFileSync(path.join('src', file), 'utf8').split('\n').length)
      .sort((a, b) => a - b);
    const median = lengths[Math.floor(lengths.length / 2)] ?? 0;
    assert.ok(median <= 120, `median ${median}`);
  });

  it('has no any, no empty catch, no fresh ignore', () => {
    for (const file of sources()) {
      const text = fs.readFileSync(path.join('src', file), 'utf8');
      assert.doesNotMatch(text, /:\s+any\s*[,;)=\]]|<any>|\bas any\b|@ts-ignore|catch\s*(\([^)]*\))?\s*\{\s*\}/, file);
    }
  });
});
