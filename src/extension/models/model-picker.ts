/** Chooses a model: what is configured, reachable and found on this machine, each with what a call of this prompt would cost. */
import * as vscode from 'vscode';
import { usd } from '../../core/display/figures.ts';
import { unsavedTexts } from '../window/documents.ts';
import { showError } from '../window/messages.ts';
import { SKIPPED_GLOB } from '../window/window-prompts.ts';
import type { Services } from '../window/services.ts';
import type { ModelGroup } from '../../engine/models/model-choices.ts';
import { findingsOff } from '../window/findings-off.ts';

type ModelItem = vscode.QuickPickItem & {
  readonly model?: string;
  /** The row that makes the list one of several choices. */
  readonly several?: true;
};

/** Models whose cost is projected for the list. */
const PRICED = 40;

/** Undefined: none was chosen. */
export async function chooseModel(file: string, services: Services): Promise<string | undefined> {
  return (await choose(file, services, false))?.[0];
}

/** One model, or several after the button or the last row of the list. Undefined: none was chosen. */
export const chooseRunModels = (file: string, services: Services): Promise<readonly string[] | undefined> => choose(file, services, true);

const SEVERAL = { iconPath: new vscode.ThemeIcon('checklist'), tooltip: 'Choose Several Models' };
const SEVERAL_ROW: ModelItem = { label: '$(checklist) Choose Several Models…', several: true, alwaysShow: true };

async function choose(file: string, services: Services, mayBeSeveral: boolean): Promise<readonly string[] | undefined> {
  const { target, root } = await services.engine().load(file);
  const own = target.document.model?.id ?? null;
  const list = vscode.window.createQuickPick<ModelItem>();
  list.title = `Model for ${target.document.name}`;
  list.placeholder = own === null ? 'Choose a model, or type provider:model' : `Replaces ${own}. Choose a model, or type provider:model`;
  list.matchOnDescription = true;
  list.matchOnDetail = true;
  list.busy = true;
  const chosen = accepted(list, () => several());
  list.show();
  let isOpen = true;
  let items: ModelItem[] = [];
  const rows = (): ModelItem[] => {
    const typed = withTyped(items, list.value);
    if (!mayBeSeveral || list.canSelectMany) return typed;
    // After the first group, so that it is in view.
    const second = typed.findIndex(({ kind }, i) => i > 0 && kind === vscode.QuickPickItemKind.Separator);
    return second === -1 ? [...typed, SEVERAL_ROW] : typed.toSpliced(second, 0, SEVERAL_ROW);
  };
  const redraw = (): void => {
    const chosenNow = new Set(list.selectedItems.map(({ model }) => model));
    list.items = rows();
    if (list.canSelectMany) list.selectedItems = list.items.filter(({ model }) => model !== undefined && chosenNow.has(model));
  };
  const several = (): void => {
    list.canSelectMany = true;
    list.buttons = [];
    list.placeholder = 'Choose models to run side by side, then press Enter';
    redraw();
  };
  if (mayBeSeveral) list.buttons = [SEVERAL];
  list.onDidTriggerButton(several);
  list.onDidChangeValue(redraw);
  void chosen.then(() => (isOpen = false));
  const scripts = await vscode.workspace.findFiles(new vscode.RelativePattern(root, '**/*.scripted.{yaml,yml}'), SKIPPED_GLOB, 20);
  const show = (groups: readonly ModelGroup[], costs: ReadonlyMap<string, string>): void => {
    if (!isOpen) return;
    const active = list.activeItems[0]?.model;
    items = itemsOf(groups, costs, root);
    redraw();
    const again = list.items.find(({ model }) => model !== undefined && model === active);
    if (again) list.activeItems = [again];
  };
  const scripted = scripts.map((uri) => `scripted:${uri.fsPath}`);
  const sources = { file, own: own === null || own.startsWith('scripted:') ? [] : [own], scripted };
  void services
    .engine()
    .offers.groups(sources, (groups) => show(groups, new Map()))
    .then(async (groups) => show(groups, await costsOf(file, groups, services)))
    .catch((error: unknown) => void showError(error, services))
    .finally(() => isOpen && (list.busy = false));
  return chosen;
}

function accepted(list: vscode.QuickPick<ModelItem>, several: () => void): Promise<readonly string[] | undefined> {
  return new Promise((resolve) => {
    list.onDidAccept(() => {
      if (!list.canSelectMany && list.selectedItems[0]?.several === true) return several();
      // Enter without a tick means the row that is marked.
      const items = list.canSelectMany && list.selectedItems.length === 0 ? list.activeItems : list.selectedItems;
      const models = items.flatMap(({ model }) => model ?? []);
      if (models.length === 0) return;
      resolve(models);
      list.hide();
    });
    list.onDidHide(() => {
      resolve(undefined);
      list.dispose();
    });
  });
}

const itemsOf = (groups: readonly ModelGroup[], costs: ReadonlyMap<string, string>, root: string): ModelItem[] =>
  groups.flatMap(({ title, models }) => [
    { label: title, kind: vscode.QuickPickItemKind.Separator },
    ...models.map(({ id, note }): ModelItem => {
      const cost = costs.get(id);
      return {
        label: id.replace(`${root}/`, ''),
        model: id,
        ...(cost === undefined ? {} : { description: cost }),
        ...(note === null ? {} : { detail: note }),
      };
    }),
  ]);

/** What is typed and in no list can be chosen too. */
function withTyped(items: readonly ModelItem[], typed: string): ModelItem[] {
  const text = typed.trim();
  if (!/^[\w.-]+[:/]\S+$/.test(text) || items.some(({ model, label }) => model === text || label === text)) return [...items];
  return [{ label: text, model: text, description: 'use the typed name', alwaysShow: true }, ...items];
}

async function costsOf(file: string, groups: readonly ModelGroup[], services: Services): Promise<Map<string, string>> {
  const models = groups.flatMap((group) => group.models.map(({ id }) => id)).filter((id) => !id.startsWith('vscode:'));
  const options = { unsaved: unsavedTexts(), models: models.slice(0, PRICED), off: findingsOff(), git: false };
  const { report } = await services.engine().analysePrompt(file, options);
  return new Map(
    report.models.flatMap(({ model, costPerCallUsd: { expected, cold, high } }): [string, string][] => {
      const cost = expected ?? cold;
      if (cost !== null) return [[model, `${usd(cost)}/call`]];
      return high === null ? [] : [[model, `up to ${usd(high)}/call`]];
    }),
  );
}
