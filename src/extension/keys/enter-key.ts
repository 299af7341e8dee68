/** Asks for the key of one origin and keeps it for that origin alone. */
import * as vscode from 'vscode';
import { keyFault } from '../../adapters/models/key-fault.ts';
import type { KeyRing } from './key-ring.ts';

/** False: nothing was entered. */
export async function enterKey(origin: string, ring: KeyRing): Promise<boolean> {
  const key = await vscode.window.showInputBox({
    title: `API key for ${origin}`,
    prompt: 'The key stays in the editor’s secret storage and is sent only to this address.',
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) => {
      const fault = text.trim() === '' ? null : keyFault(text.trim());
      return fault === null ? null : `This text ${fault.is}. ${fault.hint}`;
    },
  });
  const trimmed = key?.trim() ?? '';
  if (trimmed === '') return false;
  await ring.keep(origin, trimmed);
  return true;
}
