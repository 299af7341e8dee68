/** Asks for the key of one origin and keeps it for that origin alone. */
import * as vscode from 'vscode';
import type { KeyRing } from './key-ring.ts';

/** False: nothing was entered. */
export async function enterKey(origin: string, ring: KeyRing): Promise<boolean> {
  const key = await vscode.window.showInputBox({
    title: `API key for ${origin}`,
    prompt: 'The key stays in the editor’s secret storage and is sent only to this address.',
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) =>
      text.trim() === '' || /^[\x21-\x7e]+$/.test(text.trim()) ? null : 'A key contains no spaces or special characters.',
  });
  const trimmed = key?.trim() ?? '';
  if (trimmed === '') return false;
  await ring.keep(origin, trimmed);
  return true;
}
