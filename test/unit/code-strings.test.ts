/** Every way to write a string: the reader gives what the languages give. JavaScript is evaluated here, Python's values are recorded. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import vm from 'node:vm';
import { readCode } from '../../src/core/prompt/code/read-code.ts';

/** The text of MY_PROMPT as the reader has it; a variable as `⟨name⟩`. Null: it is not read as a text. */
function readText(path: string, text: string): string | null {
  const { template } = readCode(path, text, () => null).prompts[0]?.document ?? {};
  if (template?.kind !== 'parts') return null;
  return template.messages[0]?.parts.map((part) => ('text' in part ? part.text : `⟨${part.variable}⟩`)).join('') ?? null;
}

const JAVASCRIPT: readonly string[] = [
  String.raw`'a\n\t\r\b\v\f\\\'\"'`,
  String.raw`"\x41\u00e9\u{1F600}\u{000041}\q\
continued"`,
  String.raw`'it''s'`.replace("''", "\\'"),
  '`line one\nline two \\` \\${no} $ {x} $${"dollar"}`',
  '`a\r\nb\rc`',
  'String.raw`\\n \\u00e9 ${"x"} \\` end`',
  '\'a\' + "b" + `c${1}d${true}${null}`',
  "['a', 'b', ...['c']].join(' - ')",
  "['a', 'b'].join()",
  "'  padded  '.trim() + '|' + ' x '.trimEnd() + '|'",
  "'one two two'.replace('two', 'three').replaceAll('o', '0')",
  "'a'.concat('b', `c`)",
  '`${`nested ${"deep"}`}!`',
  "('paren' as const)".replace(' as const', ''),
];

describe('strings of JavaScript', () => {
  for (const source of JAVASCRIPT)
    it(`${JSON.stringify(source)} is read as the engine evaluates it`, () => {
      const value: unknown = vm.runInNewContext(`(${source})`);
      assert.equal(readText('a.js', `const MY_PROMPT = ${source};`), value);
    });
});

interface Recorded {
  readonly source: string;
  readonly value: string;
}

const FILE = 'test/unit/fixtures/python-strings.json';
const recorded = JSON.parse(readFileSync(FILE, 'utf8')) as readonly Recorded[];
const HEADER = "import textwrap, inspect\nname = '⟨name⟩'\n";
/** The reader has no value for `name`. */
const sourceOf = (source: string): string => `import textwrap, inspect\nname = load()\nMY_PROMPT = ${source}\n`;

describe('strings of Python', () => {
  it('are recorded in all the ways of writing', () => {
    assert.ok(recorded.length >= 40);
  });

  for (const { source, value } of recorded)
    it(`${JSON.stringify(source)} is read as Python evaluates it`, () => {
      assert.equal(readText('a.py', sourceOf(source)), value);
    });

  it('bytes and names of characters that are not known are no text', () => {
    for (const source of ["b'bytes here'", "'\\N{LATIN SMALL LETTER SCHWA WITH HOOK} x'"])
      assert.equal(readText('a.py', sourceOf(source)), null);
  });

  it('the recorded values are those of the installed Python', function () {
    if (spawnSync('python3', ['--version']).status !== 0) this.skip();
    const program = `import json, sys\nprint(json.dumps([eval(compile(s, 'x', 'eval'), dict(scope)) for s in json.load(sys.stdin)]))`;
    const output = execFileSync('python3', ['-W', 'ignore', '-c', `scope = {}\nexec(${JSON.stringify(HEADER)}, scope)\n${program}`], {
      input: JSON.stringify(recorded.map(({ source }) => source)),
      encoding: 'utf8',
      env: { ...process.env, PYTHONIOENCODING: 'utf-8' },
    });
    assert.deepEqual(
      JSON.parse(output),
      recorded.map(({ value }) => value),
    );
  });
});
