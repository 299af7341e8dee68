/** State belongs to objects that are passed in: two of them never share it, and a test begins with none. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** What may change in a module, each with its reason. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'adapters/storage/price-data.ts: books': 'what was read of the files of prices, and is read again after a change of them',
  'adapters/http/keep-alive-fetch.ts: routed': 'the proxy of the process, set once at its start',
  'adapters/storage/data-folder/data-folder.ts: folders':
    'what was verified of a folder on disk, and is verified again after a change of it',
  'adapters/capture/open-sink.ts: queues': 'an application names its sink again and again, and all of its modules share the queue',
  'core/prompt/formats/declared-prompt.ts: patterns': 'the matchers of patterns, each compiled once; they depend on the pattern alone',
  'adapters/models/hide-key.ts: known': 'the expressions of the keys of this process, each compiled once; they depend on the key alone',
};

/** Of a source file: variables of the module that can be assigned, and empty collections, which can only be filled. */
function stateIn(file: string, text: string): string[] {
  const { statements } = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  return statements.filter(ts.isVariableStatement).flatMap(({ declarationList: { flags, declarations } }) =>
    declarations
      .filter(({ initializer, type }) => {
        if ((flags & ts.NodeFlags.Const) === 0) return true;
        if (initializer === undefined || !ts.isNewExpression(initializer) || type?.getText().startsWith('Readonly') === true) return false;
        return /^(Weak)?(Map|Set)$/.test(initializer.expression.getText()) && (initializer.arguments ?? []).length === 0;
      })
      .map(({ name }) => `${file}: ${name.getText()}`),
  );
}

describe('modules of core, adapters and engine', () => {
  it('keep no state', () => {
    const files = ['core', 'adapters', 'engine'].flatMap((layer) =>
      fs
        .readdirSync(path.join('src', layer), { recursive: true })
        .map((name) => path.posix.join(layer, String(name).split(path.sep).join('/')))
        .filter((name) => name.endsWith('.ts')),
    );
    const found = files.flatMap((file) => stateIn(file, fs.readFileSync(path.join('src', file), 'utf8')));
    assert.deepEqual(found.sort(), Object.keys(EXCEPTIONS).sort());
  });

  it('are found to keep some by a variable or an empty collection', () => {
    for (const text of ['let a = 0;', 'export let a;', 'const a = new Map<string, number>();', 'const a = new WeakMap();'])
      assert.deepEqual(stateIn('x.ts', text), ['x.ts: a']);
    for (const text of [
      'const a = 0;',
      'const a: ReadonlyMap<string, number> = new Map();',
      "const a = new Set(['b']);",
      'function f() { let a = 0; return new Map(); }',
    ])
      assert.deepEqual(stateIn('x.ts', text), []);
  });
});
