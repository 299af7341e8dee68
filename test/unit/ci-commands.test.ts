/** No text from outside is a command for a CI system, whole or in pieces, and JSON keeps its meaning. */
import assert from 'node:assert/strict';
import { isReadByCi, jsonWithoutCiCommands, PiecesWithoutCiCommands, withoutCiCommands } from '../../src/core/display/ci-commands.ts';

/** What the runner of GitHub (ActionCommand.cs) and the agent of Azure look for in a line. */
const isCommand = (line: string): boolean => line.trimStart().startsWith('::') || /##(?:vso|teamcity)?\[/i.test(line);
const COMMANDS = [
  '::stop-commands::x',
  ' \t::error file=a::b',
  'ok\n::add-mask::fail',
  'ok\n\n   ::set-output name=a::b',
  'answer ##[add-mask]1',
  'a ##vso[task.setvariable variable=PATH]/tmp',
  "##teamcity[testFailed name='x']",
  '##VSO[task.complete result=Succeeded]',
  ':::error::x',
];
const hasCommand = (text: string): boolean => text.split('\n').some(isCommand);

describe('commands of CI systems', () => {
  for (const text of COMMANDS)
    it(`${JSON.stringify(text)} is none`, () => {
      assert.ok(hasCommand(text));
      const shown = withoutCiCommands(text);
      assert.ok(!hasCommand(shown), shown);
      assert.equal(shown.replaceAll('\u200b', ''), text);
      assert.deepEqual(JSON.parse(jsonWithoutCiCommands(JSON.stringify({ text }, null, 2))), { text });
      assert.ok(!hasCommand(jsonWithoutCiCommands(JSON.stringify({ text }, null, 2))));
    });

  it('none is made of pieces', () => {
    for (const text of COMMANDS)
      for (let cut = 0; cut <= text.length; cut++) {
        const pieces = new PiecesWithoutCiCommands();
        const one = pieces.next(text.slice(0, cut)) + pieces.next(text.slice(cut));
        assert.ok(!hasCommand(one), JSON.stringify(one));
        const single = new PiecesWithoutCiCommands();
        const all = Array.from(text, (sign) => single.next(sign)).join('');
        assert.ok(!hasCommand(all), JSON.stringify(all));
      }
  });

  it('other text stays as it is', () => {
    for (const text of ['std::vector', 'a ::b', '## Heading', '# [x]', 'x: y', '##a[', ' :'])
      assert.equal(new PiecesWithoutCiCommands().next(text), text);
  });

  it('a CI system is told by its variables', () => {
    assert.ok(isReadByCi({ GITHUB_ACTIONS: 'true' }) && isReadByCi({ TF_BUILD: 'True' }));
    assert.ok(!isReadByCi({ CI: '' }) && !isReadByCi({}));
  });
});
