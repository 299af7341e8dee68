/**
 * The extension in a real workbench: activation, typing, and runs of 1,000 and 5,000 cases from the Test Explorer.
 * GOLDSET_BENCH_CASES=10000 for other numbers of cases.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format } from 'node:util';
import { openPage, startWorkbench } from '../browser.ts';
import { editorWorkspace } from '../inputs/editor-workspace.ts';
import { WINDOW_LIMIT, type CasesMeasure, type HostLine } from '../inside-editor/host-lines.ts';
import type { TypingMeasure } from '../inside-editor/typing.ts';
import { CLI, measure } from '../measures/measured-process.ts';
import { median } from '../measures/numbers.ts';
import type { RecordRow } from '../row.ts';
import type { Scope } from '../scope.ts';
import { WindowFrames } from '../measures/window-frames.ts';

const CASES = (process.env['GOLDSET_BENCH_CASES'] ?? '1000,5000').split(',').map(Number);
/** ms between two looks at the lines of the suite. */
const LOOK = 250;

export async function measureExtensionHost(row: RecordRow, scope: Scope): Promise<void> {
  const folder = editorWorkspace(scope, CASES);
  const file = path.join(scope.folder('lines'), 'lines.jsonl');
  const floors = new Map<number, number>();
  for (const cases of CASES) floors.set(cases, await commandLineMs(scope, cases));
  const url = await startWorkbench(
    scope,
    { GOLDSET_BENCH_LINES: file, GOLDSET_BENCH_CASES: CASES.join(',') },
    { folder, extension: path.resolve('.'), tests: path.resolve('out/bench/js/suite.js') },
  );
  const log: string[] = [];
  const page = await openPage(scope, (error) => log.push(String(error)));
  let exit: unknown = null;
  await page.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) => void log.push(format(...args)));
  await page.exposeFunction('codeAutomationExit', (code: unknown) => void (exit = code));
  const frames = new WindowFrames(page);
  const rows = new HostRows(row, frames, floors, loadTimes(scope));
  await page.goto(url);
  await frames.start();
  for (let taken = 0, isOver = false; !isOver;) {
    await new Promise((resolve) => setTimeout(resolve, LOOK));
    // Looked at before the lines, so that the last ones are taken.
    isOver = exit !== null;
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
    for (const line of lines.slice(taken)) await rows.take(JSON.parse(line) as HostLine);
    taken = lines.length;
    scope.check();
  }
  if (exit !== 0 || rows.runs !== CASES.length)
    throw new Error(`The suite ended with ${String(exit)} after ${rows.runs} of ${CASES.length} runs:\n${log.slice(-20).join('\n')}`);
}

/** Makes rows of what the suite tells. */
class HostRows {
  private idle = { longestMs: NaN, frameMs: NaN };
  runs = 0;

  constructor(
    private readonly row: RecordRow,
    private readonly frames: WindowFrames,
    /** ms of the same runs by the command line. */
    private readonly floors: ReadonlyMap<number, number>,
    private readonly load: { readonly bundleMs: number; readonly emptyMs: number },
  ) {}

  /** @throws {Error} that the suite failed with. */
  async take(line: HostLine): Promise<void> {
    if (line.type === 'error') throw new Error(`The suite failed: ${line.message}`);
    if (line.type === 'activation')
      return this.row({
        what: 'extension activation (activate and its bundle)',
        value: line.activationMs + this.load.bundleMs,
        unit: 'ms',
        floor: { value: this.load.emptyMs, of: 'an empty bundle' },
        limit: { most: 60 },
      });
    if (line.type === 'idle') this.idle = { longestMs: line.longestMs, frameMs: await this.frames.longestMs(line.from, line.to) };
    if (line.type === 'typing') this.typing(line.typing);
    if (line.type === 'cases') await this.cases(line.measure);
  }

