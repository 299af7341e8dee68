/** Hears of the files that say who judges and how well: many that change at once, as at a checkout, are heard of once. */
import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import { changesJudging } from '../../core/judge/judging-file.ts';

/** ms without another changed file. */
const SETTLED = 200;

/** `changed`: `isJudging` where what is said of judges may be another: not after a prompt that judges nothing. */
export function watchJudges(changed: (isJudging: boolean) => void): vscode.Disposable {
  // A calibration that is the first file of a new folder judges/ may be heard of as that folder alone.
  const watcher = vscode.workspace.createFileSystemWatcher('**/{goldset.yaml,judges,*.calibration.json,*.golden.*,*.prompt}');
  let timer: NodeJS.Timeout | undefined;
  let isJudging = false;
  const hear = ({ fsPath }: vscode.Uri): void => {
    isJudging ||= changesJudging(fsPath, existsSync);
    clearTimeout(timer);
    timer = setTimeout(() => {
      const was = isJudging;
      isJudging = false;
      changed(was);
    }, SETTLED);
  };
  return vscode.Disposable.from(watcher, watcher.onDidChange(hear), watcher.onDidCreate(hear), watcher.onDidDelete(hear), {
    dispose: () => clearTimeout(timer),
  });
}
