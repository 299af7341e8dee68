/**
 * One HTML file that works offline: every text from outside is escaped, styles and the one script are in the file. The
 * script filters and shows differences; without it everything can still be read.
 */
import { positionText } from '../results/position-consistency.ts';
import { outputCharacterLimit, resultRow } from './html-rows.ts';
import { scoreText } from '../results/case-counts.ts';
import { costSource, judgeText, type CandidateReport } from '../results/candidate-report.ts';
import { judgedSentences } from '../results/judged-rate.ts';
import { gatedText } from './gated-rate.ts';
import type { RunReport } from '../run/report.ts';
import { milliseconds, percent, quantity, usd } from '../display/figures.ts';
import type { ClassMetrics } from '../results/classes/class-metrics.ts';
import { whereToWorkLines } from './failure-groups-text.ts';
import { CLASS_COLUMNS, classedFields, classSentences, classTable } from './class-text.ts';
import { choiceLines } from './choice.ts';
import { comparisonLines } from './comparison.ts';
import { callsText } from './calls.ts';
import { limitEatenText, usageText } from './usage-text.ts';
import { escapeHtml } from './escape-html.ts';

/** The script of the page, ours and from the build, with its SHA-256 in base64: nothing else may run. */
export interface ReportScript {
  readonly text: string;
  readonly hash: string;
}

export interface HtmlOptions {
  readonly script: ReportScript;
  /** What was left out, in words; null: nothing. */
  readonly filtered: string | null;
}

