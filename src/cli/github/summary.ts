/** What a reviewer reads: changed prompts with verdict, quality and cost before and after, flipped cases with their outputs. */
import { classChangeTexts, classSentences } from '../../core/report/class-text.ts';
import { scoreText } from '../../core/results/case-counts.ts';
import { judgedDifferenceLines } from '../../core/compare/judged-difference.ts';
import type { Comparison } from '../../core/compare/compare.ts';
import { percent, signedPoints, usd } from '../../core/display/figures.ts';
import { judgeText } from '../../core/results/candidate-report.ts';
import { gatedText } from '../../core/report/gated-rate.ts';
import { baselineIds, type RunReport } from '../../core/run/report.ts';
import type { Result } from '../../core/results/result.ts';
import { comparedName, ratesText } from '../../core/report/comparison.ts';
import { callsText } from '../../core/report/calls.ts';
import { markdownCell } from '../../core/report/markdown.ts';
import { visibleControls } from '../../core/display/visible-controls.ts';

export interface SummaryInput {
  readonly report: RunReport;
  /** Sentences about prefixes that the change breaks. */
  readonly prefixes: readonly string[];
  /** Sentences about what the change edits of that which judges it. */
  readonly notes: readonly string[];
  /** Cases that a fork's run left out. */
  readonly leftOut: readonly string[];
  /** Nothing was asked, since the files come from a fork. */
  readonly isFrozen: boolean;
}

const MARKS: Readonly<Record<string, string>> = { pass: '✅', fail: '❌', inconclusive: '❓', 'not-comparable': '❓', error: '⚠️' };
/** Cases that are shown with both outputs, and characters of each. */
const MAX_FLIPPED = 20;
const MAX_OUTPUT = 1500;
/** Cases of a fork that are listed. */
const MAX_LEFT_OUT = 50;

/** At most `room` characters: what does not fit is counted. */
export function summary({ report, prefixes, notes, leftOut, isFrozen }: SummaryInput, room: number): string {
  const head = [
    `## ${MARKS[report.verdict] ?? ''} Goldset: ${report.verdict}`,
    '',
    ...(isFrozen ? ['Run on recorded answers: this pull request comes from a fork, so no requests were sent.', ''] : []),
    ...tables(report),
    ...list('How this change is judged', notes),
    ...list('Left out, because code and pipelines do not run for a fork', leftOut.slice(0, MAX_LEFT_OUT)),
    ...(leftOut.length > MAX_LEFT_OUT ? [`… and ${leftOut.length - MAX_LEFT_OUT} more cases.`, ''] : []),
    ...list('Prompt cache', prefixes),
    `${markdownCell(callsText(report))}. Run ${markdownCell(report.id)}, Goldset ${markdownCell(report.toolVersion)}.`,
    '',
  ].join('\n');
  const blocks = report.comparisons.flatMap((comparison) => flippedBlocks(comparison, report));
  let text = head.slice(0, room);
  for (const [i, block] of blocks.entries()) {
    if (text.length + block.length > room - 100) return `${text}\n… and ${blocks.length - i} more flipped cases; see the report.\n`;
    text += block;
  }
  return text;
}

const list = (title: string, items: readonly string[]): string[] =>
  items.length === 0 ? [] : [`**${title}**`, '', ...items.map((text) => `- ${markdownCell(text)}`), ''];

