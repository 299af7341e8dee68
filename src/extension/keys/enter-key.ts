/** Asks for the key of one origin and keeps it for that origin alone. */
import * as vscode from 'vscode';
import type { KeyRing } from './key-ring.ts';

/** False: nothing was entered. */
export async function enterKey(origin: string, ring: KeyRing): Promise<boolean> {
  const key = await vscode.window.showInputBox({
    title: `API key for ${origin}`,
    prompt: 'It stays in the editor’s secret storage and is sent to no other address.',
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) =>
      text.trim() === '' || /^[\x21-\x7e]+$/.test(text.trim()) ? null : 'A key has no spaces and no special characters.',
  });
  const trimmed = key?.trim() ?? '';
  if (trimmed === '') return false;
  await ring.keep(origin, trimmed);
  return true;
}
