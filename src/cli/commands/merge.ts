/** `goldset merge RUN…`: the shards of one run put together; statistics are made anew from all results. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Gate } from '../../core/config/gate.ts';
import { ComparedLabels } from '../../adapters/storage/compared-labels.ts';
import { JudgeCalibrations } from '../../adapters/storage/judge-calibrations.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { quantity } from '../../core/display/figures.ts';
import { missingResults, type JournalContent, type JournalHead } from '../../core/results/journal.ts';
import { reportRun, type RunReport } from '../../core/run/report.ts';
import { sampleKey, type Result } from '../../core/results/result.ts';
import { ResultList, type ResultOutline } from '../../core/results/result-list.ts';
import { exitCodeOf } from '../../core/results/verdict.ts';
import type { WorkerEvaluator } from '../../adapters/evaluation/worker-evaluator.ts';
import { readJournalFile, readResultAt } from '../../adapters/storage/journal-file.ts';
import { journalNamed, refuseForeign } from '../../adapters/storage/stored-side.ts';
import type { Arguments } from '../arguments.ts';
import { parseReportTargets, prepareReports, printJson, writeReports } from '../reporters/reports.ts';
import { printReport } from '../reporters/terminal.ts';
import { withSession } from '../session.ts';
import { inconclusiveOf } from '../run/run-modes.ts';
import { stdout } from '../output.ts';

interface Part {
  readonly file: string;
  readonly head: JournalHead;
  readonly content: JournalContent;
}

export async function mergeCommand(args: Arguments, evaluator: WorkerEvaluator): Promise<number> {
  if (args.paths.length === 0)
    throw new ConfigurationError('usage', 'Name the runs: goldset merge RUN…', 'Each is a run’s id or its .goldset-run.jsonl file.');
  const inconclusive = inconclusiveOf(args);
  const targets = parseReportTargets(args.texts('report'));
  prepareReports(targets, process.cwd());
  return withSession({ ...args, paths: [] }, evaluator, async ({ cwd, workspace }) => {
    const parts = args.paths.map((name) => readPart(name, workspace.root, cwd));
    refuseMismatch(parts);
    const report = mergedReport(parts, workspace.config.gate, workspace.settingsRoot ?? workspace.root);
    const written = writeReports(report, targets, cwd);
    if (args.flag('json')) await printJson(report);
    else
      printReport(report, {
        journal: parts.map(({ file }) => path.relative(cwd, file)).join(', '),
        written,
        width: stdout.columns ?? 100,
        colour: false,
      });
    return exitCodeOf(report.verdict, inconclusive, report.complete);
  });
}

function readPart(name: string, root: string, cwd: string): Part {
  const file = journalNamed(name, root, cwd);
  const content = file !== null && existsSync(file) ? readJournalFile(file) : null;
  if (content !== null) refuseForeign(file ?? name, content);
  if (file === null || content === null || content.head === null)
    throw new ConfigurationError('merge/missing', `There is no run ${name}.`, 'Name a run’s id, or its .goldset-run.jsonl file.');
  return { file, head: content.head, content };
}

/** Parts of one suite, each shard once. @throws {ConfigurationError} */
function refuseMismatch(parts: readonly Part[]): void {
  const [first] = parts;
  const suite = first?.head.suite;
  for (const { file, head, content } of parts) {
    const name = path.basename(file);
    if (head.suite === undefined || head.shard === undefined || head.shard === null)
      throw new ConfigurationError('merge/no-shard', `${name} is not a shard.`, 'Run the shards with --shard I/N.');
    if (head.suite !== suite)
      throw new ConfigurationError(
        'merge/suite',
        `${name} belongs to another suite: its prompts, models, golden sets or repeats differ.`,
        'Run all shards from the same commit with the same options.',
      );
    if (content.end?.complete !== true)
      throw new ConfigurationError('merge/incomplete', `${name} is incomplete.`, 'Resume it: goldset run --resume');
    const missing = [...missingResults(content).values()].reduce((sum, count) => sum + count, 0);
    if (missing > 0)
      throw new ConfigurationError(
        'merge/damaged',
        `${name} is damaged: ${quantity(missing, 'result')} cannot be read, so a merge would leave ${missing === 1 ? 'it' : 'them'} out.`,
        'Restore the file, or run this shard again. Answers that are in the response cache are not paid for again.',
      );
  }
  const count = first?.head.shard?.count ?? 0;
  const indexes = parts.map(({ head }) => head.shard?.index ?? 0);
  const wrongCount = parts.find(({ head }) => head.shard?.count !== count);
  if (wrongCount)
    throw new ConfigurationError(
      'merge/count',
      `The shards have different counts: ${path.basename(wrongCount.file)} is one of ${wrongCount.head.shard?.count ?? 0}, another is one of ${count}.`,
    );
  const doubled = indexes.find((index, i) => indexes.indexOf(index) !== i);
  if (doubled !== undefined)
    throw new ConfigurationError('merge/doubled', `Shard ${doubled} of ${count} is given twice.`, 'Name each shard once.');
  const missing = Array.from({ length: count }, (_, i) => i + 1).filter((index) => !indexes.includes(index));
  if (missing.length > 0)
    throw new ConfigurationError('merge/missing-shard', `Shard ${missing.join(', ')} of ${count} is missing.`, 'Run it, then merge all.');
}

function mergedReport(parts: readonly Part[], gate: Gate, root: string): RunReport {
  const [first] = parts as readonly [Part, ...Part[]];
  const { head } = first;
  const places = new Map<string, { file: string; position: number }>();
  const outlines: ResultOutline[] = [];
  for (const { file, content } of parts) {
    for (const outline of content.outlines) {
      if (places.has(sampleKey(outline))) throw new ConfigurationError('merge/doubled', `The case ${outline.case} is in two shards.`);
      places.set(sampleKey(outline), { file, position: outline.position });
      outlines.push({ ...outline, position: outlines.length });
    }
  }
  const read = (position: number): Result => {
    const outline = outlines[position];
    const place = outline === undefined ? undefined : places.get(sampleKey(outline));
    const result = place === undefined ? null : readResultAt(place.file, place.position);
    if (result === null) throw new ConfigurationError('merge/changed', 'A shard changed while it was read.');
    return result;
  };
  const side = (
    id: string,
  ): {
    head: (typeof head.candidates)[number];
    outlines: ResultOutline[];
    run: null;
    outputOf(outline: ResultOutline): string | null;
  } | null => {
    const found = head.candidates.find((candidate) => candidate.id === id);
    return found === undefined
      ? null
      : {
          head: found,
          outlines: outlines.filter((outline) => outline.candidate === id),
          run: null,
          outputOf: ({ position }) => read(position).output,
        };
  };
  const compared = (head.comparisons ?? []).flatMap(({ a, b }) => {
    const [left, right] = [side(a), side(b)];
    return left === null || right === null ? [] : [{ a: left, b: right, sequential: null }];
  });
  return reportRun({
    id: head.id,
    startedAt: head.startedAt,
    toolVersion: head.toolVersion,
    heads: head.candidates,
    outlines,
    results: new ResultList(outlines, read),
    complete: true,
    gate,
    stopped: null,
    resumed: 0,
    cap: null,
    unconfirmedUsd: parts.reduce((sum, { content }) => sum + content.unconfirmedUsd, 0),
    countedUsd: parts.reduce((sum, { content }) => sum + content.settledUsd, 0),
    compared,
    calibrations: new JudgeCalibrations(root).of,
    labels: new ComparedLabels(root),
  });
}
