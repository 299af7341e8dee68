/** `goldset cost`: what a prompt costs for each model, and what would make it cheaper. Nothing is sent. */
import path from 'node:path';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { Git } from '../../adapters/git/git.ts';
import { CommittedTexts } from '../../adapters/git/committed-text.ts';
import { refuseBrokenSettings } from '../../adapters/models/price-file.ts';
import { providerCount } from '../../adapters/models/count-endpoint.ts';
import { noModel } from '../../core/config/resolve-model.ts';
import { renderDataOf } from '../../core/prompt/case-data.ts';
import { refuseBroken, refuseBrokenPrompt } from '../../core/prompt/refuse-broken.ts';
import { UNJUDGED_COLUMN } from '../../core/prompt/promptfoo/read-config.ts';
import type { CostReport } from '../../core/economics/cost-report.ts';
import type { WorkerEvaluator } from '../../adapters/evaluation/worker-evaluator.ts';
import type { Arguments } from '../arguments.ts';
import { printCost, type ProviderCount } from '../reporters/cost-table.ts';
import { promptAt } from '../run/prompt-search.ts';
import { SEE_ALL } from '../run/run-plan.ts';
import { withSession, type Session } from '../session.ts';
import { stdout } from '../output.ts';

export async function costCommand(args: Arguments, evaluator: WorkerEvaluator): Promise<number> {
  const given = args.paths[0];
  if (given === undefined || args.paths.length > 1) throw new ConfigurationError('usage', 'Name one prompt: goldset cost PROMPT');
  return withSession(
    args,
    evaluator,
    async (session) => {
      const { cwd, evaluator, workspace } = session;
      refuseBrokenSettings(workspace, SEE_ALL);
      const file = await promptAt(given, cwd);
      refuseBrokenPrompt(await evaluator.load({ workspace, file, unsaved: {}, most: 0 }), { hint: SEE_ALL });
      const against = args.text('against');
      const committed = new CommittedTexts(new Git(), against ?? 'HEAD');
      if (against !== null) await committed.requireCommit(path.dirname(file));
      const previous = await committed.of(file, workspace);
      await committed.close();
      const insight = await evaluator.analyse({
        workspace,
        file,
        unsaved: {},
        models: args.texts('model'),
        modelsFrom: cwd,
        previous,
        off: [],
      });
      const untrusted = insight.diagnostics.find(({ code }) => code === 'trust/needed');
      if (untrusted !== undefined) throw new ConfigurationError(untrusted.code, untrusted.message, untrusted.hint);
      refuseBroken(
        insight.diagnostics.filter(({ code }) => code !== UNJUDGED_COLUMN),
        { hint: SEE_ALL },
      );
      if (insight.report.models.length === 0) {
        const unusable = insight.diagnostics.find((item) => item.code === 'model/unusable');
        if (unusable !== undefined) throw new ConfigurationError(unusable.code, unusable.message, unusable.hint);
        throw noModel(given, 'Add `model: provider:model` to it or to goldset.yaml, or pass --model.');
      }
      const counts = args.flag('count') ? await countByProviders(file, insight.report, session) : null;
      if (args.flag('json')) stdout.json({ ...insight.report, ...(counts ? { counts } : {}) });
      else printCost(insight.report, counts ?? [], new Date());
      return 0;
    },
    { data: 'optional', readsOnly: true },
  );
}

/** What each provider counts for the first golden case; a model whose provider has no such endpoint is left out. */
async function countByProviders(file: string, { models }: CostReport, { evaluator, keys, workspace }: Session): Promise<ProviderCount[]> {
  const { target, partials } = await evaluator.load({ workspace, file, unsaved: {}, most: 1 });
  const [goldenCase] = target.cases;
  const data = goldenCase ? renderDataOf(goldenCase) : { input: {} };
  const [outcome] = await evaluator.render({ document: target.document, partials, data: [data], segments: false });
  if (!outcome || 'problem' in outcome) throw new ConfigurationError('render/failed', outcome?.problem ?? 'The prompt was not rendered.');
  const counts: ProviderCount[] = [];
  for (const { model } of models) {
    const tokens = await providerCount(model, outcome.request, keys);
    if (tokens !== null) counts.push({ model, case: goldenCase?.id ?? null, tokens });
  }
  return counts;
}
