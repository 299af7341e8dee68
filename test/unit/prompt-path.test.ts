/** A journal may name any file as its prompt; only prompts inside the workspace are touched. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promptFileIn } from '../../src/adapters/workspace/prompt-path.ts';
import { recordOf } from '../../src/core/results/journal.ts';

describe('what a journal from elsewhere names', () => {
  const root = mkdtempSync(path.join(os.tmpdir(), 'goldset-root-'));
  const outside = mkdtempSync(path.join(os.tmpdir(), 'goldset-outside-'));
  mkdirSync(path.join(root, 'a'));
  writeFileSync(path.join(outside, 'x.prompt'), '');
  symlinkSync(path.join(outside, 'x.prompt'), path.join(root, 'link.prompt'));
  after(() => [root, outside].forEach((folder) => rmSync(folder, { recursive: true, force: true })));

  it('is a prompt inside the workspace, or nothing', () => {
    assert.equal(promptFileIn(root, 'a/x.prompt'), path.join(root, 'a', 'x.prompt'));
    assert.equal(promptFileIn(root, 'a/x.prompt.yml'), path.join(root, 'a', 'x.prompt.yml'));
    for (const named of [
      '/dev/zero',
      '/etc/x.prompt',
      '../x.prompt',
      'a/../../x.prompt',
      'link.prompt',
      'a/x.txt',
      '',
      '.prompt/../../../x.prompt',
    ])
      assert.equal(promptFileIn(root, named), null, named);
    assert.equal(promptFileIn('', 'a.prompt'), null);
  });

  it('is no record when a part that views rely upon has another shape', () => {
    const result = {
      candidate: 'c',
      case: 'a',
      repeat: 0,
      description: null,
      verdict: 'pass',
      output: 'x',
      vars: {},
      assertions: [],
      toolCalls: [],
      attemptLog: [],
      error: null,
      usage: null,
      score: 1,
      costUsd: null,
      ttftMs: 1,
      latencyMs: 1,
    };
    assert.equal(recordOf(JSON.stringify({ kind: 'result', result }))?.kind, 'result');
    for (const change of [
      { verdict: '"><meta>' },
      { toolCalls: null },
      { assertions: [null] },
      { costUsd: ['=cmd'] },
      { output: {} },
      { vars: null },
      { usage: { input: '1' } },
    ])
      assert.equal(recordOf(JSON.stringify({ kind: 'result', result: { ...result, ...change } })), null, JSON.stringify(change));
    assert.equal(recordOf('{"kind":"run","id":"r","startedAt":"","repeats":1,"cases":[],"candidates":[{"id":"c"}]}'), null);
    assert.equal(
      recordOf(
        '{"kind":"prompt","candidates":["c"],"partials":[],"document":{"template":{"kind":"handlebars","source":{"type":"Program"}}}}',
      ),
      null,
    );
  });
});
