/** `goldset data`: what `.goldset/` holds, and deleting what the rules do not keep. */
import path from 'node:path';
import { Git } from '../../adapters/git/git.ts';
import { shareFeedback } from '../../adapters/capture/store-feedback.ts';
import { pruneData } from '../../adapters/retention/prune-data.ts';
import { storedData, type StoredKind } from '../../adapters/retention/stored-data.ts';
import { keepRun } from '../../adapters/storage/kept-runs.ts';
import { storedJournal } from '../../adapters/storage/run-files.ts';
import { openWorkspace } from '../../adapters/workspace/root.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { quantity } from '../../core/display/figures.ts';
import { shareWithSource } from '../interactions/share-with-source.ts';
import { settleDataFolder } from '../trust/data-folder-question.ts';
import type { Arguments } from '../arguments.ts';
import { stderr, stdout } from '../output.ts';

export async function dataCommand(args: Arguments): Promise<number> {
  const [action = 'list', run, name, ...more] = args.paths;
  const { root, config, diagnostics } = await openWorkspace(process.cwd());
  await settleDataFolder(root, 'needed');
  if (action === 'share' && run === undefined) return (await shareWithSource(args)) ?? share(root, args.flag('dry-run'));
  if (action === 'keep' && run !== undefined && more.length === 0) return keep(root, run, name ?? null);
  if (run !== undefined || (action !== 'list' && action !== 'prune'))
    throw new ConfigurationError('usage', 'Name an action: list, prune, keep RUN [NAME], or share.', 'See: goldset help data');
  if (action === 'list') {
    const data = storedData(root, config);
    if (args.flag('json')) stdout.json(data);
    else stdout.write(`${tableOf(data.kinds)}${path.relative(process.cwd(), data.folder) || '.'}: ${megabytes(data.bytes)}\n`);
    return 0;
  }
  const problem = diagnostics.find(({ severity }) => severity === 'error');
  if (problem !== undefined)
    throw new ConfigurationError('config/invalid', `goldset.yaml: ${problem.message}`, 'Nothing is deleted until you fix it.');
  const pruned = await pruneData(root, config, new Date());
  if (args.flag('json')) stdout.json({ ...pruned.data, removed: pruned.removed, problems: pruned.problems });
  else {
    for (const { kind, files, bytes } of pruned.removed) stdout.write(`${kind}: ${quantity(files, 'file')} deleted, ${megabytes(bytes)}\n`);
    if (pruned.removed.length === 0) stdout.write('Nothing is older or larger than the rules allow.\n');
  }
  for (const each of pruned.problems) stderr.write(`Not deleted: ${each}\n`);
  return pruned.problems.length > 0 ? 1 : 0;
}

/** What was decided on this machine gets into the person's own file in the repository. */
async function share(root: string, isDry: boolean): Promise<number> {
  const { person, moved } = await shareFeedback(root, new Git(), isDry);
  const what = quantity(moved, 'decision or correction', 'decisions and corrections');
  stdout.write(`${what} ${isDry ? 'would be copied' : 'copied'} to feedback/${person.file}.jsonl. The records stay in .goldset/.\n`);
  return 0;
}

/** Without a name, the run is kept no longer than others. */
function keep(root: string, run: string, name: string | null): number {
  if (storedJournal(root, run) === null)
    throw new ConfigurationError('run/missing', `There is no run ${run}.`, 'Runs are in .goldset/runs/.');
  keepRun(root, run, name, new Date());
  stdout.write(name === null ? `${run} is kept as long as other runs.\n` : `${run} is kept as ${name}.\n`);
  return 0;
}

function tableOf(kinds: readonly StoredKind[]): string {
  const rows = kinds
    .filter(({ files }) => files > 0)
    .map(({ kind, files, bytes, oldest, newest, rule }) => [
      kind,
      quantity(files, 'file'),
      megabytes(bytes),
      `${oldest?.slice(0, 10) ?? ''} to ${newest?.slice(0, 10) ?? ''}`,
      rule,
    ]);
  const widths = rows.reduce<number[]>((most, row) => row.map((cell, i) => Math.max(cell.length, most[i] ?? 0)), []);
  return rows.map((row) => `${row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join('  ')}\n`).join('');
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
