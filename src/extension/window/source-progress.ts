/** Looks at a source as a person sees them: what is read, how much of it, and a way to stop. One after the other, for they share the store. */
import * as vscode from 'vscode';
import { LookQueue } from '../../engine/interactions/look-queue.ts';
import type { SourceWatch } from '../../engine/interactions/source-engine.ts';

export class SourceProgress {
  private readonly looks = new LookQueue();

  /** `what`: such as "failures". `wanted`: aborted by a newer choice, which gives this one up. */
  show<T>(source: string, what: string, work: (watch: SourceWatch) => Promise<T>, wanted: AbortSignal | null = null): Promise<T> {
    return this.looks.add(source, (own) => this.withProgress(`Goldset: reading ${what} of ${source}`, own, work), wanted);
  }

  /** A short look: no question is worth asking, and the next one stops it. */
  quietly<T>(source: string, work: (watch: SourceWatch) => Promise<T>, stop: AbortSignal): Promise<T> {
    const options = { location: vscode.ProgressLocation.Window, title: `Goldset: reading ${source}` };
    return Promise.resolve(vscode.window.withProgress(options, () => work({ news: SILENT, stop })));
  }

  /** What waits or is read is given up. */
  stop(): void {
    this.looks.stop();
  }

  private async withProgress<T>(title: string, own: AbortController, work: (watch: SourceWatch) => Promise<T>): Promise<T> {
    const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    return vscode.window.withProgress(options, async (progress, token) => {
      const cancelled = token.onCancellationRequested(() => own.abort());
      let said = '';
      let shown = -1;
      const news = {
        note: (text: string): void => progress.report({ message: (said = text) }),
        read: (bytes: number): void => {
          const megabytes = Math.floor(bytes / 1_000_000);
          if (megabytes === shown) return;
          shown = megabytes;
          progress.report({ message: `${said} (${megabytes} MB read)` });
        },
      };
      try {
        return await work({ news, stop: own.signal });
      } finally {
        cancelled.dispose();
      }
    });
  }
}

const SILENT: SourceWatch['news'] = { note: () => undefined, read: () => undefined };
