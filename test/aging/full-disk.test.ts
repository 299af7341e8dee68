/** A disk that fills up while something is written, and has room again: nothing that was acknowledged is lost, and nothing is there twice. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { InteractionFiles } from '../../src/adapters/interactions/interaction-files.ts';
import type { StoredLine } from '../../src/core/feedback/interactions/interaction.ts';
import { readPostedSignals } from '../../src/core/feedback/signals/posted-signals.ts';
import { smallDisk } from './small-disk.ts';

const AT = '2026-11-20T10:00:00.000Z';

function signal(id: string): StoredLine {
  const [followUp] = readPostedSignals(JSON.stringify({ interaction: id, name: 'thumbs-down', value: true }), AT)?.followUps ?? [];
  assert.ok(followUp);
  return { followUp };
}

describe('a full disk', () => {
  it('loses no signal that was acknowledged before it was full or after it has room again', function () {
    const disk = smallDisk(256);
    if (disk === null) return this.skip();
    try {
      const files = new InteractionFiles(disk.folder);
      files.append(signal('before'));
      disk.fill();
      const acknowledged = ['before'];
      let failures = 0;
      for (let i = 0; i < 100; i++) {
        try {
          files.append(signal(`full-${i}`));
          acknowledged.push(`full-${i}`);
        } catch {
          failures++;
        }
      }
      assert.ok(failures > 0, 'the disk was full');
      disk.empty();
      files.append(signal('after'));
      acknowledged.push('after');
      const stored = readFileSync(files.fileOf('2026-11-20'), 'utf8')
        .split('\n')
        .flatMap((line) => /^\{.*"interaction":"([^"]+)".*\}$/.exec(line)?.[1] ?? []);
      assert.deepEqual(stored, acknowledged);
    } finally {
      disk.dispose();
    }
  });
});
