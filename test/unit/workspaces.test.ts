/** goldset.yaml in a process that opens its workspace on every keystroke. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Workspaces } from '../../src/adapters/workspace/workspaces.ts';
import { readGoldsetYaml } from '../../src/core/config/goldset-yaml.ts';

describe('the workspaces of an editor', () => {
  let root: string;
  let file: string;
  beforeEach(() => {
    root = mkdtempSync(path.join(os.tmpdir(), 'goldset-workspaces-'));
    file = path.join(root, 'goldset.yaml');
    writeFileSync(file, 'model: openai:one\n');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  /** Workspaces that count how often they parse; `unsaved`: what an editor holds, by absolute path. */
  const counted = (unsaved: ReadonlyMap<string, string> = new Map()): { workspaces: Workspaces; texts: string[] } => {
    const texts: string[] = [];
    const read = (name: string): Promise<string> => Promise.resolve(unsaved.get(name) ?? readFile(name, 'utf8'));
    const parse: typeof readGoldsetYaml = (shown, text) => {
      texts.push(text);
      return readGoldsetYaml(shown, text);
    };
    return { workspaces: new Workspaces(read, parse), texts };
  };

  it('parse goldset.yaml once for each text that it has', async () => {
    const { workspaces, texts } = counted();
    for (let keystroke = 0; keystroke < 5; keystroke++) assert.equal((await workspaces.open(root)).config.model, 'openai:one');
    assert.deepEqual(texts, ['model: openai:one\n']);
    writeFileSync(file, 'model: openai:two\n');
    for (let keystroke = 0; keystroke < 5; keystroke++) assert.equal((await workspaces.open(root)).config.model, 'openai:two');
    assert.deepEqual(texts, ['model: openai:one\n', 'model: openai:two\n']);
  });

  it('read a goldset.yaml that an editor has not saved', async () => {
    const unsaved = new Map([[file, 'model: openai:unsaved\n']]);
    const { workspaces } = counted(unsaved);
    assert.equal((await workspaces.open(root)).config.model, 'openai:unsaved');
    unsaved.delete(file);
    assert.equal((await workspaces.open(root)).config.model, 'openai:one');
  });

  it('have no settings when goldset.yaml is deleted', async () => {
    const { workspaces, texts } = counted();
    await workspaces.open(root);
    rmSync(file);
    const { config, root: found } = await workspaces.open(root);
    assert.deepEqual([config.model, found, texts.length], [null, root, 1]);
  });
});
