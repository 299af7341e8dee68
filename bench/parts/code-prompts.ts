/** Prompts in source files: a keystroke in a long file, and the scan of a large repository. Both run in the worker; the figures are CPU. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readCode } from '../../src/core/prompt/code/read-code.ts';
import { openWorkspace } from '../../src/adapters/workspace/root.ts';
import { SourceScanner } from '../../src/adapters/workspace/source-scan.ts';
import { sourceFile } from '../inputs/source-file.ts';
import { median } from '../measures/numbers.ts';
import type { RecordRow } from '../row.ts';
import type { Scope } from '../scope.ts';

const LINES = 5000;
const FILES = 5000;
/** One file in this many has a clue of a prompt; in the repositories that were tried it is one in 10 to 30. */
const WITH_PROMPTS = 12;
const KEYSTROKES = 15;

export async function measureCodePrompts(row: RecordRow, scope: Scope): Promise<void> {
  const long = sourceFile(LINES, 100);
  const times = Array.from({ length: KEYSTROKES }, (_, i) => {
    const at = Math.floor((long.length * i) / KEYSTROKES);
    return cpuOf(() => readCode('src/long.ts', `${long.slice(0, at)} ${long.slice(at)}`, () => null));
  });
  row({
    what: `prompts of a TypeScript file of ${String(LINES)} lines after a keystroke, in the worker`,
    value: median(times),
    unit: 'ms',
  });

  const job = { workspace: await openWorkspace(scope.folder('sources')), files: sourceFiles(scope.folder('sources')), everything: true };
  const scanner = new SourceScanner();
  row({
    what: `CPU of a scan of ${String(FILES)} source files for prompts`,
    value: cpuOf(() => scanner.scan(job)),
    unit: 'ms',
    limit: { most: 10_000 },
    note: `${String(scanner.parsed)} parsed`,
  });
  row({ what: '  … and of the next one, when no file has changed', value: cpuOf(() => scanner.scan(job)), unit: 'ms' });
}

/** Writes source files into 50 folders; gives their paths. */
function sourceFiles(root: string): string[] {
  const [plain, prompting] = [sourceFile(250, 0), sourceFile(250, 4)];
  return Array.from({ length: FILES }, (_, i) => {
    const folder = path.join(root, `part${String(i % 50)}`);
    mkdirSync(folder, { recursive: true });
    const file = path.join(folder, `f${String(i)}.ts`);
    writeFileSync(file, `${i % WITH_PROMPTS === 0 ? prompting : plain}// ${String(i)}\n`);
    return file;
  });
}

function cpuOf(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
