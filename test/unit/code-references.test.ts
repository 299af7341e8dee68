/** What code refers to: no way to write an import that JavaScript or Python reads hides it. */
import assert from 'node:assert/strict';
import { pythonModules, quotedTexts, shellWords } from '../../src/core/trust/code-references.ts';

describe('references of JavaScript', () => {
  const rows: readonly (readonly [string, string])[] = [
    ['a static import', `import { a } from './x.js'`],
    ['an import for its effect', `import "./x.js"`],
    ['a re-export', `export * from './x.js'`],
    ['a dynamic import', `await import(/* of this file */ './x.js')`],
    ['a template without values', 'import(`./x.js`)'],
    ['a call of require', `const x = require( './x.js' )`],
    ['an import behind an apostrophe of a comment', `/* don't */ import './x.js'`],
    ['an import behind a regular expression with a quote', `/['"]/.test(a); require("./x.js")`],
    ['an import behind a division that looks like a pattern', `a / 2; require('./x.js'); b / '`],
    ['a specifier with a hexadecimal escape', `import '\\x2e/x.js'`],
    ['a specifier with a code point', `import '\\u{2e}/x.js'`],
    ['a specifier with a code unit', `import '\\u002f..'; import '.\\u002fx.js'`],
    ['a specifier with an octal escape', `require('\\56/x.js')`],
    ['a specifier with a useless backslash', `import '.\\/x.js'`],
    ['a specifier over two lines', `import './\\\nx.js'`],
  ];
  for (const [name, code] of rows)
    it(`include ${name}`, () => assert.ok(quotedTexts(code).includes('./x.js'), JSON.stringify(quotedTexts(code))));
});

describe('references of Python', () => {
  const names = (code: string): string[] => pythonModules(code).map(({ level, parts }) => '.'.repeat(level) + parts.join('.'));
  const rows: readonly (readonly [string, string, string])[] = [
    ['an import', 'import words', 'words'],
    ['the second of two imports', 'import os, words as w', 'words'],
    ['a module of a package', 'import lib.words', 'lib.words'],
    ['a name that may be a module', 'from lib import words', 'lib.words'],
    ['the package of a name', 'from lib import words', 'lib'],
    ['an import relative to the package', 'from . import words', '.words'],
    ['an import relative to the parent', 'from ..lib import words', '..lib.words'],
    ['an import over several lines', 'from lib import (\n  a, # first\n  words,\n)', 'lib.words'],
    ['an import behind a backslash', 'from lib \\\n  import words', 'lib.words'],
    ['an import in one line with others', 'x = 1; import words', 'words'],
    ['an import inside a function', 'def f():\n    import words', 'words'],
    ['import_module', 'importlib.import_module("lib.words")', 'lib.words'],
    ['__import__', "__import__('words')", 'words'],
    ['a dot with spaces around it', 'import lib . words', 'lib.words'],
  ];
  for (const [name, code, module] of rows) it(`include ${name}`, () => assert.ok(names(code).includes(module), names(code).join(' ')));
});

it('words of a command include what a shell would run', () => {
  for (const word of ['./run.sh', 'a.py', 'b.js']) assert.ok(shellWords('python3 a.py && (node "b.js";./run.sh)').includes(word), word);
});
