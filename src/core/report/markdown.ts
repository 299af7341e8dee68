/** Markdown for a pull request's comment: no text from outside can mention a person or an issue, link, show an image or break the table. */
import { positionText } from '../results/position-consistency.ts';
import { passedText, scoreText } from '../results/case-counts.ts';
import { judgeText } from '../results/candidate-report.ts';
import { judgedSentences } from '../results/judged-rate.ts';
import { gatedText } from './gated-rate.ts';
import { baselineIds, type RunReport } from '../run/report.ts';
import { comparisonLines } from './comparison.ts';
import { excerpt } from '../text/text.ts';
import { visibleControls } from '../display/visible-controls.ts';
import { callsText } from './calls.ts';
import { choiceLines } from './choice.ts';
import { limitEatenText, usageText } from './usage-text.ts';
import { milliseconds, percent, quantity, usd } from '../display/figures.ts';
import type { FailureGroups } from '../results/failures/failure-groups.ts';
import type { ClassMetrics } from '../results/classes/class-metrics.ts';
import { whereToWorkLines } from './failure-groups-text.ts';
import { CLASS_COLUMNS, classedFields, classSentences, classTable } from './class-text.ts';

const MAX_FAILURES = 50;

/** `part`: what was left out, in words; null: nothing. A part has no verdict. */
export function* markdownReport(report: RunReport, part: string | null = null): Generator<string> {
  const rows = report.candidates.map((candidate) => {
    const tokens = usageText(candidate) ?? 'unknown';
    const judge = judgeText(candidate);
    const interval = candidate.interval === null ? '' : ` (${percent(candidate.interval[0])} to ${percent(candidate.interval[1])})`;
    return `| ${markdownCell(candidate.prompt.path)} | ${markdownCell(candidate.model)} | ${markdownCell(scoreText(candidate))} | ${percent(candidate.passRate)}${interval}${judge === null ? '' : `, ${markdownCell(judge)}`} | ${usd(candidate.costPerCallUsd)} | ${tokens} | ${milliseconds(candidate.ttftMs?.p50)} |`;
  });
  const baselines = baselineIds(report);
  const failing = report.results.where(
    ({ verdict, candidate }) => verdict !== 'pass' && verdict !== 'unjudged' && !baselines.has(candidate),
  );
  const failures = failing.first(MAX_FAILURES).map((result) => {
    const reason =
      result.error?.message ??
      result.assertions
        .filter((item) => !item.pass)
        .map((item) => item.reason)
        .join(' ');
    return `| ${markdownCell(result.case)} | ${result.verdict}${result.status === 'active' ? '' : ` (${result.kind ?? result.status})`} | ${markdownCell(excerpt(reason, 300))} |`;
  });
  yield [
    part === null ? `## Goldset: ${report.verdict}` : '## Goldset: part of a run',
    '',
    ...(part === null ? [] : [markdownCell(part), '']),
    ...report.comparisons.flatMap((comparison) => [...comparisonLines(comparison).map((line) => `    ${fenced(line)}`), '']),
    '| prompt | model | passed | pass rate (95 % interval) | cost per call | tokens | TTFT p50 |',
    '|---|---|---|---|---|---|---|',
    ...rows,
    '',
    ...report.candidates.flatMap((candidate) => {
      const eaten = limitEatenText(candidate);
      const judged = candidate.judged === undefined ? [] : judgedSentences(candidate.judged);
      const notes = [
        eaten,
        positionText(candidate.positionConsistency),
        gatedText(report, candidate.id),
        ...judged,
        ...classSentences(candidate),
      ].filter((text) => text !== null);
      return notes.flatMap((text) => [`${markdownCell(candidate.model)}: ${markdownCell(text)}`, '']);
    }),
    ...report.candidates.flatMap(({ id, ...candidate }) => (baselines.has(id) ? [] : classedFields(candidate).flatMap(classRows))),
    ...report.candidates.flatMap(({ failureGroups }) => (failureGroups === undefined ? [] : groupRows(failureGroups))),
    ...(failures.length === 0
      ? [part === null ? allPassed(report, 'All golden cases passed.') : allPassed(report, 'All of these cases passed.')]
      : ['| case | verdict | reason |', '|---|---|---|', ...failures]),
    ...(failing.length > MAX_FAILURES ? ['', `… and ${failing.length - MAX_FAILURES} more.`] : []),
    '',
    ...(report.stopped === null ? [] : [`**Incomplete**: ${markdownCell(report.stopped.message)}`, '']),
    ...report.choices.flatMap((choice) => choiceLines(choice, report).map((line) => (line === '' ? line : markdownCell(line)))),
    `Run ${report.id}, ${report.startedAt}, Goldset ${report.toolVersion}. ${markdownCell(callsText(report))}.`,
    '',
  ].join('\n');
}

function groupRows(groups: FailureGroups): string[] {
  const [head, ...rows] = whereToWorkLines(groups);
  return head === undefined ? [] : [markdownCell(head), '', ...rows.map((line) => `- ${markdownCell(line)}`), ''];
}

function classRows(metrics: ClassMetrics): string[] {
  const { rows, left } = classTable(metrics);
  return [
    `| ${CLASS_COLUMNS.join(' | ')} |`,
    `|${'---|'.repeat(CLASS_COLUMNS.length)}`,
    ...rows.map((cells) => `| ${cells.map(markdownCell).join(' | ')} |`),
    '',
    ...(left === 0 ? [] : [`… and ${quantity(left, 'class', 'classes')} more.`, '']),
  ];
}

/** Cases that check nothing have not passed. */
function allPassed({ candidates }: RunReport, text: string): string {
  if (candidates.some(({ unjudged }) => unjudged > 0)) return 'No golden case failed; unjudged cases check nothing.';
  return candidates.every((candidate) => passedText(candidate) === null) ? 'No active case was judged, so this is not a pass.' : text;
}

/** Inside an indented block nothing is markup; only line breaks could end it. */
const fenced = (line: string): string => visibleControls(line).replace(/[\r\n]+/g, ' ');

/** Markup of any kind becomes visible text. */
export const markdownCell = (text: string): string =>
  visibleControls(text)
    .replace(/\s+/g, ' ')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/([\\`*_{}[\]()#|!~])/g, '\\$1')
    .replace(/@|#(?=\d)|\bGH-(?=\d)/gi, '$&\u200b')
    .replace(/\b(https?|ftp|www)([:.])/gi, '$1\u200b$2');
