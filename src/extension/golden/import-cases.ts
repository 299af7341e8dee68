/** Import Cases: a file of examples becomes cases of a golden set, by a mapping that is one question; one edit, which undo takes back. */
import path from 'node:path';
import * as vscode from 'vscode';
import type { DatasetFile, ImportedCases } from '../../adapters/import/dataset-files.ts';
import type { PlannedMapping } from '../../adapters/import/plan-import.ts';
import { count, quantity } from '../../core/display/figures.ts';
import type { MappingLine } from '../../core/feedback/datasets/mapping-lines.ts';
import { loadOpen, writeGolden } from '../results/write-golden.ts';
import { showError } from '../window/messages.ts';
import { commands } from '../window/names.ts';
import type { Services } from '../window/services.ts';
import { promptUnderCursor } from '../window/target-under-cursor.ts';
import { requireTrustToWrite } from '../window/trust.ts';

export function registerImportCases(services: Services): void {
  services.context.subscriptions.push(
    vscode.commands.registerCommand(commands.importCases, async (uri?: vscode.Uri) => {
      try {
        requireTrustToWrite();
        await importCases(uri, services);
      } catch (error) {
        void showError(error, services);
      }
    }),
  );
}

async function importCases(uri: vscode.Uri | undefined, services: Services): Promise<void> {
  const prompt = await promptUnderCursor(uri, services);
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title: 'Import Cases',
      openLabel: 'Import',
      defaultUri: vscode.Uri.file(path.dirname(prompt)),
      filters: { 'Files of cases': ['csv', 'tsv', 'jsonl', 'ndjson', 'json', 'gz'], 'All files': ['*'] },
    })) ?? [];
  if (chosen === undefined) return;
  const { importer } = services.engine();
  const loaded = await loadOpen(prompt, services);
  const dataset = await importer.open(chosen.fsPath);
  const given = await mappingOf(dataset, (map, group) => importer.mapping({ dataset, loaded, map, group }));
  if (given === null) return;
  const request = { dataset, loaded, ...given, withDuplicates: false };
  const { mapping } = importer.mapping(request);
  const imported = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: `Goldset: reading ${path.basename(dataset.file)}` },
    () => importer.read(request, mapping),
  );
  tellRows(imported, dataset, services);
  if (imported.cases.length === 0) return;
  await writeGolden(await importer.edit(loaded, imported), services, saidOf(imported));
}

interface GivenMapping {
  readonly map: readonly string[];
  readonly group: string | null;
}

type Plan = (map: readonly string[], group: string | null) => PlannedMapping;

interface MappingItem extends vscode.QuickPickItem {
  readonly does: 'import' | 'change' | 'group';
}

/** The proposed mapping as one question: import with it, or change a part first. Null: the person declined. */
async function mappingOf(dataset: DatasetFile, planWith: Plan): Promise<GivenMapping | null> {
  let given: GivenMapping = { map: [], group: null };
  for (;;) {
    const plan = planned(planWith, given);
    const chosen = await vscode.window.showQuickPick(itemsOf(plan), {
      title: `${path.basename(dataset.file)}: ${dataset.shape.name}`,
      placeHolder: plan === null ? 'No field fits a variable of the prompt: name one' : 'Import with this mapping, or change a part of it',
      ignoreFocusOut: true,
    });
    if (chosen === undefined) return null;
    if (chosen.does === 'import') return given;
    const changed = await changedMapping(chosen.does, given);
    if (changed !== null) given = changed;
  }
}

/** Null: no field fits, so that a person must name one. */
function planned(planWith: Plan, { map, group }: GivenMapping): PlannedMapping | null {
  try {
    return planWith(map, group);
  } catch (error) {
    if ((error as { code?: unknown }).code === 'import/no-variable') return null;
    throw error;
  }
}

function itemsOf(plan: PlannedMapping | null): MappingItem[] {
  const lines = plan?.lines ?? [];
  const missing = plan?.unmapped ?? [];
  const shown = lines.map(textOfLine).join(' · ');
  const detail = missing.length === 0 ? shown : `${shown} · no field for ${missing.join(', ')}`;
  return [
    ...(plan === null ? [] : [{ does: 'import' as const, label: '$(cloud-download) Import with this mapping', detail }]),
    {
      does: 'change',
      label: '$(edit) Change the mapping…',
      detail: plan === null || plan.left.length === 0 ? '' : `Other fields: ${plan.left.slice(0, 20).join(', ')}`,
    },
    {
      does: 'group',
      label: '$(group-by-ref-type) Choose a field for `group`…',
      detail: 'For rows that hang together, such as questions about one document',
    },
  ];
}

const textOfLine = ({ part, field, example }: MappingLine): string => `${part} ← ${field}${example === '' ? '' : ` (${example})`}`;

async function changedMapping(what: 'change' | 'group', given: GivenMapping): Promise<GivenMapping | null> {
  const text = await vscode.window.showInputBox(
    what === 'group'
      ? {
          title: 'Import Cases',
          prompt: 'Field that becomes `group`, such as metadata.document. Empty for no group.',
          value: given.group ?? '',
        }
      : {
          title: 'Import Cases',
          prompt: 'Parts of a case and fields of the file, separated by commas: question=inputs.question, expected=answer',
          value: given.map.join(', '),
          validateInput: (typed) =>
            typed.split(',').every((part) => part.trim() === '' || /^[^=]+=/.test(part.trim())) ? null : 'Write each as PART=FIELD.',
        },
  );
  if (text === undefined) return null;
  if (what === 'group') return { ...given, group: text.trim() === '' ? null : text.trim() };
  return {
    ...given,
    map: text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  };
}

function saidOf({ cases, read, skipped, duplicates }: ImportedCases): string {
  const unverified = cases.filter(({ status }) => status === 'unverified').length;
  const same = duplicates === 0 ? '' : `, ${quantity(duplicates, 'duplicate')}`;
  const open = unverified === 0 ? '' : ` (${count(unverified)} unverified: nothing is expected)`;
  return `${quantity(read, 'row')} read, ${count(skipped.count)} skipped${same}. ${quantity(cases.length, 'case')}${open} ${cases.length === 1 ? 'is' : 'are'}`;
}

/** Skipped rows are named in the log; where all were, that is the answer. */
function tellRows({ cases, read, skipped, duplicates }: ImportedCases, { file }: DatasetFile, { log }: Services): void {
  for (const { place, problem } of skipped.rows) log.warn(`${path.basename(file)}, ${place} skipped: ${problem}`);
  if (skipped.count === 0) return;
  const [first] = skipped.rows;
  const reason = first === undefined ? '' : ` The first: ${first.place}. ${first.problem}`;
  const none = cases.length === 0 ? ' No case was added.' : '';
  const same = duplicates === 0 ? '' : ` (${quantity(duplicates, 'duplicate')})`;
  const text = `Goldset: ${count(skipped.count)} of ${quantity(read, 'row')} skipped${same}.${none}${reason}`;
  void vscode.window.showWarningMessage(text, 'Show Rows').then((chosen) => {
    if (chosen !== undefined) log.show();
  });
}
