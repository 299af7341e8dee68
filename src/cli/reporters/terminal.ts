/** What a person reads after a run: per candidate the numbers, then what failed and why, then what to do next. */
import { isUnsteady, positionText } from '../../core/results/position-consistency.ts';
import { shortRef } from '../../core/display/short-ref.ts';
import { chargesText } from '../../core/economics/prices/charges.ts';
import { activeCounts, asideTexts, errorsText, passedText } from '../../core/results/case-counts.ts';
import { costSource, judgeText, type CandidateReport } from '../../core/results/candidate-report.ts';
import { baselineIds, type RunReport } from '../../core/run/report.ts';
import { comparisonLines } from '../../core/report/comparison.ts';
import type { Result } from '../../core/results/result.ts';
import type { ResultList } from '../../core/results/result-list.ts';
import { changeText } from '../../core/model/sent-without.ts';
import { excerpt } from '../../core/text/text.ts';
import { callsText } from '../../core/report/calls.ts';
import { judgedSentences } from '../../core/results/judged-rate.ts';
import { gatedText } from '../../core/report/gated-rate.ts';
import { choiceLines } from '../../core/report/choice.ts';
import { classSentences } from '../../core/report/class-text.ts';
import { whereToWorkLines } from '../../core/report/failure-groups-text.ts';
import { limitEatenText, usageText } from '../../core/report/usage-text.ts';
import { milliseconds, percent, quantity, usd } from '../../core/display/figures.ts';
import { joinedText, paint as painted, stdout, styled, type Text } from '../output.ts';
import type { ReportTarget } from './reports.ts';

export interface TerminalOptions {
  readonly journal: string;
  readonly written: readonly ReportTarget[];
  readonly width: number;
  readonly colour: boolean;
}

/** Per candidate; the reports hold them all. */
const MAX_FAILURES = 10;

export function printReport(report: RunReport, options: TerminalOptions): void {
  stdout.write(joinedText([terminalReport(report, options), '\n'], ''));
}

export function terminalReport(report: RunReport, options: TerminalOptions): Text {
  const paint: Paint = (code, text) => (options.colour ? painted(code, text) : text);
  const baselines = baselineIds(report);
  const sections = report.candidates.map((candidate) => {
    if (baselines.has(candidate.id)) return joinedText(headOf(candidate, null, paint), '\n');
    const failing = report.results.where(
      (outline) => outline.candidate === candidate.id && outline.verdict !== 'pass' && outline.verdict !== 'unjudged',
    );
    return joinedText(
      [
        ...headOf(candidate, gatedText(report, candidate.id), paint),
        ...failuresOf(failing, options.width, paint),
        ...groupLines(candidate, options.width),
      ],
      '\n',
    );
  });
  const lines = [
    '',
    joinedText(sections, '\n\n'),
    '',
    ...report.comparisons.flatMap((comparison) => [...comparisonLines(comparison), '']),
    ...report.choices.flatMap((choice) => choiceLines(choice, report)),
    ...footer(report, options, paint),
  ];
  return joinedText(lines, '\n');
}

const UNJUDGED_HINT = 'Next: give the unjudged cases `expected` or `assert` (goldset check names them).';

const IDLE_HINT = 'Next: add an active case. Cases that are known to fail or unverified never decide, so this run is not a pass.';

type Paint = (code: number, text: Text) => Text;
const GREEN = 32;
const RED = 31;
const YELLOW = 33;
const DIM = 2;
const BOLD = 1;

