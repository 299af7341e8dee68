/** `testData` and `evaluators` of `.prompt.yml` as golden cases and assertions, with that tool's own semantics (gh-models cmd/eval). */
import type { GoldenCase } from '../../golden/case.ts';
import { deriveCaseId } from '../../golden/case-id.ts';
import type { AssertionSpec } from '../../grade/assertion.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json/json.ts';
import type { LineIndex } from '../../text/text.ts';
import { WrittenValues } from '../../yaml/written-values.ts';
import type { Fields } from '../../yaml/yaml-fields.ts';
import { isChoiceJudge, surprisingPass } from '../../grade/choice-evaluator.ts';

/** Each item is the whole variable map; nothing in it is judged but by the evaluators. */
export function readTestData(fields: Fields, root: JsonObject, path: string, lines: LineIndex): GoldenCase[] {
  const written = new WrittenValues(fields, 'prompt/changed-value');
  const taken = new Set<string>();
  const cases = fields.list(root, ['testData']).flatMap((item, i) => {
    if (!isJsonObject(item)) {
      fields.report(['testData', i], 'A test item must be a map of variables.');
      return [];
    }
    const range = fields.source.rangeOf(['testData', i]);
    written.check(item, ['testData', i], true);
    return [
      {
        id: deriveCaseId(item, taken),
        description: null,
        vars: item,
        assertions: [],
        threshold: null,
        prefix: '',
        suffix: '',
        expandLists: false,
        critical: false,
        group: null,
        status: 'active' as const,
        metadata: {},
        source: { path, line: lines.position(range.start).line + 1, range, anchor: range, expectedRange: null },
        unsupported: null,
      },
    ];
  });
  written.finish();
  return cases;
}

/** contains, startsWith and endsWith ignore case there; equals does not. */
const STRING_CHECKS: Readonly<Record<string, { type: string; ignoreCase: boolean }>> = {
  equals: { type: 'equals', ignoreCase: false },
  contains: { type: 'icontains', ignoreCase: true },
  startsWith: { type: 'starts-with', ignoreCase: true },
  endsWith: { type: 'ends-with', ignoreCase: true },
};

export function readEvaluators(fields: Fields, root: JsonObject): AssertionSpec[] {
  return fields.list(root, ['evaluators']).flatMap((item, i) => {
    const path = ['evaluators', i];
    if (!isJsonObject(item)) {
      fields.report(path, 'An evaluator must be a map with `name` and `string`, `llm` or `uses`.');
      return [];
    }
    const metric = fields.string(item, [...path, 'name']);
    const range = fields.source.rangeOf(path);
    const named = { range, ...(metric === null ? {} : { metric }) };
    if (item['string'] !== undefined) return stringChecks(fields, item, path).map((spec) => ({ ...spec, ...named }));
    const judge = judgeOf(item);
    if (judge === null) {
      fields.report(path, 'An evaluator needs `string`, `llm` or `uses`.');
      return [];
    }
    const spec: AssertionSpec = { type: judge, value: item, ...named };
    const surprise = isChoiceJudge(judge) ? surprisingPass(spec) : null;
    if (surprise !== null)
      fields.diagnostics.warning(
        'prompt/passes-above-0',
        surprise,
        range,
        'Use a golden set with `llm-rubric` and a `threshold` for passing.',
      );
    return [spec];
  });
}

const judgeOf = (item: JsonObject): string | null =>
  item['llm'] !== undefined ? 'llm' : typeof item['uses'] === 'string' ? item['uses'] : null;

function stringChecks(fields: Fields, item: JsonObject, path: (string | number)[]): Omit<AssertionSpec, 'range'>[] {
  const checks = fields.object(item, [...path, 'string']) ?? {};
  fields.unknownKeys(checks, Object.keys(STRING_CHECKS), [...path, 'string']);
  new WrittenValues(fields, 'prompt/changed-value').check(checks, [...path, 'string'], true);
  if (Object.keys(checks).length === 0)
    fields.report([...path, 'string'], 'This evaluator has no check.', 'Give `string` one of equals, contains, startsWith and endsWith.');
  return Object.entries(checks).flatMap(([key, value]: [string, JsonValue]): Omit<AssertionSpec, 'range'>[] => {
    const check = Object.hasOwn(STRING_CHECKS, key) ? STRING_CHECKS[key] : undefined;
    // An unknown check is an error of its cases, never a pass.
    if (!check) return [{ type: `string.${key}` }];
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
      fields.report([...path, 'string', key], `\`${key}\` must be text.`);
      return [{ type: `string.${key}` }];
    }
    return [{ type: check.type, value: String(value), ignoreCase: check.ignoreCase }];
  });
}
