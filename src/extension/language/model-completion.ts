/** Completion of a model's name: those that can be called now first, each with its price. */
import path from 'node:path';
import * as vscode from 'vscode';
import { usd } from '../../core/display/figures.ts';
import type { OfferedModel } from '../../engine/models/model-offers.ts';
import type { Services } from '../window/services.ts';
import { SKIPPED_GLOB } from '../window/window-prompts.ts';

/** ms for which the lists of servers are taken as they were: they are not sent a request for every letter that is typed. */
const FRESH = 60_000;

export class ModelCompletion {
  private readonly known = new Map<string, { readonly at: number; readonly models: Promise<readonly OfferedModel[]> }>();

  constructor(private readonly services: Services) {}

  /** `range`: what is typed of the name; it may contain a colon, which no word of the editor does. */
  async items(document: vscode.TextDocument, range: vscode.Range): Promise<vscode.CompletionItem[]> {
    const file = document.uri.fsPath;
    return (await this.models(file)).map((model, i) => itemOf(model, i, file, range));
  }

  private models(file: string): Promise<readonly OfferedModel[]> {
    const folder = path.dirname(file);
    const known = this.known.get(folder);
    const now = Date.now();
    if (known !== undefined && now - known.at < FRESH) return known.models;
    const models = this.read(file);
    this.known.set(folder, { at: now, models });
    models.catch(() => this.known.delete(folder));
    return models;
  }

  private async read(file: string): Promise<readonly OfferedModel[]> {
    const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file));
    const scripts =
      folder === undefined
        ? []
        : await vscode.workspace.findFiles(new vscode.RelativePattern(folder, '**/*.scripted.{yaml,yml}'), SKIPPED_GLOB, 20);
    return this.services.engine().offers.priced(
      file,
      scripts.map(({ fsPath }) => `scripted:${fsPath}`),
    );
  }
}

function itemOf(
  { id, group, isReachable, note, price }: OfferedModel,
  index: number,
  file: string,
  range: vscode.Range,
): vscode.CompletionItem {
  const name = id.startsWith('scripted:') ? `scripted:${relativeTo(file, id.slice('scripted:'.length))}` : id;
  const item = new vscode.CompletionItem({ label: name, description: priceText(price) }, vscode.CompletionItemKind.Value);
  item.detail = isReachable ? group : `${group}: cannot be called now`;
  item.documentation = new vscode.MarkdownString([note ?? '', priceSentence(price)].filter((text) => text !== '').join('\n\n'));
  item.sortText = `${isReachable ? 0 : 1}${String(index).padStart(4, '0')}`;
  item.filterText = name;
  item.insertText = name;
  item.range = range;
  return item;
}

const priceText = (price: OfferedModel['price']): string =>
  price === null ? 'no price known' : `${usd(price.input)} in · ${usd(price.output)} out`;
const priceSentence = (price: OfferedModel['price']): string =>
  price === null ? 'No price is known.' : `${usd(price.input)} per million input tokens, ${usd(price.output)} per million output tokens.`;

/** As a prompt or goldset.yaml names it. */
function relativeTo(file: string, script: string): string {
  if (!path.isAbsolute(script)) return script;
  const relative = path.relative(path.dirname(file), script).replaceAll('\\', '/');
  return relative.startsWith('.') ? relative : `./${relative}`;
}
