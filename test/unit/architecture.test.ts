/** docs/architecture.md names the files that an addition really touches: what exists today is registered in the files that its row names. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { parseReportTargets } from '../../src/cli/reporters/reports.ts';
import { runSpec } from '../../src/cli/specs/command-specs.ts';
import { METRICS } from '../../src/core/compare/metrics.ts';
import { DIALECTS } from '../../src/core/config/dialects.ts';
import { FINDING_CODES } from '../../src/core/economics/findings/finding.ts';
import { FORMAT_NAMES } from '../../src/core/feedback/logs/format-names.ts';
import { KNOWN_SHAPES } from '../../src/core/feedback/logs/rows/known-shapes.ts';
import { readGoldenSet } from '../../src/core/golden/read-golden.ts';
import { kinds } from '../../src/core/grade/kinds.ts';
import { JUDGED_TYPES } from '../../src/core/grade/judged-types.ts';
import { judgeKinds } from '../../src/core/judge/judge-kinds.ts';
import { GOLDEN_EXTENSIONS, isGoldenPath, isPromptPath } from '../../src/core/prompt/formats/prompt-name.ts';
import { commands } from '../../src/extension/window/names.ts';
import { schemaValues } from '../../src/core/json/schema-choices.ts';
import type { JsonObject } from '../../src/core/json/json.ts';
import { CASE_MARKS } from '../../src/protocol/query.ts';

const PAGE = 'docs/architecture.md';
const read = (file: string): string => fs.readFileSync(file, 'utf8');
const has = (file: string, text: string): void => assert.ok(read(file).includes(text), `${file} does not have ${text}`);
const matches = (file: string, pattern: RegExp): void => assert.ok(pattern.test(read(file)), `${file} does not match ${String(pattern)}`);
const filesIn = (folder: string, pattern: RegExp): string[] => fs.readdirSync(folder).filter((name) => pattern.test(name));
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** `file` imports `./…/name` or re-exports it. */
const imports = (file: string, name: string): void => matches(file, new RegExp(`from '[^']*/${escaped(name)}'`));

const ASSERTION = new RegExp(/"pattern": "(\^\(not-\).*)"/.exec(read('schemas/golden.schema.json'))?.[1] ?? '$.');
const goldenSchema = (types: readonly string[]): void => {
  for (const type of types) assert.match(type, ASSERTION, 'schemas/golden.schema.json');
};

/** The completion offers every type that is graded, and no other. */
function completionTypes(): void {
  const schema = JSON.parse(read('schemas/golden.schema.json')) as JsonObject;
  const types = schemaValues(schema, ['assert'], 'type').map(({ value }) => value);
  const graded = [...kindNames, ...JUDGED_TYPES.filter((type) => !MEASURES.test(type)), 'javascript', 'python', 'assert-set'];
  assert.deepEqual([...types].sort(), graded.sort());
}

/** Measures of `similar`, which is offered without one. */
const MEASURES = /^similar:/;

const kindNames = Object.keys(kinds);
const judgeNames = Object.keys(judgeKinds);
const promptReaders = filesIn('src/core/prompt/formats', /\.ts$/).filter((name) =>
  /^export function read\w+\(path: string, text: string, diagnostics: Diagnostics\): PromptDocument/m.test(
    read(`src/core/prompt/formats/${name}`),
  ),
);
const PROMPT_ENDINGS = ['.prompt', '.prompt.yml', '.prompt.yaml', '.prompty'];
const GOLDEN_SAMPLES: Readonly<Record<(typeof GOLDEN_EXTENSIONS)[number], string>> = {
  yaml: '- vars: { a: b }',
  yml: '- vars: { a: b }',
  json: '[{ "vars": { "a": "b" } }]',
  jsonl: '{ "vars": { "a": "b" } }',
  csv: 'a\nb\n',
};
const wires = ['chat', 'responses', 'messages', 'converse'];
const detectors = filesIn('src/core/economics/findings', /\.ts$/).flatMap((name) =>
  [...read(`src/core/economics/findings/${name}`).matchAll(/^export const (\w+): Detector\b/gm)].map((match) => match[1] ?? ''),
);
const fixedCodes = [...read('src/core/economics/fixes/fix.ts').matchAll(/case '([^']+)':/g)].map((match) => match[1] ?? '');
const extensionFiles = fs
  .readdirSync('src/extension', { recursive: true })
  .map((name) => `src/extension/${String(name).split(path.sep).join('/')}`)
  .filter((file) => file.endsWith('.ts'));
