/** Runs that a lens, a page or a command starts, as the Test Explorer shows its own: one state of each case, wherever it ran. */
import path from 'node:path';
import * as vscode from 'vscode';
import type { RunEvent } from '../../core/run/events.ts';
import type { Result } from '../../core/results/result.ts';
import type { RunFailed, Runs, ShownRun } from '../runs/runs.ts';
import { TestRunPublisher, type PublishedItems } from './test-run-publisher.ts';

export interface MirroredTests extends PublishedItems {
  /** Whether the Test Explorer has been looked at: before, it has no tests whose state could be wrong. */
  readonly isDiscovered: boolean;
}

export class MirroredRuns {
  private readonly publishers = new Map<string, { readonly publisher: TestRunPublisher; readonly testRun: vscode.TestRun }>();
  private readonly listener: vscode.Disposable;

  constructor(
    private readonly controller: vscode.TestController,
    private readonly tests: MirroredTests,
    runs: Runs,
    private readonly read: (file: string, position: number) => Result | null,
  ) {
    this.listener = runs.onEvent(({ run, event }) => this.take(run, event));
  }

  dispose(): void {
    this.listener.dispose();
  }

  private take(run: ShownRun, event: RunEvent | RunFailed): void {
    if (run.by !== null) return;
    if (event.type === 'started') this.begin(run);
    const known = this.publishers.get(run.id);
    if (known === undefined) return;
    known.publisher.take(run, event);
    if (event.type !== 'ended' && event.type !== 'failed') return;
    this.publishers.delete(run.id);
    void known.publisher.flush().then(() => known.testRun.end());
  }

  private begin(run: ShownRun): void {
    if (!this.tests.isDiscovered) return;
    const own = run.heads.filter(({ id }) => run.own.has(id));
    const items = own.flatMap(({ prompt }) => this.tests.itemOfPrompt(path.resolve(run.root, prompt.path)) ?? []);
    if (items.length === 0) return;
    // Who runs a prompt from its text looks at the text, not at the Test Explorer.
    const testRun = this.controller.createTestRun(new vscode.TestRunRequest(items, undefined, undefined, false, true));
    this.publishers.set(run.id, { publisher: new TestRunPublisher(testRun, this.tests, this.read), testRun });
  }
}
