/** A file system that is full after a few pages: a tmpfs of its own, where this machine lets one be mounted. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export interface SmallDisk {
  readonly folder: string;
  /** Takes what is left of it. Bytes that stay free are a whole number of pages. */
  fill(free?: number): void;
  /** Gives back what `fill` took. */
  empty(): void;
  dispose(): void;
}

const PAGE = 4096;

/** Null: this user may not mount one, so what needs it is skipped. `kb`: its size in 1,024 bytes. */
export function smallDisk(kb: number): SmallDisk | null {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'goldset-disk-'));
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${kb}k`, 'tmpfs', folder]).status !== 0) {
    rmSync(folder, { recursive: true });
    return null;
  }
  const filler = path.join(folder, 'filler');
  const empty = (): void => rmSync(filler, { force: true });
  return {
    folder,
    empty,
    fill: (free = 0) => {
      empty();
      const left = Number(execFileSync('df', ['--output=avail', '-B1', folder], { encoding: 'utf8' }).split('\n')[1]);
      writeFileSync(filler, Buffer.alloc(Math.max(0, left - Math.ceil(free / PAGE) * PAGE)));
    },
    dispose: () => {
      execFileSync('umount', [folder]);
      if (existsSync(folder)) rmSync(folder, { recursive: true });
    },
  };
}
