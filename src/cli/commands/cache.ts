/** `goldset cache`: what is in the response cache, and recordings for CI out of it and into it. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { MAX_STORE, readTextSync } from '../../adapters/bounded-file.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { quantity } from '../../core/display/figures.ts';
import { dryRun } from '../../core/run/estimate.ts';
import { exportRecordings, importRecordings } from '../../adapters/storage/response-cache/recordings.ts';
import { dataFolder } from '../../adapters/storage/data-folder/data-folder.ts';
import { ResponseCache } from '../../adapters/storage/response-cache/response-cache.ts';
import type { WorkerEvaluator } from '../../adapters/evaluation/worker-evaluator.ts';
import { dryRunPorts } from '../../adapters/run/dry-run-ports.ts';
import { openWorkspace } from '../../adapters/workspace/root.ts';
import type { Arguments } from '../arguments.ts';
import { settleDataFolder } from '../trust/data-folder-question.ts';
import { makePlan } from '../run/run-plan.ts';
import { withSession } from '../session.ts';
import { stdout } from '../output.ts';

export async function cacheCommand(args: Arguments, evaluator: WorkerEvaluator): Promise<number> {
  const [action, file, ...paths] = args.paths;
  const { root } = await openWorkspace(process.cwd());
  if (action === 'adopt' && file === undefined) return adopt(root);
  await settleDataFolder(root, 'needed');
  const cache = new ResponseCache(root);
  try {
    if (action === 'stats') return printStats(cache, args.flag('json'));
    if (action === 'clear') return clear(cache);
    if (action === 'export' && file !== undefined) return await exportTo(file, paths, cache, args, evaluator);
    if (action === 'import' && file !== undefined && paths.length === 0) return importFrom(file, cache);
  } finally {
    cache.close();
  }
  throw new ConfigurationError('usage', 'Name an action: stats, clear, export FILE, import FILE or adopt.', 'See: goldset help cache');
}

function printStats(cache: ResponseCache, asJson: boolean): number {
  const stats = cache.stats();
  const { folder, entries, bytes, segments, oldest, newest } = stats;
  const day = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
  if (asJson) {
    stdout.json({ ...stats, oldest: day(oldest), newest: day(newest) });
    return 0;
  }
  if (entries === 0) return print(`The response cache in ${path.relative(process.cwd(), folder)} is empty. goldset run fills it.`);
  const span = `from ${day(oldest)?.slice(0, 10) ?? ''} to ${day(newest)?.slice(0, 10) ?? ''}`;
  return print(`${quantity(entries, 'answer')}, ${(bytes / 1e6).toFixed(1)} MB in ${quantity(segments, 'segment')}, ${span}`);
}

/** The user says that what is in `.goldset/` is theirs: it gets this machine's mark. */
function adopt(root: string): number {
  const folder = dataFolder(root);
  folder.adopt();
  // Git may track files in it: then it is still not used, and the message says what to do.
  folder.require();
  return print(`${path.relative(process.cwd(), folder.path) || folder.path} is used from now on.`);
}

function clear(cache: ResponseCache): number {
  const { entries } = cache.stats();
  cache.clear();
  return print(`${quantity(entries, 'answer')} deleted. The journals of past runs are kept.`);
}

/** All answers, or those that the prompts at `paths` ask for today. */
async function exportTo(
  file: string,
  paths: readonly string[],
  cache: ResponseCache,
  args: Arguments,
  evaluator: WorkerEvaluator,
): Promise<number> {
  const target = path.resolve(process.cwd(), file);
  if (paths.length === 0) return print(`${quantity(exportRecordings(cache, target, null), 'answer')} written to ${file}.`);
  return withSession({ ...args, paths, text: (name) => (name === 'cache' ? 'frozen' : args.text(name)) }, evaluator, async (session) => {
    const { plan } = await makePlan({ ...args, paths }, session);
    const { keys, calls } = await dryRun(plan, dryRunPorts(session.workspace.root, session.evaluator, cache));
    const written = exportRecordings(cache, target, keys);
    const missing = calls === 0 ? '' : ` ${quantity(calls, 'answer')} missing: run the prompts first.`;
    return print(`${quantity(written, 'answer')} written to ${file}.${missing}`);
  });
}

function importFrom(file: string, cache: ResponseCache): number {
  if (!existsSync(file))
    throw new ConfigurationError('path/missing', `There is no ${file}.`, 'Name a file that goldset cache export wrote.');
  const { taken, refused } = importRecordings(cache, readTextSync(file, MAX_STORE), Date.now());
  const left =
    refused.length === 0
      ? ''
      : ` ${quantity(refused.length, 'line skipped: not a valid recording', 'lines skipped: not valid recordings')} (first: line ${refused[0] ?? 0}).`;
  print(`${quantity(taken, 'answer')} imported.${left}`);
  return taken === 0 ? 1 : 0;
}

function print(text: string): number {
  stdout.write(`${text}\n`);
  return 0;
}
