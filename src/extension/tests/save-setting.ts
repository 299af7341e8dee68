/** The setting that runs golden cases on save: the Test Explorer's continuous run, for as long as the setting is on. */
import * as vscode from 'vscode';
import { settings } from '../window/names.ts';

/** `watch`: runs until its token is cancelled. In Restricted Mode nothing runs. */
export function followSaveSetting(watch: (token: vscode.CancellationToken) => Promise<void>): vscode.Disposable {
  let watching: vscode.CancellationTokenSource | null = null;
  const stop = (): void => {
    watching?.cancel();
    watching?.dispose();
    watching = null;
  };
  const follow = (): void => {
    const isOn = vscode.workspace.isTrusted && vscode.workspace.getConfiguration(settings.section).get<boolean>(settings.runOnSave, false);
    if (!isOn) return stop();
    if (watching !== null) return;
    watching = new vscode.CancellationTokenSource();
    void watch(watching.token);
  };
  follow();
  return vscode.Disposable.from(
    { dispose: stop },
    vscode.workspace.onDidGrantWorkspaceTrust(follow),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(`${settings.section}.${settings.runOnSave}`)) follow();
    }),
  );
}