function headOf(candidate: CandidateReport, gate: string | null, paint: Paint): Text[] {
  const { prompt, model, parameters, usage, price, casesFrom } = candidate;
  const set = Object.keys(parameters).length === 0 ? '' : ` ${JSON.stringify(parameters)}`;
  const interval =
    candidate.interval === null ? '' : ` (95 % interval ${percent(candidate.interval[0])} to ${percent(candidate.interval[1])})`;
  const active = activeCounts(candidate);
  const colour = active.failed > 0 ? RED : active.errors > 0 || active.passed === 0 ? YELLOW : GREEN;
  const asides = [errorsText(candidate), ...asideTexts(candidate)].filter((text) => text !== null);
  const aside = asides.map((text) => ` · ${text}`).join('');
  const judgeNote = judgeText(candidate);
  const judge = judgeNote !== null ? `, judging ${usd(candidate.judgeCostUsd)}` : '';
  const used = usageText(candidate);
  const tokens = used === null || usage === null ? 'not reported' : `${used}, ${usage.basis}`;
  const eaten = limitEatenText(candidate);
  const orders = positionText(candidate.positionConsistency);
  const priced =
    price === null
      ? 'price unknown'
      : `price ${price.basis === 'estimated' ? `estimated from ${price.basedOn ?? 'a similar model'}, ` : ''}as of ${price.asOf}, ${price.source}`;
  const charged = chargesText(candidate.charges ?? {});
  const unknown = (candidate.unknownCosts ?? []).map(({ reason, calls }) =>
    paint(YELLOW, `  unknown cost of ${quantity(calls, 'call')}: ${reason}`),
  );
  const changed = candidate.sentWithout.map((change) => styled`  ${paint(YELLOW, changeText(change))}`);
  return [
    styled`${paint(BOLD, prompt.path)} ${paint(DIM, prompt.ref === null ? prompt.version.slice(0, 8) : `${prompt.version.slice(0, 8)} at ${prompt.ref}`)}  ${model}${set}${casesFrom === undefined ? '' : paint(DIM, `, golden cases of ${shortRef(casesFrom)}`)}`,
    styled`  passed  ${paint(colour, passedText(candidate) ?? 'no case judged')}${aside}  pass rate ${percent(candidate.passRate)}${interval}`,
    ...(judgeNote === null
      ? []
      : [
          styled`  judge   ${candidate.judged?.status === 'calibrated' && candidate.judged.value !== null ? judgeNote : paint(YELLOW, judgeNote)}`,
        ]),
    ...(candidate.judged === undefined ? [] : judgedSentences(candidate.judged).map((text) => styled`          ${paint(DIM, text)}`)),
    ...(gate === null ? [] : [styled`  gate    ${gate}`]),
    styled`  cost    ${usd(candidate.costPerCallUsd)} per call, ${usd(candidate.costUsd)} in all${judge}  ${paint(DIM, `(${costSource(candidate, priced)})`)}`,
    `  tokens  ${tokens}`,
    ...(charged === '' ? [] : [`  besides ${charged}${candidate.costBasis === null ? '' : ', in the cost'}`]),
    ...unknown,
    ...classSentences(candidate).map((text) => `  classes ${text}`),
    ...(eaten === null ? [] : [paint(YELLOW, `  limit   ${eaten}`)]),
    ...(orders === null ? [] : [isUnsteady(candidate.positionConsistency) ? paint(YELLOW, `  order   ${orders}`) : `  order   ${orders}`]),
    `  TTFT    p50 ${milliseconds(candidate.ttftMs?.p50)}, p95 ${milliseconds(candidate.ttftMs?.p95)}  ·  total p50 ${milliseconds(candidate.latencyMs?.p50)}, p95 ${milliseconds(candidate.latencyMs?.p95)}`,
    ...changed,
  ];
}

function failuresOf(failing: ResultList, width: number, paint: Paint): Text[] {
  const lines = failing.first(MAX_FAILURES).flatMap((result) => failureLines(result, width, paint));
  if (failing.length > MAX_FAILURES) lines.push(`  … and ${failing.length - MAX_FAILURES} more; see the report.`);
  return lines;
}

/** Under the failures: which of them are one. */
const groupLines = ({ failureGroups }: CandidateReport, width: number): string[] =>
  failureGroups === undefined
    ? []
    : whereToWorkLines(failureGroups).map((line, i) => `${i === 0 ? '  ' : '    '}${excerpt(line, Math.max(40, width - 4))}`);

function failureLines(result: Result, width: number, paint: Paint): Text[] {
  const mark = result.verdict === 'fail' ? paint(RED, '✘') : paint(YELLOW, '!');
  const status = result.status === 'active' ? '' : ` [${result.kind ?? result.status}]`;
  const repeat = result.repeat === 0 ? '' : ` #${result.repeat + 1}`;
  const title = styled`  ${mark} ${result.case}${repeat}${status}${result.description === null ? '' : paint(DIM, `  ${excerpt(result.description)}`)}`;
  const room = Math.max(40, width - 16);
  const shown = (text: string): string => excerpt(text, room);
  if (result.error !== null) return [title, `      error     ${shown(result.error.message)}`];
  const reasons = result.assertions.filter((item) => !item.pass && item.weight > 0);
  const expected =
    result.expected === null
      ? []
      : [`      expected  ${shown(typeof result.expected === 'string' ? result.expected : JSON.stringify(result.expected))}`];
  return [
    title,
    ...expected,
    `      got       ${shown(result.output ?? '')}`,
    ...reasons.map((item) => paint(DIM, `      ${item.type}: ${shown(item.reason)}`)),
  ];
}

function footer(report: RunReport, { journal, written, colour }: TerminalOptions, paint: Paint): Text[] {
  const tone = report.verdict === 'pass' ? GREEN : report.verdict === 'fail' ? RED : YELLOW;
  const verdict = colour ? paint(tone, report.verdict) : report.verdict;
  const baselines = baselineIds(report);
  const [failing] = report.results
    .where(({ verdict, status, candidate }) => verdict === 'fail' && status === 'active' && !baselines.has(candidate))
    .first(1);
  const isIdle = report.candidates.every((candidate) => passedText(candidate) === null);
  const next = report.stopped
    ? `${report.stopped.message}\n${report.stopped.hint}`
    : failing
      ? `Next: run one failing case: goldset run --case ${JSON.stringify(failing.case)}`
      : report.verdict === 'error'
        ? 'Next: fix the errors above, then run again.'
        : report.verdict === 'inconclusive' && report.candidates.some(({ unjudged }) => unjudged > 0)
          ? UNJUDGED_HINT
          : report.verdict === 'inconclusive' && isIdle
            ? IDLE_HINT
            : 'Next: commit the prompt, or try a cheaper model with --model.';
  return [
    `Calls: ${callsText(report)}`,
    styled`Verdict: ${verdict}${report.complete ? '' : ' (incomplete)'}`,
    ...written.map(({ kind, file }) => `${kind.padEnd(8)} ${file}`),
    `journal  ${journal}`,
    next,
  ];
}
