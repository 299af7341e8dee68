/** Start Capture and Stop Capture inside the extension host: what an application sends is on disk of the workspace. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { root } from './editor.ts';

export function defineCaptureSuite(): void {
  describe('capture', () => {
    it('writes what an application sends until it is stopped', async () => {
      const port = await vscode.commands.executeCommand<number>('goldset.startCapture', 0);
      assert.ok(port > 0);
      assert.equal(await vscode.commands.executeCommand('goldset.startCapture', 0), port, 'one at a time');
      const attributes = [{ key: 'gen_ai.operation.name', value: { stringValue: 'chat' } }];
      const span = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), startTimeUnixNano: '1793520000000000000', name: 'chat', attributes };
      const { status } = await fetch(`http://127.0.0.1:${port}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }),
      });
      assert.equal(status, 200);
      const folder = path.join(root, '.goldset/interactions');
      const [day] = fs.readdirSync(folder);
      assert.match(fs.readFileSync(path.join(folder, day ?? ''), 'utf8'), /"id":"2222222222222222"/);
      const counts = await vscode.commands.executeCommand<{ interactions: number }>('goldset.stopCapture');
      assert.equal(counts.interactions, 1);
      await assert.rejects(fetch(`http://127.0.0.1:${port}/v1/traces`, { method: 'POST' }));
      assert.equal(await vscode.commands.executeCommand('goldset.stopCapture'), undefined);
    });
  });
}
