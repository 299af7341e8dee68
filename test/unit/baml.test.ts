/** BAML's functions as prompts: the table says what each sends and how its tests are judged; hostile files only become diagnostics. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import fc from 'fast-check';
import { parse } from 'yaml';
import { isHumanError } from '../../src/core/problems/errors.ts';
import { gradeOutput } from '../../src/core/grade/grade.ts';
import type { JsonObject } from '../../src/core/json/json.ts';
import { bamlFunctionNames } from '../../src/core/prompt/baml/function-names.ts';
import { readDeclarations } from '../../src/core/prompt/baml/declarations.ts';
import { readBaml } from '../../src/core/prompt/baml/read-baml.ts';
import { NO_CONTEXT } from '../../src/core/prompt/formats/text-prompt.ts';
import { readPrompt } from '../../src/core/prompt/read-prompt.ts';
import { prepareRenderer } from '../../src/core/prompt/render.ts';
import type { Message } from '../../src/core/prompt/request.ts';
import { jinjaExpressions } from '../../src/core/prompt/template/jinja/plain-expression.ts';
import { LineIndex } from '../../src/core/text/text.ts';

interface Row {
  readonly name: string;
  readonly text: string;
  readonly function: string;
  readonly model?: string;
  readonly parameters?: JsonObject;
  /** Of its first test; null: it cannot be rendered. */
  readonly messages: readonly string[] | null;
  readonly judged?: readonly { readonly output: string; readonly passes: boolean }[];
  readonly unsupported?: Readonly<Record<string, string>>;
  readonly says: readonly string[];
}

const rows = parse(fs.readFileSync('test/unit/cases/baml.yaml', 'utf8')) as Row[];
const PATH = 'baml_src/main.baml';

const shown = ({ role, content }: Message): string =>
  `${role}: ${content.map((part) => ('text' in part ? part.text : 'media' in part ? `[media ${part.media.url}]` : '')).join('')}`;

const read = (text: string, name: string) => readBaml(`${PATH}#${name}`, new Map([[PATH, text]]), jinjaExpressions);

describe('functions of BAML', () => {
  for (const row of rows)
    it(row.name, () => {
      const { document, diagnostics } = read(row.text, row.function);
      const reading = readPrompt(document.path, row.text, [], { ...NO_CONTEXT, document });
      const lines = new LineIndex(row.text);
      const said = [...diagnostics, ...reading.diagnostics].map(
        ({ severity, code, range }) => `${severity} ${code} ${range === null ? '-' : lines.position(range.start).line + 1}`,
      );
      assert.deepEqual(said, row.says);
      assert.equal(document.model?.id, row.model);
      if (row.parameters !== undefined) assert.deepEqual(document.parameters, row.parameters);
      const [first] = document.embedded.cases;
      if (row.messages !== null)
        assert.deepEqual(
          prepareRenderer(document, [])
            .render({ input: first?.vars ?? {} })
            .messages.map(shown),
          row.messages,
        );
      for (const { output, passes } of row.judged ?? []) {
        const graded = gradeOutput(first?.assertions ?? [], null, { ...UNKNOWN, output });
        assert.equal(graded.verdict, passes ? 'pass' : 'fail', `${output}: ${JSON.stringify(graded)}`);
      }
      const unsupported = document.embedded.cases.flatMap(({ id, unsupported: why }) => (why === null ? [] : [[id, why]]));
      assert.deepEqual(Object.fromEntries(unsupported), row.unsupported ?? {});
      assert.deepEqual(bamlFunctionNames(row.text), [row.function]);
    });

  it('are known in all files of the project, and each piece of text has its place', () => {
    const types = 'class A { b string }\nclient<llm> C {\n provider openai\n options { model gpt-4o }\n}';
    const text = 'function F(x: string) -> A {\n  client C\n  prompt #"\n    Do {{ x }}.\n    {{ ctx.output_format }}\n  "#\n}\n';
    const texts = new Map([
      [PATH, text],
      ['baml_src/types.baml', types],
    ]);
    const { document } = readBaml(`${PATH}#F`, texts, jinjaExpressions);
    assert.equal(document.model?.id, 'openai:gpt-4o');
    const { segments } = prepareRenderer(document, []).render({ input: { x: 'it' } });
    const [value] = segments.filter(({ kind }) => kind === 'value');
    assert.equal(text.slice(value?.source.range.start, value?.source.range.end), '{{ x }}');
    const literals = segments.flatMap((segment) => (segment.kind === 'literal' ? [segment] : []));
    assert.equal(text.slice(literals[0]?.source.range.start, literals[0]?.source.range.end), 'Do ');
    for (const { source } of segments) assert.ok(source.range.end <= text.length);
  });
});

describe('hostile BAML files', () => {
  const PIECES = [
    ...[
      'function F(a: string) -> A {\n',
      'client C\n',
      'prompt #"',
      '"#\n',
      '}\n',
      'class A {\n',
      ' b string',
      '?',
      '[]',
      '|',
      '@alias(',
      '"x"',
    ],
    ...[
      'enum E {\n',
      'test T {\n',
      'functions [F]\n',
      'args { a ',
      '{{ a }}',
      '{% for x in a %}',
      '{{ _.role("user") }}',
      '{{ ctx.output_format }}',
    ],
    ...[
      'client<llm> C {\n',
      'options {',
      ')',
      '(',
      '@@assert({{ this.b == 1 }})',
      '#"',
      '//',
      '{//',
      '\n',
      '\uE000',
      '\\',
      'map<',
      ',',
      'A',
    ],
  ];
  const hostile = fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 4 })), { maxLength: 40 }).map((all) => all.join(''));

  it('are read to their end, whose places are in the file', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const { problems, functions } = readDeclarations(PATH, text);
        for (const { at } of problems) assert.ok(at >= 0 && at <= text.length);
        for (const { name } of functions) {
          const { document, diagnostics } = read(text, name);
          for (const { range } of diagnostics) assert.ok(range === null || range.end <= text.length + 1);
          assert.equal(document.format, 'baml');
        }
      }),
      { numRuns: 500, seed: 29 },
    );
  });

  it('have no value that begins a message', () => {
    const text = 'function F(a: string) -> string {\n client "openai/x"\n prompt #"{{ _.role("system") }}Be kind. {{ a }}"#\n}\n';
    const { document } = read(text, 'F');
    const renderer = prepareRenderer(document, []);
    fc.assert(
      fc.property(hostile, (value) => {
        try {
          assert.deepEqual(
            renderer.render({ input: { a: `x${value}` } }).messages.map(({ role }) => role),
            ['system'],
          );
        } catch (error) {
          if (!isHumanError(error)) throw error;
        }
      }),
      { numRuns: 300, seed: 29 },
    );
  });
});

const UNKNOWN = {
  finish: null,
  toolCalls: [],
  costUsd: null,
  ttftMs: null,
  latencyMs: null,
  outputTokens: null,
  vars: {},
  tools: [],
};