const cliCommands = filesIn('src/cli/commands', /^(?!all\.ts)/).map((name) => name.replace(/\.ts$/, ''));
const reports = (runSpec.options['report']?.choices ?? []).map((choice) => choice.replace(/=$/, ''));
const bundleNames = new Set([...read('scripts/bundles.mjs').matchAll(/'(?:\.\/)?([\w-]+)\.js'/g)].map((match) => match[1] ?? ''));
const bundlesIn = (text: string): string[] => (/\{([\w,-]+)\}\.js/.exec(text)?.[1] ?? '').split(',');
const inCommandLine = [
  ...(/\.\.\.\[([^\]]+)\]\.map\(\s*\(name\) => `dist/.exec(read('scripts/npm-package.mjs'))?.[1] ?? '').matchAll(/'([\w-]+)'/g),
].map((match) => match[1] ?? '');
const specFile = (name: string): string | undefined =>
  ['src/cli/specs/command-specs.ts', 'src/cli/specs/production-specs.ts', 'src/cli/specs/judging-specs.ts'].find((file) =>
    read(file).includes(`export const ${name}Spec:`),
  );

/** For each row, what holds for the files in its last column: file → check of everything that exists today. */
const ROWS: Readonly<Record<string, Readonly<Record<string, () => void>>>> = {
  'an assertion kind': {
    'src/core/grade/kinds.ts': () => {
      for (const file of filesIn('src/core/grade/kinds', /\.ts$/)) imports('src/core/grade/kinds.ts', file);
    },
    'schemas/golden.schema.json': () => {
      goldenSchema(kindNames);
      completionTypes();
    },
    'test/unit/cases/assertions.yaml': () => {
      for (const name of kindNames) matches('test/unit/cases/assertions.yaml', new RegExp(`type: "?${name}\\b`));
    },
    'docs/formats.md': () => {
      for (const name of kindNames) has('docs/formats.md', `\`${name}\``);
    },
  },
  'a judge': {
    'src/core/grade/judged-types.ts': () => {
      for (const name of judgeNames) matches('src/core/grade/judged-types.ts', new RegExp(`^ {2}'?${name}'?:`, 'm'));
    },
    'src/core/judge/judge-kinds.ts': () => {
      for (const { prompt } of Object.values(judgeKinds)) assert.ok(fs.existsSync(`judges/${prompt}.prompt`), prompt);
      const kindFiles = filesIn('src/core/judge/kinds', /\.ts$/).filter((name) =>
        read(`src/core/judge/kinds/${name}`).includes(': JudgeKind = '),
      );
      assert.ok(kindFiles.length > 0);
      for (const file of kindFiles) imports('src/core/judge/judge-kinds.ts', file);
    },
    'schemas/golden.schema.json': () => {
      goldenSchema(judgeNames);
      completionTypes();
    },
    'docs/judges.md': () => {
      for (const name of judgeNames) has('docs/judges.md', `\`${name}\``);
    },
  },
  'a finding': {
    'src/core/economics/findings/finding.ts': () => {
      const found = filesIn('src/core/economics/findings', /\.ts$/)
        .filter((name) => name !== 'finding.ts')
        .flatMap((name) => [...read(`src/core/economics/findings/${name}`).matchAll(/\bfinding\([\s\w]+,\s*'([^']+)'/g)])
        .map((match) => match[1] ?? '');
      assert.deepEqual([...new Set(found)].sort(), [...FINDING_CODES].sort());
    },
    'src/core/economics/findings/find.ts': () => {
      assert.ok(detectors.length > 0);
      for (const name of detectors) matches('src/core/economics/findings/find.ts', new RegExp(`^ {2}\\w+\\.${name},`, 'm'));
    },
    'docs/findings/': () => {
      for (const code of FINDING_CODES) assert.ok(fs.existsSync(`docs/findings/${code.replace('/', '-')}.md`), code);
    },
    'test/unit/finding-pairs.ts': () => {
      for (const code of FINDING_CODES) has('test/unit/finding-pairs.ts', `'${code}': {`);
    },
  },
  'a quick fix': {
    'src/core/economics/fixes/fix.ts': () => {
      const folder = 'src/core/economics/fixes';
      for (const file of filesIn(folder, /\.ts$/).filter((name) => name !== 'fix.ts'))
        assert.ok(
          filesIn(folder, /\.ts$/).some((name) => read(`${folder}/${name}`).includes(`from './${file}'`)),
          `${file} is used by no fix`,
        );
      for (const code of fixedCodes) assert.ok((FINDING_CODES as readonly string[]).includes(code), code);
    },
    'test/unit/findings.test.ts': () => {
      assert.ok(fixedCodes.length > 0);
      const text = read('test/unit/findings.test.ts');
      for (const code of fixedCodes) assert.ok(text.slice(text.indexOf("describe('quick fixes'")).includes(`'${code}'`), code);
    },
  },
  'a provider dialect': {
    'src/core/config/dialects.ts': () => {
      for (const [name, dialect] of Object.entries(DIALECTS)) assert.equal(dialect.name, name);
    },
    'schemas/goldset-yaml.schema.json': () => {
      for (const name of Object.keys(DIALECTS)) has('schemas/goldset-yaml.schema.json', `"${name}"`);
    },
    'docs/models.md': () => {
      for (const name of Object.keys(DIALECTS)) has('docs/models.md', `\`${name}\``);
    },
  },
  'a wire format': {
    'src/adapters/models/endpoint.ts': () => {
      for (const name of wires) imports('src/adapters/models/endpoint.ts', `${name}-wire.ts`);
      const files = ['anthropic', 'bedrock', 'openai'].flatMap((folder) => filesIn(`src/adapters/models/${folder}`, /-wire\.ts$/));
      // Embeddings are no chat: open-model.ts opens them.
      assert.deepEqual(files.sort(), [...wires, 'embeddings'].map((name) => `${name}-wire.ts`).sort());
    },
    'test/system/providers.test.ts': () => {
      // Converse has frames and signatures, so a suite of its own.
      for (const name of wires) imports(`test/system/${name === 'converse' ? 'bedrock' : 'providers'}.test.ts`, `${name}-server.ts`);
    },
  },
  'a batch service': {
    'src/adapters/models/open-model.ts': () => {
      const services = filesIn('src/adapters/models/batch', /-batches\.ts$/);
      assert.ok(services.length > 0);
      for (const file of services) imports('src/adapters/models/open-model.ts', file);
    },
  },
  'a prompt format': {
    'src/core/prompt/formats/prompt-name.ts': () => {
      for (const ending of PROMPT_ENDINGS) assert.ok(isPromptPath(`a${ending}`), ending);
    },
    'src/core/prompt/read-prompt.ts': () => {
      assert.ok(promptReaders.length > 0);
      for (const file of promptReaders) imports('src/core/prompt/read-prompt.ts', file);
    },
    'package.json': () => {
      const { activationEvents } = JSON.parse(read('package.json')) as { readonly activationEvents: readonly string[] };
      const prefix = 'workspaceContains:**/*';
      const endings = activationEvents.filter((event) => event.startsWith(prefix)).map((event) => event.slice(prefix.length));
      const golden = GOLDEN_EXTENSIONS.map((extension) => `.golden.${extension}`);
      const configs = ['promptfooconfig*.{yaml,yml,json}', '.baml'];
      assert.deepEqual(endings.sort(), [...PROMPT_ENDINGS, ...golden, ...configs].sort());
      assert.ok(activationEvents.includes('workspaceContains:**/promptfoo*.{yaml,yml,json}'));
    },
    'docs/formats.md': () => {
      for (const file of promptReaders) matches('docs/formats.md', new RegExp(escaped(file.replace(/\.ts$/, '').replace('-', '.'))));
    },
  },
  'a golden-set format': {
    'src/core/prompt/formats/prompt-name.ts': () => {
      for (const extension of GOLDEN_EXTENSIONS) assert.ok(isGoldenPath(`a.golden.${extension}`), extension);
    },
    'src/core/golden/read-golden.ts': () => {
      for (const extension of GOLDEN_EXTENSIONS) {
        const { cases } = readGoldenSet(`a.golden.${extension}`, GOLDEN_SAMPLES[extension]);
        assert.deepEqual(
          cases.map(({ vars }) => vars),
          [{ a: 'b' }],
          extension,
        );
      }
    },
    'src/core/golden/edit/edit-golden.ts': () => {
      for (const file of filesIn('src/core/golden/edit', /^edit-(?!golden)/)) imports('src/core/golden/edit/edit-golden.ts', file);
    },
    'package.json': () => {
      const pattern = /resourceFilename =~ \/([^ ]*golden[^ ]*)\/ /.exec(read('package.json').replaceAll('\\\\', '\\'))?.[1] ?? '$.';
      for (const extension of GOLDEN_EXTENSIONS) assert.match(`a.golden.${extension}`, new RegExp(pattern));
    },
    'docs/formats.md': () => {
      for (const extension of GOLDEN_EXTENSIONS) matches('docs/formats.md', new RegExp(`\`(triage\\.golden)?\\.${extension}\``));
    },
  },
  'a log format': {
    'src/core/feedback/logs/formats.ts': () => {
      const readers = ['', '/langfuse', '/otlp', '/rows'].flatMap((folder) =>
        filesIn(`src/core/feedback/logs${folder}`, /(?<!log)-format\.ts$/),
      );
      assert.ok(readers.length > 0);
      for (const file of readers) imports('src/core/feedback/logs/formats.ts', path.basename(file));
    },
    'src/core/feedback/logs/format-names.ts': () => {
      for (const name of FORMAT_NAMES) matches('src/core/feedback/logs/formats.ts', new RegExp(`^ {2}${name}: `, 'm'));
    },
    'docs/import.md': () => {
      for (const name of FORMAT_NAMES) matches('docs/import.md', new RegExp(name, 'i'));
    },
  },
  'a known shape of log rows': {
    'src/core/feedback/logs/rows/known-shapes.ts': () => imports('src/core/feedback/logs/rows/guess-mapping.ts', 'known-shapes.ts'),
    'test/unit/import-mapping.test.ts': () => {
      for (const { name } of KNOWN_SHAPES) has('test/unit/import-mapping.test.ts', vendorOf(name));
    },
    'docs/import.md': () => {
      for (const { name } of KNOWN_SHAPES) has('docs/import.md', vendorOf(name));
    },
  },
  'a CLI command': {
    'src/cli/commands/all.ts': () => {
      for (const name of cliCommands) has('src/cli/commands/all.ts', `export { ${name}Command } from './${name}.ts';`);
    },
    'src/cli/main.ts': () => {
      for (const name of cliCommands) has('src/cli/main.ts', `  ${name}: { spec: ${name}Spec, run: `);
    },
    'src/cli/specs/command-specs.ts': () => {
      for (const name of cliCommands) assert.ok(specFile(name), `no file of specs has ${name}Spec`);
      assert.equal(specFile('run'), 'src/cli/specs/command-specs.ts');
    },
    'src/cli/specs/production-specs.ts': () => assert.equal(specFile('capture'), 'src/cli/specs/production-specs.ts'),
    'src/cli/specs/judging-specs.ts': () => assert.equal(specFile('judge'), 'src/cli/specs/judging-specs.ts'),
    'README.md': () => {
      for (const name of cliCommands) matches('README.md', new RegExp(`goldset ${name}\\b`));
    },
  },
  'an editor command': {
    'src/extension/window/names.ts': () => {
      const text = extensionFiles
        .filter((file) => path.basename(file) !== 'names.ts')
        .map(read)
        .join('\n');
      for (const key of Object.keys(commands)) assert.match(text, new RegExp(`commands\\.${key}\\b`));
    },
    'src/extension/extension.ts': () => {
      const used = new Map(extensionFiles.map((file) => [file, read(file)]));
      const isCalled = (name: string, by: string): boolean => used.get(by)?.includes(`import { ${name}`) === true;
      for (const file of extensionFiles)
        for (const [, name = ''] of (used.get(file) ?? '').matchAll(/^export function (register\w+)\(/gm))
          assert.ok(
            extensionFiles.some((by) => by !== file && isCalled(name, by)),
            `${name} is called by no other file`,
          );
      assert.ok(isCalled('registerPreview', 'src/extension/extension.ts'));
    },
    'package.json': () => {
      for (const id of Object.values(commands)) has('package.json', `"command": "${id}"`);
    },
  },
  'a report format': {
    'src/cli/reporters/reports.ts': () => {
      assert.ok(reports.length > 0);
      for (const kind of reports) assert.equal(parseReportTargets([`${kind}=file`])[0]?.kind, kind);
      const writers = filesIn('src/core/report', /\.ts$/).filter((name) =>
        /^export function\* \w+Report\(/m.test(read(`src/core/report/${name}`)),
      );
      assert.ok(writers.length > 0);
      for (const file of writers) imports('src/cli/reporters/reports.ts', file);
    },
    'src/cli/specs/command-specs.ts': () => {
      const written = /const WRITERS = \{([^}]+)\}/.exec(read('src/cli/reporters/reports.ts').replace(/\(report.*\}\),/, ','))?.[1] ?? '';
      const names = [...written.matchAll(/^ {2}(\w+):/gm)].map((match) => match[1] ?? '');
      assert.deepEqual([...reports].sort(), names.sort());
    },
    'README.md': () => {
      const listed = /--report ([\w|]+)=FILE/.exec(read('README.md'))?.[1]?.split('|') ?? [];
      assert.deepEqual(listed.sort(), [...reports].sort());
    },
  },
  'a metric of a comparison': {
    'src/core/compare/metrics.ts': () => assert.ok(METRICS.length > 0),
    'schemas/compare.schema.json': () => has('schemas/compare.schema.json', METRICS.map((name) => `"${name}"`).join(', ')),
  },
  'a filter of the results page': {
    'src/protocol/query.ts': () => assert.ok(CASE_MARKS.length > 0),
    'src/engine/results-view/run-table.ts': () => {
      for (const mark of CASE_MARKS) has('src/engine/results-view/run-table.ts', `'${mark}'`);
    },
    'src/webview/results/filter-bar.tsx': () => {
      for (const mark of CASE_MARKS) matches('src/webview/results/filter-bar.tsx', new RegExp(`^ {2}'?${mark}'?: '`, 'm'));
    },
  },
  'a bundle': {
    'scripts/bundles.mjs': () => assert.ok(bundleNames.size > 0),
    '.vscodeignore': () => {
      for (const name of bundlesIn(read('.vscodeignore'))) assert.ok(bundleNames.has(name), name);
    },
    'scripts/npm-package.mjs': () => {
      const shipped = [...bundlesIn(read('.vscodeignore')), ...inCommandLine];
      assert.deepEqual(
        [...bundleNames].filter((name) => !shipped.includes(name)),
        [],
      );
    },
  },
};

/** `OpenAI’s chat completions` → `OpenAI`. */
const vendorOf = (name: string): string => /[A-Z]\w+/.exec(name)?.[0] ?? name;

describe('docs/architecture.md', () => {
  const page = read(PAGE);
  const rows = [...page.slice(page.indexOf('## To add')).matchAll(/^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm)]
    .map((match) => match.slice(1, 4))
    .filter(([name]) => name !== 'to add');
  const filesOf = (cell = ''): string[] => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');

  it('fits on two screens of 55 lines', () => assert.ok(page.trimEnd().split('\n').length <= 110));

  it('lists the additions that this test checks, and no others', () => {
    assert.deepEqual(
      rows.map(([name]) => name),
      Object.keys(ROWS),
    );
  });

  for (const [name = '', copied, registered] of rows) {
    it(`names the files that ${name} touches, and they exist`, () => {
      for (const file of [...filesOf(copied), ...filesOf(registered)]) assert.ok(fs.existsSync(file), file);
      assert.deepEqual(filesOf(registered), Object.keys(ROWS[name] ?? {}));
    });
    for (const [file, check] of Object.entries(ROWS[name] ?? {})) it(`${file} registers ${name}`, check);
  }
});
