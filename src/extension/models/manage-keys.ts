/** Manage API Keys: what is kept, for whom, and from where; add, replace and remove. No key is ever shown. */
import path from 'node:path';
import * as vscode from 'vscode';
import type { KeyOrigin } from '../../adapters/models/keys.ts';
import { showError } from '../window/messages.ts';
import { commands } from '../window/names.ts';
import type { Services } from '../window/services.ts';
import { enterKey } from '../keys/enter-key.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { addressProblem, isUnencrypted, type AllowedPair } from '../../core/config/key-pair.ts';

type KeyItem = vscode.QuickPickItem & { readonly origin?: string | null; readonly allowed?: AllowedPair };

export function registerKeys(services: Services): void {
  services.context.subscriptions.push(
    vscode.commands.registerCommand(commands.manageKeys, async (given?: unknown) => {
      try {
        const isKept = await manageKeys(services);
        // The button of an error continues by itself.
        const isAsked = typeof given === 'object' && given !== null && 'asked' in given;
        if (isKept && !isAsked) void offerRest(services);
        return isKept;
      } catch (error) {
        void showError(error, services);
        return false;
      }
    }),
  );
}

/** A run that waits for a key continues with one click: it may be another key, and it costs money. */
async function offerRest({ stoppedByKey }: Services): Promise<void> {
  const { name } = stoppedByKey;
  if (name === null) return;
  const action = 'Continue';
  if ((await vscode.window.showInformationMessage(`Goldset: ${name} was stopped because of a key.`, action)) === action)
    await stoppedByKey.continue();
}

/** True: a key was entered. */
async function manageKeys({ keys, engine }: Services): Promise<boolean> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  const places = await engine().keyPlaces(folder === undefined ? null : path.join(folder, 'goldset.yaml'));
  const chosen = await pick(itemsOf(places, keys));
  if (chosen === null) return false;
  const { item, isRemoval } = chosen;
  if (item.allowed !== undefined) {
    const { variable, origin } = item.allowed;
    if (isRemoval || (await confirmed(`Stop sending ${variable} to ${origin}?`, 'Stop Sending'))) {
      keys.allowed.remove(item.allowed);
      tell(`${variable} is no longer sent to ${origin}.`);
    }
    return false;
  }
  const origin = item.origin ?? (await askOrigin());
  if (origin === undefined) return false;
  if (isRemoval) {
    if (!(await confirmed(`Remove the key for ${origin}?`, 'Remove'))) return false;
    await keys.remove(origin);
    tell(`The key for ${origin} was removed.`);
    return false;
  }
  if (!(await enterKey(origin, keys))) return false;
  tell(`The key for ${origin} is in the editor’s secret storage and is sent only there.`);
  return true;
}

function itemsOf(places: readonly KeyOrigin[], keys: KeyRing): KeyItem[] {
  const nameOf = new Map(places.map(({ name, origin }) => [origin, name]));
  const remove = { iconPath: new vscode.ThemeIcon('trash'), tooltip: 'Remove This Key' };
  const kept = keys.origins.map((origin): KeyItem => ({
    label: `$(key) ${origin}`,
    description: nameOf.get(origin) ?? '',
    detail: 'Stored in this editor. Select to replace it.',
    origin,
    buttons: [remove],
  }));
  const others = places.filter(({ origin }) => !keys.origins.includes(origin) && !isUnencrypted(origin));
  const add = others.map((place): KeyItem => {
    const { name, origin } = place;
    return {
      label: `$(add) ${name}`,
      description: origin,
      detail: detailOf(place, keys),
      origin,
    };
  });
  const granted = keys.allowed.pairs.map((allowed): KeyItem => ({
    label: `$(arrow-right) ${allowed.variable}`,
    description: `may be sent to ${allowed.origin}${allowed.anyPort ? ', every port' : ''}`,
    allowed,
    buttons: [{ iconPath: new vscode.ThemeIcon('trash'), tooltip: 'Revoke' }],
  }));
  return [
    ...headed('Stored keys', kept),
    ...headed('Add a key', [...add, { label: '$(add) Another server…', origin: null }]),
    ...headed('Allowed for other servers', granted),
  ];
}

function detailOf({ variable, origin, isForeign }: KeyOrigin, keys: KeyRing): string {
  if (variable === null) return 'Needs no key.';
  const isSet = vscode.workspace.isTrusted && (process.env[variable]?.trim() ?? '') !== '';
  if (!isSet) return 'No key yet.';
  if (isForeign && keys.allowed.has({ variable, origin })) return `You allowed ${variable} for this server.`;
  if (isForeign) return `goldset.yaml names ${variable}, which is not this server’s own. Goldset asks you before sending it.`;
  return `Uses ${variable} from the environment until you add a key here.`;
}

const headed = (label: string, items: readonly KeyItem[]): KeyItem[] =>
  items.length === 0 ? [] : [{ label, kind: vscode.QuickPickItemKind.Separator }, ...items];

function pick(items: readonly KeyItem[]): Promise<{ readonly item: KeyItem; readonly isRemoval: boolean } | null> {
  const list = vscode.window.createQuickPick<KeyItem>();
  list.items = items;
  list.title = 'API Keys';
  list.placeholder = 'A key is sent only to the origin it is stored for.';
  list.matchOnDescription = true;
  return new Promise((resolve) => {
    list.onDidAccept(() => {
      const [item] = list.selectedItems;
      resolve(item === undefined ? null : { item, isRemoval: false });
      list.hide();
    });
    list.onDidTriggerItemButton(({ item }) => {
      resolve({ item, isRemoval: true });
      list.hide();
    });
    list.onDidHide(() => {
      resolve(null);
      list.dispose();
    });
    list.show();
  });
}

const confirmed = async (question: string, action: string): Promise<boolean> =>
  (await vscode.window.showWarningMessage(question, { modal: true }, action)) === action;

const tell = (text: string): void => void vscode.window.showInformationMessage(text);

async function askOrigin(): Promise<string | undefined> {
  const address = await vscode.window.showInputBox({
    title: 'Address of the server',
    placeHolder: 'https://models.example.com/v1',
    ignoreFocusOut: true,
    validateInput: (text) => {
      const problem = addressProblem(text);
      if (problem !== null) return `Enter an address that starts with https:// or http://; ${problem}.`;
      return isUnencrypted(text) ? 'No key is sent over http, except to this machine. Enter an address that starts with https://.' : null;
    },
  });
  return address === undefined ? undefined : new URL(address).origin;
}
