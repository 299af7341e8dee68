/** Problems and findings as SARIF 2.1.0, which code hosts show beside the lines of a pull request. */
import { FINDING_CODES } from '../economics/findings/finding.ts';
import type { Severity } from '../problems/diagnostics.ts';
import type { LineRange } from '../text/text.ts';
import { visibleControls } from '../display/visible-controls.ts';

export interface SarifItem {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly path: string;
  readonly range: LineRange | null;
}

/** Each finding has a page; a problem is told whole in its message. */
const DOCUMENTATION = 'https://github.com/goldset/goldset/blob/main/docs/findings/';
const ruleOf = (id: string): object =>
  FINDING_CODES.some((code) => code === id)
    ? { id, shortDescription: { text: `Goldset finding ${id}` }, helpUri: `${DOCUMENTATION}${id.replace('/', '-')}.md` }
    : { id, shortDescription: { text: `Goldset problem ${id}` } };

const LEVELS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' };

export function sarif(items: readonly SarifItem[], version: string): string {
  const rules = [...new Set(items.map(({ code }) => code))].sort();
  const results = items.map(({ code, severity, message, hint, path, range }) => ({
    ruleId: code,
    ruleIndex: rules.indexOf(code),
    level: LEVELS[severity],
    message: { text: visibleControls(hint === undefined ? message : `${message} ${hint}`) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: path.split('/').map(encodeURIComponent).join('/'), uriBaseId: '%SRCROOT%' },
          ...(range === null
            ? {}
            : {
                region: {
                  startLine: range.start.line + 1,
                  startColumn: range.start.character + 1,
                  endLine: range.end.line + 1,
                  endColumn: range.end.character + 1,
                },
              }),
        },
      },
    ],
  }));
  const driver = { name: 'Goldset', version, rules: rules.map(ruleOf) };
  return `${JSON.stringify({ $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [{ tool: { driver }, columnKind: 'utf16CodeUnits', results }] }, null, 2)}\n`;
}
