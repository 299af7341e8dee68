/** VS Code's Restricted Mode: nothing runs, nothing is written, and `.goldset/` is not read. */
import * as vscode from 'vscode';
import { ConfigurationError, HumanError } from '../../core/problems/errors.ts';

const HINT = 'Use "Workspaces: Manage Workspace Trust".';

/** In an untrusted workspace nothing runs, and no key is read. @throws {ConfigurationError} */
export function requireTrust(): void {
  if (!vscode.workspace.isTrusted) throw new ConfigurationError('trust/needed', 'Prompts run only in a trusted workspace.', HINT);
}

/** For commands that show what `.goldset/` holds. @throws {ConfigurationError} in an untrusted workspace. */
export function requireTrustToRead(): void {
  if (!vscode.workspace.isTrusted)
    throw new ConfigurationError('trust/needed', 'In Restricted Mode Goldset does not read .goldset/.', HINT);
}

/** For commands that write a file. @throws {HumanError} in an untrusted workspace. */
export function requireTrustToWrite(): void {
  if (!vscode.workspace.isTrusted) throw new HumanError('trust/needed', 'Goldset writes no files in an untrusted workspace.', HINT);
}
