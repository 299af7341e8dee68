/** `goldset golden import`: rows of a file become golden cases. The set keeps its comments and its order; what is not imported is named. */
import path from 'node:path';
import { readText } from '../../adapters/bounded-file.ts';
import type { WorkerEvaluator } from '../../adapters/evaluation/worker-evaluator.ts';
import { openDataset, type DatasetFile, type ImportedCases } from '../../adapters/import/dataset-files.ts';
import { planImport, planMapping, type PlannedMapping } from '../../adapters/import/plan-import.ts';
import { editOf } from '../../adapters/interactions/plan-cases.ts';
import { defaultGolden } from '../../core/prompt/formats/prompt-name.ts';
import { shownPath } from '../../adapters/workspace/root.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { mappingTextOf } from '../../core/feedback/datasets/mapping-lines.ts';
import { count, firstNames, quantity } from '../../core/display/figures.ts';
import type { Arguments } from '../arguments.ts';
import { namedGolden, promptLoader, promptOfTarget, writeGoldenFile, type LoadPrompt } from './golden-target.ts';
import { stderr, stdout } from '../output.ts';
import { promptsAt } from '../run/prompt-search.ts';
import { withSession, type Session } from '../session.ts';

/** Skipped rows that are named. */
const NAMED = 10;

export function importCases(args: Arguments, evaluator: WorkerEvaluator): Promise<number> {
  const [, file, ...more] = args.paths;
  if (file === undefined || more.length > 0)
    throw new ConfigurationError('usage', 'Name one file: goldset golden import FILE --to SET', 'See: goldset help golden');
  const to = args.text('to');
  return withSession(
    { ...args, paths: to === null ? [] : [path.dirname(to)] },
    evaluator,
    async (session) => {
      const load = promptLoader(session);
      const dataset = await openDataset(path.relative(session.cwd, path.resolve(session.cwd, file)) || file);
      const loaded = await load(await targetOf(to, session, load));
      const request = {
        dataset,
        loaded,
        map: args.texts('map'),
        group: args.text('group'),
        withDuplicates: args.flag('with-duplicates'),
      };
      const plan = planMapping(request);
      tellMapping(dataset, plan);
      const imported = await planImport(request, plan.mapping);
      const isTrial = args.flag('dry-run');
      const set = namedGolden(to, session) ?? loaded.goldenFile ?? defaultGolden(loaded.file);
      const golden = shownPath(session.workspace.root, set);
      if (imported.cases.length > 0) {
        const edit = await editOf({ loaded }, imported.cases, evaluator, (name) => readText(name), set);
        if (!isTrial) writeGoldenFile(edit, session.workspace.root);
      }
      tellOutcome(args, { dataset, plan, imported, golden, isTrial });
      // A file that was imported before is fine.
      const { cases, duplicates, skipped } = imported;
      return cases.length + duplicates === 0 && skipped.count > 0 ? 1 : 0;
    },
    { data: null },
  );
}

/** The prompt that `--to` names, else the only one of the workspace. */
async function targetOf(to: string | null, session: Session, load: LoadPrompt): Promise<string> {
  if (to !== null) return promptOfTarget(path.resolve(session.cwd, to), session, load);
  const { root } = session.workspace;
  const prompts = await promptsAt([], root);
  const [only] = prompts;
  if (only !== undefined && prompts.length === 1) return only;
  throw new ConfigurationError(
    'golden/no-target',
    only === undefined ? 'There is no prompt here to import cases for.' : `This workspace has ${count(prompts.length)} prompts.`,
    only === undefined
      ? 'Make the prompt first, then name it with --to.'
      : `Name one with --to: ${firstNames(
          prompts.map((prompt) => shownPath(root, prompt)),
          5,
        )}.`,
  );
}

function tellMapping({ file, shape }: DatasetFile, { lines, left, unmapped }: PlannedMapping): void {
  stderr.write(`${file}: ${shape.name}\n${mappingTextOf(lines)}\n`);
  if (left.length > 0) stderr.write(`  not imported: ${firstNames(left, 20)}\n`);
  if (unmapped.length > 0)
    stderr.write(
      `warning: The prompt also needs ${unmapped.join(', ')}, and no field is mapped to it. Name one with --map ${unmapped[0] ?? ''}=FIELD, or the cases cannot run.\n`,
    );
}

interface Outcome {
  readonly dataset: DatasetFile;
  readonly plan: PlannedMapping;
  readonly imported: ImportedCases;
  readonly golden: string;
  readonly isTrial: boolean;
}

function tellOutcome(args: Arguments, { dataset, plan, imported, golden, isTrial }: Outcome): void {
  const { cases, read, skipped, duplicates } = imported;
  const unverified = cases.filter(({ status }) => status === 'unverified').length;
  if (args.flag('json')) {
    stdout.json({
      ...{ file: dataset.file, format: dataset.shape.name, golden, isTrial, mapping: plan.mapping, unmapped: plan.unmapped },
      ...{ read, added: cases.length, unverified, duplicates, cases: cases.map(({ id }) => id) },
      skipped: { count: skipped.count, rows: skipped.rows },
    });
    return;
  }
  for (const { place, problem } of skipped.rows.slice(0, NAMED)) stderr.write(`${place} skipped: ${problem}\n`);
  if (skipped.count > NAMED) stderr.write(`and ${count(skipped.count - NAMED)} more; --json lists them.\n`);
  const same = duplicates === 0 ? '' : ` (${quantity(duplicates, 'duplicate')})`;
  const open = unverified === 0 ? '' : ` ${count(unverified)} without an expected output: unverified.`;
  stdout.write(
    `${quantity(read, 'row')} read, ${count(skipped.count)} skipped${same}. ${quantity(cases.length, 'case')} ${isTrial ? 'would be added' : 'added'} to ${golden}.${open}\n`,
  );
}