export function* htmlReport(report: RunReport, { script, filtered }: HtmlOptions): Generator<string> {
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${script.hash}'">
<meta name="viewport" content="width=device-width">
<title>Goldset: ${escapeHtml(report.verdict)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>Goldset run <span class="${escapeHtml(report.verdict)}">${escapeHtml(report.verdict)}</span></h1>
<p>${escapeHtml(report.id)} · ${escapeHtml(report.startedAt)} · ${escapeHtml(callsText(report))}${report.stopped === null ? '' : ` · incomplete: ${escapeHtml(report.stopped.message)}`} · Goldset ${escapeHtml(report.toolVersion)}</p>
${filtered === null ? '' : `<p><strong>Part of the run:</strong> ${escapeHtml(filtered)}. The counts below cover this part only.</p>\n`}</header>
<div id="tools" hidden></div>
`;
  for (const comparison of report.comparisons)
    yield `<section>\n<h2>Comparison</h2>\n<pre>${escapeHtml(comparisonLines(comparison).join('\n'))}</pre>\n</section>\n`;
  const most = outputCharacterLimit(report.results.length);
  for (const candidate of report.candidates) yield* section(candidate, report, most);
  for (const choice of report.choices)
    yield `<section>\n<h2>Which model</h2>\n<pre>${escapeHtml(choiceLines(choice, report).join('\n'))}</pre>\n</section>\n`;
  yield `<script>${script.text}</script>\n</body>\n</html>\n`;
}

function* section(candidate: CandidateReport, report: RunReport, most: number): Generator<string> {
  const { usage, price } = candidate;
  const judge = judgeText(candidate);
  const sentences = candidate.judged === undefined ? [] : judgedSentences(candidate.judged);
  const gate = gatedText(report, candidate.id);
  const eaten = limitEatenText(candidate);
  const orders = positionText(candidate.positionConsistency);
  const interval =
    candidate.interval === null ? '' : `, 95 % interval ${percent(candidate.interval[0])} to ${percent(candidate.interval[1])}`;
  const figures: [string, string][] = [
    ['Passed', scoreText(candidate)],
    ['Pass rate', `${percent(candidate.passRate)}${interval}`],
    ...(judge === null ? [] : [['Judge', [judge, ...sentences].join('. ').replace(/\.\. /g, '. ')] satisfies [string, string]]),
    ...(gate === null ? [] : [['Gate', gate] satisfies [string, string]]),
    ...(judge !== null ? [['Judging', `${usd(candidate.judgeCostUsd)} in all`] satisfies [string, string]] : []),
    [
      'Cost per call',
      `${usd(candidate.costPerCallUsd)} (${costSource(candidate, price === null ? 'price unknown' : `price as of ${price.asOf}, ${price.source}, ${price.basis}`)})`,
    ],
    ['Tokens', usage === null ? 'not reported' : `${usageText(candidate) ?? ''}, ${usage.basis}`],
    ...classSentences(candidate).map((text): [string, string] => ['By class', text]),
    ...(eaten === null ? [] : [['Output limit', eaten] satisfies [string, string]]),
    ...(orders === null ? [] : [['Position consistency', orders] satisfies [string, string]]),
    ['TTFT', `p50 ${milliseconds(candidate.ttftMs?.p50)}, p95 ${milliseconds(candidate.ttftMs?.p95)}`],
    ['Total time', `p50 ${milliseconds(candidate.latencyMs?.p50)}, p95 ${milliseconds(candidate.latencyMs?.p95)}`],
  ];
  yield `<section>
<h2>${escapeHtml(candidate.prompt.path)} <small>${escapeHtml(candidate.prompt.version.slice(0, 8))} · ${escapeHtml(candidate.model)}</small></h2>
<dl>${figures.map(([name, value]) => `<div><dt>${name}</dt><dd>${escapeHtml(value)}</dd></div>`).join('')}</dl>
${groupListHtml(candidate)}${classedFields(candidate).map(classTableHtml).join('')}<div role="table" aria-label="Results" class="results">
<div role="row" class="head">${COLUMNS.map((name) => `<div role="columnheader">${name}</div>`).join('')}</div>
`;
  for (const result of report.results.where((outline) => outline.candidate === candidate.id)) yield `${resultRow(result, most)}\n`;
  yield '</div>\n</section>\n';
}

function groupListHtml({ failureGroups }: CandidateReport): string {
  const [head, ...rows] = failureGroups === undefined ? [] : whereToWorkLines(failureGroups);
  return head === undefined ? '' : `<p>${escapeHtml(head)}</p>\n<ul>${rows.map((line) => `<li>${escapeHtml(line)}</li>`).join('')}</ul>\n`;
}

/** Closed at first: the table of results is what is looked for. */
function classTableHtml(metrics: ClassMetrics): string {
  const { rows, left } = classTable(metrics);
  const row = (cells: readonly string[], tag: string): string =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join('')}</tr>`;
  const more = left === 0 ? '' : `<p>… and ${quantity(left, 'class', 'classes')} more.</p>`;
  return `<details><summary>Classes of ${escapeHtml(metrics.field === '' ? 'the output' : metrics.field)}</summary><table class="classes"><thead>${row(CLASS_COLUMNS, 'th')}</thead><tbody>${rows.map((cells) => row(cells, 'td')).join('')}</tbody></table>${more}</details>
`;
}

const COLUMNS = ['Case', 'Verdict', 'Expected', 'Output', 'Why', 'Tokens', 'Cost', 'TTFT', 'Total'];

const STYLE = `
:root { color-scheme: light dark; font: 14px/1.45 system-ui, sans-serif; --line: color-mix(in srgb, currentColor 18%, transparent); }
body { margin: 2rem auto; max-width: 1600px; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2.5rem; } small { opacity: .75; font-weight: normal; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(260px, 1fr)); gap: .5rem 2rem; }
dt { opacity: .75; font-size: .85em; } dd { margin: 0; font-variant-numeric: tabular-nums; }
.classes { border-collapse: collapse; margin: .5rem 0 1rem; } .classes th, .classes td { text-align: left; padding: .2rem .8rem .2rem 0; border-top: 1px solid var(--line); font-variant-numeric: tabular-nums; }
.row, .head { display: grid; grid-template-columns: 1.3fr .75fr 1.8fr 2.8fr 1.8fr repeat(4, .8fr); border-top: 1px solid var(--line); }
.row { content-visibility: auto; contain-intrinsic-size: auto 8em; }
.row > div, .head > div { padding: .4rem .6rem; overflow-wrap: anywhere; min-width: 0; }
.row[hidden] { display: none; }
.head { font-weight: 600; }
.row > :first-child { font-weight: 600; } .number { font-variant-numeric: tabular-nums; }
pre { margin: 0; white-space: pre-wrap; font: 12px/1.4 ui-monospace, monospace; max-height: 16em; overflow: auto; unicode-bidi: plaintext; }
.pass { color: light-dark(#1a7f37, #4ac26b); } .fail { color: light-dark(#c11a24, #ff7b72); } .error { color: light-dark(#9a6700, #d4a72c); }
#tools { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; padding: .6rem 0; background: Canvas; border-bottom: 1px solid var(--line); }
#tools[hidden] { display: none; } #tools button, #tools input { font: inherit; padding: .2rem .6rem; }
#tools button[aria-pressed="true"] { outline: 2px solid; outline-offset: -2px; }
ins { text-decoration: none; background: light-dark(#b7f0c0, #14532d); } del { background: light-dark(#ffc9c9, #6b1d1d); }
`;
