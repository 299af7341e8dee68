/** Keys in the editor: kept ones by origin, then the environment; none in an untrusted workspace. A key that would leave its origin is asked for. */
import * as vscode from 'vscode';
import type { ForeignKey, KeySource } from '../../adapters/models/keys.ts';
import { enterKey } from './enter-key.ts';
import type { KeyRing } from './key-ring.ts';

/** `isQuiet`: nobody asked for anything just now, so nobody is asked; what was allowed before stays allowed. */
export const editorKeys = (ring: KeyRing, isQuiet = false): KeySource => ({
  keyForOrigin: async (origin) => (vscode.workspace.isTrusted ? ring.keyFor(origin) : null),
  variable: (name) => (vscode.workspace.isTrusted ? (process.env[name]?.trim() ?? '') || null : null),
  mayLeave: (key) => (isQuiet ? Promise.resolve(mayLeaveQuietly(key, ring)) : mayLeave(key, ring)),
});

const mayLeaveQuietly = (key: ForeignKey, ring: KeyRing): 'send' | 'no' =>
  vscode.workspace.isTrusted && ring.isGranted(key) ? 'send' : 'no';

/** Names both: whose key it is, and who would get it. An answer of yes is remembered for the workspace, and can be taken back. */
async function mayLeave({ provider, variable, origin, home }: ForeignKey, ring: KeyRing): Promise<'send' | 'kept' | 'no'> {
  if (!vscode.workspace.isTrusted) return 'no';
  if (ring.isGranted({ variable, origin })) return 'send';
  const detail = [
    `goldset.yaml names ${variable} for the provider "${provider}" at ${origin}.`,
    home === null ? 'This is not the key’s own server.' : `This key belongs to ${home}.`,
    `The operator of ${origin} could read the key and use it.`,
  ].join(' ');
  const send = 'Send It There';
  const own = 'Use Another Key…';
  // What is first is what Enter does: nothing that cannot be taken back.
  const chosen = await vscode.window.showWarningMessage(`Send ${variable} to ${origin}?`, { modal: true, detail }, own, send);
  if (chosen === send) {
    await ring.grant({ variable, origin });
    return 'send';
  }
  return chosen === own && (await enterKey(origin, ring)) ? 'kept' : 'no';
}
