/** `goldset check`: problems and findings, without a call. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readText } from '../../adapters/bounded-file.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import type { Diagnostic, Severity } from '../../core/problems/diagnostics.ts';
import type { Fix } from '../../core/economics/fixes/fix.ts';
import { LineIndex, type LineRange } from '../../core/text/text.ts';
import { Git } from '../../adapters/git/git.ts';
import { SharedFeedbackFiles } from '../../adapters/interactions/shared-feedback-files.ts';
import { CommittedTexts } from '../../adapters/git/committed-text.ts';
import { PROMPT_HINT } from '../../adapters/workspace/find-prompts.ts';
import { fileOfPrompt } from '../../core/prompt/formats/prompt-name.ts';
import { promptsAt } from '../run/prompt-search.ts';
import type { WorkerEvaluator } from '../../adapters/evaluation/worker-evaluator.ts';
import { optionChoice, type Arguments } from '../arguments.ts';
import { FAIL_LEVELS } from '../specs/command-specs.ts';
import { sarif } from '../../core/report/sarif.ts';
import { withSession, type Session } from '../session.ts';
import { stdout } from '../output.ts';
import { quantity } from '../../core/display/figures.ts';

declare const GOLDSET_VERSION: string;

export async function checkCommand(args: Arguments, evaluator: WorkerEvaluator): Promise<number> {
  const failOn = optionChoice(args, 'fail-on', FAIL_LEVELS) ?? 'error';
  const reports = args.texts('report').map(sarifFile);
  return withSession(
    args,
    evaluator,
    async (session) => {
      const { diagnostics, prompts, cases } = await collectFindings(args.paths, session, args.text('against'));
      if (prompts === 0) throw new ConfigurationError('check/nothing', 'No prompts found here.', PROMPT_HINT);
      const found = await placed(diagnostics, session.workspace.root);
      for (const file of reports) await writeFile(path.resolve(session.cwd, file), sarif(found, GOLDSET_VERSION));
      const failing = found.filter((item) => FAIL_LEVELS.indexOf(item.severity) <= FAIL_LEVELS.indexOf(failOn));
      if (args.flag('json')) stdout.json({ schema: 'goldset.check/1', prompts, cases, diagnostics: found });
      else print(found, prompts, cases);
      return failing.length > 0 ? 1 : 0;
    },
    { data: 'optional', readsOnly: true },
  );
}

function sarifFile(text: string): string {
  const file = /^sarif=(.+)$/.exec(text)?.[1];
  if (file === undefined) throw new ConfigurationError('usage', `--report must be sarif=FILE, not "${text}".`);
  return file;
}

/** `against`: the ref that prefixes are compared with; null: HEAD. */
export async function collectFindings(
  paths: readonly string[],
  { cwd, evaluator, workspace }: Session,
  against: string | null,
): Promise<{ diagnostics: Diagnostic[]; prompts: number; cases: number }> {
  const diagnostics = [...workspace.diagnostics, ...feedbackDiagnostics(workspace.root)];
  const committed = new CommittedTexts(new Git(), against ?? 'HEAD');
  let cases = 0;
  const files = await promptsAt(paths, cwd);
  for (const file of files) {
    const previous = await committed.of(file, workspace);
    const insight = await evaluator.analyse({ workspace, file, unsaved: {}, models: [], previous, off: [] });
    cases += insight.cases;
    const lines = new LineIndex(await readText(fileOfPrompt(file)));
    diagnostics.push(...insight.diagnostics, ...insight.findings.map((finding) => ({ ...finding, fix: fixByLine(finding.fix, lines) })));
  }
  await committed.close();
  return { diagnostics: unique(diagnostics), prompts: files.length, cases };
}

/** Lines of `feedback/` that count nowhere, with their places. */
const feedbackDiagnostics = (root: string): Diagnostic[] =>
  new SharedFeedbackFiles(root).read().problems.map(({ file, range, problem }) => ({
    code: 'feedback/line',
    severity: 'error',
    message: `The line is not used: ${problem}`,
    hint: 'Delete the line or file, or see docs/interactions.md.',
    path: file,
    range,
  }));

/** Edits of the prompt's file, placed by lines and characters as all else that leaves here. */
const fixByLine = (fix: Fix | null, lines: LineIndex): object | null =>
  fix === null
    ? null
    : {
        title: fix.title,
        edits: fix.edits.map(({ range, text }) => ({ range: lines.range(range), text })),
        ...(fix.settings === undefined ? {} : { settings: fix.settings }),
      };

/** Two prompts may share a golden set; its problems are said once. */
function unique(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Map(diagnostics.map((item) => [JSON.stringify([item.path, item.code, item.range, item.message]), item]));
  return [...seen.values()];
}

type Placed = Omit<Diagnostic, 'range'> & { readonly range: LineRange | null };

export async function placed(diagnostics: readonly Diagnostic[], root: string): Promise<Placed[]> {
  const indexes = new Map<string, LineIndex>();
  const all: Placed[] = [];
  for (const item of diagnostics) {
    if (!indexes.has(item.path)) indexes.set(item.path, new LineIndex(await readText(path.resolve(root, item.path))));
    const range = item.range === null ? null : (indexes.get(item.path)?.range(item.range) ?? null);
    all.push({ ...item, range });
  }
  return all;
}

function print(diagnostics: readonly Placed[], prompts: number, cases: number): void {
  for (const item of diagnostics) {
    const at = item.range === null ? '' : `:${item.range.start.line + 1}:${item.range.start.character + 1}`;
    const hint = item.hint === undefined ? '' : `\n    ${item.hint}`;
    stdout.write(`${item.path}${at} ${item.severity} ${item.message} (${item.code})${hint}\n`);
  }
  const count = (severity: Severity): number => diagnostics.filter((item) => item.severity === severity).length;
  stdout.write(
    `${quantity(prompts, 'prompt')}, ${quantity(cases, 'golden case')}: ${quantity(count('error'), 'error')}, ${quantity(count('warning'), 'warning')}.\n`,
  );
}
