import assert from 'node:assert/strict';
import { guessSyntax, type GuessedSyntax } from '../../src/core/prompt/formats/guess-syntax.ts';
import { processorMs } from './processor-time.ts';

/** Texts in the shapes that real prompt files have; the syntax of each is that of the language that can render it. */
const TEXTS: readonly (readonly [text: string, syntax: GuessedSyntax | null, evidence: string | null])[] = [
  ['Hello {{name}}.', 'mustache', '{{name}}'],
  ['Hello {{ user.name }}.', 'mustache', '{{ user.name }}'],
  ['Answer in one sentence.', 'none', null],
  ['', 'none', null],
  ['{{role "system"}}Hi {{#if formal}}Sir{{else}}you{{/if}}', 'handlebars', '{{role "system"}}'],
  ['{{#each items}}{{this}}{{/each}}', 'handlebars', '{{#each items}}'],
  ['{{> header}} Hi', 'handlebars', '{{> header}}'],
  ['{{media url=photo}} What is this?', 'handlebars', '{{media url=photo}}'],
  ['{{formatDate date "short"}}', 'handlebars', '{{formatDate date "short"}}'],
  ['{{{raw}}}', 'handlebars', '{{{raw}}}'],
  ['{{#name}}{{name}}{{/name}}', 'handlebars', '{{#name}}'],
  ['{% for turn in turns %}{{ turn }}{% endfor %}', 'jinja', '{% for turn in turns %}'],
  ['{%- if formal -%}Sir{%- endif -%}', 'jinja', '{%- if formal -%}'],
  ['{{ name | upper }}', 'jinja', '{{ name | upper }}'],
  ['{{ items|join(", ") }}', 'jinja', '{{ items|join(", ") }}'],
  ['{{ a if b else c }}', 'jinja', '{{ a if b else c }}'],
  ['{{ name or "friend" }}', 'jinja', '{{ name or "friend" }}'],
  ['{{ row["key"] }}', 'jinja', '{{ row["key"] }}'],
  ['{# a note #}\nHi {{name}}', 'jinja', '{# a note #}'],
  ['{{.Query}}', 'go', '{{.Query}}'],
  ['Items: {{ range .Items }}{{ .Name }}{{ end }}', 'go', '{{ range .Items }}'],
  ['{{- if .Formal }}Sir{{- end }}', 'go', '{{- if .Formal }}'],
  ['{{ if eq .Kind "a" }}x{{ else }}y{{ end }}', 'go', '{{ if eq .Kind "a" }}'],
  ['{{ $x := .Name }}{{ $x }}', 'go', '{{ $x := .Name }}'],
  ['{{template "header" .}}', 'go', '{{template "header" .}}'],
  ['Question: {question}\nContext: {context}', 'python', '{question}'],
  ['Return {{"answer": "…"}} for {question}.', 'python', '{question}'],
  ['Price {item.price:.2f} of {item!r}', 'python', '{item.price:.2f}'],
  ['Cost \\frac{a}{b}, x_{i} and a{3}', 'none', null],
  ['GET /users/{id}', 'none', null],
  ['Return {"label": "refund"}.', 'none', null],
  ['{"messages": [{"role": "system"}]}', 'json', '{"messages": [{"role": "system"}]}'],
  ['[\n  {"role": "user", "content": "{{question}}"}\n]', 'json', '['],
  ['Hi ${user.name}', 'dollar', '${user.name}'],
  ['Hi %(name)s', 'percent', '%(name)s'],
  ['Hi <%= name %>', 'erb', '<%= name %>'],
  ['We give 100% (sure)s.', 'none', null],
  ['Write for {{INSERT COMPANY NAME}}.', null, '{{INSERT COMPANY NAME}}'],
  ['{{a}} and {b}', null, '{{a}}'],
  ['{{a}}, {{b}} and {c}', 'mustache', '{{a}}'],
];

describe('the syntax of a text', () => {
  for (const [text, syntax, evidence] of TEXTS)
    it(`is ${syntax ?? 'unknown'} for ${JSON.stringify(text)}`, () => {
      const guess = guessSyntax(text);
      assert.deepEqual(
        { syntax: guess.syntax, evidence: guess.evidence && text.slice(guess.evidence.start, guess.evidence.end) },
        { syntax, evidence },
      );
    });

  it('is guessed within a second of processor time for texts that are made to be slow', () => {
    const hostile = [
      '{{'.repeat(200_000),
      '{'.repeat(300_000),
      '{{a '.repeat(100_000),
      `{{${'a '.repeat(490)}}}`.repeat(500),
      `{{${'a if '.repeat(190)}}}`.repeat(500),
      `{{${'((a '.repeat(240)}}}`.repeat(500),
      `{{${'a.'.repeat(490)}}}`.repeat(500),
      '{# '.repeat(100_000),
      '<% '.repeat(100_000),
      '{a'.repeat(100_000),
      '${a'.repeat(100_000),
    ];
    for (const text of hostile) assert.ok(processorMs(() => guessSyntax(text)) < 1000, text.slice(0, 20));
  });
});
