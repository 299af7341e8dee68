/**
 * Processor time of the window and of the extension host for a run from the Test Explorer, beside a plain test controller in the same
 * window, in turn. The Testing view and the results page are open. GOLDSET_BENCH_TESTS=1000,10000 for other numbers of tests;
 * GOLDSET_BENCH_PROFILES=FOLDER stores a CPU profile of the window for each run.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format } from 'node:util';
import type { Page } from 'playwright-core';
import { openPage, startWorkbench } from '../browser.ts';
import { editorWorkspace, plainTests } from '../inputs/editor-workspace.ts';
import { answerFile, roundsOf, type Controller, type ExplorerLine } from '../inside-editor/explorer-lines.ts';
import { median } from '../measures/numbers.ts';
import { processorMs, Renderers } from '../measures/processor-time.ts';
import type { RecordRow } from '../row.ts';
import type { Scope } from '../scope.ts';

const TESTS = (process.env['GOLDSET_BENCH_TESTS'] ?? '1000,5000').split(',').map(Number);
const PROFILES = process.env['GOLDSET_BENCH_PROFILES'];
/** ms between two looks at the lines of the suite. */
const LOOK = 100;
/** The window has shown everything when it uses less than this share of a processor, in two spans of so many ms. */
const QUIET = { share: 0.1, spanMs: 1000, spans: 2, limitMs: 180_000 };

interface Run {
  readonly windowMs: number;
  readonly hostMs: number;
  readonly commandMs: number;
}

export async function measureTestExplorer(row: RecordRow, scope: Scope): Promise<void> {
  const folder = editorWorkspace(scope, TESTS);
  plainTests(folder, TESTS);
  const file = path.join(scope.folder('lines'), 'lines.jsonl');
  const url = await startWorkbench(
    scope,
    { GOLDSET_BENCH_LINES: file, GOLDSET_BENCH_CASES: TESTS.join(',') },
    { folder, extension: path.resolve('.'), tests: path.resolve('out/bench/js/explorer.js') },
  );
  const log: string[] = [];
  const page = await openPage(scope, (error) => log.push(String(error)));
  let exit: unknown = null;
  await page.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) => void log.push(format(...args)));
  await page.exposeFunction('codeAutomationExit', (code: unknown) => void (exit = code));
  const window = await ExplorerWindow.of(page);
  await page.goto(url);
  for (let taken = 0, isOver = false; !isOver;) {
    await new Promise((resolve) => setTimeout(resolve, LOOK));
    isOver = exit !== null;
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
    for (const line of lines.slice(taken)) {
      await window.take(JSON.parse(line) as ExplorerLine);
      writeFileSync(answerFile(file, ++taken), '');
    }
    scope.check();
  }
  if (exit !== 0) throw new Error(`The suite ended with ${String(exit)}:\n${log.slice(-20).join('\n')}`);
  for (const tests of TESTS) report(row, tests, window.of('goldset', tests), window.of('plain', tests));
}

function report(row: RecordRow, tests: number, ours: readonly Run[], plain: readonly Run[]): void {
  const of = 'a plain test controller';
  const medians = (key: keyof Run): { value: number; floor: { value: number; of: string } } => ({
    value: median(ours.map((run) => run[key])),
    floor: { value: median(plain.map((run) => run[key])), of },
  });
  row({
    what: `${tests.toLocaleString('en-US')} tests from the Test Explorer: CPU of the window`,
    ...medians('windowMs'),
    unit: 'ms',
    limit: { ratio: 1.3 },
  });
  row({ what: '  … until the command ends', ...medians('commandMs'), unit: 'ms' });
  row({ what: '  … CPU of the extension host, with rendering and grading', ...medians('hostMs'), unit: 'ms' });
}

/** What the runs of the suite cost, from outside. */
class ExplorerWindow {
  private readonly runs = new Map<string, Run[]>();
  private current: { readonly key: string; readonly host: number; readonly windowMs: number; readonly hostMs: number } | null = null;

  private constructor(
    private readonly renderers: Renderers,
    private readonly profiler: WindowProfiler | null,
  ) {}

  static async of(page: Page): Promise<ExplorerWindow> {
    const browser = page.context().browser();
    if (browser === null) throw new Error('The page has no browser.');
    return new ExplorerWindow(await Renderers.of(browser), PROFILES === undefined ? null : await WindowProfiler.of(page, PROFILES));
  }

  of(controller: Controller, tests: number): readonly Run[] {
    const runs = this.runs.get(`${controller}-${tests}`) ?? [];
    const rounds = roundsOf(tests);
    if (runs.length !== rounds) throw new Error(`${controller} ran ${tests} tests ${runs.length} times instead of ${rounds} times.`);
    return runs;
  }

  /** @throws {Error} that the suite failed with. */
  async take(line: ExplorerLine): Promise<void> {
    if (line.type === 'error') throw new Error(`The suite failed: ${line.message}`);
    if (line.type === 'ready') {
      await this.quiet();
      await this.profiler?.start();
      this.current = {
        key: `${line.controller}-${line.tests}`,
        host: line.host,
        windowMs: await this.renderers.processorMs(),
        hostMs: processorMs(line.host),
      };
      return;
    }
    if (this.current === null) throw new Error('A run has ended that had not begun.');
    const { key, host, windowMs, hostMs } = this.current;
    await this.quiet();
    const run = {
      windowMs: (await this.renderers.processorMs()) - windowMs,
      hostMs: processorMs(host) - hostMs,
      commandMs: line.commandMs,
    };
    const runs = this.runs.get(key) ?? [];
    runs.push(run);
    this.runs.set(key, runs);
    await this.profiler?.stop(`${key}-${runs.length}`);
    console.log(`    ${key}: ${JSON.stringify({ ...run, resultsMs: line.resultsMs })}`);
  }

  /** Resolves when the window has nothing more to do. @throws {Error} when it is busy for too long. */
  private async quiet(): Promise<void> {
    const until = performance.now() + QUIET.limitMs;
    let before = await this.renderers.processorMs();
    for (let spans = 0; spans < QUIET.spans;) {
      await new Promise((resolve) => setTimeout(resolve, QUIET.spanMs));
      const now = await this.renderers.processorMs();
      spans = now - before < QUIET.share * QUIET.spanMs ? spans + 1 : 0;
      before = now;
      if (performance.now() > until) throw new Error(`The window is still busy after ${QUIET.limitMs / 1000} s.`);
    }
  }
}

class WindowProfiler {
  private constructor(
    private readonly session: Awaited<ReturnType<ReturnType<Page['context']>['newCDPSession']>>,
    private readonly folder: string,
  ) {}

  static async of(page: Page, folder: string): Promise<WindowProfiler> {
    mkdirSync(folder, { recursive: true });
    const session = await page.context().newCDPSession(page);
    await session.send('Profiler.enable');
    await session.send('Profiler.setSamplingInterval', { interval: 1000 });
    return new WindowProfiler(session, folder);
  }

  async start(): Promise<void> {
    await this.session.send('Profiler.start');
  }

  async stop(name: string): Promise<void> {
    const { profile } = await this.session.send('Profiler.stop');
    writeFileSync(path.join(this.folder, `${name}.cpuprofile`), JSON.stringify(profile));
  }
}
