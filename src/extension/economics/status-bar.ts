/** The model and what a call costs, while a prompt is in front. */
import * as vscode from 'vscode';
import { isPrompt, promptsIn } from '../window/open-prompts.ts';
import { isShown, onDidChangeShown } from '../window/shown-settings.ts';
import { commands, settings } from '../window/names.ts';
import type { Services } from '../window/services.ts';
import { priceOrigin, priceText } from './cost-text.ts';
import type { PromptAnalyses } from './prompt-analyses.ts';

export function registerStatusBar(services: Services, insights: PromptAnalyses): void {
  const item = vscode.window.createStatusBarItem('goldset.cost', vscode.StatusBarAlignment.Right, 90);
  item.name = 'Goldset: model and cost';
  item.command = commands.showCost;
  const show = (): void => {
    const document = vscode.window.activeTextEditor?.document;
    if (!document || !isPrompt(document) || !isShown(settings.statusBar)) return item.hide();
    const editor = vscode.window.activeTextEditor;
    const insight = editor && insights.at(document, editor.selection.active);
    if (!insight || insight.isPartial) return item.hide();
    const model = insight.report.models[0];
    item.text = model ? `$(symbol-numeric) ${shortName(model.model)} · ${priceText(model)}` : '$(symbol-numeric) no model';
    item.tooltip = model ? `Price: ${priceOrigin(model, new Date())}. Click for the cost breakdown.` : 'This prompt does not set a model.';
    item.accessibilityInformation = { label: `Goldset: ${model ? `${model.model}, ${priceText(model)}` : 'no model'}`, role: 'button' };
    item.show();
  };
  services.context.subscriptions.push(
    item,
    insights.onDidChange(show),
    onDidChangeShown(settings.statusBar, show),
    vscode.window.onDidChangeActiveTextEditor(show),
    // A source file may hold several prompts.
    vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => promptsIn(textEditor.document).length > 1 && show()),
  );
}

const shortName = (model: string): string =>
  model
    .split(/[/\\]/)
    .at(-1)
    ?.replace(/^scripted:/, '') ?? model;
