/** Keys in the editor: secret storage by origin, then the environment; none in an untrusted workspace. */
import * as vscode from 'vscode';
import type { KeySource } from '../adapters/models/keys.ts';

export const storageKey = (origin: string): string => `goldset.key:${origin}`;

export const secretKeys = (secrets: vscode.SecretStorage): KeySource => ({
  keyForOrigin: async (origin) => (vscode.workspace.isTrusted ? ((await secrets.get(storageKey(origin))) ?? null) : null),
  variable: (name) => (vscode.workspace.isTrusted ? (process.env[name]?.trim() ?? '') || null : null),
});
