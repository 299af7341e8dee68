/** A goldset.yaml of another user of the machine is refused, with the exceptions that the user or git made. */
import assert from 'node:assert/strict';
import { chownSync } from 'node:fs';
import path from 'node:path';
import { foreignOwner, isSafe, safeFoldersOf, type OwnerPorts } from '../../src/adapters/workspace/owner.ts';
import { HumanError } from '../../src/core/problems/errors.ts';
import { TestWorkspace } from '../system/command-line.ts';

const OTHER = 4242;
const root = process.cwd();
const ports = (more: Partial<OwnerPorts>): OwnerPorts => ({
  user: 1000,
  sudoUser: null,
  ownerOf: () => OTHER,
  safeFolders: () => Promise.resolve([]),
  ...more,
});

describe('a goldset.yaml of another user', () => {
  const rows: readonly (readonly [name: string, more: Partial<OwnerPorts>, owner: number | null])[] = [
    ['is refused', {}, OTHER],
    ['of the machine’s administrator is refused', { ownerOf: () => 0 }, 0],
    ['is the user’s own when the ids are equal', { ownerOf: () => 1000 }, null],
    ['is the user’s own under sudo', { user: 0, ownerOf: () => 1000, sudoUser: 1000 }, null],
    ['of a third user is refused under sudo', { user: 0, sudoUser: 1000 }, OTHER],
    ['does not exist, so nothing is refused', { ownerOf: () => null }, null],
    ['cannot be told on a system without user ids', { user: null }, null],
    ['is accepted when git’s safe.directory has the folder', { safeFolders: () => Promise.resolve([root]) }, null],
    ['is refused when git’s safe.directory has another folder', { safeFolders: () => Promise.resolve([`${root}x`]) }, OTHER],
  ];
  for (const [name, more, owner] of rows) it(name, async () => assert.equal(await foreignOwner(root, ports(more)), owner));

  it('follows git in what safe.directory means', () => {
    assert.deepEqual(
      [['*'], ['/a/*'], ['/a/b'], ['/a/b/'], ['/a'], ['/a/b/c'], ['/a/b', ''], ['', '/a/b']].map((folders) => isSafe(folders, '/a/b')),
      [true, true, true, true, false, false, false, true],
    );
  });

  it('is not made safe by a git that fails', async () => {
    assert.deepEqual(await safeFoldersOf(() => Promise.reject(new HumanError('git/failed', 'x', 'y'))), []);
  });

  it('ends a run with exit code 2, is only warned of by check and cost, and runs with GOLDSET_TRUST=1', async function () {
    if (process.geteuid?.() !== 0) return this.skip();
    this.timeout(300_000);
    const workspace = new TestWorkspace({
      'goldset.yaml': 'title: x\n',
      'a.prompt': '---\nmodel: scripted:./a.scripted.yaml\n---\nHello {{x}}\n',
      'a.scripted.yaml': 'rules: [{ reply: hi }]\n',
      'a.golden.yaml': '- { vars: { x: 1 }, assert: [{ type: contains, value: hi }] }\n',
    });
    try {
      chownSync(path.join(workspace.root, 'goldset.yaml'), OTHER, OTHER);
      const environment = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null', SUDO_UID: '', GOLDSET_TRUST: '' };
      const refused = await workspace.run(['run'], { environment });
      assert.equal(refused.code, 2, refused.err);
      assert.match(refused.err, /belongs to another user \(id 4242\)[\s\S]*safe\.directory/);
      for (const command of [['check'], ['cost', 'a.prompt']]) {
        const { code, err } = await workspace.run(command, { environment });
        assert.deepEqual([code, /belongs to another user/.test(err)], [0, true], err);
      }
      assert.equal((await workspace.run(['run'], { environment: { ...environment, GOLDSET_TRUST: '1' } })).code, 0);
    } finally {
      workspace.dispose();
    }
  });
});