function tables(report: RunReport): string[] {
  if (report.comparisons.length > 0)
    return [
      '| prompt | verdict | pass rate | cost per call | flipped | why |',
      '|---|---|---|---|---|---|',
      ...report.comparisons.map(comparisonRow),
      '',
      ...report.comparisons.flatMap(({ classes = [] }) => classChangeTexts(classes).flatMap((text) => [markdownCell(text), ''])),
      ...list(
        'Judge',
        report.comparisons.flatMap((comparison) => judgeNotes(comparison, report)),
      ),
    ];
  const baselines = baselineIds(report);
  const own = report.candidates.filter(({ id }) => !baselines.has(id));
  if (own.length === 0) return ['No prompt, golden set or pipeline file changed.', ''];
  return [
    '| prompt | model | passed | pass rate | cost per call |',
    '|---|---|---|---|---|',
    ...own.map(
      ({ prompt, casesFrom = null, model, passRate, judged, uncalibrated, costPerCallUsd, ...counts }) =>
        `| ${markdownCell(comparedName({ prompt: prompt.path, casesFrom }))} | ${markdownCell(model)} | ${markdownCell(scoreText(counts))} | ${percent(passRate)}${judgeCell({ ...(judged === undefined ? {} : { judged }), uncalibrated })} | ${usd(costPerCallUsd)} |`,
    ),
    '',
    ...own.flatMap(({ id, ...counts }) => {
      return [gatedText(report, id), ...classSentences(counts)].flatMap((text) => (text === null ? [] : [markdownCell(text), '']));
    }),
  ];
}

/** Of the new side: its rate corrected by labels, how that stands to the gate, and what labels and lengths say of the difference. */
function judgeNotes(comparison: Comparison, report: RunReport): string[] {
  const own = report.candidates.find(({ id }) => id === comparison.b.candidate);
  const rate = own === undefined ? null : judgeText(own);
  if (own === undefined || rate === null) return [];
  const gate = gatedText(report, own.id);
  const notes = [rate, ...(gate === null ? [] : [gate]), ...judgedDifferenceLines(comparison.judged ?? [])];
  return notes.map((note) => `${comparedName(comparison)}: ${note}`);
}

function judgeCell(candidate: Parameters<typeof judgeText>[0]): string {
  const text = judgeText(candidate);
  return text === null ? '' : `, ${markdownCell(text)}`;
}

function comparisonRow(comparison: Comparison): string {
  const { verdict, reason, a, b, difference, flipped, metrics } = comparison;
  const cost = metrics.find(({ name }) => name === 'costPerCallUsd');
  const quality = `${ratesText({ a, b })}${difference === null ? '' : ` (${signedPoints(difference)})`}`;
  return `| ${markdownCell(comparedName(comparison))} | ${MARKS[verdict] ?? ''} ${verdict} | ${quality} | ${cost ? `${usd(cost.a)} → ${usd(cost.b)}` : 'unknown'} | ${flipped.length} | ${markdownCell(reason)} |`;
}

function flippedBlocks({ flipped, regressed, a, b }: Comparison, report: RunReport): string[] {
  return flipped.slice(0, MAX_FLIPPED).flatMap((id) => {
    const [before, after] = [a.candidate, b.candidate].map((candidate) => sampleOf(report, candidate, id, regressed.includes(id)));
    if (!after) return [];
    const why = after.assertions
      .filter((item) => !item.pass)
      .map((item) => item.reason)
      .join(' ');
    return [
      [
        '',
        `<details><summary>${regressed.includes(id) ? 'worse' : 'better'}: ${markdownCell(id)}${after.description === null ? '' : `, ${markdownCell(after.description)}`}</summary>`,
        '',
        ...(why === '' ? [] : [markdownCell(why), '']),
        ...(before ? ['before', ...fenced(before.output ?? before.error?.message ?? ''), ''] : []),
        'after',
        ...fenced(after.output ?? after.error?.message ?? ''),
        '',
        '</details>',
        '',
      ].join('\n'),
    ];
  });
}

/** Of several samples one that shows the change. */
function sampleOf(report: RunReport, candidate: string, id: string, isWorse: boolean): Result | undefined {
  const own = report.results.where((outline) => outline.candidate === candidate && outline.case === id);
  const telling = own.where(({ verdict }) => (isWorse ? verdict !== 'pass' : verdict === 'pass')).first(1)[0];
  return telling ?? own.first(1)[0];
}

/** Nothing in a fence is markup or a mention, whatever it holds: the fence is longer than any run of backticks in it. */
function fenced(output: string): string[] {
  const text = visibleControls(output).slice(0, MAX_OUTPUT);
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}text`, text + (output.length > MAX_OUTPUT ? `\n… ${output.length - MAX_OUTPUT} more characters` : ''), fence];
}
