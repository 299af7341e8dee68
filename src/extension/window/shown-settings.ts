/** Settings that show or hide something: on, unless the user has turned them off. */
import * as vscode from 'vscode';
import { settings } from './names.ts';

export const isShown = (name: string): boolean => vscode.workspace.getConfiguration(settings.section).get<boolean>(name, true);

/** Tells when the user turns it on or off. */
export const onDidChangeShown = (name: string, changed: () => void): vscode.Disposable =>
  vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(`${settings.section}.${name}`)) changed();
  });
