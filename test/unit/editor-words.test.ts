/** No text that the editor shows names the command line: each hint that does has its words for the editor. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { inEditorWords } from '../../src/core/display/editor-words.ts';

const COMMANDS =
  'run|cache|data|batch|models|serve|compare|deploy|capture|check|import|cost|render|versions|merge|scores|judge|insights|init|try|review';
/** A command of Goldset, an option, or a command of the system. */
const COMMAND_LINE = new RegExp(
  `\\bgoldset (?:${COMMANDS})\\b|(?:^|[ (\`])--[a-z]{3,}|\\bgit (?:-C|fetch|update-index)\\b|\\bulimit\\b|\\brm "`,
);

/** Files whose texts no editor shows. */
const NOT_SHOWN: Readonly<Record<string, string>> = {
  'core/display/editor-words.ts': 'the table itself',
  'core/calls/answers.ts': 'a mode that the command line alone has',
  'adapters/import/phoenix-import.ts': 'an import that the command line alone has',
  'adapters/import/postgres-reader.ts': 'an import that the command line alone has',
  'core/feedback/insights/drift/drift-sentences.ts': 'the command is printed by the terminal alone; the page has a button',
  'adapters/import/langfuse-client.ts': 'an import that the command line alone has',
  'adapters/capture/sending-token.ts': 'a receiver that the command line alone has',
  'core/config/dialects.ts': 'an option of vLLM',
  'core/report/html.ts': 'styles',
  'adapters/git/': 'arguments of git; the hints are in NAMED',
  'adapters/process/': 'arguments of Node',
  'adapters/workspace/owner.ts': 'arguments of git',
  'adapters/models/curl.ts': 'arguments of curl',
  'adapters/models/key-fault.ts': 'an option of docker',
  'adapters/models/sign-in/': 'a command line of AWS in goldset.yaml, and a mode of the command line alone',
  'adapters/storage/data-folder/mark.ts': 'what a hash is made of',
};
/** Hints of `adapters/git` that the editor can show. */
const NAMED = ['Run the prompt at that commit, and compare with the run: goldset compare RUN working.', 'Omit --cases-from.'];

const root = path.resolve('src');
const files = ['core', 'adapters', 'engine', 'extension'].flatMap((layer) =>
  readdirSync(path.join(root, layer), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${layer}/${name.replaceAll('\\', '/')}`),
);

/** Texts of a file as they read, with X for what stands in a hole. Comments are left out. */
function textsOf(file: string): string[] {
  const code = readFileSync(path.join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const literals = code.match(/'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g) ?? [];
  return literals.map((text) =>
    text
      .slice(1, -1)
      .replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, 'X')
      .replace(/\\(.)/g, '$1'),
  );
}

describe('the words of the editor', () => {
  it('are found for every hint that names the command line', () => {
    const shown = files.filter((file) => !Object.keys(NOT_SHOWN).some((name) => file.startsWith(name)));
    const found = shown.flatMap((file) =>
      textsOf(file)
        .filter((text) => COMMAND_LINE.test(text) && !text.startsWith('# Names that point'))
        .map((text) => ({ file, text })),
    );
    assert.ok(found.length > 25, `the search finds ${found.length} texts`);
    const left = [...found, ...NAMED.map((text) => ({ file: 'adapters/git', text }))].filter(({ text }) =>
      COMMAND_LINE.test(inEditorWords(text)),
    );
    assert.deepEqual(left, []);
  });

  const texts: readonly (readonly [string, string])[] = [
    [
      'Set OPENAI_API_KEY, pass --env-file, or run without a key: --model scripted:FILE. In the editor: "Goldset: Manage API Keys".',
      'Add the key with "Manage API Keys", or choose another model.',
    ],
    [
      'Compare it with its successor: goldset compare model:openai:a model:openai:b.',
      'Compare it with its successor openai:b: "Try Another Model and Switch…".',
    ],
    [
      'If its content is yours, run: goldset cache adopt. Otherwise delete it.',
      'If its content is yours, choose "Use This Folder…". Otherwise delete it.',
    ],
    ['Nothing to change -- here', 'Nothing to change -- here'],
  ];
  for (const [text, expected] of texts) it(`says: ${expected}`, () => assert.equal(inEditorWords(text), expected));
});
