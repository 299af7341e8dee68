/** Hover: a variable's schema and its values in the golden cases; the model with all that is known about its cost. */
import * as vscode from 'vscode';
import { isJsonObject } from '../../core/json/json.ts';
import type { GoldenCase } from '../../core/golden/case.ts';
import { isCodePath } from '../../core/prompt/formats/prompt-name.ts';
import { excerpt, type TextRange } from '../../core/text/text.ts';
import { loadedPrompt, rangeIn } from '../window/documents.ts';
import { isPrompt } from '../window/open-prompts.ts';
import { costMarkdown } from '../economics/cost-text.ts';
import type { DocumentAnalysis, PromptAnalyses } from '../economics/prompt-analyses.ts';
import type { Services } from '../window/services.ts';
import { variableAt } from './variable-locations.ts';
import { quantity } from '../../core/display/figures.ts';

const SHOWN_VALUES = 5;

export function hoverProvider(services: Services, insights: PromptAnalyses): vscode.HoverProvider {
  return {
    async provideHover(document, position) {
      if (!isPrompt(document)) return undefined;
      if (isCodePath(document.uri.fsPath)) return codeHover(document, position, services, insights);
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
      appendValues(text, target.cases, variable);
      const { template } = reading.document;
      if (template.kind === 'text') text.appendText(`\nThe syntax of this template is ${template.syntax}.`);
      return new vscode.Hover(text);
    },
  };
}

/** Values that the golden cases give a variable. */
function appendValues(text: vscode.MarkdownString, cases: readonly GoldenCase[], variable: string): void {
  const given = cases.filter((item) => Object.hasOwn(item.vars, variable));
  const values = [...new Set(given.map((item) => excerpt(JSON.stringify(item.vars[variable]), 100)))];
  text.appendText(
    `Set in ${given.length} of ${quantity(cases.length, 'golden case')}, with ${quantity(values.length, 'different value')}.`,
  );
  if (values.length > 0) text.appendCodeblock(values.slice(0, SHOWN_VALUES).join('\n'), 'text');
}

/** What stands in the text for a value of the running program: as which variable, why it cannot be known, and what the golden cases give it. */
async function codeHover(
  document: vscode.TextDocument,
  position: vscode.Position,
  services: Services,
  insights: PromptAnalyses,
): Promise<vscode.Hover | undefined> {
  const at = document.offsetAt(position);
  const isUnder = ({ range }: { readonly range: TextRange }): boolean => range.start <= at && at < range.end;
  for (const { id, version, code } of insights.all(document)) {
    if (version !== document.version || code === null) continue;
    const used = code.variables.find(isUnder);
    if (used === undefined) {
      const setting = code.unresolved.find((item) => item.variable === null && isUnder(item));
      if (setting === undefined) continue;
      const text = new vscode.MarkdownString().appendMarkdown('**Goldset** ').appendText(`reads only literal settings: ${setting.why}.`);
      return new vscode.Hover(text, rangeIn(document, setting.range));
    }
    const { target } = await loadedPrompt(document, services, id);
    const known = code.unresolved.find(({ variable }) => variable === used.name);
    const text = new vscode.MarkdownString();
    text.appendMarkdown('**Variable** ').appendCodeblock(used.name, 'text');
    if (known !== undefined) text.appendText(`A variable of ${target.document.name}, because ${known.why}. `);
    const [root = used.name] = used.name.split('.');
    const isWhole = target.cases.some(({ vars }) => Object.hasOwn(vars, used.name));
    appendValues(text, target.cases, isWhole ? used.name : root);
    return new vscode.Hover(text, rangeIn(document, used.range));
  }
  return undefined;
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