  private typing(typing: TypingMeasure): void {
    this.row({
      what: 'first count after opening a prompt of 10,000 tokens',
      value: typing.firstCountMs,
      unit: 'ms',
      floor: { value: typing.plainShownMs, of: 'opening a plain file' },
      limit: { most: 700 },
    });
    this.row({
      what: 'CPU of ours on the main thread per keystroke (p95)',
      value: typing.ownP95Ms,
      unit: 'ms',
      floor: { value: typing.plainBusyP95Ms, of: 'busy, plain file' },
      limit: { most: 16 },
    });
    this.row({
      what: 'the same in a source file of 5,000 lines with a prompt',
      value: typing.sourceP95Ms,
      unit: 'ms',
      floor: { value: typing.plainBusyP95Ms, of: 'busy, plain file' },
      limit: { most: 16 },
    });
    this.row({
      what: '  … and in the golden set of one of its prompts',
      value: typing.goldenP95Ms,
      unit: 'ms',
      floor: { value: typing.plainBusyP95Ms, of: 'busy, plain file' },
      limit: { most: 16 },
    });
    this.row({
      what: 'fresh lens and findings after the last keystroke',
      value: typing.freshMs,
      unit: 'ms',
      floor: { value: typing.plainEditMs, of: 'an edit of a plain file' },
      limit: { most: 300 },
    });
    this.row({
      what: 'longest block of ours, typing in a prompt of 1 MB',
      value: typing.hugeBlockMs,
      unit: 'ms',
      floor: this.idleHost(),
      limit: { most: 50 },
    });
  }

  private async cases({ cases, from, to, isShown, runMs, blocks }: CasesMeasure): Promise<void> {
    const floor = { value: this.floors.get(cases) ?? NaN, of: 'goldset run' };
    this.row({ what: `${cases.toLocaleString('en-US')} cases from the Test Explorer: the run`, value: runMs, unit: 'ms', floor });
    if (isShown) this.row({ what: '  … until the window shows all of them', value: to - from, unit: 'ms', floor });
    this.row({ what: '  … longest block of ours', value: blocks.longestOwnMs, unit: 'ms', floor: this.idleHost(), limit: { most: 100 } });
    this.row({ what: "  … and of the host, with VS Code's own work on it", value: blocks.longestMs, unit: 'ms', floor: this.idleHost() });
    if (!isShown) throw new Error(`The window had not shown ${cases} cases after ${WINDOW_LIMIT} s.`);
    this.row({
      what: '  … longest time without a frame in the window',
      value: await this.frames.longestMs(from, to),
      unit: 'ms',
      floor: { value: this.idle.frameMs, of: 'idle window' },
    });
    this.runs++;
  }

  private idleHost(): { readonly value: number; readonly of: string } {
    return { value: this.idle.longestMs, of: 'idle host' };
  }
}

/** The run of one prompt in a fresh workspace, without the editor. One case of ten fails. */
async function commandLineMs(scope: Scope, cases: number): Promise<number> {
  const cwd = editorWorkspace(scope, [cases]);
  return (await measure(scope, [CLI, 'run', `cases-${cases}.prompt`], { cwd, exits: [1] })).ms;
}

/** ms to load the extension's bundle and an empty one, in a fresh Node each, without VS Code; medians. */
function loadTimes(scope: Scope): { bundleMs: number; emptyMs: number } {
  const empty = path.join(scope.folder('empty'), 'empty.cjs');
  writeFileSync(empty, 'module.exports = {};\n');
  const time = (file: string): number =>
    median(
      Array.from({ length: 5 }, () =>
        Number(execFileSync(process.execPath, ['-e', LOAD_WITH_STUB, file], { encoding: 'utf8', timeout: 30_000 })),
      ),
    );
  return { emptyMs: time(empty), bundleMs: time(path.resolve('dist/extension.js')) };
}

/** `vscode` exists only in the host: a stub whose every member is a class stands for it while the bundle is loaded. */
const LOAD_WITH_STUB = `
const Module = require('node:module');
const anything = new Proxy(class {}, { get: (target, name) => (typeof name === 'symbol' || name === 'prototype' ? target[name] : class { static Error = 0 }) });
const stub = Object.create(anything);
const load = Module._load;
Module._load = (request, ...rest) => (request === 'vscode' ? stub : load(request, ...rest));
const started = performance.now();
require(process.argv[1]);
console.log(performance.now() - started);
`;
