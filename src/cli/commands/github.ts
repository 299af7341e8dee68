/** `goldset github`: what the action runs. Base against head, then summary, annotations, one comment, SARIF and scores. */
import { appendFileSync, writeFileSync } from 'node:fs';
import { setMaxListeners } from 'node:events';
import path from 'node:path';
import { ConfigurationError, isHumanError } from '../../core/problems/errors.ts';
import type { RunReport } from '../../core/run/report.ts';
import type { WorkerEvaluator } from '../../adapters/evaluation/worker-evaluator.ts';
import { withValues, type Arguments } from '../arguments.ts';
import { annotations, warningCommand } from '../github/annotations.ts';
import { MAX_COMMENT, upsertComment } from '../github/comment.ts';
import { readEvent, type WorkflowEvent } from '../github/event.ts';
import { ForkCases, refuseBroughtAnswers } from '../github/fork.ts';
import { summary, type SummaryInput } from '../github/summary.ts';
import { sarif } from '../../core/report/sarif.ts';
import { exitCodeOf } from '../../core/results/verdict.ts';
import { countSamples } from '../../core/run/plan.ts';
import { prepareJudges } from '../../adapters/models/workspace-judges.ts';
import { baseNotes } from '../run/base-notes.ts';
import { makePlan } from '../run/run-plan.ts';
import { withSession, type Session } from '../session.ts';
import { collectFindings, placed } from './check.ts';
import { inconclusiveOf } from '../run/run-modes.ts';
import { runPlan } from './run.ts';
import { shownMarkdown, stderr, stdout } from '../output.ts';

declare const GOLDSET_VERSION: string;

/** GitHub stops at 1 MiB per step. */
const MAX_SUMMARY = 1_000_000;

export async function githubCommand(args: Arguments, evaluator: WorkerEvaluator): Promise<number> {
  const event = readEvent(process.env);
  const inconclusive = inconclusiveOf(args);
  const base = args.text('base') ?? event.base;
  if (event.isFork) {
    if (base === null)
      throw new ConfigurationError('github/no-base', 'This pull request comes from a fork and has no base.', 'Name one: --base REF.');
    await refuseBroughtAnswers(process.cwd());
  }
  const settings = withValues(args, {
    ...(base === null ? {} : { baseline: base, 'changed-since': base, 'settings-from': args.text('settings-from') ?? base }),
    ...(event.isFork ? { cache: 'frozen', 'settings-from': base ?? '' } : {}),
  });
  return withSession(settings, evaluator, async (opened) => {
    const session = event.isFork ? { ...opened, code: null } : opened;
    const fork = new ForkCases();
    const { plan, changes } = await makePlan(settings, session, event.isFork ? fork.select : undefined);
    const notes = session.base === null ? [] : await baseNotes(session.base, plan, await prepareJudges(plan, session.judges), changes);
    const abort = new AbortController();
    setMaxListeners(0, abort.signal);
    // A run that judged nothing because all of it was left out is no pass.
    const isEmpty = fork.leftOut.length > 0 && countSamples(plan) === 0;
    const code = await runPlan(plan, settings, session, abort, async (report) => {
      const shown: RunReport = isEmpty ? { ...report, verdict: 'inconclusive' } : report;
      await publish({ report: shown, notes, leftOut: fork.leftOut }, event, base, args, session);
    });
    return isEmpty && code === 0 ? exitCodeOf('inconclusive', inconclusive) : code;
  });
}

type Found = Pick<SummaryInput, 'report' | 'notes' | 'leftOut'>;

async function publish(found: Found, event: WorkflowEvent, base: string | null, args: Arguments, session: Session): Promise<void> {
  const { diagnostics } = await collectFindings(args.paths, session, base);
  const prefixes = diagnostics.filter(({ code }) => code === 'prefix/edited').map((item) => `${item.path}: ${item.message}`);
  const input = { ...found, prefixes, isFrozen: event.isFork };
  const sarifFile = args.text('sarif');
  if (sarifFile !== null)
    writeFileSync(path.resolve(session.cwd, sarifFile), sarif(await placed(diagnostics, session.workspace.root), GOLDSET_VERSION));
  const summaryFile = process.env['GITHUB_STEP_SUMMARY'];
  const text = summary(input, MAX_SUMMARY);
  if (summaryFile !== undefined && summaryFile !== '') appendFileSync(summaryFile, text);
  else stdout.write(shownMarkdown(text));
  for (const line of annotations(found.report)) stdout.ciCommand(line);
  await comment(summary(input, MAX_COMMENT), event, args);
}

/** A comment that cannot be written is said, and changes no verdict. */
async function comment(text: string, { pullRequest, isFork }: WorkflowEvent, args: Arguments): Promise<void> {
  const token = process.env['GITHUB_TOKEN'] ?? '';
  const repository = process.env['GITHUB_REPOSITORY'] ?? '';
  // The token of a fork's workflow may only read.
  if (pullRequest === null || token === '' || isFork || args.flag('no-comment')) return;
  const apiUrl = process.env['GITHUB_API_URL'] ?? 'https://api.github.com';
  try {
    const what = await upsertComment({ apiUrl, repository, pullRequest, token, key: process.env['GITHUB_WORKFLOW'] ?? 'goldset' }, text);
    stderr.write(`The comment on pull request ${pullRequest} is ${what}.\n`);
  } catch (error) {
    if (!isHumanError(error)) throw error;
    stdout.ciCommand(warningCommand(`${error.message} ${error.hint ?? ''}`));
  }
}
