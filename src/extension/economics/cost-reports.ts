/** Show Cost Breakdown, Compare Models' Cost, Explain Prefix: one Markdown page for a prompt, which begins with what was chosen. */
import * as vscode from 'vscode';
import { COMPARED_MODELS } from '../../core/economics/data/suggested-models.ts';
import type { CostReport, ModelCost } from '../../core/economics/cost-report.ts';
import { count, percent, quantity, usd } from '../../core/display/figures.ts';
import { unsavedTexts } from '../window/documents.ts';
import { showError } from '../window/messages.ts';
import { commands } from '../window/names.ts';
import type { ReportPages } from '../window/report-pages.ts';
import type { Services } from '../window/services.ts';
import { promptUnderCursor } from '../window/target-under-cursor.ts';
import { hoverTableCell, costMarkdown, priceText } from './cost-text.ts';
import { findingsOff } from '../window/findings-off.ts';

export function registerCostReports(services: Services, pages: ReportPages): void {
  const show = (name: string, text: string): Promise<void> => pages.show(name, text);
  const reportOf = async (uri: vscode.Uri | undefined, models: readonly string[]): Promise<CostReport> => {
    const file = await promptUnderCursor(uri, services);
    const options = { unsaved: unsavedTexts(), models, off: findingsOff(), git: vscode.workspace.isTrusted };
    return (await services.engine().analysePrompt(file, options)).report;
  };
  const command = (id: string, work: (uri: vscode.Uri | undefined) => Promise<void>): vscode.Disposable =>
    vscode.commands.registerCommand(id, (uri?: vscode.Uri) => work(uri).catch((error: unknown) => void showError(error, services)));
  services.context.subscriptions.push(
    command(commands.showCost, async (uri) => {
      const report = await reportOf(uri, []);
      await show(`Cost of ${report.prompt.name}`, page(breakdown(report), explanation(report), OTHER_MODELS));
    }),
    command(commands.compareCost, async (uri) => {
      const own = await reportOf(uri, []);
      const models = await chooseModels(own);
      if (models) await show(`Cost of ${own.prompt.name}`, page(comparison(await reportOf(uri, models)), breakdown(own), explanation(own)));
    }),
    command(commands.explainPrefix, async (uri) => {
      const report = await reportOf(uri, []);
      await show(`Cost of ${report.prompt.name}`, page(explanation(report), breakdown(report), OTHER_MODELS));
    }),
  );
}

const OTHER_MODELS = '# Other models\n\nRun “Goldset: Compare Models’ Cost” to see what they would cost here.';

const page = (...parts: readonly string[]): string => parts.join('\n\n');

async function chooseModels({ models }: CostReport): Promise<string[] | undefined> {
  const own = models.map(({ model }) => model).filter((model) => !model.startsWith('scripted:'));
  const items = [...new Set([...own, ...COMPARED_MODELS])].map((label) => ({ label, picked: true }));
  const chosen = await vscode.window.showQuickPick(items, {
    canPickMany: true,
    placeHolder: 'Models to compare by price. No requests are sent.',
  });
  return chosen && chosen.length > 0 ? chosen.map(({ label }) => label) : undefined;
}

const breakdown = (report: CostReport): string =>
  [
    `# Cost of ${hoverTableCell(report.prompt.name)}`,
    ...report.models.flatMap((model) => [`## ${hoverTableCell(model.model)}`, costMarkdown(report, model, new Date())]),
    ...(report.models.length === 0 ? ['This prompt does not set a model. Add `model: provider:model` to it or to goldset.yaml.'] : []),
    ...(report.findings.length === 0 ? [] : ['## Findings']),
    ...report.findings.map(
      ({ code, message, hint, savingPerThousandUsd }) =>
        `- **${code}**${savingPerThousandUsd === null ? '' : `, saves ${usd(savingPerThousandUsd)} per 1,000 calls`}: ${hoverTableCell(message)} ${hoverTableCell(hint)}`,
    ),
  ]
    .join('\n\n')
    .replaceAll('\n\n- ', '\n- ');

function comparison({ prompt, models, traffic }: CostReport): string {
  const unit = traffic === null ? '' : ` per ${hoverTableCell(traffic.action)} |`;
  // Where thinking is not measured, the most that it can cost stands for it.
  const costOf = ({ costPerCallUsd: { expected, high } }: ModelCost): number => expected ?? high ?? Infinity;
  const byCost = [...models].sort((a, b) => costOf(a) - costOf(b));
  const row = (model: ModelCost): string =>
    `| ${hoverTableCell(model.model)} | ${count(model.tokens.input.p50)}${model.tokens.basis === 'exact' ? '' : ` ± ${percent(model.tokens.band)}`} | ${count(model.tokens.answer.p50)} | ${thinkingCell(model)} | ${percent(model.prefix.cacheable ? model.prefix.share : 0)} | ${hoverTableCell(priceText(model))} | ${usd(model.costPerCallUsd.warm)} | ${usd(model.costPerCallUsd.batch)} | ${usd(model.perThousandUsd)} |${traffic === null ? '' : ` ${usd(model.perActionUsd)} |`}`;
  return [
    `# What models would cost for ${hoverTableCell(prompt.name)}`,
    [
      `| model | input | answer | thinking | cacheable | cost | warm | batch | per 1,000 |${unit}`,
      `|---|--:|--:|--:|--:|--:|--:|--:|--:|${traffic === null ? '' : '--:|'}`,
      ...byCost.map(row),
    ].join('\n'),
    'The cheapest model is only better if its answers still pass. Run the golden cases with it: "Run with Model…".',
  ].join('\n\n');
}

const thinkingCell = ({ reasoning: { basis, calls, p50, high } }: ModelCost): string =>
  basis === 'none' ? '0' : calls > 0 ? count(p50) : high === null ? 'unknown' : `up to ${count(high)}`;

function explanation({ prompt, models }: CostReport): string {
  const [model] = models;
  if (!model) return 'This prompt does not set a model, so no caching rule applies.';
  const { prefix } = model;
  const breaks = prefix.breaks.map(
    ({ variable, tokensBefore, tokensAfter }, i) =>
      `${i + 1}. ${variable === null ? 'a condition or loop' : `\`{{${variable.replaceAll('`', '')}}}\``} after ${quantity(tokensBefore, 'token')}; ${quantity(tokensAfter, 'static token')} after it`,
  );
  return [
    `# Prefix of ${hoverTableCell(prompt.name)} for ${hoverTableCell(model.model)}`,
    `The first **${quantity(prefix.stableTokens, 'token')}** are the same in every call. ${hoverTableCell(prefix.reason)}`,
    breaks.length === 0
      ? 'The request is identical for all golden cases.'
      : `Differences between requests, in the order the provider reads them (tools, schema, messages):\n\n${breaks.join('\n')}`,
    ...(prefix.invalidatedSince === null
      ? ['There is no commit to compare with.']
      : [
          `Against ${prefix.invalidatedSince.ref}: ${prefix.invalidatedSince.tokens === 0 ? 'the prefix is the same' : `${quantity(prefix.invalidatedSince.tokens, 'token')} of the prefix changed, so a deploy writes them to the cache again`}.`,
        ]),
    ...(prefix.check === null
      ? []
      : [`The last run reported ${quantity(prefix.check.reported, 'cached token')} per call; ${count(prefix.check.predicted)} predicted.`]),
  ].join('\n\n');
}
