/** Files that a person drops on the playground, as a golden case names them. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PickedFiles } from '../../src/adapters/tries/picked-files.ts';

describe('a file that was dropped', () => {
  let root = '';
  beforeEach(() => void (root = mkdtempSync(path.join(os.tmpdir(), 'goldset-picked-'))));
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const kept = (name: string, text: string): string => {
    const picked = new PickedFiles();
    const { value } = picked.drop(name, Buffer.from(text, 'latin1').toString('base64'));
    return picked.reference(value, root, path.join(root, 'a.prompt'), path.join(root, 'a.golden.yaml'));
  };

  for (const [name, text, expected] of [
    ['cat.PNG', '\x89PNG\r\n\x1a\n', 'cat.PNG'],
    ['photo', '\xff\xd8\xff', 'photo.jpg'],
    ['goldset.yaml', '%PDF-1.7\nmodel: x', 'goldset.pdf'],
    ['evil.prompt', 'ID3{{x}}', 'evil.mp3'],
    ['../../up.png', '\x89PNG\r\n\x1a\n', 'up.png'],
  ] as const)
    it(`${name} is kept beside the golden set as ${expected}`, () => {
      assert.equal(kept(name, text), expected);
      assert.deepEqual(readdirSync(root), [expected]);
      assert.ok(!existsSync(path.join(root, '..', '..', 'up.png')));
    });
});
