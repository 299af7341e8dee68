/** Run events → states of test items, in batches that yield, with VS Code's own expected/actual diff. */
import { passedText } from '../../core/results/candidate-report.ts';
import path from 'node:path';
import * as vscode from 'vscode';
import { parseJson, readable } from '../../core/json.ts';
import type { RunEvent } from '../../core/run/events.ts';
import type { Result } from '../../core/results/result.ts';
import { visibleControls } from '../../core/visible-controls.ts';
import type { RunFailed, ShownRun } from '../runs/runs.ts';

type ItemOf = (file: string, caseId: string) => vscode.TestItem | undefined | Promise<vscode.TestItem | undefined>;

const BATCH = 25;
/** Above so many samples the output of each stands in the run's log alone: VS Code sends what is tied to items around once more at the end. */
const TIED_OUTPUT = 1000;

export class TestRunPublisher {
  private readonly queue: (() => void | Promise<void>)[] = [];
  private draining: Promise<void> | null = null;

  constructor(
    private readonly testRun: vscode.TestRun,
    private readonly itemOf: ItemOf,
  ) {}

  take(run: ShownRun, event: RunEvent | RunFailed): void {
    if (event.type === 'sample-started') {
      this.push(() => this.withItem(run, event.sample.candidate, event.sample.case, (item) => this.testRun.started(item)));
    } else if (event.type === 'result') {
      this.push(() =>
        this.withItem(run, event.result.candidate, event.result.case, (item) =>
          this.publish(item, event.result, event.samples <= TIED_OUTPUT),
        ),
      );
    } else if (event.type === 'ended') {
      const lines = event.report.candidates.map(
        (candidate) => `${candidate.prompt.path}: ${passedText(candidate)} with ${candidate.model}`,
      );
      this.push(() => lines.forEach((line) => this.testRun.appendOutput(`${line}\r\n`)));
    }
  }

  /** Resolves when everything taken so far is published. */
  async flush(): Promise<void> {
    while (this.draining) await this.draining;
  }

  private push(publish: () => void | Promise<void>): void {
    this.queue.push(publish);
    this.draining ??= this.drain();
  }

  private async drain(): Promise<void> {
    while (this.queue.length > 0) {
      for (const publish of this.queue.splice(0, BATCH)) {
        const published = publish();
        if (published) await published;
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.draining = null;
  }

  private withItem(run: ShownRun, candidate: string, caseId: string, use: (item: vscode.TestItem) => void): void | Promise<void> {
    const head = run.heads.find((item) => item.id === candidate);
    const item = head ? this.itemOf(path.resolve(run.root, head.prompt.path), caseId) : undefined;
    if (item instanceof Promise) return item.then((found) => found && use(found));
    if (item) use(item);
  }

  private publish(item: vscode.TestItem, result: Result, tieOutput: boolean): void {
    const duration = result.latencyMs ?? undefined;
    this.testRun.appendOutput(crlf(`${result.case}: ${result.verdict}\n${result.output ?? ''}\n`), undefined, tieOutput ? item : undefined);
    if (result.verdict === 'unjudged') {
      this.testRun.appendOutput('Unjudged: the case has no `expected` and no assertion, so nothing is checked.\r\n', undefined, item);
      this.testRun.skipped(item);
    } else if (result.verdict === 'pass') this.testRun.passed(item, duration);
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
