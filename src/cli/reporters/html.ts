/** One HTML file that works offline and runs no script: every text from outside is escaped, styles are in the file. */
import { labelled } from './html-rows.ts';
import type { CandidateReport } from '../../core/run/candidate-report.ts';
import type { RunReport } from '../../core/run/report.ts';
import { count, milliseconds, percent, usd } from '../../core/figures.ts';
import { choiceLines } from './choice.ts';
import { comparisonLines } from './comparison.ts';
import { callsText } from './calls.ts';
import { escapeHtml } from './escape-html.ts';

export function* htmlReport(report: RunReport): Generator<string> {
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>Goldset: ${escapeHtml(report.verdict)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>Goldset run <span class="${escapeHtml(report.verdict)}">${escapeHtml(report.verdict)}</span></h1>
<p>${escapeHtml(report.id)} · ${escapeHtml(report.startedAt)} · ${escapeHtml(callsText(report))}${report.stopped === null ? '' : ` · incomplete: ${escapeHtml(report.stopped.message)}`} · Goldset ${escapeHtml(report.toolVersion)}</p>
</header>
`;
  for (const comparison of report.comparisons)
    yield `<section>\n<h2>Comparison</h2>\n<pre>${escapeHtml(comparisonLines(comparison).join('\n'))}</pre>\n</section>\n`;
  for (const candidate of report.candidates) yield* section(candidate, report);
  for (const choice of report.choices)
    yield `<section>\n<h2>Which model</h2>\n<pre>${escapeHtml(choiceLines(choice, report).join('\n'))}</pre>\n</section>\n`;
  yield '</body>\n</html>\n';
}

function* section(candidate: CandidateReport, report: RunReport): Generator<string> {
  const { usage, price } = candidate;
  const interval =
    candidate.interval === null ? '' : `, 95 % interval ${percent(candidate.interval[0])} to ${percent(candidate.interval[1])}`;
  const figures: [string, string][] = [
    ['Passed', `${candidate.passed} of ${candidate.cases} cases${candidate.errors > 0 ? `, ${candidate.errors} errors` : ''}`],
    ['Pass rate', `${percent(candidate.passRate)}${interval}`],
    [
      'Cost per call',
      `${usd(candidate.costPerCallUsd)}${price === null ? ' (price unknown)' : ` (price as of ${price.asOf}, ${price.source}, ${price.basis})`}`,
    ],
    [
      'Tokens',
      usage === null
        ? 'not reported'
        : `${count(usage.input)} in (${count(usage.cacheRead)} from cache), ${count(usage.output)} out, ${usage.basis}`,
    ],
    ['TTFT', `p50 ${milliseconds(candidate.ttftMs?.p50)}, p95 ${milliseconds(candidate.ttftMs?.p95)}`],
    ['Total time', `p50 ${milliseconds(candidate.latencyMs?.p50)}, p95 ${milliseconds(candidate.latencyMs?.p95)}`],
  ];
  yield `<section>
<h2>${escapeHtml(candidate.prompt.path)} <small>${escapeHtml(candidate.prompt.version.slice(0, 8))} · ${escapeHtml(candidate.model)}</small></h2>
<dl>${figures.map(([name, value]) => `<div><dt>${name}</dt><dd>${escapeHtml(value)}</dd></div>`).join('')}</dl>
<table>
<thead><tr><th scope="col">Case</th><th scope="col">Verdict</th><th scope="col">Expected</th><th scope="col">Output</th><th scope="col">Why</th><th scope="col">Tokens</th><th scope="col">Cost</th><th scope="col">TTFT</th><th scope="col">Total</th></tr></thead>
<tbody>
`;
  for (const result of report.results.where((outline) => outline.candidate === candidate.id)) yield `${labelled(result)}\n`;
  yield '</tbody>\n</table>\n</section>\n';
}

const STYLE = `
:root { color-scheme: light dark; font: 14px/1.45 system-ui, sans-serif; }
body { margin: 2rem auto; max-width: 1400px; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2.5rem; } small { opacity: .7; font-weight: normal; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(260px, 1fr)); gap: .5rem 2rem; }
dt { opacity: .7; font-size: .85em; } dd { margin: 0; font-variant-numeric: tabular-nums; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-top: 1px solid color-mix(in srgb, currentColor 18%, transparent); overflow-wrap: anywhere; }
th { font-weight: 600; } td.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
th:nth-child(1) { width: 14%; } th:nth-child(2) { width: 6%; } th:nth-child(n+6) { width: 6%; }
pre { margin: 0; white-space: pre-wrap; font: 12px/1.4 ui-monospace, monospace; max-height: 16em; overflow: auto; }
.pass { color: light-dark(#1a7f37, #4ac26b); } .fail { color: light-dark(#c11a24, #ff7b72); } .error { color: light-dark(#9a6700, #d4a72c); }
`;
