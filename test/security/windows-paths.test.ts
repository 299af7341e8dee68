/** The rules about paths, by the rules of Windows and of POSIX: they hold on every system, whatever this test runs on. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isAtOrWithin, isPlainName, isWithin, leadsTo, slashedPath } from '../../src/adapters/within.ts';

type System = 'win32' | 'posix';

/** folder, file, whether the file is inside. */
const PLACES: readonly (readonly [System, string, string, boolean])[] = [
  ['win32', 'C:\\repo', 'C:\\repo\\a.prompt', true],
  ['win32', 'C:\\repo', 'c:\\REPO\\a.prompt', true],
  ['win32', 'C:\\repo', 'C:/repo/a/b.prompt', true],
  ['win32', 'C:\\repo', 'C:\\repo\\..name\\a', true],
  ['win32', 'C:\\repo\\', 'C:\\repo\\a', true],
  ['win32', '\\\\server\\share\\repo', '\\\\server\\share\\repo\\a', true],
  ['win32', '\\\\?\\C:\\repo', '\\\\?\\C:\\repo\\a', true],
  ['win32', 'C:\\repo', 'C:\\repo', false],
  ['win32', 'C:\\repo', 'C:\\repository\\a', false],
  ['win32', 'C:\\repo', 'C:\\repo\\..\\a', false],
  ['win32', 'C:\\repo', 'C:\\repo\\b\\..\\..\\a', false],
  ['win32', 'C:\\repo', 'C:\\', false],
  ['win32', 'C:\\repo', 'D:\\repo\\a', false],
  ['win32', 'C:\\repo', '\\\\server\\share\\a', false],
  ['win32', 'C:\\repo', '\\\\.\\C:\\repo\\a', false],
  ['win32', '\\\\server\\share\\repo', '\\\\server\\other\\repo\\a', false],
  ['posix', '/repo', '/repo/a.prompt', true],
  ['posix', '/repo', '/repo/..name', true],
  ['posix', '/repo', '/repo/a\\..\\..\\b', true],
  ['posix', '/repo', '/REPO/a', false],
  ['posix', '/repo', '/repo', false],
  ['posix', '/repo', '/repository', false],
  ['posix', '/repo', '/repo/../a', false],
  ['posix', '/repo', '/', false],
];

describe('a path of Windows or POSIX', () => {
  for (const [system, folder, file, isInside] of PLACES)
    it(`${file} is ${isInside ? '' : 'not '}inside ${folder} on ${system}`, () => {
      const paths = path[system];
      assert.equal(isWithin(folder, file, paths), isInside);
      assert.equal(isAtOrWithin(folder, file, paths), isInside || paths.relative(folder, file) === '');
    });

  it('is named with forward slashes on both, as git names it', () => {
    assert.equal(slashedPath('C:\\repo', 'C:\\repo\\a\\b.prompt', path.win32), 'a/b.prompt');
    assert.equal(slashedPath('/repo', '/repo/a/b\\c.prompt', path.posix), 'a/b\\c.prompt');
  });
});

describe('the name of one file', () => {
  for (const name of ['20261129T172155-6370a2.goldset-run.jsonl', 'scores.jsonl', '..name', 'console', 'com', 'nullable.json', 'é'])
    it(`may be ${name}`, () => assert.ok(isPlainName(name)));

  const FOREIGN: readonly (readonly [string, string])[] = [
    ['', 'an empty name'],
    ['.', 'the folder itself'],
    ['..', 'the folder above'],
    ['a/b', 'a path'],
    ['a\\b', 'a path of Windows'],
    ['C:a', 'a path of a drive'],
    ['mark:stream', 'a second stream of a file'],
    ['mark::$DATA', 'a file by its stream'],
    ['mark.', 'a name that Windows reads without its dot'],
    ['mark ', 'a name that Windows reads without its space'],
    ['nul', 'a device'],
    ['CON.jsonl', 'a device with an ending'],
    ['com1', 'a serial port'],
    ['a\0b', 'a name with a null byte'],
  ];
  for (const [name, what] of FOREIGN) it(`is not ${what}`, () => assert.equal(isPlainName(name), false));
});

describe('where a path leads', () => {
  const folder = (): string => realpathSync(mkdtempSync(path.join(os.tmpdir(), 'goldset-within-')));
  let outside = '';
  let root = '';
  before(() => {
    [outside, root] = [folder(), folder()];
    writeFileSync(path.join(outside, 'secret.yaml'), 'x');
    writeFileSync(path.join(root, 'own.yaml'), 'x');
    mkdirSync(path.join(root, 'sub'));
    // On Windows a junction, which needs no rights of an administrator.
    symlinkSync(outside, path.join(root, 'junction'), 'junction');
    symlinkSync(path.join(root, 'sub'), path.join(root, 'own-junction'), 'junction');
    symlinkSync(root, path.join(outside, 'root'), 'junction');
  });
  after(() => [outside, root].forEach((each) => rmSync(each, { recursive: true, force: true })));

  const ROWS: readonly (readonly [string, () => string, ReturnType<typeof leadsTo>])[] = [
    ['a file of the folder', () => path.join(root, 'own.yaml'), 'inside'],
    ['a folder behind a junction inside', () => path.join(root, 'own-junction'), 'inside'],
    ['a name that does not exist', () => path.join(root, 'none.yaml'), 'nothing'],
    ['a file behind a junction', () => path.join(root, 'junction', 'secret.yaml'), 'outside'],
    ['the junction itself', () => path.join(root, 'junction'), 'outside'],
    ['a path with ..', () => path.join(root, '..', path.basename(outside), 'secret.yaml'), 'outside'],
    ['an absolute path elsewhere', () => path.join(outside, 'secret.yaml'), 'outside'],
    ['an absolute path elsewhere where nothing is', () => path.join(outside, 'none.yaml'), 'outside'],
  ];
  for (const [what, file, expected] of ROWS)
    it(`is "${expected}" for ${what}`, () => {
      assert.equal(leadsTo(root, file()), expected);
    });

  it('is inside for the real path of a file when the folder is named through a link', () => {
    assert.equal(leadsTo(path.join(outside, 'root'), path.join(root, 'own.yaml')), 'inside');
  });
});
