/** A calibration of a judge: 1,000 labels of two people, as files of a repository, with a golden set that says which cases hang together. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { drawFileText } from '../../src/core/judge/labels/draw-file.ts';
import { labelRecordLine } from '../../src/core/judge/labels/label-record.ts';
import { CLI } from '../measures/measured-process.ts';
import { median } from '../measures/numbers.ts';
import type { RecordRow } from '../row.ts';
import type { Scope } from '../scope.ts';

const LABELS = 1000;
const ROUNDS = 5;
const JUDGE = 'judges/strict.prompt';

export function measureJudges(row: RecordRow, scope: Scope): Promise<void> {
  const cwd = scope.folder('labels');
  writeLabels(cwd);
  const [whole, start, bare]: [number[], number[], number[]] = [[], [], []];
  const read = `for (const f of ['ana', 'ben']) for (const l of require('fs').readFileSync('labels/answer/' + f + '.jsonl', 'utf8').split('\\n')) if (l) JSON.parse(l)`;
  for (let i = 0; i < ROUNDS; i++) {
    whole.push(timeOf([CLI, 'judge', 'calibrate', JUDGE], cwd));
    start.push(timeOf([CLI, '--version'], cwd));
    bare.push(timeOf(['-e', read], cwd));
  }
  row({
    what: `judge calibrate on ${String(LABELS)} labels, from start to end`,
    value: median(whole),
    unit: 'ms',
    floor: { value: median(bare), of: 'node reading and parsing the same lines' },
  });
  row({ what: '  … after the start of the command line', value: median(whole) - median(start), unit: 'ms', limit: { most: 1000 } });
  return Promise.resolve();
}

/** @throws {Error} when the command fails: then nothing was measured. */
function timeOf(args: readonly string[], cwd: string): number {
  const began = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${String(status)}: ${stderr}`);
  return performance.now() - began;
}

function writeLabels(root: string): void {
  for (const folder of ['judges', 'labels/answer', 'reviews']) mkdirSync(path.join(root, folder), { recursive: true });
  writeFileSync(path.join(root, 'goldset.yaml'), '');
  writeFileSync(path.join(root, JUDGE), 'Grade {{output}}.');
  writeFileSync(
    path.join(root, 'answer.golden.yaml'),
    Array.from({ length: LABELS }, (_, i) => `- { id: c${String(i)}, group: g${String(i % 300)}, vars: { x: "a" } }\n`).join(''),
  );
  const lines = (by: string, parity: number): string =>
    Array.from({ length: LABELS / 2 }, (_, half) => line(by, half * 2 + parity)).join('\n');
  for (const [i, by] of ['ana', 'ben'].entries()) writeFileSync(path.join(root, `labels/answer/${by}.jsonl`), `${lines(by, i)}\n`);
  writeFileSync(
    path.join(root, 'reviews/w47.draw.json'),
    drawFileText({
      ...{ id: 'w47', seed: 1, at: '2026-11-20T09:00:00.000Z', items: [] },
      frame: { query: 'production', n: 10_000, judge: null, criterion: null, prompt: null },
      strata: [
        { id: 'fail', verdict: 'fail', n: 2000, drawn: 500 },
        { id: 'pass', verdict: 'pass', n: 8000, drawn: 500 },
      ],
    }),
  );
}

function line(by: string, i: number): string {
  const verdict = i % 4 < 2 ? 'pass' : 'fail';
  return labelRecordLine({
    id: String(i),
    target: { interaction: null, run: 'r', case: `c${String(i)}`, repeat: 0, hash: 'h' },
    item: { input: 'May I return this after 45 days? '.repeat(10), output: 'You can return it within 30 days. '.repeat(30), context: null },
    criterion: { type: 'llm-rubric', hash: 'c0ffee00' },
    judge: { path: JUDGE, version: '3a91bc02', model: 'scripted:judge', verdict, score: null },
    grade: i % 9 === 0 ? 'fail' : verdict,
    cause: null,
    failureMode: null,
    critique: null,
    correction: null,
    by,
    at: '2026-11-20T10:00:00.000Z',
    blind: true,
    draw: { id: 'w47', stratum: verdict, probability: verdict === 'pass' ? 1 / 16 : 1 / 4 },
  });
}
