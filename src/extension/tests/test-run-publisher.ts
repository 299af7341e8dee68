/**
 * Run events → states of test items, with VS Code's own expected/actual diff. What the Test Explorer costs its window grows with the square
 * of how often a parent's row is drawn again (docs/decisions/pages.md): a test that starts, and a duration, draw the rows of all parents.
 * A long run therefore reports each case once, without them.
 */
import { scoreText } from '../../core/results/case-counts.ts';
import path from 'node:path';
import * as vscode from 'vscode';
import { systemClock } from '../../adapters/clock.ts';
import { parseJson, readable } from '../../core/json/json.ts';
import type { RunEvent } from '../../core/run/events.ts';
import { worseVerdict } from '../../core/results/case-outcomes.ts';
import type { Result } from '../../core/results/result.ts';
import { visibleControls } from '../../core/display/visible-controls.ts';
import { SlicedQueue } from '../../engine/runs/sliced-queue.ts';
import type { RunFailed, ShownRun } from '../runs/runs.ts';

/** What the publisher needs of the Test Explorer. */
export interface PublishedItems {
  itemOf(file: string, caseId: string): vscode.TestItem | undefined | Promise<vscode.TestItem | undefined>;
  itemOfPrompt(file: string): vscode.TestItem | undefined;
}

/** A context key that nothing depends on, and that always has the same value. */
const REPORTED = 'goldset.reported';
/** Up to so many samples each case shows that it runs, and how long it took. */
const DETAILED = 200;
/** ms between the slices of a longer run: a tenth of its time so far, within these. */
const PAUSE = { least: 1000, most: 5000 };

export class TestRunPublisher {
  private isDetailed = true;
  /** By candidate and case. */
  private readonly worst = new Map<string, Result['verdict']>();
  private readonly queue = new SlicedQueue({
    // The window answers a command after the messages that were sent before it.
    answered: () => vscode.commands.executeCommand('setContext', REPORTED, true),
    now: () => performance.now(),
    rest: (ms) => systemClock.sleep(ms),
    pause: (elapsed) => (this.isDetailed ? 0 : Math.min(PAUSE.most, Math.max(PAUSE.least, elapsed / 10))),
    turn: () => systemClock.yieldToEventLoop(),
  });

  constructor(
    private readonly testRun: vscode.TestRun,
    private readonly items: PublishedItems,
    /** The result at a place of a journal; null: it is gone. */
    private readonly read: (file: string, position: number) => Result | null,
  ) {}

  take(run: ShownRun, event: RunEvent | RunFailed): void {
    // What another model or an old version answers is no state of the prompt.
    if ('sample' in event && !run.own.has(event.sample.candidate)) return;
    if (event.type === 'result' && !run.own.has(event.result.candidate)) return;
    this.isDetailed = run.samples <= DETAILED;
    if (event.type === 'started' && !this.isDetailed) this.startPrompts(run);
    else if (event.type === 'sample-started' && this.isDetailed)
      this.queue.push(() => this.withItem(run, event.sample.candidate, event.sample.case, (item) => this.testRun.started(item)));
    else if (event.type === 'result') this.publishLater(run, event);
    else if (event.type === 'ended') {
      const lines = event.report.candidates.map(
        (candidate) => `${candidate.prompt.path}: ${scoreText(candidate)} with ${candidate.model}\r\n`,
      );
      this.queue.push(() => this.testRun.appendOutput(lines.join('')));
    }
  }

  /** Resolves when everything taken so far is published. */
  flush(): Promise<void> {
    return this.queue.end();
  }

  /** What waits is read back from the journal: outputs of a long run do not pile up in memory while the window is slow. */
  private publishLater(run: ShownRun, { result, position }: Extract<RunEvent, { type: 'result' }>): void {
    const { candidate, case: caseId } = result;
    const kept = this.isDetailed ? result : null;
    this.queue.push(() =>
      this.withItem(run, candidate, caseId, (item) => {
        const found = kept ?? this.read(run.file, position);
        if (found !== null) this.publishWorst(item, found);
        else this.testRun.errored(item, new vscode.TestMessage('The journal of this run was changed or deleted.'));
      }),
    );
  }

  /** While a prompt's own row says that it runs, no result of a case draws it again. */
  private startPrompts(run: ShownRun): void {
    for (const file of new Set(run.heads.map((head) => path.resolve(run.root, head.prompt.path)))) {
      const item = this.items.itemOfPrompt(file);
      if (item) this.queue.push(() => this.testRun.started(item));
    }
  }

  private withItem(run: ShownRun, candidate: string, caseId: string, use: (item: vscode.TestItem) => void): void | Promise<void> {
    const head = run.heads.find((item) => item.id === candidate);
    const item = head ? this.items.itemOf(path.resolve(run.root, head.prompt.path), caseId) : undefined;
    if (item instanceof Promise) return item.then((found) => found && use(found));
    if (item) use(item);
  }

  /** A case that is repeated has the state of its worst repeat. */
  private publishWorst(item: vscode.TestItem, result: Result): void {
    const key = `${result.candidate}\u0000${result.case}`;
    const known = this.worst.get(key);
    if (known !== undefined && worseVerdict(known, result.verdict) === known) return;
    this.worst.set(key, result.verdict);
    this.publish(item, result);
  }

  private publish(item: vscode.TestItem, result: Result): void {
    const duration = this.isDetailed ? (result.latencyMs ?? undefined) : undefined;
    this.testRun.appendOutput(crlf(`${result.case}: ${result.verdict}\n${result.output ?? ''}\n${noteOf(result)}`), undefined, item);
    if (result.verdict === 'unjudged') this.testRun.skipped(item);
    else if (result.verdict === 'pass') this.testRun.passed(item, duration);
    else if (result.verdict === 'error')
      this.testRun.errored(
        item,
        new vscode.TestMessage(visibleControls(result.error?.message ?? 'The case could not be graded.')),
        duration,
      );
    else if (result.status !== 'active') this.testRun.skipped(item);
    else this.testRun.failed(item, messagesOf(result, item), duration);
  }
}

const noteOf = ({ verdict }: Result): string =>
  verdict === 'unjudged' ? 'Unjudged: the case has no `expected` and no assertion, so nothing is checked.\n' : '';

function messagesOf(result: Result, item: vscode.TestItem): vscode.TestMessage[] {
  const failing = result.assertions.filter((assertion) => !assertion.pass && assertion.weight > 0);
  return failing.map((assertion, i) => {
    const message = new vscode.TestMessage(visibleControls(`${assertion.type}: ${assertion.reason}`));
    if (item.uri && item.range) message.location = new vscode.Location(item.uri, item.range);
    if (i === 0 && result.expected !== null) {
      message.expectedOutput = visibleControls(readable(result.expected));
      message.actualOutput = visibleControls(typeof result.expected === 'string' ? (result.output ?? '') : prettyJson(result.output ?? ''));
    }
    return message;
  });
}

/** JSON laid out as the expected side is, so that the diff shows fields. */
function prettyJson(text: string): string {
  const value = parseJson(text);
  return value === undefined ? text : JSON.stringify(value, null, 2);
}

/** The output is a terminal: line ends as it wants them, and control characters of a model's output as code points. */
const crlf = (text: string): string => visibleControls(text).replace(/\n/g, '\r\n');
