/** Which program a token command may be, and how cmd.exe of Windows is given its arguments. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { spawnable } from '../../src/adapters/process/batch-file.ts';
import { findProgram } from '../../src/adapters/process/find-program.ts';
import { isHumanError } from '../../src/core/problems/errors.ts';

describe('the program of a token command', () => {
  let base = '';
  let work = '';
  let tools = '';
  const program = (file: string, text = '#!/bin/sh\nexit 0\n'): string => {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    chmodSync(file, 0o755);
    return file;
  };
  const find = (name: string, ...folders: string[]) =>
    findProgram(name, { workspace: [work], env: { PATH: folders.join(':') }, platform: 'linux' });

  before(() => {
    base = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'goldset-program-')));
    work = path.join(base, 'work');
    tools = path.join(base, 'tools');
    program(path.join(tools, 'az'));
    program(path.join(work, 'node_modules/.bin/az'));
    program(path.join(work, 'bin/own'));
    mkdirSync(path.join(base, 'links'));
    symlinkSync(path.join(work, 'bin/own'), path.join(base, 'links/linked'));
    symlinkSync(path.join(work, 'bin'), path.join(base, 'linked-folder'));
    symlinkSync(path.join(tools, 'az'), path.join(work, 'bin/outwards'));
    symlinkSync(work, path.join(base, 'alias'));
    writeFileSync(path.join(tools, 'text'), 'not a program');
  });
  after(() => rmSync(base, { recursive: true, force: true }));

  for (const [what, search] of [
    ['named by a relative path', () => find('./bin/own', tools)],
    ['named by a path that leaves the workspace and comes back', () => find('../work/bin/own', tools)],
    ['named by its absolute path', () => find(path.join(work, 'bin/own'), tools)],
    ['named by its absolute path through a link', () => find(path.join(base, 'alias/bin/own'), tools)],
    ['named by the absolute path of a link in the workspace to the outside', () => find(path.join(work, 'bin/outwards'))],
    ['found in a folder of PATH that is inside the workspace', () => find('own', path.join(work, 'bin'))],
    ['found in a folder of PATH that leads into the workspace', () => find('own', path.join(base, 'linked-folder'))],
    ['found as a link from outside into the workspace', () => find('linked', path.join(base, 'links'))],
    ['found as a link from the workspace to the outside', () => find('outwards', path.join(work, 'bin'))],
  ] as const)
    it(`is refused as one of the workspace when it is ${what}`, () => assert.equal(search(), 'inside'));

  it('is not looked for in the current folder, which an empty or relative entry of PATH means', () => {
    const before = process.cwd();
    process.chdir(path.join(work, 'bin'));
    try {
      for (const entry of ['', '.', './', '../bin']) assert.notEqual(typeof find('own', entry), 'object', entry);
    } finally {
      process.chdir(before);
    }
  });

  it('is the one outside when the workspace has another of the same name before it in PATH, and what it starts is found without the workspace', () =>
    assert.deepEqual(find('az', path.join(work, 'node_modules/.bin'), '.', tools, base), {
      file: path.join(tools, 'az'),
      path: [tools, base].join(':'),
    }));

  it('is missing when there is none, or only a file that cannot be executed', () => {
    assert.equal(find('nothing', tools), 'missing');
    assert.equal(find('text', tools), 'missing');
  });

  describe('as a .cmd file of Windows', () => {
    const line = (...args: string[]) => spawnable('C:\\Program Files\\CLI\\az.cmd', args, 'win32', { SystemRoot: 'C:\\Windows' });

    it('runs through the system’s own cmd.exe without AutoRun and delayed expansion, with each argument in quotes', () =>
      assert.deepEqual(line('account', 'a b', 'c\\', '&calc', '!PATH!'), {
        command: 'C:\\Windows\\System32\\cmd.exe',
        args: ['/d', '/e:on', '/v:off', '/s', '/c', '""C:\\Program Files\\CLI\\az.cmd" "account" "a b" "c\\\\" "&calc" "!PATH!""'],
        isVerbatim: true,
      }));

    for (const argument of ['"&calc&"', '"', '%PATH%', '100%', 'a\nb', 'a\rb', 'a\u0000b', '\u001a'])
      it(`is not given the argument ${JSON.stringify(argument)}, which no quotes protect`, () =>
        assert.throws(() => line('x', argument), { code: 'process/argument' }));

    it('is given every other argument so that nothing of it is read as a command, and it arrives as it was', () =>
      fc.assert(
        fc.property(fc.array(fc.string({ unit: fc.constantFrom(...Array.from('ab &|<>^()!,;=\\"%\n\'`~')) }), { maxLength: 4 }), (args) => {
          let made: ReturnType<typeof line>;
          try {
            made = line(...args);
          } catch (error) {
            return isHumanError(error) && args.some((arg) => /["%\n]/.test(arg));
          }
          const text = made.args.at(-1)?.slice(1, -1) ?? '';
          assert.equal(outsideQuotes(text).replaceAll(' ', ''), '');
          assert.deepEqual(argumentsOf(text).slice(1), args);
          return true;
        }),
        { seed: 1, numRuns: 500 },
      ));

    it('is not needed for a program, which is started directly', () =>
      assert.deepEqual(spawnable('C:\\az.exe', ['%PATH%'], 'win32', {}), { command: 'C:\\az.exe', args: ['%PATH%'], isVerbatim: false }));
  });
});

/** What cmd.exe would read as more than text: everything that is not in quotes. */
const outsideQuotes = (line: string): string =>
  line
    .split('"')
    .filter((_, i) => i % 2 === 0)
    .join('');

/** How a program of Windows splits its command line ("Parsing C command-line arguments"). */
function argumentsOf(line: string): string[] {
  const found: string[] = [];
  let [now, isQuoted, isThere] = ['', false, false];
  for (let at = 0; at < line.length; at++) {
    const slashes = /^\\*/.exec(line.slice(at))?.[0].length ?? 0;
    if (slashes > 0 && line[at + slashes] === '"') {
      now += '\\'.repeat(slashes >> 1);
      at += slashes - 1;
      if (slashes % 2 === 1) now += line[++at] ?? '';
    } else if (line[at] === '"') [isQuoted, isThere] = [!isQuoted, true];
    else if (line[at] === ' ' && !isQuoted) {
      if (isThere || now !== '') found.push(now);
      [now, isThere] = ['', false];
    } else now += line[at] ?? '';
  }
  return isThere || now !== '' ? [...found, now] : found;
}
