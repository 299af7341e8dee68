/** Hover: a variable's schema and its values in the golden cases; the model with all that is known about its cost. */
import * as vscode from 'vscode';
import { isJsonObject } from '../../core/json.ts';
import { excerpt } from '../../core/text.ts';
import { loadedPrompt } from '../window/documents.ts';
import { isPrompt } from '../window/open-prompts.ts';
import { costMarkdown } from '../economics/cost-text.ts';
import type { DocumentAnalysis, PromptAnalyses } from '../economics/prompt-analyses.ts';
import type { Services } from '../window/services.ts';
import { variableAt } from './variable-locations.ts';
import { quantity } from '../../core/figures.ts';

const SHOWN_VALUES = 5;

export function hoverProvider(services: Services, insights: PromptAnalyses): vscode.HoverProvider {
  return {
    async provideHover(document, position) {
      if (!isPrompt(document)) return undefined;
      const { reading, target } = await loadedPrompt(document, services);
      const at = document.offsetAt(position);
      const { model, input } = reading.document;
      if (model && model.inSettings !== true && model.range.start <= at && at <= model.range.end)
        return new vscode.Hover(modelText(model.id, insights.of(document)));
      const variable = await variableAt(document, position, services);
      if (variable === null) return undefined;
      const properties = input.schema?.['properties'];
      const schema = isJsonObject(properties) ? properties[variable] : undefined;
      const text = new vscode.MarkdownString();
      text.appendMarkdown('**Variable** ').appendCodeblock(variable, 'text');
      if (schema !== undefined) text.appendCodeblock(JSON.stringify(schema, null, 2), 'json');
      const given = target.cases.filter((item) => Object.hasOwn(item.vars, variable));
      const values = [...new Set(given.map((item) => excerpt(JSON.stringify(item.vars[variable]), 100)))];
      text.appendText(
        `Set in ${given.length} of ${quantity(target.cases.length, 'golden case')}, with ${quantity(values.length, 'different value')}.`,
      );
      if (values.length > 0) text.appendCodeblock(values.slice(0, SHOWN_VALUES).join('\n'), 'text');
      const { template } = reading.document;
      if (template.kind === 'text') text.appendText(`\nThe syntax of this template is ${template.syntax}.`);
      return new vscode.Hover(text);
    },
  };
}

function modelText(id: string, insight: DocumentAnalysis | undefined): vscode.MarkdownString {
  const text = new vscode.MarkdownString().appendMarkdown('**Model** ').appendCodeblock(id, 'text');
  const cost = insight?.report.models[0];
  if (insight && cost) text.appendMarkdown(`${costMarkdown(insight.report, cost, new Date())}\n\n`);
  return text.appendText(
    id.startsWith('scripted:')
      ? 'Scripted model: answers from a file, with no key and no cost.'
      : 'Called over the network with your API key.',
  );
}
