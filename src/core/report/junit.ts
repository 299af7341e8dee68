/** JUnit XML, as CI servers read it: a suite per candidate, a test case per sample. */
import { baselineIds, type RunReport } from '../run/report.ts';
import type { Result } from '../results/result.ts';
import { visibleControls } from '../display/visible-controls.ts';

export function* junitReport(report: RunReport): Generator<string> {
  const baselines = baselineIds(report);
  const samples = report.results.count(({ candidate }) => !baselines.has(candidate));
  yield `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="goldset" tests="${samples}">\n`;
  for (const candidate of report.candidates.filter(({ id }) => !baselines.has(id))) {
    const own = report.results.where((outline) => outline.candidate === candidate.id);
    const failures = own.count((outline) => outline.verdict === 'fail' && gates(outline));
    const errors = own.count((outline) => outline.verdict === 'error' && gates(outline));
    const skipped = own.count((outline) => outline.verdict === 'unjudged' || (outline.verdict !== 'pass' && !gates(outline)));
    const name = `${candidate.prompt.path} · ${candidate.model}`;
    const time = (own.totalMs / 1000).toFixed(3);
    yield `  <testsuite name="${xml(name)}" tests="${own.length}" failures="${failures}" errors="${errors}" skipped="${skipped}" time="${time}" timestamp="${xml(report.startedAt)}">\n`;
    for (const result of own) yield `${testCase(result, candidate.prompt.path)}\n`;
    yield '  </testsuite>\n';
  }
  yield '</testsuites>\n';
}

/** Known-failing and unverified cases are reported and never fail a build. */
const gates = ({ status }: Pick<Result, 'status'>): boolean => status === 'active';

function testCase(result: Result, classname: string): string {
  const name = result.repeat === 0 ? result.case : `${result.case} #${result.repeat + 1}`;
  const head = `    <testcase classname="${xml(classname)}" name="${xml(name)}" time="${((result.latencyMs ?? 0) / 1000).toFixed(3)}"`;
  if (result.verdict === 'pass') return `${head}/>`;
  if (result.verdict === 'unjudged') return `${head}>\n      <skipped message="unjudged: the case checks nothing"/>\n    </testcase>`;
  const message =
    result.error?.message ??
    result.assertions
      .filter((item) => !item.pass)
      .map((item) => item.reason)
      .join(' ');
  if (!gates(result)) return `${head}>\n      <skipped message="${xml(`${result.status}: ${message}`)}"/>\n    </testcase>`;
  const tag = result.verdict === 'fail' ? 'failure' : 'error';
  const body = [`expected: ${JSON.stringify(result.expected)}`, `output: ${result.output ?? 'none'}`].join('\n');
  return `${head}>\n      <${tag} message="${xml(message)}">${xml(body)}</${tag}>\n    </testcase>`;
}

/** XML has no way to write most control characters; they are shown as code points. */
const xml = (text: string): string =>
  visibleControls(text)
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|[\ufffe\uffff]/g, '\ufffd')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/\n/g, '&#10;');
