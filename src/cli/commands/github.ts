/** `goldset github`: what the action runs. Base against head, then summary, annotations, one comment, SARIF and scores. */
import { appendFileSync, writeFileSync } from 'node:fs';
import { setMaxListeners } from 'node:events';
import path from 'node:path';
import { isHumanError } from '../../core/errors.ts';
import type { RunReport } from '../../core/run/report.ts';
import type { WorkerEvaluator } from '../../adapters/evaluation/worker-evaluator.ts';
import { withValues, type Arguments } from '../arguments.ts';
import { annotations } from '../github/annotations.ts';
import { MAX_COMMENT, upsertComment } from '../github/comment.ts';
import { readEvent, type WorkflowEvent } from '../github/event.ts';
import { summary } from '../github/summary.ts';
import { sarif } from '../../core/report/sarif.ts';
import { makePlan } from '../run-plan.ts';
import { withSession, type Session } from '../session.ts';
import { collectFindings, placed } from './check.ts';
import { inconclusiveOf } from '../run-modes.ts';
import { runPlan } from './run.ts';
import { shownMarkdown, stderr, stdout } from '../output.ts';

declare const GOLDSET_VERSION: string;

/** GitHub stops at 1 MiB per step. */
const MAX_SUMMARY = 1_000_000;

export async function githubCommand(args: Arguments, evaluator: WorkerEvaluator): Promise<number> {
  const event = readEvent(process.env);
  inconclusiveOf(args);
  const base = args.text('base') ?? event.base;
  const settings = withValues(args, {
    ...(base === null ? {} : { baseline: base, 'changed-since': base, 'providers-from': base }),
    ...(event.isFork ? { cache: 'frozen' } : {}),
  });
  return withSession(settings, evaluator, async (session) => {
    const { plan } = await makePlan(settings, session);
    const abort = new AbortController();
    setMaxListeners(0, abort.signal);
    return runPlan(plan, settings, session, abort, async (report) => publish(report, event, base, args, session));
  });
}

async function publish(report: RunReport, event: WorkflowEvent, base: string | null, args: Arguments, session: Session): Promise<void> {
  const { diagnostics } = await collectFindings(args.paths, session, base);
  const prefixes = diagnostics.filter(({ code }) => code === 'prefix/edited').map((item) => `${item.path}: ${item.message}`);
  const input = { report, prefixes, isFrozen: event.isFork };
  const sarifFile = args.text('sarif');
  if (sarifFile !== null)
    writeFileSync(path.resolve(session.cwd, sarifFile), sarif(await placed(diagnostics, session.workspace.root), GOLDSET_VERSION));
  const summaryFile = process.env['GITHUB_STEP_SUMMARY'];
  const text = summary(input, MAX_SUMMARY);
  if (summaryFile !== undefined && summaryFile !== '') appendFileSync(summaryFile, text);
  else stdout.write(shownMarkdown(text));
  for (const line of annotations(report)) stdout.write(`${line}\n`);
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
    stdout.write(`::warning title=Goldset::${`${error.message} ${error.hint ?? ''}`.replace(/\n/g, ' ')}\n`);
  }
}
