/** Keys in the editor: kept ones by origin, then the environment; none in an untrusted workspace. There is a question before a key leaves its origin. */
import * as vscode from 'vscode';
import type { ForeignKey, KeySource } from '../../adapters/models/keys.ts';
import { pairsOfEnvironment } from '../../adapters/storage/allowed-keys.ts';
import { allowsPair, type KeyPair } from '../../core/config/key-pair.ts';
import { enterKey } from './enter-key.ts';
import type { KeyRing } from './key-ring.ts';

/** `isQuiet`: the user did not start anything just now, so there is no question; what was allowed before stays allowed. */
export const editorKeys = (ring: KeyRing, isQuiet = false): KeySource => ({
  keyForOrigin: async (origin) => (vscode.workspace.isTrusted ? ring.keyFor(origin) : null),
  variable: (name) => (vscode.workspace.isTrusted ? (process.env[name]?.trim() ?? '') || null : null),
  isAllowed: (pair) => vscode.workspace.isTrusted && (ring.allowed.has(pair) || isAllowedByEnvironment(pair)),
  ...(isQuiet ? {} : { mayLeave: (key: ForeignKey) => mayLeave(key, ring) }),
});

const isAllowedByEnvironment = (pair: KeyPair): boolean =>
  pairsOfEnvironment(process.env['GOLDSET_ALLOW'] ?? '').some((allowed) => allowsPair(allowed, pair));

/** Names both: whose key it is, and who would get it. An answer of yes is remembered for this user, and can be taken back. */
async function mayLeave({ provider, variable, origin, home, isToken }: ForeignKey, ring: KeyRing): Promise<'send' | 'kept' | 'no'> {
  if (!vscode.workspace.isTrusted) return 'no';
  const detail = [
    ...(isToken === true
      ? [`goldset.yaml has a token command for the provider "${provider}" at ${origin}.`]
      : [
          `goldset.yaml names ${variable} for the provider "${provider}" at ${origin}.`,
          home === null ? 'It is not known where this key belongs.' : `This key belongs to ${home}.`,
        ]),
    `The operator of ${origin} could read the ${isToken === true ? 'token' : 'key'} and use it.`,
    ...(origin.includes('xn--') ? ['The name of this server contains letters that may look like others.'] : []),
  ].join(' ');
  const send = 'Send It There';
  const own = 'Use Another Key…';
  // What is first is what Enter does: nothing that cannot be taken back.
  const choices = isToken === true ? ['Do Not Send', send] : [own, send];
  const chosen = await vscode.window.showWarningMessage(`Send ${variable} to ${origin}?`, { modal: true, detail }, ...choices);
  if (chosen === send) {
    ring.allowed.add({ variable, origin });
    return 'send';
  }
  return chosen === own && (await enterKey(origin, ring)) ? 'kept' : 'no';
}
