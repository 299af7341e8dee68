/** All findings of a prompt: one row a detector, and how to switch one off. */
import * as budget from './budget.ts';
import { isWorthReporting, type Detector, type Evidence, type Finding } from './finding.ts';
import * as input from './input.ts';
import * as model from './model.ts';
import * as fields from './output-fields.ts';
import * as limit from './output-limit.ts';
import * as output from './output.ts';
import * as prefix from './prefix.ts';
import * as repeated from './repeated-text.ts';

const DETECTORS: readonly Detector[] = [
  prefix.volatileFirst,
  prefix.nondeterministic,
  prefix.edited,
  prefix.order,
  prefix.unmarked,
  prefix.markCosts,
  limit.limitEaten,
  limit.noLimit,
  output.noBrevity,
  output.reasoningBeforeAnswer,
  output.proseForData,
  fields.verboseSchema,
  fields.unusedField,
  input.objectAsText,
  repeated.repeatedText,
  input.unusedVariable,
  input.contextNearLimit,
  budget.costBudget,
  budget.ttftBudget,
  budget.outputBudget,
  budget.tooSlow,
  budget.batchEligible,
  model.unsupportedParameter,
  model.retirement,
];

/**
 * `off`: codes, or whole areas such as `output`, that goldset.yaml or a setting turns off. Most expensive first. A finding that is about a
 * saving alone is left out where the saving is known and too small to be worth an edit.
 */
export function findAll(evidence: Evidence, off: readonly string[]): Finding[] {
  if (evidence.reading.document.isPartial || evidence.analysis.requests.length === 0) return [];
  const silent = new Set([...off, ...switchedOff(evidence.text), ...evidence.partials.flatMap(({ text }) => switchedOff(text))]);
  return DETECTORS.flatMap((detect) => detect(evidence))
    .filter(isWorthReporting)
    .filter(({ code }) => !silent.has(code) && !silent.has(code.split('/')[0] ?? ''))
    .sort((a, b) => (b.savingPerThousandUsd ?? 0) - (a.savingPerThousandUsd ?? 0));
}

const COMMENT = /(?:\{\{~?!(?:--)?|#|\/\/)\s*goldset-off:?\s+([a-z/,\- ]+)/g;

/** `{{! goldset-off prefix/edited }}` in a template, `# goldset-off output` in YAML and Python, `// goldset-off output` in JavaScript. */
export const switchedOff = (text: string): string[] =>
  [...text.matchAll(COMMENT)].flatMap((match) =>
    (match[1] ?? '')
      .split(/[\s,]+/)
      .map((code) => code.replace(/-+$/, ''))
      .filter((code) => code !== ''),
  );
