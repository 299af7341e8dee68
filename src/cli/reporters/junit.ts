/** JUnit XML, as CI servers read it: a suite per candidate, a test case per sample. */
import type { RunReport } from '../../core/run/report.ts';
import type { Result } from '../../core/run/result.ts';
import { groupBy } from '../../core/run/group-by.ts';
import { plainText } from '../plain-text.ts';

export function junitReport(report: RunReport): string {
  const results = groupBy(report.results, (result) => result.candidate);
  const suites = report.candidates.map((candidate) => {
    const own = results.get(candidate.id) ?? [];
    const failures = own.filter((result) => result.verdict === 'fail' && gates(result)).length;
    const errors = own.filter((result) => result.verdict === 'error' && gates(result)).length;
    const skipped = own.filter((result) => result.verdict !== 'pass' && !gates(result)).length;
    const name = `${candidate.prompt.path} · ${candidate.model}`;
    const head = `  <testsuite name="${xml(name)}" tests="${own.length}" failures="${failures}" errors="${errors}" skipped="${skipped}" time="${seconds(own)}" timestamp="${xml(report.startedAt)}">`;
    return [head, ...own.map((result) => testCase(result, candidate.prompt.path)), '  </testsuite>'].join('\n');
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="goldset" tests="${report.results.length}">\n${suites.join('\n')}\n</testsuites>\n`;
}

/** Known-failing and unverified cases are reported and never fail a build. */
const gates = (result: Result): boolean => result.status === 'active';

function testCase(result: Result, classname: string): string {
  const name = result.repeat === 0 ? result.case : `${result.case} #${result.repeat + 1}`;
  const head = `    <testcase classname="${xml(classname)}" name="${xml(name)}" time="${((result.latencyMs ?? 0) / 1000).toFixed(3)}"`;
  if (result.verdict === 'pass') return `${head}/>`;
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

const seconds = (results: readonly Result[]): string =>
  (results.reduce((sum, result) => sum + (result.latencyMs ?? 0), 0) / 1000).toFixed(3);

/** XML has no way to write most control characters, so they go. */
const xml = (text: string): string =>
  plainText(text)
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|[\ufffe\uffff]/g, '\ufffd')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/\n/g, '&#10;');
